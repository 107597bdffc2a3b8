"""Tests of differences between strategies, with the problem as the unit of analysis.

In this file, a difference is that of two strategies' winsorised regrets on one problem, averaged
over the instances that both have runs on; nan: they share none, and the problem is left out.
"""

from dataclasses import dataclass, replace
from math import factorial

import numpy as np
from numpy.typing import NDArray

from .arrays import BoolArray, FloatArray, IntArray

ALPHA = 0.05
"""The level of every test."""
_EXACT = 200
"""The number of problems up to which the signed-rank distribution is computed exactly."""
SAME = 1e-10
"""The difference of normalised regrets below which it is a rounding error, and taken for zero."""


@dataclass(frozen=True, slots=True)
class Family:
    """P-values of comparisons that are corrected together; all arrays have one shape."""

    raw: FloatArray
    """The p-values before the correction; nan where a strategy would meet itself, and where two
    strategies share no problem."""
    adjusted: FloatArray
    """The p-values after the correction; nan where `raw` is, and where too few problems were run:
    no outcome could have been significant, see `smallest_p`."""
    problems: IntArray
    """The number of problems that each test is over."""
    tests: int
    """The number of tests that are corrected together: those that could have been significant by
    themselves. The others never reject, whatever the data, and which these are is known before the
    data; so the chance of any false rejection is no larger without them."""
    alpha: float
    """The level of the tests together."""

    @property
    def possible(self) -> BoolArray:
        """Whether a test could be significant after the correction, if all its problems agreed."""
        return smallest_p(self.problems) <= self.alpha / max(self.tests, 1)


@dataclass(frozen=True, slots=True)
class Omnibus:
    """Whether any strategy differs; all is nan below two strategies or two problems."""

    problems: int
    """The number of problems on which every strategy has a run: the others are left out."""
    chi_square: float
    """Friedman's statistic, corrected for ties."""
    p: float
    """The p-value of Friedman's statistic."""
    f: float
    """Iman and Davenport's statistic; inf where all problems agree."""
    f_p: float
    """The p-value of Iman and Davenport's statistic."""


def wilcoxon(differences: FloatArray) -> float:
    """Return the two-sided p of the signed-rank test on differences (problems,).

    Zero differences are ranked and split between the signs (zsplit). The distribution given the
    ranks, ties included, is exact up to 200 problems and normal beyond. The answer is 1 where all
    differences are zero, and nan without a problem.
    """
    there = differences[~np.isnan(differences)]
    if not there.size:
        return np.nan
    rounded = np.round(there / SAME) * SAME
    ranks = _midranks(np.abs(rounded))
    moving = ranks[rounded != 0]
    excess = abs(float(np.sum(np.sign(rounded) * ranks)))
    if len(moving) == 0:
        return 1.0
    if len(moving) <= _EXACT:
        return _exact_tail(np.rint(2 * moving).astype(np.intp), round(2 * excess))
    from scipy import stats

    return float(2 * stats.norm.sf(excess / np.sqrt(np.sum(moving**2))))


def smallest_p(problems: IntArray | int) -> FloatArray:
    """Return 2^(1-problems), the p of the signed-rank test where all problems agree."""
    return np.minimum(2.0 ** (1.0 - np.asarray(problems)), 1.0)


def problems_needed(tests: int, alpha: float = ALPHA) -> int:
    """Return the fewest problems with which any of so many tests can reject, after Holm."""
    problems = 1
    while smallest_p(problems) > alpha / tests:
        problems += 1
    return problems


def holm(p: FloatArray) -> FloatArray:
    """Adjust p-values of any shape for their number (Holm, 1979); nan stays and does not count."""
    flat = p.ravel()
    order = np.argsort(flat, kind="stable")
    order = order[~np.isnan(flat[order])]
    factors = np.arange(len(order), 0, -1)
    adjusted = np.full(flat.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * flat[order]), 1.0)
    return adjusted.reshape(p.shape)


