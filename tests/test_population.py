"""Tests of what evolutionary strategies share."""

import math

import numpy as np
import pytest

from hpobench import Categorical, Float, Int, Ordinal, Pending, Proposal, Space
from hpobench.models.features import counts
from hpobench.models.population import (
    Points,
    rank_value,
    reflected,
)

NESTED = Space(
    {
        "model": Categorical(("svm", "forest", True, 1)),
        "trees": Int(1, 9, log=True, when={"model": ("forest",)}),
        "width": Ordinal((1, 2), when={"model": ("svm",)}),
    }
)
LINE = Space({"x": Float(0.0, 1.0)})


def _points(space: Space) -> Points:
    return Points(space, np.random.default_rng(1))


def test_every_configuration_of_a_finite_space_comes_once_and_then_none() -> None:
    points = _points(NESTED)
    found = list(iter(lambda: points.fresh(lambda: np.array([0.1, 0.5, 0.9]), []), None))
    assert len(found) == len({repr(config) for config in found}) == len(points) == 2 + 9 + 2
    assert found[0] == {"model": "svm", "width": 2}


def test_what_is_pending_is_not_proposed() -> None:
    points = _points(LINE)
    draws = iter([np.array([0.5]), np.array([0.25])])
    pending = [Pending(0, Proposal({"x": 0.5}))]
    assert points.fresh(lambda: next(draws), pending) == {"x": 0.25}


def test_a_point_keeps_its_inactive_coordinates_and_a_foreign_one_gets_some() -> None:
    points = _points(NESTED)
    drawn = np.array([0.3, 0.123, 0.456])
    config = points.fresh(lambda: drawn, [])
    assert config is not None
    assert points.point(config).tolist() == drawn.tolist()
    foreign = points.point({"model": "forest", "trees": 9})
    assert NESTED.decode(foreign) == {"model": "forest", "trees": 9}
    assert 0 <= foreign[2] < 1
    assert points.point({"model": "forest", "trees": 9}).tolist() == foreign.tolist()


def test_values_are_kept_with_the_configurations_whoever_proposed_them() -> None:
    points = _points(LINE)
    assert points.value({"x": 0.5}) is None
    assert points.tell({"x": 0.5}, 3.0).tolist() == [0.5]
    assert points.value({"x": 0.5}) == 3.0
    assert points.fresh(lambda: np.array([0.5]), []) != {"x": 0.5}


def test_a_failure_ranks_as_the_worst_and_infinities_at_the_ends() -> None:
    values = [math.nan, 1.0, -math.inf, 1e300]
    assert sorted(values, key=rank_value)[:3] == [-math.inf, 1.0, 1e300]


@pytest.mark.parametrize(
    ("coordinate", "inside"),
    [(0.3, 0.3), (-0.3, 0.3), (1.3, 0.7), (2.3, 0.3), (-1.3, 0.7), (1.0, 1.0)],
)
def test_coordinates_are_reflected_at_the_faces(coordinate: float, inside: float) -> None:
    assert reflected(np.array([coordinate]))[0] == pytest.approx(inside, abs=1e-12)


def test_counts_are_those_of_the_values() -> None:
    space = Space({**NESTED, "x": Float(0.0, 1.0)})
    assert counts(space).tolist() == [4, 9, 2, math.inf]
