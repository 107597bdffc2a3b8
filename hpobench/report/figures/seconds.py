"""The seconds of a suggestion, by its number in the run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...statistics import FloatArray
from ..looks.look import Look, back_to_front
from ..looks.style import bars, figure, labelled_decades, logarithmic
from ..looks.venues import Style
from .ends import ends, heights_of, least_height, name_ends
from .numbers import positive

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..looks.drawing import Drawing

_TAIL = 1.08
"""The end of the last step over its beginning: without it, that step could not be seen."""


@dataclass(frozen=True, slots=True)
class SuggestionTimes:
    """A strategy's seconds a suggestion; the arrays have one shape."""

    numbers: FloatArray
    """The number of the first suggestion of each step: suggestions up to the next are pooled."""
    median: FloatArray
    low: FloatArray
    high: FloatArray


def draw(
    seconds: Mapping[str, SuggestionTimes],
    looks: Mapping[str, Look],
    with_intervals: Collection[str],
    style: Style,
) -> Drawing:
    """Return the seconds of the n-th suggestion on logarithmic axes, in steps.

    `with_intervals`: the strategies whose intervals are drawn as bars.
    """
    every = ends(heights_of((name, each.median) for name, each in seconds.items()), looks)
    foot = 0.5 * style.scale
    height = max(2.0 * style.scale, least_height(len(every), style) + foot)
    drawing = figure(style.column, height)
    axes = drawing.add_subplot()
    logarithmic(axes, "x", "y")
    barred = [name for name in seconds if name in with_intervals]
    for name in back_to_front(seconds, looks):
        turn = (barred.index(name) + 0.5) / len(barred) if name in barred else None
        _steps(axes, seconds[name], looks[name], turn)
    axes.margins(x=0.02, y=0.04)
    labelled_decades(axes.xaxis)
    labelled_decades(axes.yaxis)
    axes.set_xlabel("Suggestion number")
    axes.set_ylabel("Seconds a suggestion")
    name_ends(drawing, axes, every, height - foot, style)
    return drawing


def _steps(axes: Axes, spent: SuggestionTimes, look: Look, turn: float | None) -> None:
    """Draw a strategy's seconds; `turn`: where its bars stand; None: it has none."""
    numbers = np.append(spent.numbers, spent.numbers[-1:] * _TAIL)
    low, median, high = (
        np.append(positive(each), positive(each)[-1:])
        for each in (spent.low, spent.median, spent.high)
    )
    if turn is not None:
        bars(axes, numbers, (low, high), look, turn)
    axes.step(
        numbers,
        median,
        where="post",
        markevery=[*range(0, len(spent.numbers), max(len(spent.numbers) // 5, 1))],
        **look.drawn,
    )
