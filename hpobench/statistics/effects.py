"""How large differences between strategies are, averaged within problems, then over problems."""

from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray, IntArray
from .instances import mean_over
from .intervals import Bounds, Interval, new_problems

ROPE = 0.01
"""Half the width of the region of practical equivalence, in normalised regret."""


@dataclass(frozen=True, slots=True)
class Superiority:
    """The chance that a run of A is better than one of B, averaged over problems."""

    chance: float
    """The chance in [0, 1], ties counted half; nan where the two share no problem."""
    low: float
    """The lower end of the interval; nan where the two share fewer than 8 problems."""
    high: float
    problems: int
    """The number of problems on which both have a run on the same instance."""


def superiorities(chances: FloatArray) -> tuple[Superiority, ...]:
    """Average chances against one strategy over problems, with their intervals.

    Chances are (strategies, problems, instances), nan where the two have no run on an instance.
    """
    certain = Bounds(np.zeros(chances.shape[1]), np.ones(chances.shape[1]))
    found: Interval = new_problems(np.moveaxis(chances, 0, -1), certain)
    problems = (~np.isnan(chances)).any(axis=2).sum(axis=1)
    return tuple(
        Superiority(
            float(found.mean[s]), float(found.low[s]), float(found.high[s]), int(problems[s])
        )
        for s in range(len(chances))
    )


def superiority(chances: FloatArray) -> FloatArray:
    """Average chances (..., problems, instances) over instances, then over problems."""
    return mean_over(mean_over(chances, axis=-1), axis=-1)


def win_tie_loss(differences: FloatArray, *, rope: float = ROPE) -> IntArray:
    """Count the problems on which a strategy beats another, equals it, loses to it: (..., 3).

    Differences are (..., problems) on the normalised scale, the strategy's less the other's; those
    within the rope tie, and problems without one are not counted.
    """
    counts = [differences < -rope, np.abs(differences) <= rope, differences > rope]
    return np.stack([count.sum(axis=-1) for count in counts], axis=-1)
