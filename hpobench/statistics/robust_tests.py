"""Tests that assume less, or something else, than the signed-rank test: a second opinion."""

from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray
from .intervals import CONFIDENCE
from .tests import ALPHA, SAME


@dataclass(frozen=True, slots=True)
class MedianInterval:
    """A median and an interval between two of the numbers."""

    median: float
    """nan where there is no number."""
    low: float
    """nan where there are too few numbers for the level: below 6 at 95 %."""
    high: float


def sign_test(differences: FloatArray) -> float:
    """Return the two-sided p of the sign test on differences (problems,).

    It counts on how many problems either strategy is better, and not by how much. Problems without
    a difference are left out; where there is no other, p is 1; without a problem nan.
    """
    from scipy import stats

    there = differences[~np.isnan(differences)]
    if not there.size:
        return np.nan
    moving = there[np.abs(there) > SAME]
    if not moving.size:
        return 1.0
    return float(stats.binomtest(int((moving < 0).sum()), moving.size).pvalue)


def median_interval(values: FloatArray, *, level: float = CONFIDENCE) -> MedianInterval:
    """Bound the median of (n,) independent numbers by two of them, whatever their distribution.

    The ranks are binomial quantiles (Thompson, 1936, Annals of Mathematical Statistics 7(3)): the
    interval holds the median at least as often as the level says. nan is left out.
    """
    from scipy import stats

    there = np.sort(values[~np.isnan(values)])
    if not there.size:
        return MedianInterval(np.nan, np.nan, np.nan)
    below = int(stats.binom.ppf((1 - level) / 2, there.size, 0.5))
    # `below` is the largest number of ranks to leave out at each end that keeps the level
    median = float(np.median(there))
    if below == 0:
        return MedianInterval(median, np.nan, np.nan)
    return MedianInterval(median, float(there[below - 1]), float(there[there.size - below]))


def nemenyi_difference(strategies: int, problems: int, *, alpha: float = ALPHA) -> float:
    """Return the difference of mean ranks from which on Nemenyi's test tells two strategies apart.

    Demsar, 2006, JMLR 7, section 3.2.2. Mean ranks depend on who else takes part, so the test does,
    too (Benavoli, Corani and Mangili, 2016, JMLR 17(5)).
    """
    quantile = _range_quantile(strategies, alpha) / np.sqrt(2)
    return float(quantile * _rank_error(strategies, problems))


def bonferroni_dunn_difference(strategies: int, problems: int, *, alpha: float = ALPHA) -> float:
    """Return the difference of mean ranks from which on a strategy differs from the control.

    Demsar, 2006, section 3.2.2: Bonferroni's correction over all strategies but the control.
    """
    from scipy import stats

    quantile = float(stats.norm.isf(alpha / (2 * (strategies - 1))))
    return float(quantile * _rank_error(strategies, problems))


def _range_quantile(numbers: int, alpha: float) -> float:
    """Return what the range of so many standard normal numbers exceeds with a probability of alpha.

    It is the studentized range with infinite degrees of freedom, which SciPy takes seconds for. The
    numbers lie within q above the least one, z, with the density n f(z) (F(z + q) - F(z))^(n-1);
    the trapezoidal rule is exact to rounding for so smooth a function.
    """
    from scipy import optimize, special, stats

    least = np.linspace(-12.0, 12.0, 481)
    density = numbers * stats.norm.pdf(least) * (least[1] - least[0])

    def missing(size: float) -> float:
        within = special.ndtr(least + size) - special.ndtr(least)
        return float(density @ within ** (numbers - 1)) - (1 - alpha)

    return float(optimize.brentq(missing, 0.0, 24.0, xtol=1e-12))


def _rank_error(strategies: int, problems: int) -> float:
    """Return the standard error of a difference of mean ranks where all strategies are the same."""
    return float(np.sqrt(strategies * (strategies + 1) / (6 * problems)))
