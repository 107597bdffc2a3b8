"""Intervals around means of per-problem means, for this suite and for new problems like these.

In this file, runs are (problems, seeds, ...) with nan where there is no run.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from .arrays import FloatArray
from .instances import mean_over

Method: TypeAlias = Literal["t over problems", "t over seeds", "score over seeds", "none"]

CONFIDENCE = 0.95
"""How often an interval is to hold the truth."""
FEWEST_PROBLEMS = 8
"""The fewest problems for which there is an interval for new problems."""
FEWEST_SEEDS = 5
"""The fewest seeds on each problem for which there is an interval for these problems alone."""


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
    runs: FloatArray, bounds: Bounds | None = None, *, level: float = CONFIDENCE
) -> Interval:
    """Bound the mean on problems like these: the interval that claims of generality need.

    Every interval and band of a report for the mean of new problems is this one: Student's t on
    per-problem means. These vary by what problems differ in and by the luck of seeds, so the
    interval holds both. A column with runs on fewer than 8 problems has no interval: its ends are
    nan. For a difference, pass the differences within instances. `bounds` say what a run can come
    to, and no interval goes beyond what the mean can be; None: a run can be any number.
    """
    means = mean_over(runs, axis=1)
    count = (~np.isnan(means)).sum(axis=0)
    found = t_interval(means, level=level)
    low, high = (np.where(count < FEWEST_PROBLEMS, np.nan, end) for end in (found.low, found.high))
    method = method_for_new(int(count.max(initial=0)))
    return _within_bounds(Interval(found.mean, low, high, method), means, bounds)


def method_for_new(problems: int) -> Method:
    """Return the method of the interval for new problems around a mean over so many problems."""
    return "none" if problems < FEWEST_PROBLEMS else "t over problems"


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
