"""Express what strategies hold in the currency of random search (Turner et al., 2021)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .history import FloatArray
from .standings import Kind, Standings, anchors


@dataclass(frozen=True, slots=True)
class Speedups:
    """Random search's equivalent budget over the budget used; (strategies, problems, grid)."""

    factors: FloatArray
    """A lower bound N/t where censored; nan without a run, a scale or a curve."""
    censored: NDArray[np.bool_]
    """Whether even the N evaluations of the anchors' curve do not suffice: print "> N/t"."""


def random_curves(table: Standings, kind: Kind) -> FloatArray:
    """Return what random search is expected to hold, as regrets: (problems, evaluations).

    Column m-1 is after m evaluations, averaged over the instances of the planned seeds. nan past
    the end of a problem's own curve; the longest one sets the number of columns.
    """
    rows = [_random_curve(table, p, kind) for p in range(len(table.problems))]
    curves = np.full((len(rows), max(map(len, rows), default=0)), np.nan)
    for row, curve in zip(curves, rows, strict=True):
        row[: len(curve)] = curve
    return curves


def random_held(curves: FloatArray, evaluations: FloatArray) -> FloatArray:
    """Read `random_curves` after (problems, grid) evaluations: (problems, grid).

    nan before the first evaluation and past the end. For random search times k, pass k times
    `Standings.costs`.
    """
    done = np.floor(evaluations + 1e-9).astype(np.intp)
    padded = np.pad(curves, ((0, 0), (1, 1)), constant_values=np.nan)
    return np.take_along_axis(padded, np.clip(done, 0, padded.shape[1] - 1), axis=1)


def equivalent_evaluations(curve: FloatArray, held: FloatArray) -> FloatArray:
    """Return how many random evaluations are expected to hold as little as `held`, of any shape.

    The first crossing of the curve (evaluations,), linear in between; at least 1; inf beyond the
    curve's end, nan where `held` is.
    """
    lowest = np.minimum.accumulate(curve)
    after = np.searchsorted(-lowest, -held, side="left")
    inside = np.clip(after, 1, max(len(curve) - 1, 1))
    high, low = curve[inside - 1], curve[np.minimum(inside, len(curve) - 1)]
    fraction = np.divide(high - held, high - low, out=np.zeros(held.shape), where=high > low)
    crossing = np.where(after == 0, 1.0, inside + fraction)
    return np.where(np.isnan(held), np.nan, np.where(after == len(curve), np.inf, crossing))


def speedups(table: Standings, kind: Kind) -> Speedups:
    """Compare each strategy's mean regret over its seeds with the curve of random search.

    Where a run of a cell failed or holds nothing yet, the strategy is worth one evaluation.
    """
    losses = table.quantity(kind).losses
    there = ~np.isnan(losses)
    sums = np.where(there, losses, 0.0).sum(axis=2)
    held = np.where(there.any(axis=2), sums / np.maximum(there.sum(axis=2), 1), np.nan)
    factors = np.full(held.shape, np.nan)
    censored = np.zeros(held.shape, dtype=bool)
    for p in range(len(table.problems)):
        curve = _random_curve(table, p, kind)
        if len(curve):
            needed = equivalent_evaluations(curve, held[:, p])
            censored[:, p] = np.isinf(needed)
            factors[:, p] = np.where(censored[:, p], len(curve), needed) / table.costs[p]
    return Speedups(factors, censored)


def _random_curve(table: Standings, p: int, kind: Kind) -> FloatArray:
    """Return a problem's own curve, (evaluations,); empty where an instance has no scale."""
    curves: list[FloatArray] = []
    for r in np.flatnonzero(table.planned[p]):
        found = anchors(table.problems[p], table.seeds[r], kind)
        if found is None or found.random <= found.reference:
            return np.empty(0)
        known = [point for point in found.curve if not np.isnan(point)]
        curve = np.array(known, dtype=float)
        curves.append((curve - found.reference) / (found.random - found.reference))
    shortest = min(map(len, curves))
    return np.asarray(np.stack([curve[:shortest] for curve in curves]).mean(axis=0))
