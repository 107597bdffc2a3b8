"""Curves over the budget, as steps with bars: regret and ranks, in one panel or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ...statistics import FloatArray
from ..looks.look import COLOURS, DOTTED, Look, back_to_front
from ..looks.style import bars, figure, labelled_decades, logarithmic
from ..looks.venues import Style
from .ends import ROOM, End, ends, guide, heights_of, least_height, name_ends
from .labels import fitted, in_two_lines
from .legend import Entry, Legend, entries
from .panels import Panel, drawable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..looks.drawing import Drawing

_WIDTH = 1.6
"""The least width of a panel, in inches."""
_HEIGHT = 1.35
"""The height of one of several rows of panels, in inches."""
_FOOT = 0.5
"""The height of what stands below axes, in inches."""
_BESIDE = 0.35
"""The width of the numbers beside axes, in inches."""
_ALONE = 2.0
"""The height of a panel that fills a column, in inches."""
_MARKS = 5
"""The number of markers along a curve, few enough to see its steps."""
_ALIKE, _PALE = "range if all alike", "#D5D5D5"
"""The name of the grey band of identical strategies, and the colour of its sample."""
_NOISE = 0.1
"""The opacity of the grey band of identical strategies."""


def columns_of(style: Style) -> int:
    """Return the most panels that stand side by side."""
    return int(style.double / (style.scale * _WIDTH))


def rows_of(style: Style) -> int:
    """Return the most rows of panels of a figure."""
    return int(style.height / (style.scale * _HEIGHT))


def draw(panels: Sequence[Panel], looks: Mapping[str, Look], style: Style) -> Drawing:
    """Return the panels side by side, as many in a row as there is room for.

    The names stand at the ends of the curves if there are one or two panels; of more panels, in one
    legend below.
    """
    panels = [drawable(panel) for panel in panels]
    return _pair(panels, looks, style) if len(panels) <= 2 else _grid(panels, looks, style)


def _pair(panels: Sequence[Panel], looks: Mapping[str, Look], style: Style) -> Drawing:
    """Return one or two panels, with the names beside the last one."""
    every = _ends(panels[-1], looks)
    low = _FOOT * style.scale
    height = max(2.3 * style.scale, least_height(len(every), style) + low)
    drawing = figure(style.double, height)
    room = (style.double - ROOM * style.scale) / len(panels) - _BESIDE * style.scale
    titles = fitted((panel.title for panel in panels), room, style.names)
    drawing.note(titles)
    for axes, panel in zip(
        drawing.subplots(1, len(panels), squeeze=False).flat, panels, strict=True
    ):
        fill(axes, panel, looks)
        axes.set_ylabel(panel.ylabel)
        axes.set_xlabel(panel.xlabel)
        if panel.title:
            axes.set_title(titles[panel.title], fontsize=style.tick, pad=2.5)
    name_ends(drawing, drawing.axes[-1], every, height - low, style)
    return drawing


def _ends(panel: Panel, looks: Mapping[str, Look]) -> list[End]:
    """Return the ends of a panel's strategies, and of what is no strategy."""
    found = ends(heights_of((name, each.centre) for name, each in panel.curves.items()), looks)
    found += [
        guide(name, COLOURS["grey"], height)
        for name, height in heights_of(panel.guides.items()).items()
    ]
    if panel.noise is not None:
        middle = sum(panel.noise) / 2
        found.append(End(_ALIKE, Look(_PALE), middle))
    if panel.floor is not None:
        found.append(guide("floor", COLOURS["black"], panel.floor))
    return found


