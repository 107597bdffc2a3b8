"""Points with their intervals, a row a strategy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..style import DOUBLE, Look, figure


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate; low and high are nan where no interval can be had."""

    strategy: str
    centre: float
    low: float
    high: float
    note: str = ""
    """What stands beside it, e.g. over how many problems."""


@dataclass(frozen=True, slots=True)
class Column:
    """One set of axes: an interval a row, the first on top."""

    intervals: Sequence[Interval]
    xlabel: str
    neutral: float | None = None
    """Where neither side is better; a thin line."""
    limits: tuple[float, float] | None = None


def draw(columns: Sequence[Column], looks: Mapping[str, Look]) -> Figure:
    """Return the columns side by side; they share their rows."""
    rows = max(len(column.intervals) for column in columns)
    drawing = figure(DOUBLE, 0.55 + 0.19 * rows)
    grid = drawing.subplots(1, len(columns), squeeze=False, sharey=True)
    for axes, column in zip(grid.flat, columns, strict=True):
        if column.neutral is not None:
            axes.axvline(column.neutral, color="#000000", linewidth=0.6)
        for row, interval in enumerate(column.intervals):
            look = looks[interval.strategy]
            bar = axes.plot([interval.low, interval.high], [row, row], linewidth=1.6)
            mark = axes.plot(interval.centre, row, marker=look.marker or "o", markersize=4)
            for line in bar + mark:
                line.set(color=look.colour, clip_on=False)
        axes.set_xlabel(column.xlabel)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        if column.limits is not None:
            axes.set_xlim(*column.limits)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    first = columns[0].intervals
    names = [f"{each.strategy} {each.note}".strip() for each in first]
    grid[0, 0].set_yticks(np.arange(len(first)), names)
    grid[0, 0].set_ylim(len(first) - 0.4, -0.6)
    return drawing
