"""Tests of Bayesian optimisation with gradients."""

import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from hpobench import (
    Categorical,
    Config,
    Float,
    Int,
    Pending,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
    Unsupported,
)

MODULE = import_module("hpobench.strategies.gradient_enhanced")
GradientEnhanced = MODULE.GradientEnhanced
REAL = Space({name: Float(1e-3, 1e3, log=True, default=10.0) for name in "abcdef"})
MIXED = Space(
    {
        "kind": Categorical(("flat", "bowl")),
        "depth": Int(1, 3),
        "rate": Float(0.0, 1.0, when={"kind": ("bowl",)}),
    }
)
LEAN = {"candidates": 64, "ascents": 2}


def _begun(space: Space, margin: float = 0.03) -> Strategy:
    strategy: Strategy = GradientEnhanced(margin=margin, **LEAN)
    task = Task(space, None, 100, 1, gradients=True)
    strategy.setup(task, np.random.default_rng(0))
    return strategy


def _evaluated(
    space: Space, number: int, proposal: Proposal, *, failed: bool = False, cost: float = 1.0
) -> Trial:
    """Evaluate a bowl, stretched by coordinate, around 0.35."""
    units = space.encode(proposal.config)
    weights = 3.0 ** np.arange(len(units))
    value = float(np.nansum(weights * (units - 0.35) ** 2))
    slopes = dict(zip(space, (2.0 * weights * (units - 0.35)).tolist(), strict=True))
    reals = {name: slopes[name] for name in proposal.config if isinstance(space[name], Float)}
    values = (np.nan if failed else value,)
    return Trial(
        number, proposal, values, cost, reals if proposal.gradient and not failed else None
    )


def _trials(
    space: Space,
    count: int,
    fails: Callable[[Config], bool] = lambda _: False,
    margin: float = 0.03,
) -> list[Trial]:
    strategy, trials = _begun(space, margin), list[Trial]()
    for number in range(count):
        proposal = strategy.ask([])
        if proposal is None:
            break
        assert space.check(proposal.config) == proposal.config
        failed = fails(proposal.config)
        trials.append(_evaluated(space, number, proposal, failed=failed))
        strategy.tell(trials[-1])
    return trials


def test_it_begins_at_the_default_and_asks_for_gradients() -> None:
    trials = _trials(REAL, 4)
    assert trials[0].proposal.config == REAL.default()
    assert all(trial.proposal.gradient for trial in trials)


def test_few_gradients_lead_near_the_bottom_of_a_bowl() -> None:
    values = [trial.value for trial in _trials(REAL, 10)]
    assert min(values) < 1e-3 * values[0]


def test_only_what_is_better_by_the_margin_is_an_improvement() -> None:
    def distances(margin: float) -> list[float]:
        units = REAL.encode_all([each.proposal.config for each in _trials(REAL, 14, margin=margin)])
        return [float(np.abs(row - 0.35).max()) for row in units[-3:]]

    assert min(distances(1.0)) > 0.1
    assert min(distances(0.0)) < 1e-3


def test_a_failed_trial_gives_no_slope_and_does_not_stop_it() -> None:
    trials = _trials(REAL, 12, lambda config: float(config["f"]) > 5)  # type: ignore[arg-type]  # a number
    assert trials[0].gradient is None
    good = [trial.value for trial in trials if not trial.failed]
    assert min(good) < 0.1 * good[0]


def test_no_gradient_is_asked_where_nothing_real_is_active_and_nothing_is_proposed_twice() -> None:
    trials = _trials(MIXED, 12)
    for trial in trials:
        assert trial.proposal.gradient == ("rate" in trial.proposal.config)
    found = [str(trial.proposal.config) for trial in trials]
    assert len(set(found)) == 12
    assert {"flat", "bowl"} == {trial.proposal.config["kind"] for trial in trials}


def test_a_finite_space_without_reals_is_gone_through_once() -> None:
    space = Space({"kind": Categorical((True, 1, None)), "depth": Int(1, 3)})
    trials = _trials(space, 50)
    assert len({repr(trial.proposal.config) for trial in trials}) == len(trials) == 9
    assert not any(trial.proposal.gradient for trial in trials)


