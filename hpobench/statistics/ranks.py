"""Mean ranks of strategies, how far luck alone spreads them, and which ones no test separates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, FloatArray
from .instances import mean_over
from .tests import ALPHA

_DRAWN_IN_FULL = 100
"""The number of instances up to which every draw is made."""


@dataclass(frozen=True, slots=True)
class NoiseBand:
    """The least and the greatest mean rank to be expected if all strategies are the same."""

    low: float
    """The expected least mean rank of them all."""
    high: float
    """The expected greatest mean rank of them all."""


def mean_ranks(ranks: FloatArray) -> FloatArray:
    """Average ranks (strategies, problems, instances, ...) over instances, then over problems."""
    return mean_over(mean_over(ranks, axis=2), axis=1)


def noise_band(
    strategies: int, runs: Sequence[Sequence[int]], *, draws: int = 2000, seed: int = 0
) -> NoiseBand:
    """Simulate mean ranks of identical strategies without ties (Monte Carlo, fixed seed).

    `runs`: for each problem, how many runs a strategy has on each of its instances. With many
    instances there are fewer draws, since their mean varies less. The band is nan below two
    strategies, and where a problem has no run.
    """
    problems = [[count for count in counts if count] for counts in runs]
    instances = sum(map(len, problems))
    if strategies < 2 or not all(problems) or not instances:
        return NoiseBand(np.nan, np.nan)
    rng = np.random.Generator(np.random.PCG64(seed))
    draws = int(np.clip(draws * _DRAWN_IN_FULL // instances, min(draws, 200), draws))
    total = np.zeros((draws, strategies))
    for counts in problems:
        for count in counts:
            places = np.tile(np.arange(1.0, strategies * count + 1), (draws, 1))
            pooled = rng.permuted(places, axis=1).reshape(draws, strategies, count)
            # The sum of a strategy's ranks among all runs, less that among its own runs alone, is
            # the number of pairs that it loses.
            ranks = 1 + (pooled.sum(axis=2) - count * (count + 1) / 2) / count**2
            total += ranks / len(counts)
    means = total / len(problems)
    return NoiseBand(float(means.min(axis=1).mean()), float(means.max(axis=1).mean()))


def cliques(
    ranks: FloatArray, adjusted: FloatArray, *, alpha: float = ALPHA
) -> tuple[tuple[int, ...], ...]:
    """Group strategies that follow each other in rank and that no test separates.

    Ranks are (strategies,), adjusted p-values (strategies, strategies). The answer has the largest
    such groups, of two or more, from the best rank on; their members are positions, in the order of
    the ranks. A pair without a p-value is not separated; a strategy without a rank is in no group.
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


def _reach(order: Sequence[int], start: int, apart: BoolArray) -> int:
    """Return the end (exclusive) of the longest group that begins at a place of the order."""
    stop = start + 1
    while stop < len(order) and not apart[order[stop], order[start:stop]].any():
        stop += 1
    return stop
