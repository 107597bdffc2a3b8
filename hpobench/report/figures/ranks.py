"""Mean ranks on a line, joined by bars where a test cannot tell them apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..looks.look import Look
from ..looks.style import figure
from ..looks.venues import DEFAULT, Style
from .labels import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..looks.drawing import Drawing

_REACH = 0.04
"""The room outside of the axis on each side, over its length."""
_NAMES = 1.9
"""The room for a name on either side, in inches, in the default style."""
_LABEL = 0.2
"""The least distance of two numbers on the axis, in inches."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A strategy and its mean rank."""

    strategy: str
    rank: float
    """The mean rank; 1 is best."""


def draw(
    standings: Sequence[Standing],
    groups: Sequence[tuple[int, int]],
    looks: Mapping[str, Look],
    style: Style,
) -> Drawing:
    """Return a diagram of the standings, the best first; a group is a bar from a first to a last.

    It is laid out as a critical-difference diagram (Demšar, 2006), but its bars are given.
    """
    count = len(standings)
    left = (count + 1) // 2
    rows = max(left, 1)
    bars = levels(groups)
    depth = 0.5 + 0.28 * (max(bars, default=-1) + 1)
    drawing = figure(style.double, style.scale * (0.55 + 0.16 * rows + 0.09 * len(set(bars))))
    axes = drawing.add_subplot()
    low, high = 1.0, max(float(count), 2.0)
    span = high - low
    axes.set_xlim(low - _REACH * span, high + _REACH * span)
    axes.set_ylim(depth + rows, -0.9)
    axes.set_axis_off()
    room = _NAMES * style.double / DEFAULT.double
    labels = fitted([each.strategy for each in standings], room, style.names)
    drawing.note(labels)
    _axis(axes, low, high, style)
    for index, standing in enumerate(standings):
        on_left = index < left
        row = depth + (index if on_left else count - 1 - index) + 0.3
        edge = low - 0.03 * span if on_left else high + 0.03 * span
        name = labels[standing.strategy]
        text = f"{name} ({standing.rank:.2f})" if on_left else f"({standing.rank:.2f}) {name}"
        _pointer(axes, standing.rank, (edge, row), looks[standing.strategy], (text, style.tick))
    for (first, last), level in zip(groups, bars, strict=True):
        ends = (standings[first].rank - 0.01 * span, standings[last].rank + 0.01 * span)
        axes.plot(
            ends, [0.42 + 0.28 * level] * 2, color="#000000", linewidth=2.4, solid_capstyle="butt"
        )
    return drawing


def _axis(axes: Axes, low: float, high: float, style: Style) -> None:
    axes.plot([low, high], [0, 0], color="#000000", linewidth=0.8, solid_capstyle="butt")
    length = (style.double - 0.8) * (1 - 2 * _NAMES / (DEFAULT.double - 0.8))
    every = math.ceil((high - low) * _LABEL * style.scale / length)
    for rank in np.arange(low, high + 0.25, 0.5 if every == 1 else 1):
        whole = float(rank).is_integer() and (rank - 1) % every == 0
        axes.plot([rank, rank], [0, -0.26 if whole else -0.14], color="#000000", linewidth=0.6)
        if whole:
            axes.text(rank, -0.36, f"{rank:.0f}", ha="center", va="bottom", fontsize=style.tick)


def _pointer(
    axes: Axes, rank: float, corner: tuple[float, float], look: Look, words: tuple[str, float]
) -> None:
    """Draw a line from a rank to a corner, with a text of some size on its outer side."""
    edge, row = corner
    text, size = words
    axes.plot(
        [rank, rank, edge],
        [0, row, row],
        color=look.colour,
        linestyle=look.line,
        linewidth=0.9,
    )
    axes.plot(rank, 0, color=look.colour, marker=look.marker or "o", zorder=3)
    on_left = edge < 1
    axes.annotate(
        text,
        corner,
        xytext=(-2 if on_left else 2, 0),
        textcoords="offset points",
        ha="right" if on_left else "left",
        va="center",
        fontsize=size,
    )


def levels(groups: Sequence[tuple[int, int]]) -> list[int]:
    """Return the line on which each bar lies, so that no bars touch."""
    ends: list[int] = []
    levels: list[int] = []
    for first, last in groups:
        level = next((place for place, end in enumerate(ends) if end < first), len(ends))
        ends[level : level + 1] = [last]
        levels.append(level)
    return levels
