"""Tests of Hyperband."""

import math
from importlib import import_module

import numpy as np
import pytest
from driven import SPACE, asked, driven, sizes, spent, started, unpaid_twice

from hpobench import Fidelity, Task, Trial
from hpobench.models.rungs import hyperband_sizes
from hpobench.strategy import Unsupported

Hyperband = import_module("hpobench.strategies.hyperband").Hyperband


def test_the_brackets_are_those_of_the_published_table() -> None:
    assert hyperband_sizes(5, 3) == [  # Li et al. (2018), table 1: R = 81, eta = 3
        [81, 27, 9, 3, 1],
        [34, 11, 3, 1],
        [15, 5, 1],
        [8, 2],
        [5],
    ]


def test_a_cycle_has_all_brackets_and_then_begins_again() -> None:
    trials = driven(Hyperband(), 100, Fidelity(1, 9))
    begun = [t.proposal.fidelity for t in trials if t.proposal.resume is None]
    cycle = [1] * 9 + [3] * 5 + [9] * 3
    assert begun[: 2 * len(cycle)] == cycle * 2
    assert unpaid_twice(trials, Fidelity(1, 9))


def test_a_bracket_that_is_too_dear_is_passed_over() -> None:
    # The brackets cost 7/3, 7/3 and 3; after the first two, 2 are left for narrower ones.
    trials = driven(Hyperband(), 14 / 3 + 2 + 1e-6, Fidelity(1, 9))
    assert spent(trials) > 14 / 3 + 1
    assert spent(trials) <= 14 / 3 + 2 + 1e-6
    assert sizes(trials[:21])[9] == 2


@pytest.mark.parametrize("workers", [1, 4, 50])
@pytest.mark.parametrize("budget", [1, 3, 25, 50.7])
@pytest.mark.parametrize("fidelity", [Fidelity(1, 81), Fidelity(7, 100, resumes=False)])
def test_the_budget_is_kept_and_almost_spent(
    budget: float, workers: int, fidelity: Fidelity
) -> None:
    trials = driven(Hyperband(), budget, fidelity, workers=workers)
    assert budget - 1 < spent(trials) <= budget + 1e-9
    assert sizes(trials)[fidelity.high] >= 1


def test_workers_that_would_wait_begin_the_next_bracket() -> None:
    strategy = started(Hyperband(), 30, Fidelity(1, 9), workers=20)
    assert [asked(strategy).fidelity for _ in range(17)] == [1] * 9 + [3] * 5 + [9] * 3


def test_a_failed_trial_is_never_continued() -> None:
    def lucky(config: dict[str, object], _: float) -> float:
        return math.nan if config["kind"] == "a" else 1.0

    trials = driven(Hyperband(), 25, Fidelity(1, 27), lucky)  # type: ignore[arg-type]  # any config
    failed = {trial.id for trial in trials if trial.failed}
    assert failed
    assert not failed & {trial.proposal.resume for trial in trials}


def test_a_result_that_it_did_not_propose_is_charged() -> None:
    strategy = started(Hyperband(), 3, Fidelity(1, 9))
    proposal = asked(started(Hyperband(), 1, Fidelity(1, 9), seed=1))
    strategy.tell(Trial(0, proposal, (0.0,), 1.0))
    assert asked(strategy).fidelity == 3  # the deepest bracket would cost 7/3 of 2


def test_it_needs_a_fidelity_and_an_eta_of_two_or_more() -> None:
    with pytest.raises(Unsupported, match="needs a fidelity"):
        Hyperband().setup(Task(SPACE, None, 10, 1), np.random.default_rng(0))
    with pytest.raises(ValueError, match="eta must be a whole number, 2 or more: 1"):
        Hyperband(eta=1)
