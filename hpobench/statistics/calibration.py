"""Whether the signed-rank test on per-problem means keeps its level on a study's own data."""

import numpy as np

from .arrays import FloatArray
from .intervals import FEWEST_PROBLEMS
from .tests import ALPHA, wilcoxon

DRAWS = 1000
"""How many splits are drawn, and how many swaps."""


def split_rejections(
    runs: FloatArray, *, alpha: float = ALPHA, draws: int = DRAWS, seed: int = 0
) -> float:
    """Return how often two random halves of one strategy's seeds are told apart (A/A).

    Runs are (problems, seeds), without nan. The answer should be near alpha. It cannot show that
    rows were pooled over problems, as `swap_rejections` does. It is nan below 8 problems, where the
    exact test is too coarse, and below 2 seeds.
    """
    problems, seeds = runs.shape
    if problems < FEWEST_PROBLEMS or seeds < 2:
        return np.nan
    rng = np.random.Generator(np.random.PCG64(seed))
    half = seeds // 2
    rejected = 0
    for _ in range(draws):
        mixed = rng.permuted(runs, axis=1)
        halves = mixed[:, :half].mean(axis=1) - mixed[:, half : 2 * half].mean(axis=1)
        rejected += wilcoxon(halves) <= alpha
    return rejected / draws


def swap_rejections(
    differences: FloatArray, *, alpha: float = ALPHA, draws: int = DRAWS, seed: int = 0
) -> float:
    """Return how often A and B differ once their names are swapped at random, problem by problem.

    `differences` are A's less B's, (problems,). The answer should be near alpha, however different
    A and B are on single problems. It is nan below 8 problems, where the exact test is too coarse.
    """
    if len(differences) < FEWEST_PROBLEMS:
        return np.nan
    rng = np.random.Generator(np.random.PCG64(seed))
    signs = np.where(rng.random((draws, len(differences))) < 0.5, -1.0, 1.0)
    return float(np.mean([wilcoxon(row * differences) <= alpha for row in signs]))
