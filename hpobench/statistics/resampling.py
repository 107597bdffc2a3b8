"""Resampling of runs: problems are drawn with replacement, then seeds within each drawn problem.

In this file, runs are (problems, seeds, columns) with nan where there is no run. Columns
(strategies) are resampled alike, so that differences are paired. Resampling has its own generator
(PCG64) and a fixed seed: equal arguments give equal bytes.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .arrays import BoolArray, FloatArray

REPLICATES = 10_000
"""How often the bootstrap resamples."""
_CHUNK = 1000
"""How many replicates are drawn at once, which bounds the memory."""


def resampled_means(runs: FloatArray, *, replicates: int = REPLICATES, seed: int = 0) -> FloatArray:
    """Return the means of runs (problems, seeds, columns) in each resample: (replicates, columns).

    Columns with runs on the same problems share the drawn problems, so that their means can be
    compared in each resample.
    """
    found = np.full((replicates, runs.shape[2]), np.nan)
    for columns, present in column_groups(runs):
        there = present.any(axis=1)
        if there.any():
            generator = np.random.Generator(np.random.PCG64(seed))
            data = np.where(present[..., None], runs[..., columns], 0.0)[there]
            weights = _weights(present[there], replicates, generator)
            found[:, columns] = weights @ data.reshape(-1, len(columns))
    return found


def column_groups(flat: FloatArray) -> Iterator[tuple[NDArray[np.intp], BoolArray]]:
    """Yield the columns of (problems, seeds, columns) that have runs in the same places.

    With each group of columns comes where it has runs, (problems, seeds).
    """
    if flat.size == 0:
        return
    there = ~np.isnan(flat)
    patterns, group = np.unique(there.reshape(-1, there.shape[2]), axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        present = patterns[:, number].reshape(there.shape[:2])
        yield np.flatnonzero(group.ravel() == number), present


def _weights(present: BoolArray, replicates: int, rng: np.random.Generator) -> FloatArray:
    """Return how much each run weighs in each replicate, (replicates, problems x seeds).

    A replicate's mean over drawn problems of means over drawn seeds is linear in the runs: one
    product with the runs makes all replicates.
    """
    problems, seeds = present.shape
    counts = present.sum(axis=1)
    order = np.argsort(~present, axis=1, kind="stable")
    weights = np.empty((replicates, problems * seeds))
    for start in range(0, replicates, _CHUNK):
        size = min(_CHUNK, replicates - start)
        drawn = rng.integers(problems, size=(size, problems))[..., None]
        picked = (rng.random((size, problems, seeds)) * counts[drawn]).astype(np.intp)
        run = drawn * seeds + order[drawn, picked]
        replicate = np.arange(size)[:, None, None] * problems * seeds
        share = (np.arange(seeds) < counts[drawn]) / (counts[drawn] * problems)
        total = np.bincount((replicate + run).ravel(), share.ravel(), size * problems * seeds)
        weights[start : start + size] = total.reshape(size, -1)
    return weights