def against(differences: FloatArray, comparator: int, *, alpha: float = ALPHA) -> Family:
    """Test each strategy against the comparator: the primary family.

    Differences are (strategies, strategies, problems). The family's arrays are (strategies,); the
    comparator's own entries are nan.
    """
    chosen = differences[:, comparator].copy()
    chosen[comparator] = np.nan
    return _family(chosen, alpha)


def all_pairs(differences: FloatArray, *, alpha: float = ALPHA) -> Family:
    """Test all pairs of (strategies, strategies, problems) differences.

    The family's arrays are (strategies, strategies) and symmetric, with nan on the diagonal; they
    are corrected for k(k-1)/2 comparisons.
    """
    k = len(differences)
    upper = np.triu_indices(k, 1)
    found = _family(differences[upper], alpha)
    raw, adjusted = np.full((2, k, k), np.nan)
    problems = np.zeros((k, k), dtype=np.int64)
    for whole, part in ((raw, found.raw), (adjusted, found.adjusted), (problems, found.problems)):
        whole[upper] = part
        whole.T[upper] = part
    return Family(raw, adjusted, problems, found.tests, alpha)


def _family(differences: FloatArray, alpha: float) -> Family:
    """Test each row of (tests, problems), and correct those together that could reject alone."""
    problems = (~np.isnan(differences)).sum(axis=1)
    raw = np.array([wilcoxon(row) for row in differences])
    able = smallest_p(problems) <= alpha
    adjusted = holm(np.where(able, raw, np.nan))
    found = Family(raw, adjusted, problems, int(able.sum()), alpha)
    tells = found.possible | (adjusted <= alpha)  # Holm's later steps ask less than its first
    return replace(found, adjusted=np.where(tells, adjusted, np.nan))


def friedman(means: FloatArray) -> Omnibus:
    """Test whether the (strategies, problems) means differ at all (Friedman, 1937).

    The test is corrected for ties, and comes with the F statistic of Iman and Davenport (1980). No
    p is below (k!)^(1-n), the chance that n problems rank k strategies alike.
    """
    from scipy import stats

    ranks = problem_ranks(means)
    n, k = ranks.shape
    if k < 2 or n < 2:
        return Omnibus(n, np.nan, np.nan, np.nan, np.nan)
    spread = np.sum((ranks - (k + 1) / 2) ** 2)
    if spread == 0:
        return Omnibus(n, 0.0, 1.0, 0.0, 1.0)
    chi_square = (k - 1) * np.sum((ranks.sum(axis=0) - n * (k + 1) / 2) ** 2) / spread
    rest = n * (k - 1) - chi_square
    f = (n - 1) * chi_square / rest if rest > 1e-9 else np.inf
    least = float(factorial(k)) ** (1 - n)
    return Omnibus(
        problems=n,
        chi_square=float(chi_square),
        p=max(float(stats.chi2.sf(chi_square, k - 1)), least),
        f=float(f),
        f_p=max(float(stats.f.sf(f, k - 1, (k - 1) * (n - 1))), least),
    )


def problem_ranks(means: FloatArray) -> FloatArray:
    """Rank the strategies from 1 on each problem where all have a mean: (problems, strategies).

    Means are (strategies, problems), nan: none; ties share their mean rank.
    """
    complete = means[:, ~np.isnan(means).any(axis=0)]
    rows = [_midranks(np.round(column, 10)) for column in complete.T]
    return np.array(rows).reshape(len(rows), len(means))


def _midranks(values: FloatArray) -> FloatArray:
    """Return the ranks from 1 of (n,) numbers; ties share their mean rank."""
    _, position, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[position]


def _exact_tail(ranks: NDArray[np.intp], excess: int) -> float:
    """Return the chance that random signs of the ranks give a sum at least that far from zero."""
    chances = np.ones(1)
    for rank in ranks:
        grown = np.zeros(len(chances) + rank)
        grown[: len(chances)] = chances / 2
        grown[rank:] += chances / 2
        chances = grown
    sums = 2 * np.arange(len(chances)) - ranks.sum()
    return min(float(chances[np.abs(sums) >= excess].sum()), 1.0)
