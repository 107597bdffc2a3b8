"""Tests of Nelder and Mead's simplex search."""

import json
import math
from collections.abc import Callable
from importlib import import_module

import numpy as np
import pytest

from hpobench import (
    Categorical,
    Float,
    Int,
    Ordinal,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
    Units,
    Unsupported,
)

module = import_module("hpobench.strategies.nelder_mead")
NelderMead = module.NelderMead

CUBE = Space({name: Float(0.0, 1.0) for name in "abc"})
CENTRE = np.array([0.61, 0.33, 0.54])
Function = Callable[[Units], float]


def _started(space: Space, workers: int = 1, seed: int = 0, **fields: float) -> Strategy:
    strategy: Strategy = NelderMead(**fields)
    strategy.setup(Task(space, None, 100, workers), np.random.default_rng([seed, 7]))
    return strategy


def _points(strategy: Strategy, space: Space, function: Function, count: int) -> Units:
    """Run with one worker; return the points, (n, d)."""
    points: list[Units] = []
    while len(points) < count and (proposal := strategy.ask([])) is not None:
        assert space.check(proposal.config) == proposal.config
        points.append(space.encode(proposal.config))
        value = function(points[-1])
        strategy.tell(Trial(len(points), proposal, (value,), 1.0))
    return np.array(points)


def _bowl(point: Units) -> float:
    return float((np.array([1.0, 4.0, 2.0]) * (point - CENTRE) ** 2).sum())


def _corner(space: Space) -> Trial:
    """Return a trial at 0.3 along each parameter."""
    return Trial(0, Proposal(space.decode(np.full(len(space), 0.3))), (1e6,), 1.0)


@pytest.mark.parametrize("dimensions", [2, 3, 10])
def test_it_takes_the_same_steps_as_scipy(dimensions: int) -> None:
    from scipy.optimize import minimize

    space = Space({f"x{place}": Float(0.0, 1.0) for place in range(dimensions)})
    weights = np.arange(1.0, dimensions + 1)

    def function(point: Units) -> float:
        return float(np.sum(weights * (point - 0.52) ** 2 * (1 + point)))

    strategy = _started(space, size=0.25, least=1e-9)
    start = np.full(dimensions, 0.3)
    first = Trial(0, Proposal(space.decode(start)), (function(start),), 1.0)
    strategy.tell(first)
    own = _points(strategy, space, function, 60)
    theirs: list[Units] = []

    def recorded(point: Units) -> float:
        theirs.append(point.copy())
        return function(point)

    simplex = np.vstack([start, start + 0.25 * np.eye(dimensions)])
    minimize(
        recorded, start, method="Nelder-Mead",
        options={"initial_simplex": simplex, "maxfev": 61, "adaptive": dimensions > 8},
    )  # fmt: skip
    assert np.allclose(own, theirs[1:61])


def test_the_coefficients_are_the_usual_ones_up_to_eight_parameters() -> None:
    assert module.coefficients(1) == module.coefficients(8) == (2.0, 0.5, 0.5)
    assert module.coefficients(10) == pytest.approx((1.2, 0.7, 0.9))


def test_it_finds_the_bottom_of_a_bowl_and_begins_again() -> None:
    points = _points(_started(CUBE), CUBE, _bowl, 200)
    assert min(_bowl(point) for point in points) < 1e-5
    assert np.any(np.linalg.norm(points[1:] - points[:-1], axis=1) > 0.5)


def test_the_points_stay_in_the_cube_and_none_comes_twice_in_a_discrete_one() -> None:
    space = Space({"n": Int(1, 50, log=True), "o": Ordinal((1, 2, 4)), "x": Float(0.0, 1.0)})
    points = _points(_started(space), space, lambda point: -float(point.sum()), 80)
    assert points.min() >= 0.0
    assert points.max() <= 1.0
    assert len({json.dumps(point.tolist()) for point in points}) == 80
    finite = Space({"m": Int(0, 5), "o": Ordinal((1, 2, 4))})
    assert len(_points(_started(finite), finite, lambda point: -float(point.sum()), 80)) == 18


def test_several_workers_move_several_of_the_worst_vertices_at_once() -> None:
    strategy = _started(CUBE, workers=2)
    strategy.tell(_corner(CUBE))
    simplex = [proposal for _ in range(9) if (proposal := strategy.ask([])) is not None]
    assert len(simplex) == 3
    vertices = [np.full(3, 0.3)]
    for identity, vertex in enumerate(simplex, start=1):
        vertices.append(CUBE.encode(vertex.config))
        strategy.tell(Trial(identity, vertex, (float(identity),), 1.0))
    reflections = [proposal for _ in range(9) if (proposal := strategy.ask([])) is not None]
    centroid = (vertices[1] + vertices[2]) / 2
    found = CUBE.encode_all([each.config for each in reflections])
    expected = [2 * centroid - vertices[3], 2 * centroid - vertices[0]]
    assert np.allclose(found, np.clip(expected, 0.0, 1.0))


def test_failed_trials_are_the_worst_and_a_start_that_fails_is_left() -> None:
    def function(point: Units) -> float:
        return math.nan if point[0] > 0.8 else _bowl(point)

    for seed in range(3):
        points = _points(_started(CUBE, seed=seed), CUBE, function, 80)
        assert min(_bowl(point) for point in points if point[0] <= 0.8) < 1e-2
    points = _points(_started(CUBE), CUBE, lambda _: math.nan, 20)
    assert len(np.unique(points[:, 0])) == 20


def test_where_all_values_are_the_same_it_goes_on() -> None:
    points = _points(_started(CUBE, least=0.05), CUBE, lambda _: 1.0, 60)
    assert len(np.unique(points, axis=0)) == 60


def test_categories_and_conditions_are_refused() -> None:
    for space in (
        Space({"a": Float(0.0, 1.0), "kind": Categorical(("a", "b"))}),
        Space({"n": Int(1, 2), "b": Float(0.0, 1.0, when={"n": (1,)})}),
    ):
        with pytest.raises(Unsupported, match=r"^needs numbers or ordinals that are always active"):
            _started(space)


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [("size", 0.6, r"in \(0, 0.5\]"), ("least", 0.5, r"in \(0, 0.4\]"), ("least", 0, r"in \(0")],
)
def test_a_nonsensical_field_is_refused(name: str, value: float, right: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be {right}"):
        NelderMead(**{name: value})
