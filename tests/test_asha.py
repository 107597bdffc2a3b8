"""Tests of ASHA, and of the ladder that it climbs."""

import math
from importlib import import_module

import numpy as np
import pytest
from driven import SPACE, asked, driven, sizes, started, unpaid_twice, x_of

from hpobench import Config, Fidelity, Proposal, Task, Trial
from hpobench.strategy import Unsupported

ASHA = import_module("hpobench.strategies.asha").ASHA
EPOCHS = Fidelity(1, 27)
both = pytest.mark.parametrize("rule", ["promotion", "stopping"])


def test_the_best_third_of_a_rung_goes_on_as_soon_as_it_is_one() -> None:
    trials = driven(ASHA(), 3, EPOCHS)
    assert [t.proposal.fidelity for t in trials[:8]] == [1, 1, 1, 3, 1, 1, 1, 3]
    first = min(trials[:3], key=lambda trial: trial.value)
    assert trials[3].proposal == Proposal(first.proposal.config, 3, first.id)
    assert sizes(trials)[27] == 1


@pytest.mark.parametrize("workers", [1, 5])
def test_each_promoted_trial_was_among_the_best_third_known_at_its_promotion(workers: int) -> None:
    trials = driven(ASHA(), 12, EPOCHS, workers=workers)
    for trial in trials:
        if trial.proposal.resume is None:
            continue
        known = trials[: trial.id - workers + 1]
        before = trials[trial.proposal.resume]
        rung = [t for t in known if t.proposal.fidelity == before.proposal.fidelity]
        assert sum(t.value < before.value for t in rung) < len(rung) // 3


def test_failed_trials_let_others_go_on() -> None:
    values = iter([math.nan, math.nan, 5.0, 7.0])
    trials = driven(ASHA(), 5 / 27, EPOCHS, lambda *_: next(values))
    assert trials[3].proposal.resume == 2


def test_nothing_waits() -> None:
    strategy = started(ASHA(), 10, EPOCHS, workers=30)
    assert [asked(strategy).fidelity for _ in range(30)] == [1] * 30


def test_the_first_trial_is_not_stopped_and_each_later_one_is_unless_among_the_best_third() -> None:
    trials = driven(ASHA(rule="stopping"), 6, EPOCHS)
    assert [t.proposal.fidelity for t in trials[:4]] == [1, 3, 9, 27]
    assert [t.proposal.resume for t in trials[:4]] == [None, 0, 1, 2]
    lowest = [t for t in trials if t.proposal.fidelity == 1]
    gone_on = {t.proposal.resume for t in trials}
    for count, trial in enumerate(lowest[:-1], start=1):
        better = sum(other.value < trial.value for other in lowest[:count])
        assert (trial.id in gone_on) == (better < -(-count // 3))


@both
def test_no_epochs_are_paid_twice_and_without_continuing_each_training_is_paid_in_full(
    rule: str,
) -> None:
    assert unpaid_twice(driven(ASHA(rule=rule), 9, EPOCHS), EPOCHS)
    afresh = driven(ASHA(rule=rule), 9, Fidelity(1, 27, resumes=False))
    assert {t.proposal.resume for t in afresh} == {None}
    assert all(t.cost == pytest.approx((t.proposal.fidelity or 0) / 27) for t in afresh)


@both
def test_a_failed_trial_counts_in_its_rung_but_never_goes_on(rule: str) -> None:
    def half(config: Config, _fidelity: float) -> float:
        return math.nan if config["kind"] == "a" else x_of(config)

    trials = driven(ASHA(rule=rule), 9, EPOCHS, half)
    failed = {t.id for t in trials if t.failed}
    assert failed
    assert not failed & {t.proposal.resume for t in trials}
    assert sizes(trials)[27] >= 1


@both
def test_a_result_that_it_did_not_propose_is_taken_in(rule: str) -> None:
    strategy = started(ASHA(rule=rule), 10, EPOCHS)
    for id_, fidelity in enumerate((27, 5)):
        strategy.tell(Trial(id_, Proposal({"x": 0.5, "kind": "a"}, fidelity), (0.0,), 1.0))
    assert asked(strategy).fidelity == 1


def test_it_needs_a_fidelity_an_eta_of_two_or_more_and_a_rule() -> None:
    with pytest.raises(Unsupported, match="needs a fidelity"):
        ASHA().setup(Task(SPACE, None, 10, 1), np.random.default_rng(0))
    with pytest.raises(ValueError, match="eta must be a whole number, 2 or more: 1"):
        ASHA(eta=1)
    with pytest.raises(ValueError, match="rule must be promotion or stopping: 'pausing'"):
        ASHA(rule="pausing")
