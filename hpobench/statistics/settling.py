"""How many more problems, or how many more seeds, would settle which of two strategies is better.

The answer is the size of a study whose problems are drawn like these. It holds if the difference is
as large as it looks, and if differences between problems are about normal: by scripts/power.py, the
test then finds it in 76 to 84 % of such studies. Where more of the very problems' seeds are run, so
that only luck is drawn anew, it finds it more often, the more the problems differ. The numbers that
single studies say scatter with their luck; by half of them the true power is 67 to 83 % or more.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray
from .power import POWER
from .tests import ALPHA, smallest_p

EFFICIENCY = 3 / np.pi
"""The signed-rank test's, relative to the t-test's, where differences are normal."""
_CERTAIN = 30.0
"""A shift of the t-statistic that no test misses; beyond it the distribution is not computed."""
MOST = 10_000
"""Problems, or seeds a problem, beyond which there is no number: it is infinite."""


@dataclass(frozen=True, slots=True)
class Settling:
    """What would find a difference like the present one with the probability POWER."""

    problems: float
    """Together, with as many seeds as now; inf: no number up to MOST."""
    seeds: float
    """A problem, on as many problems as now; inf: seeds alone never do."""


def power_of_signed_ranks(size: float, problems: float, alpha: float = ALPHA) -> float:
    """Return how probably the two-sided signed-rank test rejects.

    `size` is the mean difference over the standard deviation of differences between problems, which
    are taken to be normal: the noncentral t-distribution on EFFICIENCY times as many problems
    (Hodges and Lehmann, 1956, Annals of Mathematical Statistics 27(2)). 0 where no outcome could be
    significant. The chance to reject in the wrong direction is left out.
    """
    from scipy import stats

    if not smallest_p(int(problems)) <= alpha:
        return 0.0
    effective = EFFICIENCY * problems
    critical = stats.t.isf(alpha / 2, effective - 1)
    shift = abs(size) * np.sqrt(effective)
    if shift > _CERTAIN:
        return 1.0
    return float(stats.nct.sf(critical, effective - 1, shift))


def settling(
    differences: FloatArray,
    noise: float,
    seeds: float,
    *,
    alpha: float = ALPHA,
    target: float = POWER,
) -> Settling:
    """Return how many problems, and how many seeds, would settle differences (problems,).

    `seeds` is how many a problem has now, and `noise` the part of the variance of the differences
    between problems that these few seeds make: it shrinks as seeds grow. nan is left out. Both
    numbers are inf where the mean difference is 0, and nan below two problems; that of seeds is nan
    where their noise is not known. A test that has
    found the difference already may have been lucky, so the numbers can be above those that there
    are.
    """
    there = differences[~np.isnan(differences)]
    if there.size < 2:
        return Settling(np.nan, np.nan)
    mean, variance = abs(float(there.mean())), float(there.var(ddof=1))
    lasting = max(variance - noise, 0.0)

    def enough_problems(count: int) -> bool:
        return power_of_signed_ranks(_size(mean, variance), count, alpha) >= target

    def enough_seeds(count: int) -> bool:
        size = _size(mean, lasting + (variance - lasting) * seeds / count)
        return power_of_signed_ranks(size, there.size, alpha) >= target

    problems = first_enough(enough_problems, 2)
    if np.isnan([noise, seeds]).any():
        return Settling(problems, np.nan)
    return Settling(problems, first_enough(enough_seeds, max(int(np.ceil(seeds)), 1)))


def _size(mean: float, variance: float) -> float:
    """Return a mean in standard deviations; differences that are all the same have the largest."""
    return mean / np.sqrt(variance) if variance > 0 else (0.0 if mean == 0 else 1e3)


def first_enough(enough: Callable[[int], bool], least: int) -> float:
    """Return the least number from `least` to MOST that is enough; inf: none is."""
    if not enough(MOST):
        return np.inf
    low, high = least - 1, MOST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return float(high)
