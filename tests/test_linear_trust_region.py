"""Tests of the linear models in a trust region."""

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
    Pending,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
    Units,
    Unsupported,
)
from hpobench.models.linear_simplex import Simplex

LinearTrustRegion = import_module("hpobench.strategies.linear_trust_region").LinearTrustRegion
RandomSearch = import_module("hpobench.strategies.random_search").RandomSearch

CUBE = Space({name: Float(0.0, 1.0) for name in "abcd"})
WHOLE = Space(
    {"n": Int(1, 500, log=True), "m": Int(0, 9), "o": Ordinal((1, 2, 4)), "x": Float(0, 1)}
)
CENTRE = np.array([0.71, 0.23, 0.64, 0.42])
Function = Callable[[Units], float]


def _started(
    space: Space, budget: int, seed: int = 0, workers: int = 1, **fields: float
) -> Strategy:
    strategy: Strategy = LinearTrustRegion(**fields)
    strategy.setup(Task(space, None, budget, workers), np.random.default_rng([seed, 5]))
    return strategy


def _trials(
    strategy: Strategy, space: Space, function: Function, budget: int
) -> tuple[Units, list[float]]:
    """Run with one worker; return the points, (n, d), and the values."""
    points, values = [], []
    for identity in range(budget):
        proposal = strategy.ask([])
        if proposal is None:
            break
        assert space.check(proposal.config) == proposal.config
        points.append(space.encode(proposal.config))
        values.append(function(points[-1]))
        strategy.tell(Trial(identity, proposal, (values[-1],), 1.0))
    return np.array(points), values


def _bowl(point: Units) -> float:
    return float((np.array([1.0, 4.0, 2.0, 9.0]) * (point - CENTRE) ** 2).sum())


def test_it_ends_far_below_random_search_on_a_bowl() -> None:
    own, random = [], []
    for seed in range(8):
        own.append(min(_trials(_started(CUBE, 50, seed), CUBE, _bowl, 50)[1]))
        other = RandomSearch()
        other.setup(Task(CUBE, None, 50, 1), np.random.default_rng([seed, 5]))
        random.append(min(_trials(other, CUBE, _bowl, 50)[1]))
    assert max(own) < 0.05 * np.median(random)


def test_on_a_slope_its_model_is_right_and_it_goes_straight_to_the_corner() -> None:
    slope = np.array([1.0, -2.0, 0.5, -0.1])
    strategy = _started(CUBE, 40, radius=0.1)
    strategy.tell(Trial(0, Proposal(CUBE.decode(np.full(4, 0.5))), (0.5 * slope.sum(),), 1.0))
    points, values = _trials(strategy, CUBE, lambda point: float(slope @ point), 40)
    best = points[:4][np.argmin(values[:4])]
    assert np.allclose(points[4] - best, -0.1 * slope / np.linalg.norm(slope))
    assert np.allclose(np.linalg.norm(points[5:8] - points[4:7], axis=1), 0.1)
    assert any(np.array_equal(point, [0.0, 1.0, 0.0, 1.0]) for point in points)


def test_a_vertex_that_is_too_far_or_too_near_to_the_face_of_the_others_is_misplaced() -> None:
    base, units = np.array([0.5, 0.5]), np.ones(2)
    for edges, place in [
        ([(0.1, 0.0), (0.0, 0.1)], None),
        ([(0.1, 0.0), (0.0, 0.25)], 2),
        ([(0.1, 0.0), (0.05, 0.02)], 2),
    ]:
        simplex = Simplex(base + np.array([(0.0, 0.0), *edges]), np.array([0.0, 1.0, 2.0]))
        assert simplex.interpolate(units)
        assert simplex.misplaced(0.1) == place
    assert np.allclose(np.abs(simplex.normal(2)), [0.0, 1.0])
    assert not Simplex(np.full((3, 2), 0.5), np.zeros(3)).interpolate(units)


