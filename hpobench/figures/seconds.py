"""How long strategies think, against how much they have seen."""

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.figure import Figure

from ..style import DOUBLE, Array, Look, band, figure, labelled_decades
from .curves import handle, legend


@dataclass(frozen=True, slots=True)
class Thinking:
    """Seconds a suggestion; all of one shape."""

    numbers: Array
    """Which suggestion of a run; several are taken together from the first one given."""
    median: Array
    low: Array
    high: Array


def draw(seconds: Mapping[str, Thinking], looks: Mapping[str, Look]) -> Figure:
    """Return the seconds of the n-th suggestion on logarithmic axes, in steps."""
    drawing = figure(DOUBLE, 2.4)
    axes = drawing.add_subplot()
    for name, spent in reversed([*seconds.items()]):
        look = looks[name]
        band(axes, spent.numbers, spent.low, spent.high, look, of=len(seconds))
        axes.step(
            spent.numbers,
            spent.median,
            where="post",
            color=look.colour,
            linestyle=look.line,
            marker=look.marker,
            markevery=max(len(spent.numbers) // 5, 1),
            markerfacecolor="white" if look.hollow else look.colour,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    labelled_decades(axes.xaxis)
    labelled_decades(axes.yaxis)
    axes.set_xlabel("Suggestion number")
    axes.set_ylabel("Seconds a suggestion")
    legend(drawing, [handle(name, looks[name]) for name in seconds], below=False)
    return drawing
