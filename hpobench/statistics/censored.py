"""The median of positive numbers of which some are only known to lie between bounds."""

from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray
from .intervals import CONFIDENCE, FEWEST_PROBLEMS, REPLICATES


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


def censored_median(
    least: FloatArray,
    most: FloatArray,
    drawn_least: FloatArray,
    drawn_most: FloatArray,
    *,
    level: float = CONFIDENCE,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Median:
    """Bound the median of numbers that have a lower bound, maybe 0, and an upper one, maybe inf.

    The bounds `least` and `most` are (problems,); with an even number of problems the median is the
    geometric mean of the middle two. The interval is a two-level bootstrap: problems are drawn with
    replacement, and for each of them one of its draws of seeds, (problems, draws). The interval
    begins at a quantile of the lower bound and ends at one of the upper bound, so what is not known
    makes it wider.
    """
    there = ~np.isnan(least)
    count = int(there.sum())
    if not count:
        return Median(np.nan, np.nan, np.nan, np.nan)
    with np.errstate(divide="ignore"):  # the logarithm of 0
        bottom, top = (float(np.exp(np.median(np.log(each[there])))) for each in (least, most))
        if count < FEWEST_PROBLEMS:
            return Median(bottom, top, np.nan, np.nan)
        rng = np.random.Generator(np.random.PCG64(seed))
        problems = np.flatnonzero(there)[rng.integers(count, size=(replicates, count))]
        width = drawn_least.shape[1]
        chosen = problems * width + rng.integers(width, size=problems.shape)
        tail = (1 - level) / 2
        low = _quantile(np.log(drawn_least).ravel()[chosen], tail)
        high = _quantile(np.log(drawn_most).ravel()[chosen], 1 - tail)
    return Median(bottom, top, low, high)


def _quantile(logs: FloatArray, share: float) -> float:
    """Return a quantile of the rows' medians; it is one of them, never a mean of infinities."""
    medians = np.median(logs, axis=1)
    return float(np.exp(np.quantile(medians, share, method="inverted_cdf")))
