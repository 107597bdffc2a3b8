"""How long strategies think, against how much they have seen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from ...statistics import FloatArray
from ..looks.style import (
    DOUBLE,
    Drawing,
    Look,
    back_to_front,
    band,
    figure,
    labelled_decades,
)
from .legend import Legend, entries
from .numbers import positive

_TAIL = 1.08
"""Where the last step ends, over where it begins: otherwise it could not be seen."""


@dataclass(frozen=True, slots=True)
class SuggestionTimes:
    """Seconds a suggestion; all of one shape."""

    numbers: FloatArray
    """Which suggestion of a run; several are taken together from the first one given."""
    median: FloatArray
    low: FloatArray
    high: FloatArray


def draw(
    seconds: Mapping[str, SuggestionTimes], looks: Mapping[str, Look], bands: Collection[str] = ()
) -> Drawing:
    """Return the seconds of the n-th suggestion on logarithmic axes, in steps.

    Of the strategies in `bands`, the band is drawn, too.
    """
    legend = Legend(entries(seconds, looks))
    drawing = figure(DOUBLE, max(2.4, legend.height_beside))
    axes = drawing.add_subplot()
    axes.set_xscale("log")
    axes.set_yscale("log")
    for name in back_to_front(seconds, looks):
        spent, look = seconds[name], looks[name]
        numbers = np.append(spent.numbers, spent.numbers[-1:] * _TAIL)
        low, median, high = (
            np.append(positive(each), positive(each)[-1:])
            for each in (spent.low, spent.median, spent.high)
        )
        if name in bands:
            band(axes, numbers, low, high, look)
        axes.step(
            numbers,
            median,
            where="post",
            color=look.colour,
            linestyle=look.line,
            linewidth=look.width,
            marker=look.marker,
            markevery=[*range(0, len(spent.numbers), max(len(spent.numbers) // 5, 1))],
            markerfacecolor=look.filling,
        )
    labelled_decades(axes.xaxis)
    labelled_decades(axes.yaxis)
    axes.set_xlabel("Suggestion number")
    axes.set_ylabel("Seconds a suggestion")
    legend.beside(drawing)
    return drawing
