"""Tests of differences between strategies, with the problem as the unit of analysis.

Means are per-problem means over seeds, (strategies, problems) or (problems,), of one scale; lower
is better. nan: that strategy has no run on that problem; the pair of values is left out.
"""

from dataclasses import dataclass
from math import factorial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]

_EXACT = 200
"""Problems up to which the signed-rank distribution is computed, not approximated."""
_SAME = 1e-10
"""Differences below this share of the largest size are rounding errors, and are zero."""


@dataclass(frozen=True, slots=True)
class Family:
    """P-values of comparisons that are corrected together; both arrays have one shape.

    nan where a strategy would meet itself, and where two share no problem.
    """

    raw: FloatArray
    adjusted: FloatArray


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


def wilcoxon(a: FloatArray, b: FloatArray) -> float:
    """Return the two-sided p of the signed-rank test on paired means, each (problems,).

    Zero differences are ranked and split between the signs (zsplit). The distribution given the
    ranks, ties included, is exact up to 200 problems and normal beyond. Identical means give 1; no
    common problem gives nan.
    """
    both = ~(np.isnan(a) | np.isnan(b))
    if not both.any():
        return np.nan
    a, b = a[both], b[both]
    scale = max(np.abs(a).max(), np.abs(b).max()) or 1.0
    differences = np.round((a - b) / scale / _SAME) * _SAME
    ranks = _midranks(np.abs(differences))
    moving = ranks[differences != 0]
    excess = abs(float(np.sum(np.sign(differences) * ranks)))
    if len(moving) == 0:
        return 1.0
    if len(moving) <= _EXACT:
        return _exact_tail(np.rint(2 * moving).astype(np.intp), round(2 * excess))
    from scipy import stats

    return float(2 * stats.norm.sf(excess / np.sqrt(np.sum(moving**2))))


def holm(p: FloatArray) -> FloatArray:
    """Adjust p-values of any shape for their number (Holm, 1979); nan stays, and is not counted."""
    flat = p.ravel()
    order = np.argsort(flat, kind="stable")
    order = order[~np.isnan(flat[order])]
    factors = np.arange(len(order), 0, -1)
    adjusted = np.full(flat.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * flat[order]), 1.0)
    return adjusted.reshape(p.shape)


def against(means: FloatArray, control: int) -> Family:
    """Test each strategy of (strategies, problems) against one: the primary family.

    Both arrays are (strategies,); the control's own entry is nan.
    """
    raw = np.array([wilcoxon(row, means[control]) for row in means])
    raw[control] = np.nan
    return Family(raw, holm(raw))


def all_pairs(means: FloatArray) -> Family:
    """Test all pairs of (strategies, problems): both arrays are (strategies, strategies).

    Symmetric, corrected for k(k-1)/2 comparisons; the diagonal is nan.
    """
    upper = np.triu_indices(len(means), 1)
    found = np.array([wilcoxon(means[i], means[j]) for i, j in zip(*upper, strict=True)])
    family = Family(np.full((len(means),) * 2, np.nan), np.full((len(means),) * 2, np.nan))
    for array, entries in ((family.raw, found), (family.adjusted, holm(found))):
        array[upper] = entries
        array.T[upper] = entries
    return family


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
