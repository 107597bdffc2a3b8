"""The longer search for a problem's best configuration, where no optimum is known."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..parameter import Categorical, Float, Units
from ..problem import Instance, Problem
from ..seeds import Stream
from ..space import Config, Space
from ..trial import Proposal
from .points import Evaluator, Point

TRIES = 200
"""How many neighbours are drawn at most until one differs; a space may have few configurations."""


def longer_search(
    problem: Problem,
    instance: Instance,
    luck: Stream,
    drawn: Sequence[Point],
    evaluate: Evaluator,
    *,
    rng: np.random.Generator,
    steps: int,
) -> tuple[Point, int]:
    """Search on from the best point of a pool, and return the best of all and the evaluations.

    Where the optimum is known, there is nothing to search for. Otherwise a climb makes `steps`
    evaluations, and then a descent as many where the problem gives gradients.
    """
    best = min(drawn, key=lambda point: point.value)
    if instance.optimum is not None:
        return best, 0
    best = climb(problem.space, evaluate, best, rng, steps)
    if problem.gradient_cost is None:
        return best, steps
    descent = replace(luck, keys=(*luck.keys, "descent"))
    return descend(problem, instance, descent, best, steps), 2 * steps


def climb(
    space: Space, evaluate: Evaluator, best: Point, rng: np.random.Generator, steps: int
) -> Point:
    """Climb from `best` by normal steps in the unit cube, wider after success; return the best."""
    step = 0.1
    for _ in range(steps):
        drawn = (neighbour(space, best.config, step, rng) for _ in range(TRIES))
        found = next((config for config in drawn if config != best.config), None)
        point = evaluate(space.sample(rng) if found is None else found)
        if point.value < best.value:
            best, step = point, min(1.5 * step, 0.3)
        else:
            step = max(0.95 * step, 0.01)
    return best


def neighbour(space: Space, config: Config, step: float, rng: np.random.Generator) -> Config:
    """Move about a third of the coordinates, at least one; inactive ones are drawn anew."""
    units = space.encode(config)
    fresh = rng.random(len(units))
    moves = rng.random(len(units)) < 1 / 3
    moves[rng.integers(len(units))] = True
    nominal = np.array([isinstance(parameter, Categorical) for parameter in space.values()])
    stepped = np.where(
        nominal, fresh, np.clip(units + step * rng.standard_normal(len(units)), 0, 1)
    )
    return space.decode(np.where(np.isnan(units), fresh, np.where(moves, stepped, units)))


def descend(problem: Problem, instance: Instance, stream: Stream, best: Point, steps: int) -> Point:
    """Descend along the active real parameters by L-BFGS-B, with one luck; return the best.

    An evaluation that raises an exception ends the descent.
    """
    from scipy.optimize import minimize

    space, high = problem.space, problem.fidelity.high if problem.fidelity else None
    place = space.encode(best.config)
    real = np.array([isinstance(parameter, Float) for parameter in space.values()])
    free = real & ~np.isnan(place)
    if not free.any():
        return best

    def evaluate(units: Units) -> tuple[float, Units]:
        nonlocal best
        place[free] = units
        config = space.decode(place)
        try:
            found = instance.evaluate(Proposal(config, high, gradient=True), stream, None)
        except Exception as error:
            raise _FailedError from error
        if found.value < best.value:
            best = Point(config, found.value, found.reported)
        slopes = found.gradient or {}
        return found.value, np.array([slopes[n] for n, f in zip(space, free, strict=True) if f])

    bounds = [(0.0, 1.0)] * int(free.sum())
    with suppress(_FailedError):
        minimize(
            evaluate,
            place[free],
            jac=True,
            bounds=bounds,
            method="L-BFGS-B",
            options={"maxfun": steps},
        )
    return best


class _FailedError(Exception):
    """Raised where an evaluation of the descent fails, which ends the descent."""
