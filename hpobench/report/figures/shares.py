"""Stacked bars: how often each strategy has each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...statistics import FloatArray
from ..looks.style import figure, ink_on
from ..looks.venues import DEFAULT, Style
from .labels import fitted
from .legend import Entry, Legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..looks.drawing import Drawing

_NAMES = 1.5
"""The room for the rows' names, in inches, in the default style."""
_LEAST = 0.08
"""The least share whose place is written into it."""
_COLOURS = "cividis"


@dataclass(frozen=True, slots=True)
class Bars:
    """One set of axes."""

    shares: FloatArray
    """(strategies, places): how often the strategy has the place, from the first one on."""
    xlabel: str


def draw(names: Sequence[str], every: Sequence[Bars], style: Style) -> Drawing:
    """Return the bars side by side, with a row for each strategy and its places from the left.

    The darker, the better the place; its number stands in the bar where there is room.
    """
    scale, number = style.scale, len(names)
    width = style.alone if len(every) == 1 else style.double
    legend = Legend(_key(), style, width)
    drawing = figure(width, scale * (0.5 + 0.18 * number) + legend.height)
    room = _NAMES * min(1.0, 1.25 * width / DEFAULT.double)
    short = fitted(names, room, style.names)
    drawing.note(short)
    grid = drawing.subplots(1, len(every), squeeze=False, sharey=True)
    for axes, bars in zip(grid.flat, every, strict=True):
        _stacked(axes, bars.shares, _LEAST * len(every) ** 0.5, style)
        axes.set_xlim(0, 1)
        axes.set_xlabel(bars.xlabel)
        axes.grid(visible=False)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    grid[0, 0].set_yticks(np.arange(number), [short[name] for name in names])
    grid[0, 0].set_ylim(number - 0.5, -0.5)
    legend.below(drawing)
    return drawing


def _key() -> list[Entry]:
    from matplotlib import colormaps
    from matplotlib.patches import Patch

    ends = (("first place", 0.0), ("last place", 1.0))
    return [Entry(name, Patch(facecolor=colormaps[_COLOURS](level))) for name, level in ends]


def _stacked(axes: Axes, shares: FloatArray, least: float, style: Style) -> None:
    """Draw the shares of the places; `least`: the least one that its place is written into."""
    from matplotlib import colormaps

    number, places = shares.shape
    for place in range(places):
        level = place / max(places - 1, 1)
        left = shares[:, :place].sum(axis=1)
        share = shares[:, place]
        colour = colormaps[_COLOURS](level)
        axes.barh(np.arange(number), share, left=left, height=0.78, color=colour, linewidth=0)
        for row in np.flatnonzero(share >= least).tolist():
            axes.text(
                left[row] + share[row] / 2,
                row,
                str(place + 1),
                ha="center",
                va="center_baseline",
                fontsize=style.least,
                color=ink_on(colour),
            )
