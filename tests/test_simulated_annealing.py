"""Tests of simulated annealing."""

import json
import math
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from alone import evaluated

from hpobench import Categorical, Config, Float, Int, Ordinal, Proposal, Space, Task, Trial

SimulatedAnnealing = import_module("hpobench.strategies.simulated_annealing").SimulatedAnnealing

SQUARE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
MIXED = Space(
    {
        "model": Categorical(("svm", "forest")),
        "gamma": Float(1e-5, 1.0, log=True, when={"model": ("svm",)}),
        "trees": Int(1, 500, log=True, when={"model": ("forest",)}),
        "width": Ordinal((1, 2, 4, 8)),
    }
)


def _started(space: Space, budget: int, seed: int = 0, **fields: float) -> Any:  # noqa: ANN401  # its state is tested
    strategy = SimulatedAnnealing(**fields)
    strategy.setup(Task(space, None, budget, 1), np.random.default_rng([seed, 3]))
    return strategy


def _bowl(config: Config) -> float:
    return float(((SQUARE.encode(config) - (0.83, 0.21)) ** 2).sum())


def test_a_typical_step_for_the_worse_has_the_chance_hot_at_first_and_cold_at_last() -> None:
    strategy = _started(SQUARE, 100, hot=0.4, cold=0.01)
    strategy.worsenings = [1.0, 2.0, 7.0]
    chances = []
    for spent in (0.0, 50.0, 100.0, 120.0):
        strategy.spent = spent
        chances.append(strategy.chance(2.0))
        temperature = -2.0 / math.log(chances[-1])
        assert strategy.chance(5.0) == pytest.approx(math.exp(-5.0 / temperature))
    assert chances == pytest.approx(
        [0.4, math.exp(-math.sqrt(math.log(0.4) * math.log(0.01))), 0.01, 0.01]
    )
    assert strategy.chance(1e300) < 1e-300
    assert strategy.chance(math.inf) == 0.0


def test_it_walks_to_neighbours_that_differ_in_one_parameter() -> None:
    strategy = _started(SQUARE, 40)
    evaluated(strategy, _bowl, 5)
    for _ in range(35):
        here = dict(strategy.row)
        (config,), _ = evaluated(strategy, _bowl, 1)
        assert sum(config[name] != here[name] for name in SQUARE) == 1


def test_it_goes_to_worse_ones_often_at_first_and_seldom_at_last() -> None:
    early: list[bool] = []
    late: list[bool] = []
    for seed in range(10):
        strategy = _started(SQUARE, 60, seed, hot=0.9, cold=1e-6)
        evaluated(strategy, _bowl, 5)
        for step in range(55):
            before = strategy.value
            _, (value,) = evaluated(strategy, _bowl, 1)
            if value > before:
                moved = strategy.value == value
                early += [moved] * (step < 15)
                late += [moved] * (step >= 40)
            else:
                assert strategy.value == value
    assert np.mean(early) > 0.5
    assert np.mean(late) < 0.25


def test_the_walk_begins_at_the_best_of_the_first_configurations() -> None:
    strategy = _started(SQUARE, 40, initial=6)
    configs, values = evaluated(strategy, _bowl, 6)
    assert strategy.row == configs[int(np.argmin(values))]


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_the_scale_of_the_values_makes_no_difference(scale: float) -> None:
    plain, _ = evaluated(_started(SQUARE, 30), _bowl, 30)
    scaled, _ = evaluated(_started(SQUARE, 30), lambda config: scale * _bowl(config), 30)
    assert plain == scaled


def test_conditional_spaces_are_searched_validly_and_failures_are_left() -> None:
    def function(config: Config) -> float:
        return math.nan if config["model"] == "svm" else abs(float(str(config["trees"])) - 300)

    for seed in range(4):
        configs, values = evaluated(_started(MIXED, 50, seed), function, 50)
        assert all(MIXED.check(config) == config for config in configs)
        assert np.nanmin(values) < 60
    configs, _ = evaluated(_started(MIXED, 30), lambda _: math.nan, 30)
    assert len({json.dumps(config) for config in configs}) == 30


def test_nothing_comes_twice_and_a_finite_space_is_searched_to_its_end() -> None:
    space = Space({"kind": Categorical(("a", "b", "c")), "n": Int(1, 4)})
    configs, _ = evaluated(_started(space, 50), lambda config: float(len(repr(config))), 50)
    assert len({json.dumps(config) for config in configs}) == len(configs) == 12


def test_what_was_told_before_the_first_proposal_is_one_of_the_first() -> None:
    strategy = _started(SQUARE, 10, initial=1)
    strategy.tell(Trial(0, Proposal({"x": 0.8, "y": 0.2}), (0.0,), 1.0))
    (config,), _ = evaluated(strategy, _bowl, 1)
    assert (config["x"] == 0.8) != (config["y"] == 0.2)


@pytest.mark.parametrize(
    ("name", "value"), [("initial", 0), ("spread", 0.0), ("hot", 1.0), ("cold", 0.2), ("cold", 0.0)]
)
def test_a_nonsensical_field_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be "):
        SimulatedAnnealing(**{name: value})
