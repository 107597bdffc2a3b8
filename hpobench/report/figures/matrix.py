"""A matrix of all pairs: how often the strategy of the row is better than that of the column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...statistics import FloatArray
from ..looks.style import figure, ink_on
from ..looks.venues import Style
from .labels import fitted, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..looks.drawing import Drawing

_NAMES = 1.5
"""The room for the names of the rows, in inches, in the default style."""
_SCALE = 0.75
"""The width of the colours' scale, in inches."""
_ROW = 0.17
"""The height of a row, in inches."""
_FOOT = 0.4
"""The height of the numbers of the columns and of their title, in inches."""
_NUMBER = 0.26
"""The least width of a cell that holds a number and a mark, in inches."""
_FEW = 5
"""The most strategies whose matrix fits in one column."""
_COLOURS = "cividis"
"""The colours of cells: light is better, as on the map of problems, and so it is in grey print."""


def draw(
    names: Sequence[str], chances: FloatArray, marks: Sequence[Sequence[str]], style: Style
) -> Drawing:
    """Return the matrix of chances (strategies, strategies) between 0 and 1; nan: an empty cell.

    `marks` stand behind the numbers, which are in percent; where there is no room for numbers, the
    marks stand alone. The columns have the numbers of the rows.
    """
    number, scale = len(names), style.scale
    width = style.single if number <= _FEW else style.double
    short = fitted(names, _NAMES * scale * min(1.0, width / 4), style.names)
    labels = [f"{short[name]}  {place}" for place, name in enumerate(names, 1)]
    widest = max(inches(each, style.names) for each in labels)
    room = (width - _SCALE * scale - widest) / number
    drawing = figure(width, scale * (_FOOT + max(number * _ROW, 0.8)))
    drawing.note(short)
    axes = drawing.add_subplot()
    _cells(axes, chances, marks, style, numbers=room >= scale * _NUMBER)
    axes.set_ylim(number, 0)
    axes.set_yticks(np.arange(number) + 0.5, labels)
    step = max(int(np.ceil(1.4 * inches(str(number), style.names) / room)), 1)
    places = range(1, number + 1, step)
    axes.set_xticks(np.array(places) - 0.5, [str(place) for place in places])
    axes.grid(visible=False)
    axes.tick_params(length=0, pad=2)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_xlabel("is better than")
    _scale(drawing, axes)
    return drawing


def _cells(
    axes: Axes,
    chances: FloatArray,
    marks: Sequence[Sequence[str]],
    style: Style,
    *,
    numbers: bool,
) -> None:
    """Fill the cells; `numbers`: whether numbers stand before the marks."""
    from matplotlib import colormaps

    shown = np.ma.masked_invalid(chances)
    axes.pcolormesh(shown, cmap=_COLOURS, vmin=0, vmax=1, edgecolors="white", linewidth=0.6)
    for a, b in np.argwhere(np.isfinite(chances)):
        percent = f"{100 * chances[a, b]:.0f}" if numbers else ""
        colour = colormaps[_COLOURS](float(chances[a, b]))
        axes.text(
            b + 0.5,
            a + 0.5,
            f"{percent}{marks[a][b]}",
            ha="center",
            va="center",
            fontsize=style.least,
            color=ink_on(colour),
        )


def _scale(drawing: Drawing, axes: Axes) -> None:
    """Add the scale of the colours."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    colours = ScalarMappable(norm=Normalize(0, 1), cmap=_COLOURS)
    bar = drawing.colorbar(colours, ax=axes, pad=0.01, fraction=0.05, aspect=14)
    bar.set_ticks([0, 0.5, 1], labels=["0", "50", "100"])
    bar.set_label("P(better) (%)")
    bar.outline.set_visible(False)
