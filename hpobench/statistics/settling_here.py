"""How many seeds would show on very few problems which of two strategies is better there.

The test is the rank-sum test of the runs, stratified by problem and instance; seeds draw the
instances of a problem in turn. Here, `instances` (problems,) is how many each problem has.
"""

import math

import numpy as np

from .arrays import FloatArray, IntArray
from .power import POWER
from .settling import first_enough
from .tests import ALPHA
from .these_problems import variance_of_chance


def seeds_for_rank_sums(chance: float, instances: IntArray, *, target: float = POWER) -> float:
    """Return with how many seeds on each problem the test would find a chance to be better.

    The chance is taken to be the same on every problem. inf: no number up to `MOST` would; nan: the
    chance is not known, or there is no problem.
    """
    if np.isnan(chance) or not instances.size:
        return np.nan
    return first_enough(lambda seeds: power_of_rank_sums(chance, instances, seeds) >= target, 1)


def fewest_seeds(instances: IntArray, alpha: float = ALPHA) -> int:
    """Return with how many seeds on each problem any outcome of the test could be significant."""
    return int(first_enough(lambda seeds: _smallest_p(_sizes(instances, seeds)) <= alpha, 1))


def power_of_rank_sums(
    chance: float, instances: IntArray, seeds: int, alpha: float = ALPHA
) -> float:
    """Return how probably the two-sided test finds a chance to be better, by a normal law.

    It is Noether's approximation (1987, Journal of the American Statistical Association 82(398)),
    summed over the strata, but with the variance that wins have at this chance. 0 where no outcome
    could be significant. The chance to reject in the wrong direction is left out, and so are ties,
    with which the test finds more.
    """
    from scipy import stats

    sizes = _sizes(instances, seeds)
    if not _smallest_p(sizes) <= alpha:
        return 0.0
    squares = sizes**2  # the pairs of runs in each stratum
    excess = abs(chance - 0.5) * squares.sum()
    alike, unlike = (
        np.sqrt(np.sum(squares**2 * variance_of_chance(each, sizes))) for each in (0.5, chance)
    )
    beyond = excess - stats.norm.isf(alpha / 2) * alike
    return float(stats.norm.cdf(beyond / unlike)) if unlike > 0 else float(beyond > 0)


def _sizes(instances: IntArray, seeds: int) -> FloatArray:
    """Return how many runs of each strategy are in each stratum that has any."""
    each, more = np.divmod(seeds, instances)
    whole = np.repeat(each, instances - more)
    sizes = np.concatenate([whole, np.repeat(each + 1, more)])
    return np.asarray(sizes[sizes > 0], dtype=float)


def _smallest_p(sizes: FloatArray) -> float:
    """Return the p where every run of one strategy beats every run of the other in its stratum."""
    logs = [math.lgamma(2 * size + 1) - 2 * math.lgamma(size + 1) for size in sizes.tolist()]
    return min(2 * math.exp(-min(sum(logs), 700.0)), 1.0)
