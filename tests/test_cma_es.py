"""Tests of CMA-ES in mixed spaces."""

import math
from typing import Any

import numpy as np
import pytest
from alone import CUBE, MIXED, begun, constant, sphere, strategy_class, trials_of, units

from hpobench import Categorical, Config, Float, Int, Ordinal, Proposal, Space, Trial

CMAES = strategy_class("cma_es", "CMAES")
Coordinates = strategy_class("cma_es", "Coordinates")
KINDS = Space(
    {
        "real": Float(1.0, 10.0, log=True),
        "many": Int(1, 500),
        "few": Int(1, 9, log=True),
        "two": Int(1, 2),
        "order": Ordinal((1, 2, 4)),
        "kind": Categorical(("a", "b", "c", "d")),
        "flag": Categorical((True, False)),
        "only": Categorical(("one",)),
    }
)


def test_every_parameter_is_the_kind_of_variable_that_suits_it() -> None:
    kinds = Coordinates(KINDS)
    names = np.array(list(KINDS))
    assert names[kinds.real].tolist() == ["real", "many"]
    assert names[kinds.whole].tolist() == ["few", "order"]
    assert names[kinds.category].tolist() == ["two", "kind", "flag"]
    assert kinds.categories == [2, 4, 2]
    assert kinds.levels[0] == [KINDS["few"].encode(value) for value in range(1, 10)]
    assert kinds.levels[1] == pytest.approx([1 / 6, 3 / 6, 5 / 6])


def test_the_distribution_starts_at_a_point_and_its_solutions_are_points_of_the_cube() -> None:
    kinds = Coordinates(KINDS)
    config: Config = {
        "real": 2.0, "many": 100, "few": 7, "two": 2, "order": 4, "kind": "c", "flag": True,
        "only": "one",
    }  # fmt: skip
    distribution = kinds.started(KINDS.encode(config), 1e-6, 6, 1)
    points = np.array([kinds.point(distribution.ask()) for _ in range(200)])
    drawn = [KINDS.decode(point) for point in points]
    assert np.ptp(points[:, :2], axis=0).max() < 1e-4
    assert all(each[name] == config[name] for each in drawn for name in ("few", "order", "only"))
    shares = [np.mean([each[name] == config[name] for each in drawn]) for name in ("kind", "two")]
    # half of the probability is given to the point's value, and half is spread over all
    assert shares == pytest.approx([0.5 + 0.5 / 4, 0.5 + 0.5 / 2], abs=0.1)


def test_solutions_beyond_a_face_are_reflected() -> None:
    kinds = Coordinates(CUBE)
    distribution = kinds.started(np.zeros(5), 0.3, 6, 1)
    points = np.array([kinds.point(distribution.ask()) for _ in range(100)])
    assert points.min() > 0
    assert points.max() <= 1
    assert np.mean(points) == pytest.approx(0.3 * math.sqrt(2 / math.pi), abs=0.05)  # half-normal


def test_it_begins_at_the_best_of_the_first_ones() -> None:
    strategy = CMAES(initial=6, sigma=1e-6)
    trials = trials_of(strategy, CUBE, sphere(2), 10)
    best = min(trials[:6], key=lambda trial: trial.value)
    assert np.abs(units(trials[6:]) - CUBE.encode(best.proposal.config)).max() < 1e-4
    assert np.abs(units(trials[:6]) - CUBE.encode(best.proposal.config)).max() > 0.1


def test_a_foreign_result_that_is_the_best_is_the_beginning() -> None:
    strategy = CMAES(initial=4, sigma=1e-6)
    begun(strategy, CUBE)
    strategy.tell(Trial(0, Proposal(CUBE.default()), (-1.0,), 1.0))
    for identity in range(1, 6):
        proposal = strategy.ask([])
        strategy.tell(Trial(identity, proposal, (1.0,), 1.0))
        near = np.abs(CUBE.encode(proposal.config) - 0.5).max() < 1e-4
        assert near == (identity >= 4)


def test_only_the_order_of_values_counts() -> None:
    value = sphere(1)
    runs = [
        units(trials_of(CMAES(), CUBE, altered, 40))
        for altered in (value, lambda c: math.exp(9 * value(c)), lambda c: 1e300 * value(c))
    ]
    assert np.array_equal(runs[0], runs[1])
    assert np.array_equal(runs[0], runs[2])


def test_a_known_configuration_that_is_drawn_again_counts_with_its_value() -> None:
    space = Space({"n": Int(1, 8), "kind": Categorical(("a", "b", "c"))})
    strategy: Any = CMAES()
    trials = trials_of(strategy, space, lambda c: abs(int(str(c["n"])) - 3.0), 20)
    told = strategy.distribution.generation * strategy.distribution.population_size
    assert told + len(strategy.generation) > len(trials) - strategy.initial


def test_a_distribution_that_has_converged_starts_anew_elsewhere() -> None:
    space = Space({"x": Float(0.0, 1.0)})
    xs = [
        float(str(trial.proposal.config["x"]))
        for trial in trials_of(CMAES(), space, lambda c: abs(float(str(c["x"])) - 0.3), 400)
    ]
    near = [abs(x - 0.3) < 1e-6 for x in xs]
    assert any(near)
    assert not all(near[near.index(True) :])


def test_workers_may_finish_in_any_order() -> None:
    strategy: Any = CMAES(initial=5)
    begun(strategy, MIXED)
    waiting: list[Trial] = []
    for identity in range(80):
        proposal = strategy.ask([])
        waiting.append(Trial(identity, proposal, (float(identity),), 1.0))
        if len(waiting) == 4:
            strategy.tell(waiting.pop(identity % 4))
    assert strategy.distribution.generation >= 5


def test_a_space_without_a_choice_has_one_proposal() -> None:
    space = Space({"a": Categorical(("x",)), "b": Ordinal((3,))})
    assert len(trials_of(CMAES(), space, constant, 9)) == 1
