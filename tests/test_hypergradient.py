"""Tests of gradient descent on the hyperparameters."""

import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from hpobench import (
    Categorical,
    Evaluation,
    Float,
    Instance,
    Int,
    Pending,
    Problem,
    Proposal,
    Record,
    Space,
    Strategy,
    Stream,
    Task,
    Trial,
    Unsupported,
)
from hpobench.commands.conformance.tasks import TASKS
from hpobench.runner import run

Hypergradient = import_module("hpobench.strategies.hypergradient").Hypergradient
RandomSearch = import_module("hpobench.strategies.random_search").RandomSearch
RIDGE: Problem = import_module("hpobench.problems.gradient").problems[0]

REAL = Space({name: Float(1e-3, 1e3, log=True, default=10.0) for name in "abcd"})
MIXED = Space(
    {
        "kind": Categorical(("flat", "bowl")),
        "depth": Int(1, 9),
        "rate": Float(0.0, 1.0, when={"kind": ("bowl",)}),
    }
)
TARGET = 0.35
every_rule = pytest.mark.parametrize("rule", ["rprop", "adam", "l-bfgs-b"])


@dataclass(frozen=True)
class Bowl:
    """A squared distance to TARGET in the unit cube, stretched by coordinate, with its gradient."""

    space: Space
    scale: float = 1.0

    def __call__(self, _rng: np.random.Generator) -> Instance:
        return Instance(self.evaluate)

    def evaluate(self, proposal: Proposal, _stream: Stream, _checkpoint: object) -> Evaluation:
        units = dict(zip(self.space, self.space.encode(proposal.config).tolist(), strict=True))
        reals = [name for name in proposal.config if isinstance(self.space[name], Float)]
        weights = {name: self.scale * 10.0**i for i, name in enumerate(reals)}
        value = sum(weights[name] * (units[name] - TARGET) ** 2 for name in reals)
        gradient = {name: 2.0 * weights[name] * (units[name] - TARGET) for name in reals}
        return Evaluation(value, gradient=gradient if proposal.gradient else None)


def bowl(space: Space = REAL, scale: float = 1.0) -> Problem:
    return Problem("bowl", 1, space, Bowl(space, scale), gradient_cost=2.0)


def started(space: Space = REAL, seed: int = 0, **fields: float | str) -> Strategy:
    strategy: Strategy = Hypergradient(**fields)
    strategy.setup(Task(space, None, 50.0, 4, gradients=True), np.random.default_rng(seed))
    return strategy


def asked(strategy: Strategy, number: int) -> list[Pending]:
    pending: list[Pending] = []
    for i in range(number):
        proposal = strategy.ask(pending)
        assert proposal is not None
        pending.append(Pending(i, proposal))
    return pending


def tell_only(strategy: Strategy, pending: Pending, value: float, slope: float = 1.0) -> None:
    """Tell a trial whose gradient is the slope in every coordinate."""
    reals = [k for k in pending.proposal.config if isinstance(strategy.task.space[k], Float)]
    gradient = dict.fromkeys(reals, slope) if math.isfinite(value) and reals else None
    strategy.tell(Trial(pending.id, pending.proposal, (value,), 2.0, gradient))


def told(strategy: Strategy, pending: Pending, value: float, slope: float = 1.0) -> Proposal:
    """Tell a trial whose gradient is the slope in every coordinate; return what comes next."""
    tell_only(strategy, pending, value, slope)
    proposal = strategy.ask(())
    assert proposal is not None
    return proposal


def least(records: Sequence[Record]) -> float:
    return min(record.trial.value for record in records)


GOLDEN = Path(__file__).parent / "golden" / "slopes-hypergradient.json"
"""By rule and task of the conformance suite, the coordinates of the first proposals with seed 1."""


@every_rule
@pytest.mark.parametrize("task", ["three reals, gradients", "mixed kinds, gradients"])
def test_the_first_proposals_are_those_on_record(rule: str, task: str) -> None:
    rows = json.loads(GOLDEN.read_text(encoding="utf-8"))[rule][task]
    strategy = Hypergradient(rule=rule, rate=0.17)  # 0.2 would lead to the bottom exactly
    records = list(run(strategy, TASKS[task], budget=60, seed=1))[: len(rows)]
    found = TASKS[task].space.encode_all([record.trial.proposal.config for record in records])
    np.testing.assert_allclose(found, np.array(rows), atol=2e-4)


def test_it_needs_gradients() -> None:
    with pytest.raises(Unsupported, match="needs gradients"):
        Hypergradient().setup(Task(REAL, None, 50.0, 1), np.random.default_rng(0))


def test_the_first_descent_starts_at_the_default_and_asks_for_the_gradient() -> None:
    assert started().ask(()) == Proposal(REAL.default(), gradient=True)


def test_a_step_goes_against_the_gradient_by_the_rate() -> None:
    strategy = started(rate=0.07)
    (first,) = asked(strategy, 1)
    before = REAL.encode(first.proposal.config)
    after = REAL.encode(told(strategy, first, 1.0, slope=-123.0).config)
    np.testing.assert_allclose(after - before, 0.07, rtol=1e-9)


def test_steps_stay_in_the_space() -> None:
    strategy = started(rate=0.5, starts=1)
    (first,) = asked(strategy, 1)
    second = told(strategy, first, 3.0)
    third = told(strategy, Pending(1, second), 2.0)
    assert third.config == dict.fromkeys("abcd", 1e-3)


@every_rule
def test_it_comes_near_the_bottom_of_a_bowl(rule: str) -> None:
    records = list(run(Hypergradient(rule=rule), bowl(), budget=60))
    assert least(records) < 0.02 * records[0].trial.value


