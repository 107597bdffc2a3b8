"""Tests of the tree-structured Parzen estimator."""

import json
import math
from importlib import import_module

import numpy as np
import pytest
from alone import Function, trials_of

from hpobench import Categorical, Config, Float, Int, Pending, Proposal, Space, Task, Trial

tpe = import_module("hpobench.strategies.tpe")
TPE = tpe.TPE

SQUARE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
NESTED = Space(
    {
        "model": Categorical(("svm", "net", "tree")),
        "gamma": Float(1e-5, 1.0, log=True, when={"model": ("svm", "net")}),
        "depth": Int(1, 6, when={"model": ("tree",)}),
    }
)


def _trials(
    space: Space, function: Function, budget: int, seed: int = 0, **fields: float
) -> list[Trial]:
    return trials_of(TPE(**fields), space, function, budget, seed)


def _bowl(config: Config) -> float:
    return float(np.sum((SQUARE.encode(config) - [0.3, 0.8]) ** 2))


def _best(trials: list[Trial]) -> float:
    return min(trial.value for trial in trials)


def test_it_finds_the_bottom_of_a_bowl_far_better_than_at_random() -> None:
    own = [_best(_trials(SQUARE, _bowl, 30, seed)) for seed in range(6)]
    random = [_best(_trials(SQUARE, _bowl, 30, seed, initial=30)) for seed in range(6)]
    assert np.median(own) < 0.25 * np.median(random)


def test_the_first_configurations_form_a_latin_hypercube() -> None:
    trials = _trials(SQUARE, _bowl, 8, initial=8)
    units = SQUARE.encode_all([trial.proposal.config for trial in trials])
    assert np.sort(np.floor(units * 8), axis=0).tolist() == [[i, i] for i in range(8)]


def test_a_good_trial_weighs_what_it_is_better_than_the_best_bad_one() -> None:
    weights = tpe.improvements(np.array([-6.0, 0.0, 1.0, 2.0, 9.0, math.nan]), 3)
    assert weights == pytest.approx([1.0, 2 / 8, 1 / 8])


@pytest.mark.parametrize(
    "values",
    [[1.0, 2.0], [1.0, 1.0, 1.0], [1.0, 2.0, math.nan], [-math.inf, -math.inf, -math.inf]],
)
def test_good_trials_weigh_the_same_where_nothing_tells_them_apart(values: list[float]) -> None:
    assert tpe.improvements(np.array(values), 2).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("values", [[-1e308, 0.0, 1e308], [-math.inf, 0.0, math.inf]])
def test_huge_values_have_weights_too(values: list[float]) -> None:
    assert tpe.improvements(np.array(values), 2) == pytest.approx([1.0, 0.5])


def test_pending_trials_count_as_bad() -> None:
    def next_after(waiting: list[Pending]) -> list[Config]:
        configs = []
        for seed in range(30):
            strategy = TPE(initial=0)
            strategy.setup(Task(SQUARE, None, 50, 4), np.random.default_rng(seed))
            for identity, x in enumerate((0.25, 0.3, 0.7, 0.8, 0.9, 0.95, 1.0)):
                proposal = Proposal({"x": x, "y": 0.5})
                strategy.tell(Trial(identity, proposal, (x,), 1.0))
            configs.append(strategy.ask(waiting).config)
        return configs

    there = [Pending(9, Proposal({"x": x, "y": y})) for x in (0.2, 0.25) for y in (0.45, 0.55)]
    near = np.array([0.22, 0.5])
    alone, apart = (
        np.linalg.norm(SQUARE.encode_all(next_after(waiting)) - near, axis=1).mean()
        for waiting in ([], there)
    )
    assert apart > 1.2 * alone


def test_failed_trials_are_avoided() -> None:
    def function(config: Config) -> float:
        return math.nan if config["model"] == "tree" else 1.0

    trials = _trials(NESTED, function, 60)
    failed = [math.isnan(trial.value) for trial in trials]
    assert sum(failed[30:]) < sum(failed[:30])


def test_with_nothing_but_failures_it_goes_on_at_random() -> None:
    trials = _trials(SQUARE, lambda _: math.nan, 30)
    units = SQUARE.encode_all([trial.proposal.config for trial in trials[10:]])
    assert units.std(axis=0).min() > 0.2


def test_nothing_is_proposed_twice_and_it_stops_when_all_is_known() -> None:
    space = Space({"n": Int(1, 5), "kind": Categorical(("a", "b", "c"))})
    trials = _trials(space, lambda config: float(str(config["n"])), 20)
    assert len({json.dumps(trial.proposal.config) for trial in trials}) == len(trials) == 15


def test_a_result_that_it_did_not_propose_is_learnt() -> None:
    strategy = TPE(initial=0)
    strategy.setup(Task(SQUARE, None, 50, 1), np.random.default_rng(0))
    strategy.tell(Trial(0, Proposal({"x": 0.5, "y": 0.5}), (0.0,), 1.0))
    assert SQUARE.check(strategy.ask([]).config)


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("initial", -1, "0 or more, or null"),
        ("good", 0.0, r"in \(0, 1\]"),
        ("candidates", 0, "1 or more"),
        ("width", 0.0, "more than 0"),
    ],
)
def test_a_nonsensical_field_is_refused(name: str, value: float, right: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .*{right}.*: {value}"):
        TPE(**{name: value})
