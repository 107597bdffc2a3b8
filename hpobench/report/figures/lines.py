"""Lines and points over any axis, in one panel or two, with the names at their ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ...statistics import FloatArray
from ..looks.look import Look, back_to_front
from ..looks.style import BAND, bars, figure, labelled_decades, logarithmic
from ..looks.venues import Font, Style
from .ends import ROOM, End, ends, least_height, name_ends
from .labels import fitted
from .numbers import finite, positive

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..looks.drawing import Drawing

_FOOT = 0.5
"""The height of what stands below axes, in inches."""
_UP = 1.5
"""The least height of axes, in inches: the room for the name of a vertical axis."""
_BESIDE = 0.5
"""The width of what stands to the left of axes, in inches."""
_BLACK = Look("#000000")


@dataclass(frozen=True, slots=True)
class Line:
    """A line or a point; arrays are (points,), and low and high are nan where nothing is known."""

    x: FloatArray
    y: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class Chart:
    """One set of axes."""

    lines: Mapping[str, Line]
    """The lines by strategy; the first one is drawn last, on top."""
    xlabel: str
    ylabel: str
    xlog: bool = False
    ylog: bool = False
    steps: bool = False
    """Whether a value holds from its point to the next."""
    points: bool = False
    """Whether each line is one point with its interval."""
    level: float | None = None
    """Where a thin level line stands: there, neither side is better."""
    limits: tuple[float, float] | None = None
    """The ends of the vertical axis; None: it spans what is drawn."""
    across: tuple[float, float] | None = None
    """The ends of the horizontal axis; None: it spans what is drawn."""
    ticks: Mapping[float, str] = field(default_factory=dict[float, str])
    """What stands along the horizontal axis; empty: numbers."""
    with_intervals: Collection[str] = ()
    """The strategies whose intervals are drawn: of steps as bars, of other lines as bands."""
    guides: Mapping[str, Line] = field(default_factory=dict[str, Line])
    """Thin black lines of no strategy, by their labels."""
    crosses: Mapping[str, float] = field(default_factory=dict[str, float])
    """Where steps have a cross, by strategy: its runs end there. nan: they have none."""


def draw(charts: Sequence[Chart], looks: Mapping[str, Look], style: Style) -> Drawing:
    """Return the charts side by side, with the names beside the last one.

    A single chart is as wide as one column.
    """
    every = _ends(charts[-1], looks)
    foot = _FOOT * style.scale
    height = max(2.2 * style.scale, least_height(len(every), style) + foot)
    drawing = figure(style.alone if len(charts) == 1 else style.double, height)
    grid = drawing.subplots(1, len(charts), squeeze=False)
    for axes, chart in zip(grid.flat, charts, strict=True):
        _fill(axes, chart, looks)
    for axes, (left, right) in zip(grid.flat[1:], pairwise(charts), strict=True):
        if (left.ylabel, left.limits) == (right.ylabel, right.limits):
            axes.set_ylabel("")
            axes.tick_params(labelleft=right.limits is None)
    name_ends(drawing, drawing.axes[-1], every, height - foot, style)
    return drawing


def draw_named(charts: Sequence[Chart], looks: Mapping[str, Look], style: Style) -> Drawing:
    """Return the charts, where users have named what stands along the axes of the last one."""
    width = style.alone if len(charts) == 1 else style.double
    room = (width - (ROOM + _BESIDE) * style.scale) / len(charts)
    font = Font(style.fonts, style.label)
    *others, last = charts
    across = fitted([last.xlabel], room, font)
    up = fitted([last.ylabel], _UP * style.scale, font)
    last = replace(last, xlabel=across[last.xlabel], ylabel=up[last.ylabel])
    drawing = draw([*others, last], looks, style)
    drawing.note({**across, **up})
    return drawing


def _ends(chart: Chart, looks: Mapping[str, Look]) -> list[End]:
    """Return the ends of the lines of a chart: the last value that is known of each."""
    found = ends({name: _last(line.y) for name, line in chart.lines.items()}, looks)
    return found + [End(name, _BLACK, _last(line.y)) for name, line in chart.guides.items()]


def _last(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if known.size else np.nan


def _fill(axes: Axes, chart: Chart, looks: Mapping[str, Look]) -> None:
    if chart.xlog:
        logarithmic(axes, "x")
    if chart.ylog:
        logarithmic(axes, "y")
    shown = positive if chart.ylog else finite
    barred = [name for name in chart.lines if name in chart.with_intervals]
    for name in back_to_front(chart.lines, looks):
        line, look = chart.lines[name], looks[name]
        y, low, high = (shown(each) for each in (line.y, line.low, line.high))
        if chart.points:
            _point(axes, line.x, (y, low, high), look)
            continue
        if name in barred and chart.steps:
            turn = (barred.index(name) + 0.5) / len(barred)
            bars(axes, line.x, (low, high), look, turn)
        elif name in barred:
            axes.fill_between(line.x, low, high, color=look.colour, alpha=BAND, linewidth=0)
        axes.plot(
            line.x,
            y,
            drawstyle="steps-post" if chart.steps else "default",
            markevery=max(len(line.x) // 6, 1),
            **look.drawn,
            markeredgewidth=0.6,
        )
        _cross(axes, line.x, y, chart.crosses.get(name, np.nan), look)
    for guide in chart.guides.values():
        style = "steps-post" if chart.steps else "default"
        axes.plot(guide.x, shown(guide.y), drawstyle=style, color="#000000", linewidth=0.6)
    _finish(axes, chart)


def _cross(axes: Axes, x: FloatArray, y: FloatArray, where: float, look: Look) -> None:
    """Draw a cross on steps; nan: there is none."""
    place = int(np.searchsorted(x, where, side="right")) - 1
    if np.isnan(where) or place < 0:
        return
    size = 3.0 if look.faint else 5.0
    axes.plot(
        [where], [y[place]], color=look.colour, marker="x", markersize=size, clip_on=False, zorder=3
    )


def _point(
    axes: Axes, x: FloatArray, values: tuple[FloatArray, FloatArray, FloatArray], look: Look
) -> None:
    """Draw a point with its interval."""
    y, low, high = values
    axes.plot([x[0]] * 2, [low[0], high[0]], color=look.colour, linewidth=max(look.width, 0.8))
    axes.plot(
        x,
        y,
        color=look.colour,
        marker=look.marker or "o",
        markersize=2.5 if look.faint else 4.5,
        markerfacecolor=look.filling,
        markeredgewidth=0.8,
    )


def _finish(axes: Axes, chart: Chart) -> None:
    """Set what stands along the axes, once all is drawn."""
    axes.set_xlabel(chart.xlabel)
    axes.set_ylabel(chart.ylabel)
    if chart.level is not None:
        axes.axhline(chart.level, color="#000000", linewidth=0.6, zorder=1)
    if chart.limits is not None:
        axes.set_ylim(*chart.limits)
    if chart.across is not None:
        axes.set_xlim(*chart.across)
    else:
        axes.margins(x=0.12 if chart.points else 0.03)
    if chart.ticks:
        axes.xaxis.minorticks_off()
        axes.set_xticks([*chart.ticks], [*chart.ticks.values()])
    elif chart.xlog:
        axes.autoscale_view(scaley=False)
        labelled_decades(axes.xaxis)
    if chart.ylog:
        labelled_decades(axes.yaxis)
