"""Tests of Hyperband with Parzen densities."""

import math
from importlib import import_module

import numpy as np
import pytest
from driven import SPACE, asked, driven, sizes, spent, started, unpaid_twice, x_of

from hpobench import Config, Fidelity, Proposal, Task, Trial
from hpobench.strategy import Unsupported

BayesianHyperband = import_module("hpobench.strategies.bayesian_hyperband").BayesianHyperband
Hyperband = import_module("hpobench.strategies.hyperband").Hyperband
EPOCHS = Fidelity(1, 9)


def _values(config: Config, _fidelity: float) -> float:
    return abs(x_of(config) - 0.7) + (config["kind"] == "a")


def test_the_brackets_are_hyperbands() -> None:
    one, other = (driven(s, 20, EPOCHS, _values) for s in (BayesianHyperband(), Hyperband()))
    assert [(t.proposal.fidelity, t.proposal.resume is None) for t in one] == [
        (t.proposal.fidelity, t.proposal.resume is None) for t in other
    ]
    assert unpaid_twice(one, EPOCHS)
    assert 19 < spent(one) <= 20 + 1e-9


def test_the_model_is_of_the_highest_fidelity_with_two_more_trials_than_parameters() -> None:
    strategy = started(BayesianHyperband(), 30, EPOCHS)
    assert strategy._modelled() is None  # type: ignore[attr-defined]  # noqa: SLF001  # its choice
    for id_, (fidelity, value) in enumerate(
        [*[(1, 0.5)] * 4, *[(3, 0.5)] * 3, (3, math.nan), *[(9, math.nan)] * 5]
    ):
        assert strategy._modelled() == (None if id_ < 4 else 1 if id_ < 8 else 3)  # type: ignore[attr-defined]  # noqa: SLF001  # its choice
        given = Proposal({"x": id_ / 20, "kind": "a"}, fidelity)
        strategy.tell(Trial(id_, given, (value,), 0.0))
    assert strategy._modelled() == 3  # type: ignore[attr-defined]  # noqa: SLF001  # all at 9 failed


def test_candidates_are_near_the_good_and_far_from_the_bad() -> None:
    strategy = started(BayesianHyperband(random=0.0), 30, EPOCHS)
    for id_ in range(30):
        x = (id_ + 0.5) / 30
        given = Proposal({"x": x, "kind": "ab"[id_ % 2]}, 1)
        strategy.tell(Trial(id_, given, (abs(x - 0.7) + id_ % 2,), 0.0))
    found = [asked(strategy).config for _ in range(9)]
    assert all(config["kind"] == "a" for config in found)
    assert np.median([abs(x_of(config) - 0.7) for config in found]) < 0.1


def test_it_finds_more_than_random_trainings_would() -> None:
    trials = driven(BayesianHyperband(), 25, EPOCHS, _values)
    assert min(t.value for t in trials if t.proposal.fidelity == 9) < 0.01


@pytest.mark.parametrize("workers", [1, 6])
def test_no_configuration_begins_twice(workers: int) -> None:
    trials = driven(BayesianHyperband(), 12, EPOCHS, _values, workers=workers)
    begun = [str(t.proposal.config) for t in trials if t.proposal.resume is None]
    assert len(set(begun)) == len(begun)
    assert sizes(trials)[9] >= 1


def test_failures_are_never_continued_and_no_model_is_made_of_them_alone() -> None:
    trials = driven(BayesianHyperband(), 12, EPOCHS, lambda *_: math.nan)
    assert {trial.proposal.resume for trial in trials} == {None}


def test_it_needs_a_fidelity_and_sensible_fields() -> None:
    with pytest.raises(Unsupported, match="needs a fidelity"):
        BayesianHyperband().setup(Task(SPACE, None, 10, 1), np.random.default_rng(0))
    for name, value in (("eta", 1), ("random", 1.5), ("candidates", 0)):
        with pytest.raises(ValueError, match=f"{name} must be .*: {value}"):
            BayesianHyperband(**{name: value})
