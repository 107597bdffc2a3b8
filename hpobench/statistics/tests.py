"""Tests of differences between strategies, with the problem as the unit of analysis.

A difference is that of two strategies' bounded regrets on one problem, averaged over the instances
that both have runs on; nan: they share none, and the problem is left out.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from .arrays import BoolArray, FloatArray, IntArray

ALPHA = 0.05
"""The level of every test."""
_EXACT = 200
"""Problems up to which the signed-rank distribution is computed, not approximated."""
_SAME = 1e-10
"""Differences below this, in normalised regret, are rounding errors, and are zero."""


@dataclass(frozen=True, slots=True)
class Family:
    """P-values of comparisons that are corrected together; all arrays have one shape."""

    raw: FloatArray
    """nan where a strategy would meet itself, and where two share no problem."""
    adjusted: FloatArray
    """nan as above, and where no outcome could have been significant: see `smallest_p`."""
    problems: IntArray
    """How many each test is over."""
    tests: int
    """How many are corrected together: those that could have been significant by themselves.

    The others are never rejected, whatever the data, and which they are is known before the data;
    so the chance of any false rejection is no larger without them.
    """
    alpha: float

    @property
    def possible(self) -> BoolArray:
        """Whether so many problems, if all agree, are enough after the correction."""
        return smallest_p(self.problems) <= self.alpha / max(self.tests, 1)


@dataclass(frozen=True, slots=True)
class Omnibus:
    """Whether any strategy differs; all nan below two strategies or two problems."""

    problems: int
    """On which every strategy has a run: the others are left out."""
    chi_square: float
    """Friedman's statistic, corrected for ties."""
    p: float
    f: float
    """Iman and Davenport's statistic; inf where all problems agree."""
    f_p: float


def wilcoxon(differences: FloatArray) -> float:
    """Return the two-sided p of the signed-rank test on differences (problems,).

    Zero differences are ranked and split between the signs (zsplit). The distribution given the
    ranks, ties included, is exact up to 200 problems and normal beyond. No difference but zeros
    gives 1; no problem gives nan.
    """
    there = differences[~np.isnan(differences)]
    if not there.size:
        return np.nan
    rounded = np.round(there / _SAME) * _SAME
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
    """Return how many problems so many tests together need to reject anything at all (Holm)."""
    problems = 1
    while smallest_p(problems) > alpha / tests:
        problems += 1
    return problems


def holm(p: FloatArray) -> FloatArray:
    """Adjust p-values of any shape for their number (Holm, 1979); nan stays, and is not counted."""
    flat = p.ravel()
    order = np.argsort(flat, kind="stable")
    order = order[~np.isnan(flat[order])]
    factors = np.arange(len(order), 0, -1)
    adjusted = np.full(flat.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * flat[order]), 1.0)
    return adjusted.reshape(p.shape)


def against(differences: FloatArray, control: int, *, alpha: float = ALPHA) -> Family:
    """Test each strategy against one, of (strategies, strategies, problems): the primary family.

    The family's arrays are (strategies,); the control's own entries are nan.
    """
    chosen = differences[:, control].copy()
    chosen[control] = np.nan
    return _family(chosen, alpha)


def all_pairs(differences: FloatArray, *, alpha: float = ALPHA) -> Family:
    """Test all pairs of (strategies, strategies, problems) differences.

    The family's arrays are (strategies, strategies) and symmetric, corrected for k(k-1)/2
    comparisons; entries on and below the diagonal repeat those above or are nan.
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
    """Test each row of (tests, problems), and correct together those that could reject alone."""
    problems = (~np.isnan(differences)).sum(axis=1)
    raw = np.array([wilcoxon(row) for row in differences])
    able = smallest_p(problems) <= alpha
    adjusted = holm(np.where(able, raw, np.nan))
    return Family(raw, adjusted, problems, int(able.sum()), alpha)


def friedman(means: FloatArray) -> Omnibus:
    """Test whether the (strategies, problems) means differ at all (Friedman, 1937).

    Tie-corrected, with the F statistic of Iman and Davenport (1980). No p is below (k!)^(1-P), that
    of complete agreement.
    """
    from scipy import stats

    complete = means[:, ~np.isnan(means).any(axis=0)]
    k, n = complete.shape
    if k < 2 or n < 2:
        return Omnibus(n, np.nan, np.nan, np.nan, np.nan)
    ranks = np.array([_midranks(np.round(column, 10)) for column in complete.T])
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


def _midranks(values: FloatArray) -> FloatArray:
    """Rank (n,) from 1; ties share their mean rank."""
    _, position, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[position]


def _exact_tail(ranks: NDArray[np.intp], excess: int) -> float:
    """Return how often random signs of the ranks give a sum at least that far from zero."""
    chances = np.ones(1)
    for rank in ranks:
        grown = np.zeros(len(chances) + rank)
        grown[: len(chances)] = chances / 2
        grown[rank:] += chances / 2
        chances = grown
    sums = 2 * np.arange(len(chances)) - ranks.sum()
    return min(float(chances[np.abs(sums) >= excess].sum()), 1.0)
