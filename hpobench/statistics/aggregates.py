"""Other summaries of all runs than their mean: each looks at another part of them.

Runs are bounded regrets (problems, seeds, ...), nan where there is no run; what trails is treated
alike. Each problem weighs the same, however many seeds it has. Agarwal, Schwarzer, Castro,
Courville and Bellemare, 2021, NeurIPS 34, section 4.
"""

import numpy as np

from .arrays import FloatArray
from .instances import mean_over

TRIMMED = 0.25
"""The share of the runs that the interquartile mean leaves out at each end."""


def interquartile_mean(runs: FloatArray) -> FloatArray:
    """Return the mean of the middle half of all runs, (...).

    It is steadier than the mean, and silent about the problems that are easiest and hardest. A run
    at the edge of a quarter counts in part: where all problems have equally many seeds and the
    number of runs is a multiple of 4, it is the mean of the runs that are left.
    """
    there = ~np.isnan(runs)
    problems = there.any(axis=1).sum(axis=0)
    seeds = np.maximum(there.sum(axis=1, keepdims=True), 1)
    shares = (there / seeds / np.maximum(problems, 1)).reshape(-1, *runs.shape[2:])
    values = runs.reshape(shares.shape)
    order = np.argsort(values, axis=0)  # nan last, with a share of 0
    shares = np.take_along_axis(shares, order, axis=0)
    values = np.nan_to_num(np.take_along_axis(values, order, axis=0))
    ends = np.cumsum(shares, axis=0)
    kept = np.minimum(ends, 1 - TRIMMED) - np.maximum(ends - shares, TRIMMED)
    total = (np.maximum(kept, 0.0) * values).sum(axis=0)
    return np.where(problems > 0, total / (1 - 2 * TRIMMED), np.nan)


def optimality_gap(runs: FloatArray) -> FloatArray:
    """Return by how much runs miss the reference on average, (...); what is below counts as 0."""
    missed = np.where(np.isnan(runs), np.nan, np.maximum(runs, 0.0))
    return mean_over(mean_over(missed, axis=1), axis=0)


def score_distribution(runs: FloatArray, thresholds: FloatArray) -> FloatArray:
    """Return the share of runs whose regret is at most each threshold, (..., thresholds).

    The performance profile of Agarwal et al., for numbers of which lower is better.
    """
    there = ~np.isnan(runs)[..., None]
    below = np.where(there, runs[..., None] <= thresholds, np.nan)
    return mean_over(mean_over(below, axis=1), axis=0)


def quantile_differences(first: FloatArray, second: FloatArray, shares: FloatArray) -> FloatArray:
    """Return how far two strategies' quantiles of runs (problems, seeds) are apart, by problem.

    The result, (problems, shares), is the first's quantile over seeds less the second's, linear in
    between; nan where one of them has no run. Near the share 0 it compares lucky runs, near 1
    unlucky ones.
    """
    found = np.full((len(first), len(shares)), np.nan)
    for row, both in zip(found, zip(first, second, strict=True), strict=True):
        one, other = (runs[~np.isnan(runs)] for runs in both)
        if one.size and other.size:
            row[:] = np.quantile(one, shares) - np.quantile(other, shares)
    return found
