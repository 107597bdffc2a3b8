"""How good a strategy was all along: the area over its curve, and attainment surfaces."""

import numpy as np

from ..runner.finished_run import FloatArray

LOWEST, HIGHEST = 1e-4, 1.0
"""The regrets between which the logarithmic area lies: 0 is at the upper one, 1 at the lower."""


def area_over_curve(curves: FloatArray, spent: FloatArray, *, by_log: bool = False) -> FloatArray:
    """Return the mean over the budget of 1 less the curve, (...): 1 is the best.

    The curves, (..., grid), are regrets clipped to [0, 1] (see `logarithmic`), nan before the first
    evaluation, which counts as 1; `spent`, (grid,), says where. What a run holds at a point of the
    grid counts from the point before it on, so that on a grid of whole evaluations the area is the
    mean over evaluations. `by_log`: the mean is over the logarithm of what was spent, from one
    evaluation on, so that each doubling counts the same. Lopez-Ibanez, Vermetten, Dreo and Doerr,
    2024, IEEE Transactions on Evolutionary Computation.
    """
    places = np.log(np.maximum(spent, 1.0)) if by_log else spent
    widths = np.diff(places, prepend=0.0)
    if not widths.sum() > 0:  # a budget of one evaluation has no doubling
        widths = np.eye(len(spent))[-1]
    held = np.where(np.isnan(curves), 1.0, np.clip(curves, 0.0, 1.0))
    return np.asarray((1 - held) @ widths / widths.sum())


def logarithmic(regrets: FloatArray) -> FloatArray:
    """Put regrets between LOWEST and HIGHEST on a logarithmic scale from 0 to 1."""
    clipped = np.clip(regrets, LOWEST, HIGHEST)
    return np.asarray((np.log(clipped) - np.log(LOWEST)) / (np.log(HIGHEST) - np.log(LOWEST)))


def attainment_surface(curves: FloatArray, share: float) -> FloatArray:
    """Return what at least this share of the runs held, at each point of the grid.

    The curves are (..., seeds, grid), lower is better, inf: nothing was held yet, nan: no run. At
    the share 0.5 the result, (..., grid), is the median surface of the empirical attainment
    function (Grunert da Fonseca, Fonseca and Hall, 2001, EMO). nan without a run.
    """
    there = (~np.isnan(curves)).sum(axis=-2)
    place = np.maximum(np.ceil(share * there - 1e-9).astype(np.intp) - 1, 0)
    held = np.take_along_axis(np.sort(curves, axis=-2), place[..., None, :], axis=-2)
    return np.asarray(np.where(there > 0, held[..., 0, :], np.nan))


def attained(curves: FloatArray, levels: FloatArray) -> FloatArray:
    """Return the share of runs that hold at most each level at each point, (..., levels, grid).

    The empirical attainment function of curves (..., seeds, grid), as above; the difference between
    two strategies' shows where in time and in quality one is ahead.
    """
    there = ~np.isnan(curves)
    count = there.sum(axis=-2)
    shares = [
        np.where(count > 0, (curves <= level).sum(axis=-2) / np.maximum(count, 1), np.nan)
        for level in levels
    ]
    return np.stack(shares, axis=-2)
