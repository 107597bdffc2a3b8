"""Between what each quantity of a report lies, whatever comes: its intervals end there."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..scores import BOUNDS, RESOLUTION, Scores
from ..statistics import Bounds


def of_regrets(scores: Scores, problems: Sequence[int]) -> Bounds:
    """Return between what a bounded regret lies on each problem.

    None is below 0 where the optimum is known, and no run there speaks against it; where it is not,
    the reference can be beaten, and regrets reach down to where they are winsorised.
    """
    regrets = scores.reported.bounded[:, list(problems)]
    lowest = np.min(regrets, axis=(0, 2, 3), initial=np.inf, where=~np.isnan(regrets))
    known = np.array([scores.problems[p].optimum is not None for p in problems], dtype=bool)
    least = np.where(known & (lowest >= -RESOLUTION), 0.0, BOUNDS[0])
    return Bounds(least, np.full(len(least), BOUNDS[1]))


def of_gains(scores: Scores, problems: Sequence[int]) -> Bounds:
    """Return between what a difference of two bounded regrets lies on each problem."""
    regrets = of_regrets(scores, problems)
    return Bounds(regrets.least - regrets.most, regrets.most - regrets.least)


def of_logs(floors: NDArray[np.float64]) -> Bounds:
    """Return between what log10 of a bounded regret lies that is raised to each problem's floor."""
    least = np.log10(floors)
    return Bounds(least, np.full(len(least), np.log10(BOUNDS[1])))


def of_ranks(strategies: int, problems: int) -> Bounds:
    """Return between what a rank among so many strategies lies on each problem."""
    return Bounds(np.full(problems, 1.0), np.full(problems, float(strategies)))
