"""Points with their intervals, with a row for each strategy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..looks.look import Look
from ..looks.style import figure
from ..looks.venues import Style
from .labels import fitted
from .numbers import finite, unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..looks.drawing import Drawing

_NAMES = {1: 0.42, 2: 0.326}
"""The share of the width that is for the rows' names, by the number of columns."""
_LEAST = 0.21
"""This share where there are more columns."""


@dataclass(frozen=True, slots=True)
class Row:
    """An estimate; low and high are nan where it has no interval."""

    strategy: str
    centre: float
    low: float
    high: float
    note: str = ""
    """What stands beside the strategy's name, such as the number of problems."""


@dataclass(frozen=True, slots=True)
class Column:
    """One set of axes, with an interval in each row, the first on top."""

    intervals: Sequence[Row]
    xlabel: str
    neutral: float | None = None
    """Where a thin line stands: there, neither side is better."""
    limits: tuple[float, float] | None = None
    """The ends of the axis; None: it spans what is drawn."""
    shaded: tuple[float, float] | None = None
    """Where differences are too small to matter; None: nowhere."""
    places: int = 0
    """How many places there are along the axis; 0: it is no axis of places."""


def draw(columns: Sequence[Column], looks: Mapping[str, Look], style: Style) -> Drawing:
    """Return the columns side by side; they share their rows.

    A filled mark has an interval, and a hollow mark has none. A single set of axes is as wide as
    one column.
    """
    return _drawn(columns, looks, style, style.double if len(columns) > 1 else style.alone)


def draw_wide(column: Column, looks: Mapping[str, Look], style: Style) -> Drawing:
    """Return a single set of axes with long names, across all columns."""
    return _drawn([column], looks, style, style.double)


def _drawn(
    columns: Sequence[Column], looks: Mapping[str, Look], style: Style, width: float
) -> Drawing:
    rows = max(len(column.intervals) for column in columns)
    drawing = figure(width, style.scale * (0.55 + 0.19 * rows))
    from matplotlib.ticker import MaxNLocator

    most = int(np.clip(width / len(columns) / 0.5, 2, 5))
    grid = drawing.subplots(1, len(columns), squeeze=False, sharey=True)
    for axes, column in zip(grid.flat, columns, strict=True):
        _fill(axes, column, looks)
        axes.xaxis.set_major_locator(MaxNLocator(most))
        if column.places:
            step = -(-column.places // max(int(2.9 * width / style.scale), 2))
            axes.set_xticks(range(1, column.places + 1, step))
            axes.set_xlim(0.6, column.places + 0.4)
    first = columns[0].intervals
    names = [f"{each.strategy} {each.note}".strip() for each in first]
    room = width * _NAMES.get(len(columns), _LEAST)
    short = fitted(names, room, style.names)
    drawing.note(short)
    grid[0, 0].set_yticks(np.arange(len(first)), [short[name] for name in names])
    grid[0, 0].set_ylim(len(first) - 0.4, -0.6)
    return drawing


def _fill(axes: Axes, column: Column, looks: Mapping[str, Look]) -> None:
    numbers = np.array([(each.low, each.centre, each.high) for each in column.intervals])
    if column.limits is not None:
        numbers = numbers.clip(*column.limits)
    size = unit([numbers])
    for row, (low, centre, high) in enumerate(finite(numbers / size)):
        look = looks[column.intervals[row].strategy]
        bounded = not np.isnan([low, high]).any()
        axes.plot([low, high], [row, row], linewidth=1.6, color=look.colour, clip_on=False)
        axes.plot(
            centre,
            row,
            marker="o",
            markersize=4,
            color=look.colour,
            markerfacecolor=look.colour if bounded else "white",
            clip_on=False,
            zorder=3,
        )
    if column.neutral is not None:
        axes.axvline(column.neutral / size, color="#000000", linewidth=0.6, zorder=1)
    axes.set_xlabel(column.xlabel if size == 1 else f"{column.xlabel} (in {size:.0e})")
    if column.shaded is not None:
        axes.axvspan(*column.shaded, color="#000000", alpha=0.08, linewidth=0)
    if column.limits is not None:
        axes.set_xlim(*column.limits)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