@pytest.mark.parametrize("seed", range(5))
def test_the_step_is_the_lowest_point_of_the_model_in_ball_and_cube(seed: int) -> None:
    rng = np.random.default_rng(seed)
    base = rng.random(4) ** 3
    points = np.vstack([base, np.clip(base + 0.1 * rng.standard_normal((4, 4)), 0.0, 1.0)])
    simplex = Simplex(points, np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    units = np.array([1.0, 1.0, 3.0, 1.0])
    assert simplex.interpolate(units)
    found = (simplex.descent(0.3) - base) / units
    assert np.linalg.norm(found) <= 0.3 + 1e-9
    # the solution is -t·slopes, clipped to the cube, for a t that bisection finds
    low, high, step = 0.0, 1e6, np.zeros(4)
    for _ in range(100):
        middle = (low + high) / 2
        step = np.clip(-middle * simplex.slopes, -base / units, (1 - base) / units)
        low, high = (middle, high) if np.linalg.norm(step) < 0.3 else (low, middle)
    assert np.allclose(found, step, atol=1e-6)
    heights = simplex.values / simplex.scale
    assert np.allclose(simplex.edges @ simplex.slopes, heights[1:] - heights[0])


def test_the_first_simplex_steps_along_each_parameter_from_the_best_so_far() -> None:
    points, values = _trials(_started(CUBE, 5), CUBE, _bowl, 5)
    for place in range(4):
        base = points[int(np.argmin(values[: place + 1]))]
        changed = points[place + 1] - base
        assert np.flatnonzero(np.abs(changed) > 1e-12).tolist() == [place]
        assert abs(changed[place]) == pytest.approx(1 / 3)


def test_it_begins_where_it_was_told_the_best_and_else_at_random() -> None:
    strategy = _started(CUBE, 10)
    for identity, (unit, value) in enumerate([(0.4, 2.0), (0.5, 1.0), (0.6, math.nan)]):
        config = CUBE.decode(np.full(4, unit))
        strategy.tell(Trial(identity, Proposal(config), (value,), 1.0))
    proposal = strategy.ask([])
    assert proposal is not None
    assert np.allclose(CUBE.encode(proposal.config), [0.5 + 1 / 3, 0.5, 0.5, 0.5])
    starts = [_trials(_started(CUBE, 1, seed), CUBE, _bowl, 1)[0][0] for seed in range(20)]
    assert np.std(starts) > 0.2


def test_when_the_smallest_radius_has_failed_it_begins_again() -> None:
    space = Space({"a": Float(0.0, 1.0), "b": Float(0.0, 1.0)})
    points, values = _trials(
        _started(space, 150, radius=1 / 8),
        space,
        lambda point: float(((point - 0.3) ** 2).sum()),
        150,
    )
    assert min(values) < 1e-5
    jumps = np.linalg.norm(points[1:] - points[:-1], axis=1) > 0.25
    assert 1 <= jumps.sum() <= 15


def test_whole_numbers_and_ordinals_move_by_values_and_none_comes_twice() -> None:
    target = WHOLE.encode({"n": 37, "m": 7, "o": 4, "x": 0.8})
    points, values = _trials(
        _started(WHOLE, 60), WHOLE, lambda point: float(((point - target) ** 2).sum()), 60
    )
    assert len(points) == len({json.dumps(point.tolist()) for point in points}) == 60
    assert min(values) < 0.002


def test_it_goes_through_a_finite_space_and_stops() -> None:
    space = Space({"m": Int(0, 4), "o": Ordinal((1, 2, 4)), "one": Ordinal(("only",))})
    points, _ = _trials(_started(space, 99), space, lambda point: float(point[0]), 99)
    assert len(points) == 15


@pytest.mark.parametrize(
    "space",
    [
        Space({"a": Float(0.0, 1.0), "kind": Categorical(("a", "b"))}),
        Space({"n": Int(1, 2), "b": Float(0.0, 1.0, when={"n": (1,)})}),
    ],
)
def test_categories_and_conditions_are_refused(space: Space) -> None:
    with pytest.raises(Unsupported, match=r"^needs numbers or ordinals that are always active$"):
        _started(space, 10)


def test_failures_count_as_the_worst_and_a_start_that_fails_is_left() -> None:
    def function(point: Units) -> float:
        return math.nan if point[0] > 0.75 else _bowl(point)

    for seed in range(5):
        _, values = _trials(_started(CUBE, 50, seed), CUBE, function, 50)
        assert np.nanmin(values) < 0.01
    points, _ = _trials(_started(CUBE, 20), CUBE, lambda _: math.nan, 20)
    assert len(np.unique(points[:, 0])) == 20


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_the_scale_of_the_values_makes_no_difference(scale: float) -> None:
    plain, _ = _trials(_started(CUBE, 30), CUBE, _bowl, 30)
    scaled, _ = _trials(_started(CUBE, 30), CUBE, lambda point: scale * _bowl(point), 30)
    assert np.allclose(plain, scaled, atol=1e-6)


def test_several_workers_share_the_simplex_and_try_steps_of_several_lengths() -> None:
    strategy = _started(CUBE, 60, workers=4)
    first = strategy.ask([])
    assert first is not None
    assert strategy.ask([Pending(0, first)]) is None
    strategy.tell(Trial(0, first, (_bowl(CUBE.encode(first.config)),), 1.0))
    edges = [proposal for _ in range(4) if (proposal := strategy.ask([])) is not None]
    assert len(edges) == 4
    for identity, edge in enumerate(reversed(edges), start=1):
        strategy.tell(Trial(identity, edge, (_bowl(CUBE.encode(edge.config)),), 1.0))
    steps = [proposal for _ in range(4) if (proposal := strategy.ask([])) is not None]
    assert len({repr(step) for step in steps}) == len(steps) > 1


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("radius", 0.0, r"in \(0, 0.5\]"),
        ("least", 0.4, r"in \(0, 0.333333\]"),
        ("least", 0, r"in \(0, 0.333333\]"),
    ],
)
def test_a_nonsensical_field_is_refused(name: str, value: object, right: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be {right}: {value}"):
        LinearTrustRegion(**{name: value})
