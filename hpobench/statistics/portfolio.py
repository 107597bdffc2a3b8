"""What strategies are worth to each other: how far behind the best, and which complete each other.

Means of final regrets are (strategies, problems), lower is better, nan: no run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from .arrays import FloatArray
from .instances import mean_over

LARGEST = 3
"""How many strategies a portfolio has at most."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Strategies of which the best one is used on each problem."""

    members: tuple[int, ...]
    regrets: FloatArray
    """(problems,): of the member that is best on half of the seeds, on the other half."""


def improvability(errors: FloatArray) -> FloatArray:
    """Return by which share the best strategy's error is lower, (strategies,): 0 is the best.

    Of errors (strategies, problems), at least 0, it is the mean over problems of 1 - best / error
    (Erickson et al., 2025, TabArena). Where an error is 0 it is 0.
    """
    lowest = np.fmin.reduce(errors, axis=0)
    with np.errstate(invalid="ignore"):
        behind = np.where(errors > 0, 1 - lowest / errors, 0.0)
    return mean_over(np.where(np.isnan(errors), np.nan, behind), axis=1)


def frontier_advantage(regrets: FloatArray) -> FloatArray:
    """Return how much higher the lowest regret would be without each, (strategies, problems).

    0 where another one is as good; nan where nobody else has a run.
    """
    found = np.full(regrets.shape, np.nan)
    for s, own in enumerate(regrets):
        others = np.fmin.reduce(np.delete(regrets, s, axis=0), axis=0, initial=np.nan)
        lost = np.maximum(others - own, 0.0)
        found[s] = np.where(np.isnan(own), np.where(np.isnan(others), np.nan, 0.0), lost)
    return found


def best_portfolios(halves: Sequence[FloatArray], size: int) -> Portfolio | None:
    """Return the portfolio of this size whose mean regret is lowest, the first one on ties.

    `halves` are the means over two halves of the seeds. On each problem the member is chosen by one
    half and counts with the other, both ways: chosen and valued by the same runs, two copies of one
    strategy would seem to complete each other. Strategies without a run on some problem are no
    members. None where there are too few.
    """
    able = np.flatnonzero(~np.isnan(np.stack(halves)).any(axis=(0, 2))).tolist()
    found = [Portfolio(each, _valued(halves, each)) for each in combinations(able, size)]
    return min(found, key=lambda each: float(each.regrets.mean())) if found else None


def _valued(halves: Sequence[FloatArray], members: Sequence[int]) -> FloatArray:
    """Return the regrets of a portfolio, (problems,)."""
    chosen, valued = (each[list(members)] for each in halves)
    both = [
        np.take_along_axis(b, np.argmin(a, axis=0)[None], axis=0)[0]
        for a, b in ((chosen, valued), (valued, chosen))
    ]
    return np.asarray(np.mean(both, axis=0))
