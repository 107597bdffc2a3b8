"""Tests of PASHA."""

import math
from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest
from driven import SPACE, asked, driven, sizes, spent, started, unpaid_twice, x_of

from hpobench import Config, Fidelity, Proposal, Task, Trial
from hpobench.strategy import Unsupported

module = import_module("hpobench.strategies.pasha")
PASHA, agrees, tolerance = module.PASHA, module.agrees, module.tolerance
EPOCHS = Fidelity(1, 27)


def test_without_a_change_in_the_ranking_only_the_last_training_is_long() -> None:
    trials = driven(PASHA(), 6, EPOCHS)
    assert set(sizes(trials)) == {1, 3, 27}
    assert sizes(trials)[27] == 1
    short = [t for t in trials if t.proposal.fidelity == 3]
    assert trials[-1].proposal.config == min(short, key=lambda t: t.value).proposal.config
    assert 5 < spent(trials) <= 6 + 1e-9
    assert unpaid_twice(trials, EPOCHS)


def test_where_the_ranking_changes_all_rungs_are_used() -> None:
    def turning(config: Config, fidelity: float) -> float:
        return x_of(config) * (-1.0) ** round(math.log(fidelity, 3))

    assert set(sizes(driven(PASHA(), 9, EPOCHS, turning))) == {1, 3, 9, 27}


def test_rankings_agree_as_far_as_the_tolerance_allows() -> None:
    assert agrees(np.array([[1.0, 5.0]]))
    assert agrees(np.array([[1.0, 5.0], [2.0, 6.0], [3.0, math.inf]]))
    assert not agrees(np.array([[1.0, 6.0], [2.0, 5.0], [3.0, 7.0]]))
    # The first two change places twice; their last difference, 2, is the tolerance.
    noisy = [[1.0, 3.0, 1.0], [2.0, 2.0, 3.0]]
    assert tolerance(np.array(noisy)) == 2.0
    assert agrees(np.array([[1.0, 3.0, 1.0], [2.0, 2.0, 3.0]]))
    assert not agrees(np.array([*noisy, [9.0, 5.0, 0.0]]))


def test_the_tolerance_is_the_percentile_over_the_pairs_that_cross_twice() -> None:
    rng = np.random.default_rng(3)
    curves = rng.random((12, 5))
    last = []
    for i in range(12):
        for j in range(i):
            signs = [a > b for a, b in zip(curves[i], curves[j], strict=True)]
            if sum(one != other for one, other in pairwise(signs)) >= 2:
                last.append(abs(curves[i, -1] - curves[j, -1]))
    assert tolerance(curves) == pytest.approx(np.percentile(last, 90))
    assert tolerance(curves[:, :2]) == 0.0


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("budget", [1, 2.5, 9])
@pytest.mark.parametrize("resumes", [True, False])
def test_a_training_to_the_end_is_always_paid(budget: float, workers: int, resumes: bool) -> None:  # noqa: FBT001
    fidelity = Fidelity(1, 27, resumes=resumes)
    trials = driven(PASHA(), budget, fidelity, workers=workers)
    assert sizes(trials)[27] >= 1
    assert budget - 1 < spent(trials) <= budget + 1e-9


def test_failed_trials_do_not_go_on() -> None:
    def half(config: Config, _fidelity: float) -> float:
        return math.nan if config["kind"] == "a" else x_of(config)

    trials = driven(PASHA(), 9, EPOCHS, half)
    failed = {t.id for t in trials if t.failed}
    assert failed
    assert not failed & {t.proposal.resume for t in trials}


def test_a_result_that_it_did_not_propose_is_charged() -> None:
    strategy = started(PASHA(), 2, EPOCHS)
    strategy.tell(Trial(0, Proposal({"x": 0.5, "kind": "a"}, 27), (0.0,), 1.0))
    assert asked(strategy) == Proposal(asked(started(PASHA(), 9, EPOCHS)).config, 1)
    strategy.tell(Trial(1, Proposal({"x": 0.5, "kind": "a"}, 1), (0.0,), 1 / 27))
    assert asked(strategy) == Proposal({"x": 0.5, "kind": "a"}, 27, 1)


def test_it_needs_a_fidelity_and_an_eta_of_two_or_more() -> None:
    with pytest.raises(Unsupported, match="needs a fidelity"):
        PASHA().setup(Task(SPACE, None, 10, 1), np.random.default_rng(0))
    with pytest.raises(ValueError, match="eta must be a whole number, 2 or more: 1"):
        PASHA(eta=1)
