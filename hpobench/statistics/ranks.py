"""Ranks of strategies, expected over their runs, and how far luck alone spreads them.

Losses are (strategies, problems, seeds, ...): lower is better, inf holds nothing, nan has no run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .effects import superiority

FloatArray: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NoiseBand:
    """Where mean ranks lie if all strategies are the same."""

    low: float
    """The expected least mean rank of them all."""
    high: float
    """The expected greatest mean rank of them all."""

    @property
    def expected_range(self) -> float:
        """How far apart the first and the last are expected to be."""
        return self.high - self.low


def expected_ranks(losses: FloatArray) -> FloatArray:
    """Return ranks from 1, expected over all pairs of runs: (strategies, problems, ...).

    1 + the sum over the others of P(other lower) + P(tie)/2, which no pairing of seeds can sway. On
    each problem among the strategies that have a run there; nan for the others.
    """
    chances = superiority(losses)
    ran = (~np.isnan(losses)).any(axis=2)
    others = np.where(np.isnan(chances), 0.0, chances)
    others[np.diag_indices(len(losses))] = 0.0
    return np.where(ran, 1.0 + others.sum(axis=0), np.nan)


def mean_ranks(losses: FloatArray) -> FloatArray:
    """Average expected ranks over problems: (strategies, ...).

    Only strategies with a run on every problem are ranked, among each other; the rest are nan.
    """
    ran = np.asarray(np.any(~np.isnan(losses), axis=tuple(range(2, losses.ndim))))
    everywhere = np.flatnonzero(ran.all(axis=-1))
    ranks = np.full((len(losses), *losses.shape[3:]), np.nan)
    if losses.shape[1]:
        ranks[everywhere] = expected_ranks(losses[everywhere]).mean(axis=1)
    return ranks


def noise_band(
    strategies: int, problems: int, *, seeds: int = 1, draws: int = 2000, seed: int = 0
) -> NoiseBand:
    """Simulate mean ranks of identical strategies without ties (Monte Carlo, fixed seed).

    nan below two strategies.
    """
    if strategies < 2 or problems < 1:
        return NoiseBand(np.nan, np.nan)
    rng = np.random.Generator(np.random.PCG64(seed))
    total = np.zeros((draws, strategies))
    places = np.tile(np.arange(1.0, strategies * seeds + 1), (draws, 1))
    for _ in range(problems):
        pooled = rng.permuted(places, axis=1).reshape(draws, strategies, seeds)
        # A sum of pooled ranks, less that of ranks among one's own, counts the pairs lost.
        total += 1 + (pooled.sum(axis=2) - seeds * (seeds + 1) / 2) / seeds**2
    means = total / problems
    return NoiseBand(float(means.min(axis=1).mean()), float(means.max(axis=1).mean()))


def cliques(
    ranks: FloatArray, adjusted: FloatArray, *, alpha: float = 0.05
) -> tuple[tuple[int, ...], ...]:
    """Group strategies that follow each other in rank and that no test separates.

    Ranks are (strategies,), adjusted p-values (strategies, strategies). Returns the largest such
    groups, of two or more, from the best rank on; members are positions in order of rank. A pair
    without a p-value is not separated; a strategy without a rank is in no group.
    """
    order = [int(i) for i in np.argsort(ranks, kind="stable") if not np.isnan(ranks[i])]
    apart = adjusted <= alpha
    groups: list[tuple[int, ...]] = []
    end = 0
    for start in range(len(order)):
        stop = _reach(order, start, apart)
        if stop > end and stop - start > 1:
            groups.append(tuple(order[start:stop]))
        end = max(end, stop)
    return tuple(groups)


def _reach(order: Sequence[int], start: int, apart: NDArray[np.bool_]) -> int:
    """Return where the longest group that begins at start ends, exclusively."""
    stop = start + 1
    while stop < len(order) and not apart[order[stop], order[start:stop]].any():
        stop += 1
    return stop