def _grid(panels: Sequence[Panel], looks: Mapping[str, Look], style: Style) -> Drawing:
    """Return several panels, with one legend below."""
    rows = -(-len(panels) // columns_of(style))
    columns = -(-len(panels) // rows)  # rows of about the same length
    legend = Legend(_entries(panels, looks), style, style.double)
    height = style.scale * (1.9 if rows == 1 else _HEIGHT * rows)
    drawing = figure(style.double, height + legend.height)
    room = (style.double - 0.4 * style.scale) / columns - _BESIDE * style.scale
    titles = {
        title: in_two_lines(words, room, style.names)
        for title, words in fitted(
            (panel.title for panel in panels), 1.8 * room, style.names
        ).items()
    }
    drawing.note(titles)
    for index, axes in enumerate(drawing.subplots(rows, columns, squeeze=False).flat):
        if index >= len(panels):
            axes.set_axis_off()
            continue
        panel = panels[index]
        fill(axes, panel, looks)
        axes.set_title(titles[panel.title], fontsize=style.tick, pad=2.5)
        if rows > 1:
            axes.tick_params(labelsize=style.least)
            axes.yaxis.get_offset_text().set_fontsize(style.least)
        repeats = index % columns > 0 and panel.ylabel == panels[index - 1].ylabel
        axes.set_ylabel("" if repeats else panel.ylabel)
        axes.set_xlabel(panel.xlabel if index + columns >= len(panels) else "")
    legend.below(drawing)
    return drawing


def draw_alone(panel: Panel, looks: Mapping[str, Look], style: Style) -> Drawing:
    """Return one panel without a title, as wide as one column, with its legend below."""
    panel = drawable(panel)
    legend = Legend(_entries([panel], looks), style, style.alone)
    drawing = figure(style.alone, _ALONE * style.scale + legend.height)
    axes = drawing.add_subplot()
    fill(axes, panel, looks)
    axes.set_ylabel(panel.ylabel)
    axes.set_xlabel(panel.xlabel)
    legend.below(drawing)
    return drawing


def fill(axes: Axes, panel: Panel, looks: Mapping[str, Look]) -> None:
    """Draw a panel into axes; the panel comes from `drawable`."""
    from matplotlib.ticker import MaxNLocator

    if panel.noise is not None:
        axes.axhspan(*panel.noise, color=COLOURS["black"], alpha=_NOISE, linewidth=0)
    if panel.log:
        logarithmic(axes, "y")
    barred = [name for name in panel.curves if name in panel.with_intervals]
    for place, name in enumerate(barred):
        ends, turn = (panel.curves[name].low, panel.curves[name].high), (place + 0.5) / len(barred)
        bars(axes, panel.grid, ends, looks[name], turn)
    # The floor comes after the bars, since a single level line gives no limits of the axis.
    if panel.floor is not None:
        axes.axhline(panel.floor, color=COLOURS["black"], linewidth=0.6, linestyle=DOTTED)
    for index, name in enumerate(back_to_front(panel.curves, looks)):
        phase = index / len(panel.curves)
        _step(axes, panel.grid, panel.curves[name].centre, looks[name], phase)
    for values in panel.guides.values():
        axes.step(panel.grid, values, where="post", color=COLOURS["grey"], linestyle=DOTTED)
    axes.set_xlim(0, panel.grid[-1])
    whole = float(panel.grid[-2]) >= 1
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=whole, steps=[1, 2, 3, 4, 5, 10]))
    axes.margins(y=0.04)
    if panel.log:
        labelled_decades(axes.yaxis)
    if panel.marks:
        above = axes.secondary_xaxis("top")
        above.set_xticks([*panel.marks], [*panel.marks.values()])
        above.spines["top"].set_visible(False)


def _entries(panels: Sequence[Panel], looks: Mapping[str, Look]) -> list[Entry]:
    """Return the legend's entries: the strategies in their order, then guides, noise and floor."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    found = entries(dict.fromkeys(name for panel in panels for name in panel.curves), looks)
    for name in dict.fromkeys(name for panel in panels for name in panel.guides):
        found.append(Entry(name, Line2D([], [], color=COLOURS["grey"], linestyle=DOTTED)))
    if any(panel.noise for panel in panels):
        grey = Patch(facecolor=COLOURS["black"], alpha=_NOISE, linewidth=0)
        found.append(Entry(_ALIKE, grey))
    if any(panel.floor for panel in panels):
        line = Line2D([], [], color=COLOURS["black"], linewidth=0.6, linestyle=DOTTED)
        found.append(Entry("floor", line))
    return found


def _step(axes: Axes, grid: FloatArray, centre: FloatArray, look: Look, phase: float) -> None:
    points = len(grid) - 1  # the last one only ends the last step
    stride = max(points // _MARKS, 1)
    axes.step(
        grid,
        centre,
        where="post",
        markevery=[*range(int(stride * (0.2 + 0.8 * phase)), points, stride)],
        **look.drawn,
        markeredgewidth=0.6,
    )
