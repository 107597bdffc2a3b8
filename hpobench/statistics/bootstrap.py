"""Intervals around means of per-problem means, for this suite and for new problems like these.

Runs are (problems, seeds, ...) with nan where there is none; what trails (strategies, a grid) is
resampled together, so that differences are paired. The resampling has its own generator (PCG64)
and a fixed seed: equal arguments give equal bytes.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
Method: TypeAlias = Literal["two-level bootstrap", "t", "within-problem bootstrap", "none"]
_Draw: TypeAlias = Callable[[int, int, np.random.Generator], NDArray[np.intp]]

REPLICATES = 10_000
FEWEST_PROBLEMS = 8
"""With fewer there is no interval for new problems."""
ENOUGH_PROBLEMS = 20
"""With fewer, the interval for new problems is Student's t on per-problem means."""
T_COVERAGE = (0.91, 0.96)
"""What Student's 95 % interval covers with 8 to 14 problems of 5 to 30 seeds each, simulated: the
first where problems differ exponentially, the second where normally (interaction .15, noise .3)."""
_COLUMNS = 256
"""Trailing columns resampled at once: it bounds the memory."""
_CHUNK = 1000
"""Replicates drawn at once, likewise."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over problems and its interval, pointwise; the arrays have the trailing shape."""

    mean: FloatArray
    """nan where no problem has a run."""
    low: FloatArray
    """nan where the data allow none; each function says when."""
    high: FloatArray
    method: Method


def new_problems(
    runs: FloatArray, *, level: float = 0.95, replicates: int = REPLICATES, seed: int = 0
) -> Interval:
    """Bound the mean on problems like these: the interval that claims of generality need.

    Two-level bootstrap from 20 problems on, Student's t on per-problem means from 8 on; below that
    the method is "none" and the bounds are nan. For a difference, pass the difference of the runs.
    """
    if len(runs) >= ENOUGH_PROBLEMS:
        return two_level(runs, level=level, replicates=replicates, seed=seed)
    means = _seed_means(runs)
    if len(runs) >= FEWEST_PROBLEMS:
        return t_interval(means, level=level)
    mean = _mean(means)
    return Interval(mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan), "none")


def two_level(
    runs: FloatArray, *, level: float = 0.95, replicates: int = REPLICATES, seed: int = 0
) -> Interval:
    """Resample problems, then seeds within each drawn one (percentile bootstrap).

    The bounds are nan where fewer than 8 problems have a run.
    """
    low, high = _percentiles(
        runs,
        _draw_problems,
        fewest=FEWEST_PROBLEMS,
        level=level,
        replicates=replicates,
        seed=seed,
    )
    return Interval(_mean(_seed_means(runs)), low, high, "two-level bootstrap")


def within_problems(
    runs: FloatArray, *, level: float = 0.95, replicates: int = REPLICATES, seed: int = 0
) -> Interval:
    """Resample the seeds within each problem alone: the interval for this very suite.

    The bounds are nan where no problem has two seeds: one seed says nothing of others.
    """
    low, high = _percentiles(
        runs, _keep_problems, fewest=1, level=level, replicates=replicates, seed=seed
    )
    single = (~np.isnan(runs)).sum(axis=1).max(axis=0, initial=0) < 2
    low, high = np.where(single, np.nan, low), np.where(single, np.nan, high)
    return Interval(_mean(_seed_means(runs)), low, high, "within-problem bootstrap")


def t_interval(means: FloatArray, *, level: float = 0.95) -> Interval:
    """Bound the mean of per-problem means (problems, ...) by Student's t.

    It covers what it says where the means are normal, less where they are skewed: T_COVERAGE. The
    bounds are nan below two problems.
    """
    from scipy import stats

    count = (~np.isnan(means)).sum(axis=0)
    mean = _mean(means)
    squares = np.where(np.isnan(means), 0.0, means - mean) ** 2
    freedom = np.where(count > 1, count - 1, np.nan)
    error = np.sqrt(squares.sum(axis=0) / freedom / np.maximum(count, 1))
    half = stats.t.ppf(0.5 + level / 2, freedom) * error
    return Interval(mean, mean - half, mean + half, "t")


def _seed_means(runs: FloatArray) -> FloatArray:
    """Average (problems, seeds, ...) over the seeds there are: (problems, ...)."""
    return _mean(np.moveaxis(runs, 1, 0))


def _mean(values: FloatArray) -> FloatArray:
    """Average over the first axis, without nan; nan where there is nothing else."""
    there = ~np.isnan(values)
    count = there.sum(axis=0)
    total = np.where(there, values, 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _percentiles(
    runs: FloatArray, draw: _Draw, *, fewest: int, level: float, replicates: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Return both bounds, of the trailing shape; nan where fewer problems have a run."""
    tails = [(1 - level) / 2, (1 + level) / 2]
    trailing = runs.shape[2:]
    flat = runs.reshape(*runs.shape[:2], math.prod(trailing))
    bounds = np.full((2, flat.shape[2]), np.nan)
    for columns, present in _groups(flat):
        there = present.any(axis=1)
        if there.sum() < fewest:
            continue
        generator = np.random.Generator(np.random.PCG64(seed))
        weights = _weights(present[there], draw, replicates, generator)
        data = np.where(present[..., None], flat[..., columns], 0.0)[there]
        data = data.reshape(-1, len(columns))
        for start in range(0, len(columns), _COLUMNS):
            estimates = weights @ data[:, start : start + _COLUMNS]
            part = columns[start : start + _COLUMNS]
            bounds[:, part] = np.quantile(estimates, tails, axis=0)
    return bounds[0].reshape(trailing), bounds[1].reshape(trailing)


def _groups(flat: FloatArray) -> Iterator[tuple[NDArray[np.intp], NDArray[np.bool_]]]:
    """Yield columns of (problems, seeds, columns) with runs in the same cells, and those cells."""
    if flat.size == 0:
        return
    there = ~np.isnan(flat)
    patterns, group = np.unique(there.reshape(-1, there.shape[2]), axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        cells = patterns[:, number].reshape(there.shape[:2])
        yield np.flatnonzero(group.ravel() == number), cells


def _weights(
    present: NDArray[np.bool_], draw: _Draw, replicates: int, rng: np.random.Generator
) -> FloatArray:
    """Return what each cell weighs in each replicate, (replicates, problems x seeds).

    A replicate's mean over drawn problems of means over drawn seeds is linear in the runs: one
    product with the runs makes all replicates.
    """
    problems, seeds = present.shape
    counts = present.sum(axis=1)
    order = np.argsort(~present, axis=1, kind="stable")
    weights = np.empty((replicates, problems * seeds))
    for start in range(0, replicates, _CHUNK):
        size = min(_CHUNK, replicates - start)
        drawn = draw(size, problems, rng)[..., None]
        picked = (rng.random((size, problems, seeds)) * counts[drawn]).astype(np.intp)
        cell = drawn * seeds + order[drawn, picked]
        replicate = np.arange(size)[:, None, None] * problems * seeds
        share = (np.arange(seeds) < counts[drawn]) / (counts[drawn] * problems)
        total = np.bincount((replicate + cell).ravel(), share.ravel(), size * problems * seeds)
        weights[start : start + size] = total.reshape(size, -1)
    return weights


def _draw_problems(replicates: int, problems: int, rng: np.random.Generator) -> NDArray[np.intp]:
    return rng.integers(problems, size=(replicates, problems))


def _keep_problems(replicates: int, problems: int, rng: np.random.Generator) -> NDArray[np.intp]:  # noqa: ARG001  # no luck
    return np.broadcast_to(np.arange(problems), (replicates, problems))
