"""Tests of differential evolution."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from alone import CUBE, constant, sphere, strategy_class, trials_of

from hpobench import Categorical, Proposal, Space, Trial, Units

DifferentialEvolution = strategy_class("differential_evolution", "DifferentialEvolution")


def _complete(strategy: Any) -> Any:  # noqa: ANN401  # tests look at its state
    """Return the strategy with a complete population."""
    trials_of(strategy, CUBE, sphere(1), strategy.population)
    return strategy


def test_a_mutant_moves_towards_the_best_and_along_a_difference_within_the_cube() -> None:
    strategy = _complete(DifferentialEvolution(population=5, best=0.2))
    strategy.centres = np.array([0.5, 9.0])  # CR is 1: the whole child is the mutant's
    strategy.replaced = [np.full(5, 0.9)]
    points: list[Units] = [member.point for member in strategy.members]
    best = min(strategy.members, key=lambda member: member.value).point
    for turn in range(30):
        proposal = strategy.ask([])
        child = CUBE.encode(proposal.config)
        factor, rate = list(strategy.origins.values())[-1]
        assert rate == 1.0
        assert 0 < factor <= 1
        x = points[turn % 5]
        mutants = [
            x + factor * (best - x) + factor * (r - s)
            for r, s in itertools.product(points, [*points, strategy.replaced[0]])
            if r is not x and s is not x and r is not s
        ]
        inside = [np.where(v < 0, x / 2, np.where(v > 1, (1 + x) / 2, v)) for v in mutants]
        assert min(np.abs(each - child).max() for each in inside) < 1e-9


def test_a_child_has_one_coordinate_of_the_mutant_at_least_and_else_its_members() -> None:
    strategy = _complete(DifferentialEvolution(population=5))
    strategy.centres = np.array([0.5, -9.0])  # CR is 0
    points = [member.point for member in strategy.members]
    for turn in range(20):
        child = CUBE.encode(strategy.ask([]).config)
        assert (np.abs(child - points[turn % 5]) > 1e-9).sum() == 1


def test_a_childs_categories_are_those_of_members() -> None:
    space = Space({f"g{i}": Categorical(tuple(range(50))) for i in range(6)})
    first = trials_of(strategy := DifferentialEvolution(population=4), space, constant, 4)
    for _ in range(10):
        child = strategy.ask([]).config
        assert all(child[k] in {t.proposal.config[k] for t in first} for k in space)


def test_a_result_that_is_as_good_takes_the_place_of_the_worst_whoever_proposed_it() -> None:
    strategy = _complete(DifferentialEvolution(population=4))
    strategy.tell(Trial(4, Proposal(CUBE.default()), (math.nan,), 1.0))
    values = [member.value for member in strategy.members]
    assert math.inf not in values
    worst = max(values)
    strategy.tell(Trial(5, Proposal(dict.fromkeys("abcde", 0.7)), (worst,), 1.0))
    assert [member.value for member in strategy.members] == values
    assert any(np.allclose(member.point, 0.7) for member in strategy.members)
    strategy.tell(Trial(6, Proposal(dict.fromkeys("abcde", 0.1)), (-1.0,), 1.0))
    assert worst not in [member.value for member in strategy.members]
    assert np.allclose(strategy.replaced[-1], 0.7)


def test_the_centres_follow_the_successes_once_a_generation() -> None:
    strategy = _complete(DifferentialEvolution(population=4))
    strategy.successes = [(0.2, 0.4), (0.8, 0.6)]
    for identity in range(4):
        assert strategy.centres == pytest.approx([0.5, 0.5])
        strategy.tell(Trial(identity, Proposal(dict.fromkeys("abcde", 0.1)), (9.0,), 1.0))
    lehmer = (0.2**2 + 0.8**2) / (0.2 + 0.8)
    assert strategy.centres == pytest.approx([0.9 * 0.5 + 0.1 * lehmer, 0.9 * 0.5 + 0.1 * 0.5])
    assert not strategy.successes
