"""Between which places each strategy of a ranking may stand on other problems like these."""

from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray
from .intervals import CONFIDENCE, FEWEST_PROBLEMS, resampled_means

REPLICATES = 10_000


@dataclass(frozen=True, slots=True)
class RankRanges:
    """The places of strategies by their means; all nan below 8 problems."""

    best: FloatArray
    """(strategies,): the place, from 1, that each keeps or misses in 95 % of the resamples."""
    worst: FloatArray
    shares: FloatArray
    """(strategies, places): how often each strategy is first, second, ..."""


def rank_ranges(
    runs: FloatArray, *, level: float = CONFIDENCE, replicates: int = REPLICATES, seed: int = 0
) -> RankRanges:
    """Rank strategies by their means of runs (problems, seeds, strategies) in bootstrap samples.

    Problems are drawn with replacement, then seeds within each, for all strategies together; every
    strategy has a run on every problem. Lower is better, and strategies that tie share the better
    place. The ranges hold for one strategy at a time.
    """
    problems, _, strategies = runs.shape
    if problems < FEWEST_PROBLEMS:
        nothing = np.full(strategies, np.nan)
        return RankRanges(nothing, nothing, np.full((strategies, strategies), np.nan))
    means = resampled_means(runs, replicates=replicates, seed=seed)
    places = 1 + (means[:, None, :] < means[:, :, None]).sum(axis=2)
    tails = [(1 - level) / 2, (1 + level) / 2]
    best, worst = np.quantile(places, tails, axis=0, method="inverted_cdf")
    every = np.arange(1, strategies + 1)
    return RankRanges(best, worst, (places[..., None] == every).mean(axis=0))
