"""The least and the greatest values of the quantities of a report, where intervals end."""

from collections.abc import Sequence

import numpy as np

from ..scores import BOUNDS, RESOLUTION, Scores
from ..statistics import BoolArray, Bounds, FloatArray

FLOOR_OF_KNOWN = 1e-6
"""What regrets are raised to before a logarithm, where the reference is the optimum."""
FLOOR_OF_BEST = 1e-3
"""What regrets are raised to before a logarithm where the reference is only the best value known:
differences below it are noise."""


def of_regrets(scores: Scores, problems: Sequence[int]) -> Bounds:
    """Return the bounds of a winsorised regret on each problem.

    Where the optimum is known, and no run there speaks against it, no regret is below 0. Elsewhere
    the reference can be beaten, and regrets reach down to where they are winsorised.
    """
    regrets = scores.reported.bounded[:, list(problems)]
    lowest = np.min(regrets, axis=(0, 2, 3), initial=np.inf, where=~np.isnan(regrets))
    known = _with_optimum(scores, problems)
    least = np.where(known & (lowest >= -RESOLUTION), 0.0, BOUNDS[0])
    return Bounds(least, np.full(len(least), BOUNDS[1]))


def of_gains(scores: Scores, problems: Sequence[int]) -> Bounds:
    """Return the bounds of a difference of two winsorised regrets on each problem."""
    regrets = of_regrets(scores, problems)
    return Bounds(regrets.least - regrets.most, regrets.most - regrets.least)


def floors(scores: Scores, problems: Sequence[int]) -> FloatArray:
    """Return what regrets are raised to before a logarithm, (problems,)."""
    return np.where(_with_optimum(scores, problems), FLOOR_OF_KNOWN, FLOOR_OF_BEST)


def of_logs(scores: Scores, problems: Sequence[int]) -> Bounds:
    """Return the bounds of log10 of a regret that was raised to its problem's floor."""
    least = np.log10(floors(scores, problems))
    return Bounds(least, np.full(len(least), np.log10(BOUNDS[1])))


def of_ranks(strategies: int, problems: int) -> Bounds:
    """Return the bounds of a rank among so many strategies on each problem."""
    return Bounds(np.full(problems, 1.0), np.full(problems, float(strategies)))


def _with_optimum(scores: Scores, problems: Sequence[int]) -> BoolArray:
    return np.array([scores.problems[p].optimum is not None for p in problems], dtype=bool)
