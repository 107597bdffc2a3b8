"""Tests of the trust region."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np
import pytest

from hpobench import Categorical, Config, Float, Int, Proposal, Space, Task, Trial

TrustRegion = import_module("hpobench.strategies.trust_region").TrustRegion
Instance: TypeAlias = Any  # an instance of TrustRegion, which is imported by its name

PLANE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
MIXED = Space(
    {
        "x": Float(0.0, 1.0),
        "n": Int(1, 1000, log=True),
        **{f"c{i}": Categorical(tuple("abcde")) for i in range(4)},
    }
)


def _start(space: Space, **fields: object) -> Instance:
    strategy = TrustRegion(**{"candidates": 64, **fields})
    strategy.setup(Task(space, None, 100, 1), np.random.default_rng(0))
    return strategy


def _tell(strategy: Instance, values: Sequence[float]) -> None:
    """Tell trials at random places, as many as values."""
    rng = np.random.default_rng(len(strategy.rows))
    for value in values:
        config = strategy.task.space.sample(rng)
        strategy.tell(Trial(len(strategy.rows), Proposal(config), (value,), 1.0))


def _go(strategy: Instance, function: Callable[[Config], float], count: int) -> list[Trial]:
    trials: list[Trial] = []
    for i in range(count):
        proposal = strategy.ask([])
        trials.append(Trial(i, proposal, (function(proposal.config),), 1.0))
        strategy.tell(trials[-1])
    return trials


def _bowl(config: Config) -> float:
    return (float(config["x"]) - 0.3) ** 2 + (float(config["y"]) - 0.8) ** 2  # type: ignore[arg-type]  # numbers


def test_it_finds_the_minimum_of_a_bowl() -> None:
    assert min(trial.value for trial in _go(_start(PLANE), _bowl, 20)) < 1e-4


def test_three_successes_double_the_side_and_three_failures_halve_it() -> None:
    strategy = _start(PLANE)
    _tell(strategy, [9.0, 8.0, 7.0, 6.0, 10.0])
    assert strategy.region.length == 0.8  # a design has neither successes nor failures
    _tell(strategy, [5.0, 4.0, 3.0])
    assert strategy.region.length == 1.6
    _tell(strategy, [2.0, 2.9, math.nan, 2.9999])
    assert strategy.region.length == 0.8
    _tell(strategy, [2.0 * (1 - 1e-4), 1.9, 2.0])
    assert strategy.region.length == 0.8
    _tell(strategy, [1.5, 1.0, 0.5, 0.4, 0.3, 0.2])
    assert strategy.region.length == 1.6  # it has no longer side


def test_a_region_that_has_become_tiny_is_followed_by_another() -> None:
    strategy = _start(PLANE)
    _tell(strategy, [1.0] * 5)
    _tell(strategy, [2.0] * 3 * 7)
    assert (strategy.region.since, strategy.region.length) == (26, 0.8)
    design = [strategy.ask([]).config for _ in range(2)]
    units = np.floor(PLANE.encode_all(design) * 5)
    assert (units[0] != units[1]).all()  # another Latin hypercube of five


def test_proposals_stay_near_the_best() -> None:
    strategy = _start(PLANE)
    trials = _go(strategy, _bowl, 12)
    best = PLANE.encode(min(trials, key=lambda trial: trial.value).proposal.config)
    strategy.region = replace(strategy.region, length=0.01)
    for _ in range(3):
        # The product of the box's sides is the square of its length.
        assert np.abs(PLANE.encode(strategy.ask([]).config) - best).prod() <= 0.005**2 + 1e-12


def test_no_configuration_is_repeated_and_a_small_space_comes_to_an_end() -> None:
    strategy = _start(Space({"a": Int(1, 20, log=True), "b": Int(1, 3)}), candidates=1)
    trials = _go(strategy, lambda _: math.nan, 60)
    assert len({repr(trial.proposal.config) for trial in trials}) == 60
    assert strategy.ask([]) is None


@pytest.mark.parametrize("value", [math.nan, 1.0, 1e300, -1e-300])
def test_equal_values_and_failures_do_not_stop_it(value: float) -> None:
    trials = _go(_start(MIXED), lambda _: value, 15)
    assert len({repr(trial.proposal.config) for trial in trials}) == 15
