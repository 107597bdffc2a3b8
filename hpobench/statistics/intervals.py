"""Intervals around means of per-problem means, for this suite and for new problems like these.

In this file, runs are (problems, seeds, ...) with nan where there is no run. Entries along the
trailing axes (strategies, a grid) are resampled alike, so that differences are paired. Resampling
has its own generator (PCG64) and a fixed seed: equal arguments give equal bytes.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .arrays import BoolArray, FloatArray
from .instances import mean_over

Method: TypeAlias = Literal[
    "two-level bootstrap", "t over problems", "t over seeds", "score over seeds", "none"
]

CONFIDENCE = 0.95
"""How often an interval is to hold the truth."""
REPLICATES = 10_000
"""How often the bootstrap resamples."""
FEWEST_PROBLEMS = 8
"""The fewest problems for which there is an interval for new problems."""
ENOUGH_PROBLEMS = 20
"""The fewest problems for which the interval for new problems is a bootstrap: with fewer, it is
Student's t on per-problem means."""
FEWEST_SEEDS = 5
"""The fewest seeds on each problem for which there is an interval for these problems alone."""
_COLUMNS = 256
"""How many trailing columns are resampled at once, which bounds the memory."""
_CHUNK = 1000
"""How many replicates are drawn or copied at once, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over problems and its interval, pointwise; the arrays have the trailing shape."""

    mean: FloatArray
    """nan where no problem has a run."""
    low: FloatArray
    """The lower ends; nan where the data allow no interval, as each function says."""
    high: FloatArray
    """The upper ends; nan where the lower ones are."""
    method: Method


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest that a run on each problem can come to: (problems,) arrays."""

    least: FloatArray
    most: FloatArray


def new_problems(
    runs: FloatArray,
    bounds: Bounds | None = None,
    *,
    level: float = CONFIDENCE,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Interval:
    """Bound the mean on problems like these: the interval that claims of generality need.

    Every interval and band of a report for new problems is this one. A column with runs on fewer
    than 8 problems has no interval: its ends are nan. With 8 or more, the interval is Student's t
    on per-problem means. With 20 or more, it is the two-level bootstrap where that is wider, as it
    is unless seeds hardly differ or there is only one. The method is that of the column with the
    most problems. For a difference, pass the differences within instances. `bounds` say what a run
    can come to, and no interval goes beyond what the mean can be; None: a run can be any number.
    """
    means = mean_over(runs, axis=1)
    count = (~np.isnan(means)).sum(axis=0)
    found = t_interval(means, level=level)
    few, enough = count < FEWEST_PROBLEMS, count >= ENOUGH_PROBLEMS
    low, high = np.where(few, np.nan, found.low), np.where(few, np.nan, found.high)
    if enough.any():
        wide = two_level(runs[..., enough], level=level, replicates=replicates, seed=seed)
        low[enough] = np.minimum(low[enough], wide.low)
        high[enough] = np.maximum(high[enough], wide.high)
    method = method_for_new(int(count.max(initial=0)))
    return _within_bounds(Interval(found.mean, low, high, method), means, bounds)


def method_for_new(problems: int) -> Method:
    """Return the method of the interval for new problems around a mean over so many problems."""
    if problems < FEWEST_PROBLEMS:
        return "none"
    return "t over problems" if problems < ENOUGH_PROBLEMS else "two-level bootstrap"


def two_level(
    runs: FloatArray, *, level: float = CONFIDENCE, replicates: int = REPLICATES, seed: int = 0
) -> Interval:
    """Resample problems, then seeds within each drawn one (percentile bootstrap).

    The ends are nan where fewer than 8 problems have a run.
    """
    tails = [(1 - level) / 2, (1 + level) / 2]
    trailing = runs.shape[2:]
    flat = runs.reshape(*runs.shape[:2], math.prod(trailing))
    bounds = np.full((2, flat.shape[2]), np.nan)
    for columns, weights, data in _resampled(flat, replicates, seed, fewest=FEWEST_PROBLEMS):
        for start in range(0, len(columns), _COLUMNS):
            estimates = _transposed(weights @ data[:, start : start + _COLUMNS])
            estimates.sort(axis=1)  # quantiles of rows that are sorted take half the time
            part = columns[start : start + _COLUMNS]
            bounds[:, part] = np.quantile(estimates, tails, axis=1, overwrite_input=True)
    low, high = bounds.reshape(2, *trailing)
    return Interval(mean_over(mean_over(runs, axis=1), axis=0), low, high, "two-level bootstrap")


def resampled_means(runs: FloatArray, *, replicates: int = REPLICATES, seed: int = 0) -> FloatArray:
    """Return the means of runs (problems, seeds, columns) in each resample: (replicates, columns).

    Problems are drawn with replacement, then seeds within each drawn one. Columns with runs on the
    same problems share the drawn problems, so that their means can be compared in each resample.
    """
    found = np.full((replicates, runs.shape[2]), np.nan)
    for columns, weights, data in _resampled(runs, replicates, seed):
        found[:, columns] = weights @ data
    return found


def within_problems(
    runs: FloatArray, bounds: Bounds | None = None, *, level: float = CONFIDENCE
) -> Interval:
    """Bound the mean on these very problems, for other seeds, by Student's t.

    The variances of the problems' means are summed, and the degrees of freedom are Satterthwaite's
    (1946, Biometrics Bulletin 2(6)), so that few seeds widen the interval by as much as they
    should. The ends are nan where some problem has fewer than 5 runs. `bounds` say what a run can
    come to, and no interval goes beyond what the mean can be; None: a run can be any number.
    """
    count = (~np.isnan(runs)).sum(axis=1)
    means = mean_over(runs, axis=1)
    squares = np.where(np.isnan(runs), 0.0, runs - means[:, None]) ** 2
    rest = np.maximum(count - 1, 1)
    variances = squares.sum(axis=1) / rest / np.maximum(count, 1)
    total, parts = variances.sum(axis=0), (variances**2 / rest).sum(axis=0)
    freedom = np.divide(total**2, parts, out=np.ones(total.shape), where=parts > 0)
    problems = (count > 0).sum(axis=0)
    half = _student(freedom, level) * np.sqrt(total) / np.maximum(problems, 1)
    fewest = np.where(count > 0, count, FEWEST_SEEDS).min(axis=0, initial=FEWEST_SEEDS)
    half = np.where((fewest < FEWEST_SEEDS) | (problems == 0), np.nan, half)
    mean = mean_over(means, axis=0)
    return _within_bounds(Interval(mean, mean - half, mean + half, "t over seeds"), means, bounds)


def t_interval(means: FloatArray, *, level: float = CONFIDENCE) -> Interval:
    """Bound the mean of per-problem means (problems, ...) by Student's t.

    The interval covers as often as it says where the means are normal, and less often where they
    are skewed. Its ends are nan below two problems.
    """
    count = (~np.isnan(means)).sum(axis=0)
    mean = mean_over(means, axis=0)
    squares = np.where(np.isnan(means), 0.0, means - mean) ** 2
    freedom = np.where(count > 1, count - 1, np.nan)
    error = np.sqrt(squares.sum(axis=0) / freedom / np.maximum(count, 1))
    half = _student(freedom, level) * error
    return Interval(mean, mean - half, mean + half, "t over problems")


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


def _within_bounds(found: Interval, means: FloatArray, bounds: Bounds | None) -> Interval:
    """Cut off the parts of an interval in which the mean of per-problem means can't be.

    The mean over problems lies between the means of their bounds; the interval holds it even where
    rounding has put it beyond them.
    """
    if bounds is None:
        return found
    there = ~np.isnan(means)
    trailing = (-1, *[1] * (means.ndim - 1))
    least, most = (
        mean_over(np.where(there, bound.reshape(trailing), np.nan), axis=0)
        for bound in (bounds.least, bounds.most)
    )
    low = np.minimum(np.maximum(found.low, least), found.mean)
    high = np.maximum(np.minimum(found.high, most), found.mean)
    return Interval(found.mean, low, high, found.method)


def _student(freedom: FloatArray, level: float) -> FloatArray:
    """Return the two-sided quantiles of Student's t; nan where the degrees of freedom are nan."""
    from scipy import stats

    return np.asarray(stats.t.ppf(0.5 + level / 2, freedom))


def _resampled(
    flat: FloatArray, replicates: int, seed: int, *, fewest: int = 1
) -> Iterator[tuple[NDArray[np.intp], FloatArray, FloatArray]]:
    """Yield columns of (problems, seeds, columns), and two arrays whose product is their resamples.

    The first array are the weights of the runs, (replicates, runs), the second the runs, (runs,
    columns). Columns with runs on fewer than `fewest` problems are left out.
    """
    for columns, present in column_groups(flat):
        there = present.any(axis=1)
        if there.sum() >= fewest:
            generator = np.random.Generator(np.random.PCG64(seed))
            data = np.where(present[..., None], flat[..., columns], 0.0)[there]
            weights = _weights(present[there], replicates, generator)
            yield columns, weights, data.reshape(-1, len(columns))


def _transposed(table: FloatArray) -> FloatArray:
    """Return a copy whose rows are the columns, made in blocks that the processor's cache holds."""
    turned = np.empty(table.shape[::-1])
    for start in range(0, len(table), _CHUNK):
        turned[:, start : start + _CHUNK] = table[start : start + _CHUNK].T
    return turned


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
