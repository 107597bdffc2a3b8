"""The distribution of final regrets over all runs, with a band for other seeds."""

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, FloatArray
from .instances import mean_over
from .intervals import CONFIDENCE, FEWEST_SEEDS
from .resampling import column_groups

REPLICATES = 2000
"""How often runs are resampled, as often as for the performance profiles of rliable."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The share of runs at or below each threshold: (strategies, thresholds) arrays."""

    share: FloatArray
    """nan without a run."""
    low: FloatArray
    """The lower end of the pointwise band; nan where some problem has fewer than 5 runs."""
    high: FloatArray


def score_profile(
    runs: FloatArray,
    thresholds: FloatArray,
    *,
    level: float = CONFIDENCE,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Profile:
    """Return the performance profile of runs (problems, seeds, strategies), on these problems.

    Agarwal et al., 2021, NeurIPS 34, section 4.2, for numbers of which lower is better; thresholds
    (thresholds,) rise. Their stratified bootstrap draws as many runs of each problem as there are,
    which makes bands too narrow where there are few. Here it draws one run less, so that the
    variance of the drawn shares is an unbiased estimate (Rao and Wu, 1988, JASA 83(401)). A share
    of 0 or 1 has no width.
    """
    there = ~np.isnan(runs)[..., None]
    below = np.where(there, runs[..., None] <= thresholds, np.nan)
    flat = below.reshape(*runs.shape[:2], -1)
    tails = [(1 - level) / 2, (1 + level) / 2]
    ends = np.full((2, flat.shape[2]), np.nan)
    for columns, present in column_groups(flat):
        ran = present.any(axis=1)
        if ran.any() and present[ran].sum(axis=1).min() >= FEWEST_SEEDS:
            weights = _weights(present[ran], replicates, np.random.Generator(np.random.PCG64(seed)))
            drawn = weights @ flat[ran][..., columns][present[ran]]
            ends[:, columns] = np.quantile(drawn, tails, axis=0)
    share = mean_over(mean_over(below, axis=1), axis=0)
    return Profile(share, *ends.reshape(2, *share.shape))


def _weights(present: BoolArray, replicates: int, rng: np.random.Generator) -> FloatArray:
    """Return how much each run that is present weighs in each replicate, (replicates, runs)."""
    parts = [
        rng.multinomial(runs - 1, np.full(runs, 1 / runs), size=replicates) / (runs - 1)
        for runs in present.sum(axis=1).tolist()
    ]
    return np.concatenate(parts, axis=1) / len(parts)
