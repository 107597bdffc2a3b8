"""Whether two strategies differ on one problem: a test of its runs, instance by instance."""

import math

import numpy as np

from .arrays import FloatArray, IntArray
from .tests import ALPHA, holm

_EXACT = 120
"""Runs of two strategies on an instance up to which the distribution is computed in full."""


def stratified_rank_sum(first: FloatArray, second: FloatArray, instances: IntArray) -> float:
    """Return the two-sided p of the rank-sum test of two strategies' losses (seeds,).

    Runs are ranked within each instance, ties share their mean rank, and the sum of the first
    strategy's ranks over all instances is compared with that under all exchanges of runs within
    instances: exact, ties included, up to 120 runs an instance, and normal beyond. With one
    instance and no ties it is the test of Mann and Whitney (1947); with several, van Elteren's
    (1960) of equal weights. inf is the worst loss; nan, no run. p is nan where no instance has runs
    of both.
    """
    shares, expected, variance, excess = np.ones(1), 0.0, 0.0, 0.0
    exact, shared = True, False
    for instance in np.unique(instances):
        here = instances == instance
        one, other = (runs[here & ~np.isnan(runs)] for runs in (first, second))
        if not one.size or not other.size:
            continue
        shared = True
        ranks = _doubled_midranks(np.concatenate([one, other]))
        chosen, total = one.size, ranks.size
        mean = float(chosen * ranks.mean())
        expected += mean
        excess += float(ranks[:chosen].sum()) - mean
        variance += float(chosen * other.size / (total - 1) * ranks.var())
        exact = exact and total <= _EXACT
        if exact:
            shares = np.convolve(shares, _rank_sum_shares(ranks, chosen))
    if not shared:
        return np.nan
    if variance == 0:
        return 1.0
    if exact:
        sums = np.arange(len(shares)) - expected
        return min(float(shares[np.abs(sums) >= abs(excess) - 1e-6].sum()), 1.0)
    from scipy import stats

    return float(2 * stats.norm.sf(abs(excess) / np.sqrt(variance)))


def by_problem(first: FloatArray, second: FloatArray, instances: IntArray) -> FloatArray:
    """Return the p of each problem, corrected for their number (Holm), of losses (problems, seeds).

    `instances` are (problems, seeds). Corrected together are the tests that could have been
    significant by themselves, by the number of their runs, which is known before the results; p is
    nan for the others, and where the two have no runs on the same instance.
    """
    found = [
        stratified_rank_sum(*row) if smallest_rank_sum_p(*row) <= ALPHA else np.nan
        for row in zip(first, second, instances, strict=True)
    ]
    return holm(np.array(found))


def smallest_rank_sum_p(first: FloatArray, second: FloatArray, instances: IntArray) -> float:
    """Return the p of `stratified_rank_sum` where one strategy wins everywhere without a tie."""
    exchanges = 1.0
    for instance in np.unique(instances):
        one, other = (
            int((~np.isnan(runs[instances == instance])).sum()) for runs in (first, second)
        )
        exchanges *= math.comb(one + other, one)
    return min(2 / exchanges, 1.0)


def _doubled_midranks(losses: FloatArray) -> IntArray:
    """Rank (n,) losses from 1, ties sharing their mean rank, times 2 so that ranks are whole."""
    _, place, count = np.unique(losses, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((2 * last - count + 1)[place], dtype=np.int64)


def _rank_sum_shares(ranks: IntArray, chosen: int) -> FloatArray:
    """Return how often each sum comes up if so many of the ranks are drawn, from the sum 0 on."""
    table = np.zeros((chosen + 1, int(np.sort(ranks)[-chosen:].sum()) + 1))
    table[0, 0] = 1.0
    for rank in ranks.tolist():
        table[1:, rank:] += table[:-1, : table.shape[1] - rank]
    return np.asarray(table[chosen] / table[chosen].sum())
