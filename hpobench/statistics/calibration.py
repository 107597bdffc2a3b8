"""Whether the signed-rank test on per-problem means keeps its level on a study's own data."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .tests import wilcoxon

FloatArray: TypeAlias = NDArray[np.float64]


def split_rejections(
    runs: FloatArray, *, alpha: float = 0.05, draws: int = 1000, seed: int = 0
) -> float:
    """Return how often two random halves of one strategy's seeds are told apart (A/A).

    Runs are (problems, seeds), without nan. It should be near alpha. It cannot show that rows were
    pooled over problems: see `swap_rejections`. nan below 8 problems, where the exact test is too
    coarse, and below 2 seeds.
    """
    problems, seeds = runs.shape
    if problems < 8 or seeds < 2:
        return np.nan
    rng = np.random.Generator(np.random.PCG64(seed))
    half = seeds // 2
    rejected = 0
    for _ in range(draws):
        mixed = rng.permuted(runs, axis=1)
        rejected += wilcoxon(mixed[:, :half].mean(1), mixed[:, half : 2 * half].mean(1)) <= alpha
    return rejected / draws


def swap_rejections(
    a: FloatArray, b: FloatArray, *, alpha: float = 0.05, draws: int = 1000, seed: int = 0
) -> float:
    """Return how often A and B differ once their names are swapped at random, problem by problem.

    Per-problem means, (problems,) each. It should be near alpha, however different A and B are on
    single problems. nan below 8 problems, where the exact test is too coarse.
    """
    if len(a) < 8:
        return np.nan
    rng = np.random.Generator(np.random.PCG64(seed))
    swaps = rng.random((draws, len(a))) < 0.5
    rejected = [wilcoxon(np.where(s, b, a), np.where(s, a, b)) <= alpha for s in swaps]
    return float(np.mean(rejected))
