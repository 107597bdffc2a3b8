"""What runs of two strategies say of the very problems they are on, however few these are."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray, IntArray
from .instances import mean_over
from .intervals import CONFIDENCE
from .within_problem import smallest_rank_sum_p, stratified_rank_sum

_HALVINGS = 60
"""How often the search for the end of an interval halves the part that holds it."""


@dataclass(frozen=True, slots=True)
class These:
    """The chance that a run of A is better than one of B on given problems, for other seeds."""

    low: float
    """The lower end of the interval; nan where the two have no runs on the same instance."""
    high: float
    p: float
    """The two-sided p of the hypothesis that the two are alike on each of these problems; nan where
    the two have no runs on the same instance."""
    smallest: float
    """The p where every run of one would be better than every run of the other."""


UNKNOWN = These(np.nan, np.nan, np.nan, np.nan)
"""What is known without runs on the same instance."""


def these_problems(
    first: FloatArray,
    second: FloatArray,
    instances: IntArray,
    chances: FloatArray,
    *,
    level: float = CONFIDENCE,
) -> These:
    """Compare the losses of two strategies, (problems, seeds), nan where there is no run.

    `instances` are (problems, seeds); `chances` (problems, instances) are the first one's chances
    to be better, as `chances` returns them. The p is that of `stratified_rank_sum`, with every
    instance of every problem a stratum. The interval inverts the score test: it holds every chance
    from which the observed one is no further away than its standard error there times a normal
    quantile, with Newcombe's variance (2006, Statistics in Medicine 25(4), method 5), by the mean
    of the two numbers of runs. It takes the chance to be the same on all instances, which makes it
    too wide rather than too narrow where it is not.
    """
    from scipy import stats

    several = int(instances.max(initial=0)) + 1
    strata = (np.arange(len(instances))[:, None] * several + instances).ravel()
    runs = first.ravel(), second.ravel()
    chance = float(mean_over(mean_over(chances, axis=1), axis=0))
    if np.isnan(chance):
        return UNKNOWN
    weights, sizes = _weights(first, second, instances)
    quantile = float(stats.norm.ppf(0.5 + level / 2))

    def inside(candidate: float) -> bool:
        error = np.sqrt(np.sum(weights**2 * variance_of_chance(candidate, sizes)))
        return bool(abs(candidate - chance) <= quantile * error)

    p, smallest = stratified_rank_sum(*runs, strata), smallest_rank_sum_p(*runs, strata)
    return These(_end(chance, 0.0, inside), _end(chance, 1.0, inside), p, smallest)


def variance_of_chance(chance: float, sizes: FloatArray) -> FloatArray:
    """Return the variance of the share of pairs that the first wins, of so many runs of each.

    It is that of Newcombe (2006, Statistics in Medicine 25(4), method 5); at one half, it is that
    of the rank-sum test.
    """
    more = (sizes - 1) * ((1 - chance) / (2 - chance) + chance / (1 + chance))
    return np.asarray(chance * (1 - chance) * (1 + more) / sizes**2)


def _weights(
    first: FloatArray, second: FloatArray, instances: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return how much each shared instance weighs in the chance, and how many runs each has there.

    The number of runs is the mean of the two strategies'.
    """
    weights, sizes = list[float](), list[float]()
    for one, other, row in zip(first, second, instances, strict=True):
        counts = [
            [int((~np.isnan(runs[row == each])).sum()) for runs in (one, other)]
            for each in np.unique(row)
        ]
        shared = [pair for pair in counts if all(pair)]
        weights += [1 / len(shared) for _ in shared]
        sizes += [sum(pair) / 2 for pair in shared]
    problems = sum(weights)  # each problem's weights add up to 1
    return np.array(weights) / problems, np.array(sizes)


def _end(chance: float, limit: float, inside: Callable[[float], bool]) -> float:
    """Return the chance furthest from the observed one, towards the limit, that is inside."""
    near, far = chance, limit
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        near, far = (middle, far) if inside(middle) else (near, middle)
    return near
