"""Between which places each strategy of a ranking may stand on other problems like these."""

from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray
from .instances import mean_over
from .intervals import CONFIDENCE, FEWEST_PROBLEMS
from .resampling import REPLICATES, resampled_means


@dataclass(frozen=True, slots=True)
class RankRanges:
    """The places of strategies by their means, from 1; all nan below 8 problems."""

    best: FloatArray
    """(strategies,): the best place that each may have, one behind all that are surely ahead."""
    worst: FloatArray
    """(strategies,): the worst place, one before all that are surely behind."""


def rank_ranges(
    runs: FloatArray, *, level: float = CONFIDENCE, replicates: int = REPLICATES, seed: int = 0
) -> RankRanges:
    """Bound the places of strategies by their means of runs (problems, seeds, strategies).

    Another strategy is ahead or behind where the interval of the difference of the two means leaves
    out 0. The intervals of a strategy's differences hold all of them together at the level, so the
    range holds its place as often, ties included: the marginal confidence sets of Mogstad, Romano,
    Shaikh and Wilhelm (2024, Review of Economic Studies 91(1)). How much wider they are than one
    interval is found by the bootstrap, which draws problems, then seeds within each, for all
    strategies together; the quantile is that of Student's t, since problems are few. The places
    that a strategy has in 95 % of the resamples would be a narrower range, but where strategies
    are close, resamples add their own luck to that of the runs, and such ranges miss the place of
    the best of ten in half of all studies.

    Every strategy has a run on every problem; lower is better. The ranges hold for one strategy at
    a time.
    """
    problems, _, strategies = runs.shape
    if problems < FEWEST_PROBLEMS:
        nothing = np.full(strategies, np.nan)
        return RankRanges(nothing, nothing)
    drawn = resampled_means(runs, replicates=replicates, seed=seed)
    means = mean_over(runs, axis=1)
    best, worst = np.ones(strategies), np.full(strategies, float(strategies))
    for s in range(strategies):
        behind = means - means[:, s, None]
        centre, error = behind.mean(axis=0), behind.std(axis=0, ddof=1) / np.sqrt(problems)
        half = _quantile(drawn - drawn[:, s, None], problems, level) * error
        best[s] += (centre + half < 0).sum()
        worst[s] -= (centre - half > 0).sum()
    return RankRanges(best, worst)


def _quantile(drawn: FloatArray, problems: int, level: float) -> float:
    """Return how many standard errors hold all differences (replicates, strategies) together.

    The share of the resamples in which a single difference is as far from its mean as the furthest
    of all is in 1 - level of them is also the level of each of the t-intervals.
    """
    from scipy import special

    away, spread = np.abs(drawn - drawn.mean(axis=0)), drawn.std(axis=0)
    furthest = np.divide(away, spread, out=np.zeros_like(away), where=spread > 0).max(axis=1)
    single = special.ndtr(-np.quantile(furthest, level))
    return -float(special.stdtrit(problems - 1, single))
