"""Steps over the budget, with bands: regret, ranks, and a panel a problem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..style import COLOURS, DOTTED, DOUBLE, Array, Look, band, figure, labelled_decades

_COLUMNS = 4
_MARKS = 5
"""Markers along a curve: enough to tell it in grey, few enough to see the steps."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A strategy's steps: what holds from a point of the grid to the next; nan: not drawn."""

    centre: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class Panel:
    """One set of axes; all its arrays have the shape (grid,)."""

    grid: Array
    curves: Mapping[str, Curve]
    """By strategy, the first drawn last."""
    ylabel: str
    title: str = ""
    """What tells the panel from its neighbours; empty where it stands alone."""
    xlabel: str = "Budget spent (evaluations)"
    log: bool = False
    floor: float | None = None
    """What is below was raised to it; a dotted line."""
    guides: Mapping[str, Array] = field(default_factory=dict[str, Array])
    """What is no strategy, such as random search with twice the budget."""
    noise: tuple[float, float] | None = None
    """Where identical strategies would lie; a grey band."""
    note: str = ""
    """What is written into the panel, e.g. why it is empty."""


def draw(panels: Sequence[Panel], looks: Mapping[str, Look]) -> Figure:
    """Return the panels side by side, four a row at the most, with one legend.

    The legend is on the right of a single panel, below several.
    """
    columns = min(len(panels), _COLUMNS)
    rows = -(-len(panels) // columns)
    handles = _handles(panels, looks)
    below = 0.16 * -(-len(handles) // _COLUMNS) + 0.1 if columns > 1 else 0
    height = {1: 2.4, 2: 2.3}.get(columns, 1.9) if rows == 1 else 1.35 * rows
    drawing = figure(DOUBLE, height + below)
    for index, axes in enumerate(drawing.subplots(rows, columns, squeeze=False).flat):
        if index >= len(panels):
            axes.set_axis_off()
            continue
        panel = panels[index]
        _fill(axes, panel, looks)
        if rows > 1:
            axes.tick_params(labelsize=6)
        repeats = index % columns > 0 and panel.ylabel == panels[index - 1].ylabel
        axes.set_ylabel("" if repeats else panel.ylabel)
        axes.set_xlabel(panel.xlabel if index + columns >= len(panels) else "")
    legend(drawing, handles, below=columns > 1)
    return drawing


def legend(drawing: Figure, handles: Sequence[Line2D | Patch], *, below: bool) -> None:
    """Add the one legend of a figure outside of its axes: below, read by rows, or on the right."""
    if not below:
        drawing.legend(handles=[*handles], loc="outside right center")
        return
    columns = min(_COLUMNS, max(len(handles), 1))
    # matplotlib fills the columns one after the other
    by_rows = [handle for column in range(columns) for handle in handles[column::columns]]
    drawing.legend(handles=by_rows, loc="outside lower center", ncols=columns, columnspacing=1.4)


def _handles(panels: Sequence[Panel], looks: Mapping[str, Look]) -> list[Line2D | Patch]:
    """Return the legend's entries: the strategies as ordered, then what is none."""
    names = dict.fromkeys(name for panel in panels for name in panel.curves)
    handles: list[Line2D | Patch] = [handle(name, looks[name]) for name in names]
    guides = dict.fromkeys(name for panel in panels for name in panel.guides)
    handles += [
        Line2D([], [], color=COLOURS["grey"], linestyle=DOTTED, label=guide) for guide in guides
    ]
    if any(panel.noise for panel in panels):
        handles.append(Patch(facecolor=COLOURS["black"], alpha=0.08, label="identical strategies"))
    if any(panel.floor for panel in panels):
        handles.append(
            Line2D([], [], color=COLOURS["black"], linewidth=0.6, linestyle=DOTTED, label="floor")
        )
    return handles


def handle(name: str, look: Look) -> Line2D:
    """Return the legend's entry of a strategy."""
    return Line2D(
        [],
        [],
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markerfacecolor="white" if look.hollow else look.colour,
        label=name,
    )


def _fill(axes: Axes, panel: Panel, looks: Mapping[str, Look]) -> None:
    if panel.noise is not None:
        axes.axhspan(*panel.noise, color=COLOURS["black"], alpha=0.08, linewidth=0)
    if panel.floor is not None:
        axes.axhline(panel.floor, color=COLOURS["black"], linewidth=0.6, linestyle=DOTTED)
    for values in panel.guides.values():
        axes.step(panel.grid, values, where="post", color=COLOURS["grey"], linestyle=DOTTED)
    for index, (name, curve) in reversed(list(enumerate(panel.curves.items()))):
        band(axes, panel.grid, curve.low, curve.high, looks[name], of=len(panel.curves))
        _step(axes, panel.grid, curve.centre, looks[name], index / len(panel.curves))
    if panel.log:
        axes.set_yscale("log")
        labelled_decades(axes.yaxis)
    if panel.title:
        axes.set_title(panel.title, fontsize=7, pad=2.5)
    if panel.note:
        axes.text(
            0.5, 0.5, panel.note, transform=axes.transAxes, ha="center", va="center", wrap=True
        )
    axes.set_xlim(0, panel.grid[-1])
    axes.margins(y=0.04)


def _step(axes: Axes, grid: Array, centre: Array, look: Look, phase: float) -> None:
    stride = max(len(grid) // _MARKS, 1)
    axes.step(
        grid,
        centre,
        where="post",
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markevery=(int(stride * (0.2 + 0.8 * phase)), stride),
        markerfacecolor="white" if look.hollow else look.colour,
        markeredgewidth=0.6,
    )
