"""How long strategies think, against how much they have seen."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ..style import BAND, DOUBLE, Look, figure, labelled_decades
from .curves import handle, legend

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Thinking:
    """Seconds a suggestion; all of the shape (trials,)."""

    median: Array
    low: Array
    high: Array


def draw(seconds: Mapping[str, Thinking], looks: Mapping[str, Look]) -> Figure:
    """Return the seconds of the n-th suggestion on logarithmic axes."""
    drawing = figure(DOUBLE, 2.4)
    axes = drawing.add_subplot()
    for name, spent in reversed([*seconds.items()]):
        look = looks[name]
        trials = np.arange(1, len(spent.median) + 1)
        axes.fill_between(trials, spent.low, spent.high, color=look.colour, alpha=BAND, linewidth=0)
        axes.plot(
            trials,
            spent.median,
            color=look.colour,
            linestyle=look.line,
            marker=look.marker,
            markevery=0.2,
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
