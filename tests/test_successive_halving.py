"""Tests of successive halving."""

import math
from importlib import import_module

import numpy as np
import pytest
from driven import SPACE, Function, asked, driven, sizes, spent, started, x_of

from hpobench import Config, Fidelity, Proposal, Task, Trial
from hpobench.strategy import Strategy, Unsupported

SuccessiveHalving = import_module("hpobench.strategies.successive_halving").SuccessiveHalving


def _started(budget: float, fidelity: Fidelity, *, workers: int = 1) -> Strategy:
    return started(SuccessiveHalving(), budget, fidelity, workers=workers)


def _trials(
    budget: float,
    fidelity: Fidelity,
    function: Function = x_of,
    *,
    workers: int = 1,
    **fields: object,
) -> list[Trial]:
    return driven(SuccessiveHalving(**fields), budget, fidelity, function, workers=workers)


@pytest.mark.parametrize(
    ("high", "table"),
    [
        (9, {1: 9, 3: 3, 9: 1}),
        (27, {1: 27, 3: 9, 9: 3, 27: 1}),
        (81, {1: 81, 3: 27, 9: 9, 27: 3, 81: 1}),
    ],
)
def test_the_rungs_are_those_of_the_published_table(high: int, table: dict[int, int]) -> None:
    depth = len(table) - 1
    trials = _trials(1 + depth * 2 / 3 + 1e-9, Fidelity(1, high))
    assert sizes(trials) == table
    assert spent(trials) == pytest.approx(1 + depth * 2 / 3)


def test_the_best_of_each_rung_are_continued_from_their_own_trials() -> None:
    trials = _trials(3, Fidelity(1, 27))
    for low, high in ((1, 3), (3, 9), (9, 27)):
        rung = [t for t in trials if t.proposal.fidelity == low]
        best = sorted(rung, key=lambda t: t.value)[: len(rung) // 3]
        continued = [t.proposal for t in trials if t.proposal.fidelity == high]
        assert [p.resume for p in continued] == [t.id for t in best]
        assert [p.config for p in continued] == [t.proposal.config for t in best]


@pytest.mark.parametrize("workers", [1, 4, 50])
@pytest.mark.parametrize("budget", [1, 1.3, 2, 3, 7, 25, 50.7])
@pytest.mark.parametrize("fidelity", [Fidelity(1, 81), Fidelity(7, 100), Fidelity(1, 2)])
def test_the_budget_is_kept_and_every_bracket_reaches_the_highest_fidelity(
    budget: float, workers: int, fidelity: Fidelity
) -> None:
    trials = _trials(budget, fidelity, workers=workers)
    assert budget - 1 < spent(trials) <= budget + 1e-9
    reached, rungs = sizes(trials), sorted(sizes(trials), reverse=True)
    begun = sizes([t for t in trials if t.proposal.resume is None])
    brackets = [number / 3 ** rungs.index(rung) for rung, number in begun.items()]
    assert all(number.is_integer() for number in brackets)
    assert reached[fidelity.high] == sum(brackets) >= 1


@pytest.mark.parametrize(
    ("fidelity", "eta", "rungs"),
    [
        (Fidelity(1, 100), 3, {1, 4, 11, 33, 100}),
        (Fidelity(4, 100), 3, {11, 33, 100}),
        (Fidelity(1, 64), 4, {1, 4, 16, 64}),
        (Fidelity(1, 8), 2, {1, 2, 4, 8}),
        (Fidelity(50, 100), 3, {100}),
        (Fidelity(0.125, 1.0, "of the data", integer=False), 2, {0.125, 0.25, 0.5, 1.0}),
    ],
)
def test_the_rungs_divide_the_highest_fidelity_by_eta_down_to_the_lowest(
    fidelity: Fidelity, eta: int, rungs: set[float]
) -> None:
    assert set(sizes(_trials(6, fidelity, eta=eta))) == rungs


def test_the_lowest_rung_leaves_room_for_the_trials_that_a_run_may_have() -> None:
    trials = _trials(3, Fidelity(1, 10**6))
    assert len(trials) <= 3 * 1000
    assert min(sizes(trials)) >= 1000
    deep = _trials(6, Fidelity(1, 10**6))
    assert len(deep) <= 6 * 1000
    assert sizes(deep)[10**6] >= 1


def test_a_rung_waits_for_its_last_trial() -> None:
    strategy = _started(2.4, Fidelity(1, 9), workers=9)
    first = [asked(strategy) for _ in range(9)]
    for identity, proposal in enumerate(first):
        assert strategy.ask([]) is None
        strategy.tell(Trial(identity, proposal, (-identity,), 1 / 9))
    assert [asked(strategy).resume for _ in range(3)] == [8, 7, 6]


def test_workers_that_would_wait_begin_the_next_bracket() -> None:
    strategy = _started(5, Fidelity(1, 9), workers=10)
    proposals = [asked(strategy) for _ in range(10)]
    assert {(p.fidelity, p.resume) for p in proposals} == {(1, None)}
    for identity, proposal in enumerate(proposals[:9]):
        strategy.tell(Trial(identity, proposal, (identity,), 1 / 9))
    assert (asked(strategy).fidelity, asked(strategy).resume) == (3, 1)


def test_a_failed_trial_is_never_continued() -> None:
    def half(config: Config, _fidelity: float) -> float:
        return math.nan if config["kind"] == "a" else x_of(config)

    trials = _trials(25, Fidelity(1, 27), half)
    failed = {t.id for t in trials if math.isnan(t.value)}
    assert failed
    assert not failed & {t.proposal.resume for t in trials}
    assert any(t.proposal.fidelity == 27 for t in trials)


def test_what_failed_brackets_leave_unspent_is_spent_on_others() -> None:
    trials = _trials(10, Fidelity(1, 27), lambda *_: math.nan)
    assert 9 < spent(trials) <= 10 + 1e-9
    assert {t.proposal.resume for t in trials} == {None}


def test_where_nothing_can_be_continued_each_rung_is_trained_and_charged_afresh() -> None:
    trials = _trials(3, Fidelity(1, 9, resumes=False))  # one bracket of depth 2 costs 1 + 2
    assert sizes(trials) == {1: 9, 3: 3, 9: 1}
    assert {t.proposal.resume for t in trials} == {None}
    assert spent(trials) == pytest.approx(3)


def test_a_trial_that_it_did_not_propose_is_charged() -> None:
    strategy = _started(3, Fidelity(1, 9))
    strategy.tell(Trial(0, Proposal({"x": 0.5, "kind": "a"}, 9), (0.0,), 1.0))
    first = [asked(strategy) for _ in range(3)]
    assert [proposal.fidelity for proposal in first] == [3, 3, 3]  # nine at 1 would cost 7 / 3


def test_a_seed_fixes_the_proposals() -> None:
    first, again = _trials(10, Fidelity(1, 27)), _trials(10, Fidelity(1, 27))
    assert first == again


def test_it_needs_a_fidelity() -> None:
    with pytest.raises(Unsupported, match="needs a fidelity"):
        SuccessiveHalving().setup(Task(SPACE, None, 10, 1), np.random.default_rng(0))


@pytest.mark.parametrize("eta", [1, 0, -3, 2.5, True])
def test_an_eta_that_keeps_everything_is_refused(eta: object) -> None:
    with pytest.raises(ValueError, match=f"eta must be a whole number, 2 or more: {eta}"):
        SuccessiveHalving(eta=eta)
