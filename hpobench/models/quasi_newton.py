"""Ascents of a function from several points at once, within bounds, by quasi-Newton steps."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..parameter import Units

STRIDE = 0.25
"""The greatest length of a step."""
SUFFICIENT = 1e-4
"""A step is taken if it gains this share of what the slope at its start promises."""
SHORTER = 0.25
"""A step that does not gain enough is tried again with this share of its length."""
SMALL = 1e-4
"""An ascent ends where the slope promises less of the next step."""
CURVED = 1e-10
"""The least product of a step and the fall of the gradient by which the curvature is learnt."""
FLATTEST, STEEPEST = 1e2, 1e-2
"""The bounds of the inverse curvature that the first step shows."""
TINY = 1e-300

Array = NDArray[np.float64]
Function = Callable[[Units], tuple[Array, Array]]
"""Takes points (s, d) to heights, (s,), and gradients, (s, d)."""


def ascended(
    function: Function, starts: Units, low: Units, high: Units, iterations: int
) -> tuple[Units, Array]:
    """Return where ascents from `starts` (s, d) end, and their heights, (s,).

    Each ascent has an inverse Hessian of its own, by the update of Broyden, Fletcher, Goldfarb and
    Shanno (Nocedal and Wright, 2006, Numerical optimization, eq. 6.17), which begins with the
    curvature along the first step (eq. 6.20). A step moves along the coordinates that no bound
    holds, and is cut off at the bounds, which have the shape (d,). The function is evaluated at all
    points together: once at the starts, and at most `iterations` times more.
    """
    count, dimensions = starts.shape
    inverse, learnt = np.tile(np.eye(dimensions), (count, 1, 1)), np.zeros(count, dtype=np.bool_)
    points, share = starts, np.ones(count)
    heights, gradients = function(points)
    for _ in range(iterations):
        steps, promised = _steps(inverse, points, gradients, low, high)
        going = share * promised >= SMALL
        if not going.any():
            break
        tried = np.clip(points + share[:, None] * steps, low, high)
        heights_there, gradients_there = function(tried)
        moves, falls = tried - points, gradients - gradients_there
        slopes = np.einsum("sd,sd->s", gradients, moves)
        taken = going & (heights_there - heights >= SUFFICIENT * slopes)
        bent = taken & (np.einsum("sd,sd->s", moves, falls) > CURVED)
        inverse[bent & ~learnt] *= _scale(moves, falls)[bent & ~learnt, None, None]
        inverse[bent] = _updated(inverse[bent], moves[bent], falls[bent])
        learnt |= bent
        share = np.where(taken, 1.0, SHORTER * share)
        points = np.where(taken[:, None], tried, points)
        heights = np.where(taken, heights_there, heights)
        gradients = np.where(taken[:, None], gradients_there, gradients)
    return points, heights


def _steps(
    inverse: Array, points: Units, gradients: Array, low: Units, high: Units
) -> tuple[Array, Array]:
    """Return the steps, (s, d), and how much the slopes promise of each, (s,)."""
    held = ((points <= low) & (gradients < 0.0)) | ((points >= high) & (gradients > 0.0))
    slopes = np.where(held, 0.0, gradients)
    steps = np.where(held, 0.0, np.einsum("sij,sj->si", inverse, slopes))
    lengths = np.sqrt(np.einsum("sd,sd->s", steps, steps))
    steps = steps * np.minimum(1.0, STRIDE / np.maximum(lengths, TINY))[:, None]
    return steps, np.einsum("sd,sd->s", steps, slopes)


def _scale(moves: Array, falls: Array) -> Array:
    """Return the inverse curvature along moves (s, d), by how much the gradients fell, (s,)."""
    squares = np.maximum(np.einsum("sd,sd->s", falls, falls), TINY)
    flatness: Array = np.einsum("sd,sd->s", moves, falls) / squares
    return flatness.clip(STEEPEST, FLATTEST)


def _updated(inverse: Array, moves: Array, falls: Array) -> Array:
    """Return the inverse Hessians (s, d, d) of minus the function after moves (s, d).

    The gradient falls by `falls`, (s, d), whose products with the moves are positive.
    """
    scale = 1.0 / np.einsum("sd,sd->s", moves, falls)
    bent = np.einsum("sij,sj->si", inverse, falls)
    factor = scale * (1.0 + scale * np.einsum("sd,sd->s", falls, bent))
    cross = (scale[:, None] * bent)[:, :, None] * moves[:, None, :]
    square = (factor[:, None] * moves)[:, :, None] * moves[:, None, :]
    updated: Array = inverse + square - cross - cross.transpose(0, 2, 1)
    return updated
