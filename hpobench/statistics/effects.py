"""How large a difference is: within a problem first, then averaged over problems.

Losses are (strategies, problems, seeds, ...): lower is better, inf holds nothing, nan has no run.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .bootstrap import FEWEST_PROBLEMS, REPLICATES

FloatArray: TypeAlias = NDArray[np.float64]

ROPE = 0.01
"""Half the width of the region of practical equivalence, in normalised regret."""
_DECIMALS = 8
"""Losses equal to so many decimals tie (as in HPO-B)."""


@dataclass(frozen=True, slots=True)
class Superiority:
    """The chance that a run of A is better than one of B, averaged over problems."""

    chance: float
    """In [0, 1], ties counted half; nan where the two share no problem."""
    low: float
    """nan where they share fewer than 8 problems."""
    high: float
    problems: int
    """That both have a run on."""


def superiority(losses: FloatArray) -> FloatArray:
    """Return P(A lower) + P(tie)/2 over all pairs of runs (Vargha and Delaney, 2000).

    (strategies, strategies, problems, ...), A first; nan where one of the two has no run.
    """
    rounded = np.round(losses, _DECIMALS)
    ran = ~np.isnan(losses)
    k = len(losses)
    chances = np.full((k, k, losses.shape[1], *losses.shape[3:]), np.nan)
    for a in range(k):
        for b in range(a, k):
            won = _pairs(rounded[a], rounded[b]).sum(axis=(1, 2))
            count = ran[a].sum(axis=1) * ran[b].sum(axis=1)
            chance = np.where(count > 0, won / np.maximum(count, 1), np.nan)
            chances[a, b], chances[b, a] = chance, 1 - chance
    return chances


def superiority_interval(
    a: FloatArray,
    b: FloatArray,
    *,
    level: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Superiority:
    """Average the chance over problems, with a two-level percentile bootstrap.

    Losses are (problems, seeds) each. Problems are resampled, then the runs of A and of B in each
    drawn one, apart from each other: with luck that they share, the interval is on the safe side.
    """
    common = ~(np.isnan(a).all(axis=1) | np.isnan(b).all(axis=1))
    a, b = np.round(a[common], _DECIMALS), np.round(b[common], _DECIMALS)
    problems = len(a)
    if problems == 0:
        return Superiority(np.nan, np.nan, np.nan, 0)
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = rng.integers(problems, size=(replicates, problems))
    chances = np.empty(problems)
    resampled = np.empty(drawn.shape)
    for problem in range(problems):
        won = _pairs(a[problem, None], b[problem, None])[0]
        ran_a, ran_b = ~np.isnan(a[problem]), ~np.isnan(b[problem])
        won = won[np.ix_(ran_a, ran_b)]
        chances[problem] = won.mean()
        here = drawn == problem
        weights_a, weights_b = (_resample(length, here.sum(), rng) for length in won.shape)
        resampled[here] = np.sum((weights_a @ won) * weights_b, axis=1)
    chance = float(chances.mean())
    if problems < FEWEST_PROBLEMS:
        return Superiority(chance, np.nan, np.nan, problems)
    low, high = np.quantile(resampled.mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return Superiority(chance, float(low), float(high), problems)


def win_tie_loss(means: FloatArray, control: int, *, rope: float = ROPE) -> NDArray[np.int64]:
    """Count the problems on which a strategy beats one, equals it, loses to it: (strategies, 3).

    Means are (strategies, problems) on the normalised scale; differences within the rope tie, and
    problems that either has no run on are not counted.
    """
    difference = means - means[control]
    counts = [difference < -rope, np.abs(difference) <= rope, difference > rope]
    return np.stack([count.sum(axis=1) for count in counts], axis=1)


def _pairs(a: FloatArray, b: FloatArray) -> FloatArray:
    """Score all pairs of runs of (problems, seeds, ...): (problems, seeds, seeds, ...).

    1 where A's is lower, half where they tie, else 0, without a run as well.
    """
    return np.asarray((a[:, :, None] < b[:, None]) + 0.5 * (a[:, :, None] == b[:, None]))


def _resample(runs: int, size: int, rng: np.random.Generator) -> FloatArray:
    """Return the weights of runs drawn with replacement, (size, runs)."""
    cells = rng.integers(runs, size=(size, runs)) + runs * np.arange(size)[:, None]
    return np.bincount(cells.ravel(), minlength=size * runs).reshape(size, runs) / runs
