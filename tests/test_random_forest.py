"""Tests of the random-forest strategy."""

import json
import math
from importlib import import_module

import numpy as np
import pytest
from alone import Function, trials_of

from hpobench import Categorical, Config, Float, Int, Ordinal, Proposal, Space, Task, Trial

random_forest = import_module("hpobench.strategies.random_forest")
RandomForest = random_forest.RandomForest

SQUARE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
MIXED = Space(
    {
        "kind": Categorical(("a", "b", "c")),
        "rate": Float(1e-4, 1.0, log=True, when={"kind": ("a", "b")}),
        "depth": Int(1, 4),
        "size": Ordinal((16, 32, 64)),
    }
)


def _trials(
    space: Space, function: Function, budget: int, seed: int = 0, **fields: float
) -> list[Trial]:
    strategy = RandomForest(**{"trees": 10, "candidates": 64, **fields})
    return trials_of(strategy, space, function, budget, seed)


def _bowl(config: Config) -> float:
    return float(np.sum((SQUARE.encode(config) - [0.3, 0.8]) ** 2))


def test_it_finds_the_bottom_of_a_bowl_far_better_than_at_random() -> None:
    best = [
        [min(t.value for t in _trials(SQUARE, _bowl, 30, seed, random=share)) for seed in range(5)]
        for share in (0.1, 1.0)
    ]
    assert np.median(best[0]) < 0.3 * np.median(best[1])


def test_neighbours_differ_in_one_parameter_and_all_values_of_a_choice_are_among_them() -> None:
    strategy = RandomForest()
    strategy.setup(Task(MIXED, None, 20, 1), np.random.default_rng(0))
    row = MIXED.encode({"kind": "a", "rate": 0.01, "depth": 2, "size": 32})
    near = strategy._neighbours(row[None])  # noqa: SLF001  # its own test
    kinds = [MIXED.decode(other)["kind"] for other in near]
    assert kinds == ["a", "b", "c"] + 12 * ["a"]
    changed = ~np.isclose(near, row, equal_nan=True)
    assert changed[2, :2].all()  # a "c" has no rate
    assert changed[3:7, 1].all()
    assert changed[7:11, 2].all()
    others = np.array([np.arange(4) != place for place in (1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3)])
    assert not changed[3:][others].any()


def test_values_become_logarithms_of_their_distance_from_the_best() -> None:
    found = random_forest.logarithms(np.array([3.0, 5.0, 13.0, math.nan, math.inf]))
    logs = np.log(np.array([0.0, 2.0, 10.0, 10.0, 10.0]) + 0.1 * 10.0)
    assert found == pytest.approx((logs - logs.mean()) / logs.std())


@pytest.mark.parametrize("values", [[7.0], [7.0, 7.0], [math.inf, 1.0]])
def test_values_that_can_not_be_told_apart_become_zeros(values: list[float]) -> None:
    assert random_forest.logarithms(np.array(values)).tolist()[-1] == pytest.approx(0.0)


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e300])
def test_the_scale_of_the_values_does_not_matter(scale: float) -> None:
    values = np.array([1.0, 2.0, -3.0, 0.5])
    expected = random_forest.logarithms(values)
    assert random_forest.logarithms(scale * values) == pytest.approx(expected)


def test_failed_trials_are_avoided() -> None:
    def function(config: Config) -> float:
        return math.nan if config["kind"] == "c" else float(str(config["depth"]))

    failed = [math.isnan(trial.value) for trial in _trials(MIXED, function, 40)]
    assert sum(failed[20:]) < 7  # at random a third would


def test_nothing_is_proposed_twice_and_it_stops_when_all_is_known() -> None:
    space = Space({"n": Int(1, 5), "kind": Categorical(("a", "b", "c"))})
    trials = _trials(space, lambda config: float(str(config["n"])), 20)
    assert len({json.dumps(trial.proposal.config) for trial in trials}) == len(trials) == 15


def test_a_result_that_it_did_not_propose_is_learnt() -> None:
    strategy = RandomForest(initial=0, random=0.0)
    strategy.setup(Task(SQUARE, None, 50, 1), np.random.default_rng(0))
    strategy.tell(Trial(0, Proposal({"x": 0.5, "y": 0.5}), (0.0,), 1.0))
    assert strategy.ask([]).config != {"x": 0.5, "y": 0.5}


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("initial", -1, "0 or more, or null"),
        ("trees", 0, "1 or more"),
        ("candidates", 0, "1 or more"),
        ("random", 1.5, r"in \[0, 1\]"),
    ],
)
def test_a_nonsensical_field_is_refused(name: str, value: float, right: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .*{right}.*: {value}"):
        RandomForest(**{name: value})
