"""The median of positive numbers of which some are only known to lie between bounds."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from .arrays import FloatArray
from .intervals import CONFIDENCE, FEWEST_PROBLEMS


@dataclass(frozen=True, slots=True)
class Median:
    """A median over problems, as two bounds that are the same where it is known."""

    least: float
    """The lower bound: 0 where nothing bounds the median from below; nan without a number."""
    most: float
    """The upper bound: infinity where nothing bounds the median from above."""
    low: float
    """The lower end of the 95 % interval for new problems; nan under FEWEST_PROBLEMS."""
    high: float
    """The upper end of this interval."""


def censored_median(least: FloatArray, most: FloatArray, *, level: float = CONFIDENCE) -> Median:
    """Bound the median of numbers that have a lower bound, maybe 0, and an upper one, maybe inf.

    The bounds are (problems,), nan: no number; with an even number of problems the median is the
    geometric mean of the middle two. The interval lies between two of the sorted numbers at either
    end, interpolated by their logarithms so that it holds the median as often as the level says
    (Hettmansperger and Sheather, 1986, Statistics and Probability Letters 4(2)). It begins among
    the lower bounds and ends among the upper ones, so what is not known makes it wider.
    """
    there = ~np.isnan(least)
    count = int(there.sum())
    if not count:
        return Median(np.nan, np.nan, np.nan, np.nan)
    with np.errstate(divide="ignore"):  # the logarithm of 0
        bottom, top = (np.sort(np.log(each[there])) for each in (least, most))
        middle = float(np.exp(np.median(bottom))), float(np.exp(np.median(top)))
        if count < FEWEST_PROBLEMS:
            return Median(*middle, np.nan, np.nan)
        low, high = _between(bottom, level), -_between(-top[::-1], level)
        return Median(*middle, float(np.exp(low)), float(np.exp(high)))


def _between(ordered: FloatArray, level: float) -> float:
    """Return the lower end of the median's interval, of (n,) numbers that ascend."""
    below, share = _place(len(ordered), level)
    first, second = ordered[below - 1], ordered[below]
    return float(first if np.isinf(first) else (1 - share) * first + share * second)


@cache
def _place(n: int, level: float) -> tuple[int, float]:
    """Return the largest rank of n numbers that keeps the level, and how far beyond it the end is.

    The second number is the share of the way to the next rank.
    """
    from scipy import stats

    below = int(stats.binom.ppf((1 - level) / 2, n, 0.5))
    outer, inner = (1 - 2 * stats.binom.cdf(rank - 1, n, 0.5) for rank in (below, below + 1))
    excess = float((outer - level) / (outer - inner))
    return below, (n - below) * excess / (below + (n - 2 * below) * excess)
