"""Comparing runs on the same instance of a problem: the same split of data, or the same flips.

Instances of one problem differ in difficulty. Strategies are compared within each instance that
both have runs on; the results are averaged over these instances, then over problems. So the luck of
the split is in no comparison, and a strategy with fewer seeds gains and loses nothing by that.

In this file, `instances` are (problems, seeds): which instance a seed draws. Results have an axis
of instances, as long as the axis of the seeds and filled from its start; nan: no run there.
"""

import numpy as np
from numpy.typing import NDArray

from .arrays import FloatArray, IntArray

_ULPS = 8 * float(np.finfo(float).eps)
"""The share of the larger number up to which a difference of two is a rounding error."""


def instance_means(runs: FloatArray, instances: IntArray) -> FloatArray:
    """Average (strategies, problems, seeds, ...) within instances.

    Returns (strategies, problems, instances, ...); entries without a run are nan.
    """
    means = np.full(runs.shape, np.nan)
    for p, row in enumerate(instances):
        for i, seeds in enumerate(_seeds(row)):
            means[:, p, i] = mean_over(runs[:, p, seeds], axis=1)
    return means


def differences(means: FloatArray) -> FloatArray:
    """Subtract means within instances, (strategies, problems, instances, ...), pair by pair.

    Entry [a, b] of the answer, (strategies, strategies, problems, ...), is a's mean less b's,
    averaged over the instances that both have; nan where they share none.
    """
    return np.stack([mean_over(row[None] - means, axis=2) for row in means])


def common_means(means: FloatArray) -> FloatArray:
    """Average means within instances over the instances that all strategies have.

    Means are (strategies, problems, instances, ...), the answer is (strategies, problems, ...); nan
    where the strategies share no instance.
    """
    shared = ~np.isnan(means).any(axis=0)
    return mean_over(np.where(shared, means, np.nan), axis=2)


def chances(losses: FloatArray, instances: IntArray, resolution: FloatArray) -> FloatArray:
    """Return P(A lower) + P(tie)/2 over all pairs of runs on one instance (Vargha, Delaney, 2000).

    Losses are (strategies, problems, seeds), inf where a run holds nothing; they tie where they
    differ by no more than the `resolution` (problems, seeds) or by rounding. The answer is
    (strategies, strategies, problems, instances), A first; nan where one of the two has no run.
    """
    k, problems, seeds = losses.shape
    found = np.full((k, k, problems, seeds), np.nan)
    for p, row in enumerate(instances):
        for i, here in enumerate(_seeds(row)):
            found[:, :, p, i] = _chances(losses[:, p, here], float(resolution[p, here[0]]))
    return found


def instance_ranks(losses: FloatArray, instances: IntArray, resolution: FloatArray) -> FloatArray:
    """Return ranks from 1 within each instance, expected over all pairs of runs there.

    A rank is 1 + the sum over the others of P(other lower) + P(tie)/2. Losses are (strategies,
    problems, seeds, ...) as in `chances`, ranks (strategies, problems, instances, ...). Strategies
    are ranked on each problem among those that have a run there. Where another strategy has no run
    on an instance, its chance is the mean over the instances that the two share, and half where
    they share none.
    """
    ranks = np.full(losses.shape, np.nan)
    for p, row in enumerate(instances):
        groups = _seeds(row)
        tables = [_chances(losses[:, p, here], float(resolution[p, here[0]])) for here in groups]
        if tables:
            ranks[:, p, : len(tables)] = _ranks(np.stack(tables))
    return ranks


def run_ranks(losses: FloatArray, instances: IntArray, resolution: FloatArray) -> FloatArray:
    """Return the rank of each run, from 1, expected over all pairings with others' runs there.

    Losses are (strategies, problems, seeds) as in `chances`, ranks (problems, seeds, strategies):
    1 + the sum over the other strategies of the share of their runs on the instance that are lower,
    ties counted half. A strategy without a run there counts half.
    """
    ranks = np.full(losses.shape, np.nan)
    for p, row in enumerate(instances):
        for here in _seeds(row):
            runs = losses[:, p, here]
            slack = max(float(resolution[p, here[0]]), 0.0)
            for s, own in enumerate(runs):
                with np.errstate(over="ignore", invalid="ignore"):  # inf ties with inf
                    gap = own[:, None, None] - runs[None]  # runs of s, strategies, their runs
                least = np.maximum(np.abs(np.where(np.isfinite(runs), runs, 0.0)) * _ULPS, slack)
                won = 0.5 * (1.0 + (gap > least) - (gap < -least))
                lost = mean_over(np.where(np.isnan(runs)[None], np.nan, won), axis=2)
                lost[:, s] = 0.0
                ranks[s, p, here] = 1 + np.where(np.isnan(lost), 0.5, lost).sum(axis=1)
    return np.moveaxis(np.where(np.isnan(losses), np.nan, ranks), 0, -1)


def mean_over(values: FloatArray, axis: int) -> FloatArray:
    """Average the numbers along an axis that are not nan; nan where all are."""
    there = ~np.isnan(values)
    count = there.sum(axis=axis)
    total = np.where(there, values, 0.0).sum(axis=axis)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _seeds(instances: IntArray) -> list[NDArray[np.intp]]:
    """Return the positions of the seeds of each instance."""
    return [np.flatnonzero(instances == each) for each in np.unique(instances)]


def _chances(runs: FloatArray, resolution: float) -> FloatArray:
    """Return the chances (A, B, ...) of A against B over all pairs of (strategies, runs, ...)."""
    k, seeds, *rest = runs.shape
    sizes = np.where(np.isfinite(runs), np.abs(runs), 0.0)
    slack = np.maximum(sizes * _ULPS, resolution)
    ahead = np.zeros((k, k, *rest), dtype=np.int64)  # pairs that A wins, less those that B wins
    for r in range(seeds):
        for q in range(r, seeds):
            with np.errstate(over="ignore", invalid="ignore"):  # inf ties with inf
                gap = runs[None, :, q] - runs[:, None, r]
            least = np.maximum(slack[None, :, q], slack[:, None, r])
            won = (gap > least).astype(np.int64) - (gap < -least)
            ahead += won
            if q > r:  # the same pair of runs, seen from B
                ahead -= np.swapaxes(won, 0, 1)
    runs_of = (~np.isnan(runs)).sum(axis=1)
    pairs = runs_of[:, None] * runs_of[None]
    return np.where(pairs > 0, 0.5 * (pairs + ahead) / np.maximum(pairs, 1), np.nan)


def _ranks(tables: FloatArray) -> FloatArray:
    """Return the ranks (A, instances, ...) by the chances (instances, A, B, ...)."""
    usual = mean_over(tables, axis=0)
    own = np.einsum("iaa...->ia...", tables)
    ran = ~np.isnan(own).all(axis=0)
    usual = np.where(np.isnan(usual), 0.5 * (ran[None] & ran[:, None]), usual)
    lost = np.where(np.isnan(tables), usual, tables).sum(axis=1)  # over A: who beats B
    return np.moveaxis(np.where(np.isnan(own), np.nan, 0.5 + lost), 0, 1)