def test_pending_trials_are_believed_and_not_proposed_again() -> None:
    strategy, pending = _begun(REAL), list[Pending]()
    proposals = list[Proposal]()
    for number in itertools.count():
        proposal = strategy.ask(pending)
        assert proposal is not None
        proposals.append(proposal)
        if len(proposals) == 9:
            break
        pending.append(Pending(number, proposal))
        if len(pending) == 3:
            done = pending.pop(0)
            strategy.tell(_evaluated(REAL, done.id, done.proposal))
    rows = REAL.encode_all([each.config for each in proposals])
    apart = np.abs(rows[:, None] - rows).max(axis=2) + np.eye(len(rows))
    assert apart.min() > 1e-3


def test_a_default_that_was_told_without_a_gradient_is_not_evaluated_again() -> None:
    strategy = _begun(REAL)
    strategy.tell(_evaluated(REAL, 0, Proposal(REAL.default())))
    for number in range(1, 5):
        proposal = strategy.ask([])
        assert proposal is not None
        assert np.abs(REAL.encode(proposal.config) - REAL.encode(REAL.default())).max() > 0.01
        strategy.tell(_evaluated(REAL, number, proposal))
    process, _ = strategy._fitted()  # type: ignore[attr-defined]  # noqa: SLF001  # its model
    assert process.observed.sizes == (5, 4, 6)
    assert process.observed.sloped.tolist() == [1, 2, 3, 4]


def test_it_asks_for_gradients_until_they_have_cost_a_quarter_of_the_budget() -> None:
    strategy, found = _begun(REAL), list[bool]()
    for number in range(4):
        proposal = strategy.ask([])
        assert proposal is not None
        found.append(proposal.gradient)
        strategy.tell(_evaluated(REAL, number, proposal, cost=14.0 if proposal.gradient else 1.0))
    assert found == [True, True, False, False]  # 13 and 26 of 100 beyond the values


def test_in_many_dimensions_only_the_gradients_of_the_lowest_values_are_seen() -> None:
    wide = Space({f"x{i}": Float(0.0, 1.0) for i in range(45)})
    strategy = _begun(wide)
    rng = np.random.default_rng(0)
    trials = [
        _evaluated(wide, number, Proposal(wide.decode(rng.random(45)), gradient=True))
        for number in range(7)
    ]
    for trial in trials:
        strategy.tell(trial)
    process, _ = strategy._fitted()  # type: ignore[attr-defined]  # noqa: SLF001  # its model
    assert process.observed.sizes == (7, MODULE.MOST // 45, 45)
    lowest = np.argsort([trial.value for trial in trials])[: MODULE.MOST // 45]
    assert set(process.observed.sloped) == set(lowest)


@pytest.mark.parametrize("steep", [1e8, 1e200, math.inf])
def test_slopes_that_no_process_can_have_are_left_out(steep: float) -> None:
    strategy = _begun(REAL)
    for number in range(6):
        proposal = strategy.ask([])
        assert proposal is not None
        trial = _evaluated(REAL, number, proposal)
        if number == 2:
            trial = replace(trial, gradient=dict.fromkeys("abcdef", steep))
        strategy.tell(trial)
    process, _ = strategy._fitted()  # type: ignore[attr-defined]  # noqa: SLF001  # its model
    assert set(process.observed.sloped) == {0, 1, 3, 4, 5}


def test_it_needs_gradients_and_sensible_fields() -> None:
    with pytest.raises(Unsupported, match="needs gradients"):
        GradientEnhanced().setup(Task(REAL, None, 10, 1), np.random.default_rng(0))
    with pytest.raises(ValueError, match="initial must be a whole number, 1 or more: 0"):
        GradientEnhanced(initial=0)
    with pytest.raises(ValueError, match=r"margin must be in \[0, 10\]: -1"):
        GradientEnhanced(margin=-1.0)