@every_rule
@pytest.mark.parametrize("scale", [2.0**-900, 2.0**900])
def test_the_scale_of_the_values_changes_no_proposal(rule: str, scale: float) -> None:
    proposals = [
        [record.trial.proposal for record in run(Hypergradient(rule=rule), problem, budget=60)]
        for problem in (bowl(), bowl(scale=scale))
    ]
    assert proposals[0] == proposals[1]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_failed_trial_ends_its_descent(value: float) -> None:
    strategy = started()
    (first,) = asked(strategy, 1)
    units = REAL.encode(told(strategy, first, value).config)
    assert np.abs(units - REAL.encode(first.proposal.config)).max() > 2.0 * Hypergradient.rate


def test_a_descent_ends_after_as_many_steps_without_progress_as_its_patience() -> None:
    strategy = started(rule="adam", rate=0.1, starts=1, patience=3)
    (pending,) = asked(strategy, 1)
    moves: list[float] = []
    for i, value in enumerate([5.0, 4.0, 4.5, 4.4, 4.3, 4.2]):
        proposal = told(strategy, pending, value, slope=(-1.0) ** i)
        units = (REAL.encode(p.config) for p in (proposal, pending.proposal))
        moves.append(float(np.abs(np.subtract(*units)).max()))
        pending = Pending(i + 1, proposal)
    assert [move > 0.2 for move in moves] == [False] * 4 + [True, False]


def test_a_rule_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="rule must be rprop, adam, l-bfgs-b: 'sgd'"):
        Hypergradient(rule="sgd")


def test_after_three_evaluations_of_each_descent_the_best_one_goes_on() -> None:
    strategy = started(starts=3, rate=0.01)
    values = [[4.0, 3.9, 3.8], [2.0, 1.9, 1.8], [6.0, 5.9, 5.8]]
    ends: list[np.ndarray] = []
    for i, (descent, row) in enumerate(itertools.product(range(3), range(3))):
        (pending,) = asked(strategy, 1)
        ends[descent:] = [REAL.encode(pending.proposal.config)]
        tell_only(strategy, Pending(i, pending.proposal), values[descent][row])
    (next_one,) = asked(strategy, 1)
    steps = np.abs(ends - REAL.encode(next_one.proposal.config)).max(axis=1)
    assert (steps < 0.02).tolist() == [False, True, False]


def test_every_worker_has_a_descent_of_its_own() -> None:
    strategy = started()
    pending = asked(strategy, 4)
    points = REAL.encode_all([each.proposal.config for each in pending])
    assert len({tuple(point) for point in points.tolist()}) == 4
    for each in reversed(pending):
        step = REAL.encode(told(strategy, each, 1.0).config) - points[each.id]
        assert (np.abs(step) <= Hypergradient.rate + 1e-9).all()
        assert (step <= 0.0).all()


def test_four_workers_spend_the_budget_and_come_near_the_bottom() -> None:
    records = list(run(Hypergradient(), bowl(), budget=80, workers=4))
    assert sum(record.trial.cost for record in records) == 80.0
    assert least(records) < 1e-2 * records[0].trial.value


def test_discrete_parameters_stay_in_a_descent_and_change_between_them() -> None:
    records = list(run(Hypergradient(), bowl(MIXED), budget=120))
    configs = [record.trial.proposal.config for record in records]
    steps = [
        (one, two)
        for one, two in itertools.pairwise(configs)
        if one["kind"] == two["kind"] == "bowl" and one["depth"] == two["depth"]
    ]
    assert len(steps) > 10
    assert len({config["depth"] for config in configs}) > 3
    assert {config["kind"] for config in configs} == {"flat", "bowl"}


def test_a_new_descent_may_begin_beside_the_best_with_one_discrete_parameter_changed() -> None:
    space = Space({"rate": Float(0.0, 1.0), "depth": Int(1, 9), "size": Int(1, 9)})
    strategy = started(space, starts=1, patience=1)
    (pending,) = asked(strategy, 1)
    best = pending.proposal.config
    tell_only(strategy, pending, 0.0, slope=0.0)
    beside = 0
    for i in range(1, 41):
        (pending,) = asked(strategy, 1)
        config = pending.proposal.config
        differing = [name for name in space if config[name] != best[name]]
        beside += "rate" not in differing
        assert len(differing) == 1 or "rate" in differing
        tell_only(strategy, Pending(i, pending.proposal), 1.0, slope=0.0)
    assert 5 <= beside <= 35


def test_a_finite_space_without_reals_is_gone_through_once() -> None:
    space = Space({"kind": Categorical((True, 1, None)), "depth": Int(1, 3)})
    records = list(run(Hypergradient(), bowl(space), budget=50, workers=4))
    assert len({repr(record.trial.proposal.config) for record in records}) == len(records) == 9


def test_no_gradient_is_asked_where_nothing_real_is_active() -> None:
    records = list(run(Hypergradient(), bowl(MIXED), budget=60))
    for record in records:
        proposal = record.trial.proposal
        assert proposal.gradient == ("rate" in proposal.config)


def test_a_seed_fixes_the_proposals_and_another_gives_others() -> None:
    one, same, other = (
        [each.proposal for each in asked(started(seed=seed), 4)] for seed in (1, 1, 2)
    )
    assert one == same
    assert one[0] == other[0]
    assert all(a != b for a, b in zip(one[1:], other[1:], strict=True))


def test_it_beats_random_search_on_ridge_regression_at_equal_cost() -> None:
    import_module("scipy.linalg")  # its own BLAS must be loaded for runs to limit it
    seeds = range(100, 105)
    descended, drawn = (
        np.array([least(list(run(strategy, RIDGE, budget=25, seed=seed))) for seed in seeds])
        for strategy in (Hypergradient(), RandomSearch())
    )
    assert (descended < drawn).all()
    assert np.mean(drawn - descended) > 0.005
