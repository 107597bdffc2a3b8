"""Speed-ups: how many random evaluations are worth a strategy's own (Turner et al., 2021)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..runner.finished_run import FloatArray
from .scored import Kind, Scores, anchors


@dataclass(frozen=True, slots=True)
class Speedups:
    """The budget that random search would need, over the budget that was spent, as two bounds.

    Where the speed-up is known, both bounds are the same. Where runs hold more than all N random
    evaluations of the anchors' pool, it is between N over the budget and infinity. Where a run
    failed, or runs hold less than one random evaluation, it is between 0 and 1 over the budget. It
    is nan without a run, a scale or a curve.
    """

    low: FloatArray
    """(strategies, problems): the lower bounds."""
    high: FloatArray
    """(strategies, problems): the upper bounds."""


def random_curves(scores: Scores, kind: Kind) -> FloatArray:
    """Return what random search is expected to hold, as regrets: (problems, evaluations).

    Column m-1 is what is held after m evaluations, averaged over the instances of the planned
    seeds; nan past the end of a problem's own curve. The longest curve sets the number of columns.
    """
    rows: list[FloatArray] = []
    for p in range(len(scores.problems)):
        known = _curves(scores, p, kind)
        if known is None:
            rows.append(np.empty(0))
            continue
        evaluations, curves = known
        every = np.arange(1.0, evaluations[-1] + 1)
        rows.append(np.interp(every, evaluations, np.nanmean(curves, axis=0)))
    found = np.full((len(rows), max(map(len, rows), default=0)), np.nan)
    for row, curve in zip(found, rows, strict=True):
        row[: len(curve)] = curve
    return found


def random_held(curves: FloatArray, evaluations: FloatArray) -> FloatArray:
    """Read `random_curves` after (problems, grid) evaluations: (problems, grid).

    The answer is nan before the first evaluation and past the end. For random search with k times
    the budget, pass k times `Scores.costs`.
    """
    done = np.floor(evaluations + 1e-9).astype(np.intp)
    padded = np.pad(curves, ((0, 0), (1, 1)), constant_values=np.nan)
    return np.take_along_axis(padded, np.clip(done, 0, padded.shape[1] - 1), axis=1)


def equivalent_evaluations(
    evaluations: FloatArray, curves: FloatArray, held: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return two bounds on how many random evaluations are expected to hold as little as `held`.

    `evaluations`, ascending from 1 to N, say where the curves (..., evaluations) are known; they
    are straight in between. `held` are regrets, (...); the curves may be of length 1 along an axis
    where all regrets are compared with the same one. Both bounds are where the curve first comes as
    low as `held`. They are 0 and 1 where one evaluation is expected to be lower already, N and
    infinity where N evaluations are expected to be higher, and nan where `held` is nan.
    """
    lowest = np.minimum.accumulate(curves, axis=-1)
    above = np.sum(lowest > held[..., None], axis=-1)
    after = np.clip(above, 1, max(len(evaluations) - 1, 1)) - (len(evaluations) == 1)
    high, low = (
        np.take_along_axis(curves, place[..., None], axis=-1)[..., 0]
        for place in (np.maximum(after - 1, 0), after)
    )
    share = np.divide(high - held, high - low, out=np.zeros(held.shape), where=high > low)
    before = evaluations[np.maximum(after - 1, 0)]
    crossing = before + share * (evaluations[after] - before)
    beyond, floored = above == len(evaluations), held > lowest[..., 0]
    least = np.where(beyond, evaluations[-1], np.where(floored, 0.0, crossing))
    most = np.where(beyond, np.inf, np.where(floored, 1.0, crossing))
    unknown = np.isnan(held)
    return np.where(unknown, np.nan, least), np.where(unknown, np.nan, most)


def speedups(scores: Scores, kind: Kind) -> Speedups:
    """Compare the final regrets of each strategy's runs with random search on their instances."""
    (found,) = speedups_at(scores, kind, [len(scores.shares) - 1])
    return found


def speedups_at(scores: Scores, kind: Kind, points: Sequence[int]) -> tuple[Speedups, ...]:
    """Compare each strategy's runs at points of the grid with random search on their instances.

    The mean regret of the runs on a problem is compared with the mean of their instances' curves. A
    run that failed or holds nothing yet has an infinite regret.
    """
    losses = scores.quantity(kind).unbounded[..., list(points)]
    bounds = np.full((len(points), 2, *losses.shape[:2]), np.nan)
    for p, spent in enumerate(scores.costs[:, list(points)]):
        known = _curves(scores, p, kind)
        if known is None:
            continue
        evaluations, curves = known
        for who, seeds in _alike(losses[:, p, :, -1]):
            expected, held = curves[seeds].mean(axis=0), losses[who, p][:, seeds].mean(axis=1).T
            worth = np.stack(
                equivalent_evaluations(evaluations, expected[None, None], held), axis=1
            )
            bounds[:, :, who, p] = worth / spent[:, None, None]
    return tuple(Speedups(*each) for each in bounds)


def expected_share_better(evaluations: FloatArray) -> FloatArray:
    """Return the share of random evaluations that is expected to beat the best of so many, (...).

    It is the expected quantile of the least of m draws, E[F(min)] = 1 / (m + 1), of any
    continuous distribution (David and Nagaraja, 2003, Order Statistics, 3rd edition, section 2.3);
    0 of infinitely many.
    """
    return np.asarray(1 / (evaluations + 1))


def _alike(losses: FloatArray) -> Iterator[tuple[list[int], NDArray[np.intp]]]:
    """Yield the strategies that have runs of the same seeds, and these seeds.

    The regrets are (strategies, seeds), nan without a run.
    """
    ran = ~np.isnan(losses)
    for pattern in np.unique(ran, axis=0):
        if pattern.any():
            yield np.flatnonzero((ran == pattern).all(axis=1)).tolist(), np.flatnonzero(pattern)


def _curves(scores: Scores, p: int, kind: Kind) -> tuple[FloatArray, FloatArray] | None:
    """Return what random search is expected to hold on the instances of the seeds, as regrets.

    The first array are numbers of evaluations, the second, (seeds, evaluations), is what is held
    after them; nan for a seed that is not planned. The answer is None where an instance has no
    scale or no curve. Where curves are of different lengths, all end with the shortest.
    """
    planned = np.flatnonzero(scores.planned[p])
    found = [anchors(scores.problems[p], scores.seeds[r], kind) for r in planned]
    scales = [each for each in found if each and each.curve and each.has_scale]
    if not scales or len(scales) < len(found):
        return None
    shortest = min((each.evaluations for each in scales), key=lambda known: known[-1])
    curves = np.full((len(scores.seeds), len(shortest)), np.nan)
    for r, each in zip(planned, scales, strict=True):
        curve = np.interp(shortest, each.evaluations, each.curve)
        curves[r] = (curve - each.reference) / (each.random - each.reference)
    return np.array(shortest, float), curves
