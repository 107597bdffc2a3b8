"""Tests of PriorBand."""

import math
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from driven import SPACE, asked, driven, sizes, spent, unpaid_twice, x_of

from hpobench import Categorical, Config, Fidelity, Float, Proposal, Space, Strategy, Task, Trial
from hpobench.commands.conformance.races import raced
from hpobench.commands.conformance.tasks import EPOCHS, NESTED, TASKS, WITH_EPOCHS
from hpobench.prior import Normal, Prior, Weights
from hpobench.registry import find_problems
from hpobench.strategy import Unsupported

Hyperband = import_module("hpobench.strategies.hyperband").Hyperband
MODULE = import_module("hpobench.strategies.priorband")
Priorband = MODULE.Priorband
NINE = Fidelity(1, 9)
PRIOR = Prior(SPACE, {"x": Normal(0.2, 0.01), "kind": Weights((99.0, 1.0))})


class Believing(Priorband):  # type: ignore[misc,valid-type]  # a module that is imported by name
    """PriorBand that is told PRIOR, whatever the task has."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(replace(task, prior=PRIOR), rng)


def _told(strategy: Strategy, trials: list[tuple[float, float, float]]) -> None:
    """Tell results (x, fidelity, value) that it did not propose, of the kind b."""
    for number, (x, fidelity, value) in enumerate(trials):
        given = Proposal({"x": x, "kind": "b"}, fidelity)
        strategy.tell(Trial(1000 + number, given, (value,), 0.0))


def _started(fidelity: Fidelity, trials: list[tuple[float, float, float]]) -> Strategy:
    strategy: Strategy = Believing()
    strategy.setup(Task(SPACE, fidelity, 1000, 1), np.random.default_rng(0))
    _told(strategy, trials)
    assert asked(strategy) == Proposal({"x": 0.2, "kind": "a"}, 9)
    return strategy


def _shares(found: list[Config]) -> tuple[float, float]:
    """Return the shares of configurations from PRIOR, and of those near x = 0.9 of the kind b."""
    prior = [abs(x_of(each) - 0.2) < 0.04 and each["kind"] == "a" for each in found]
    near = [x_of(each) == 0.9 or each["kind"] == "b" for each in found]
    return float(np.mean(prior)), float(np.mean(near))


def test_the_first_trial_is_the_likeliest_and_then_come_hyperbands_brackets() -> None:
    trials = driven(Believing(), 50, NINE)
    assert trials[0].proposal == Proposal({"x": 0.2, "kind": "a"}, 9)
    begun = [trial.proposal.fidelity for trial in trials[1:] if trial.proposal.resume is None]
    cycle = [1] * 9 + [3] * 5 + [9] * 3
    assert begun[: 2 * len(cycle)] == cycle * 2
    assert unpaid_twice(trials, NINE)


@pytest.mark.parametrize("workers", [1, 6])
@pytest.mark.parametrize("budget", [1, 3, 20.5])
def test_the_budget_is_kept_and_almost_spent(budget: float, workers: int) -> None:
    trials = driven(Believing(), budget, NINE, workers=workers)
    assert budget - 1 < spent(trials) <= budget + 1e-9
    assert sizes(trials)[9] >= 1


def test_a_default_that_is_the_likeliest_is_not_trained_again() -> None:
    strategy: Strategy = Believing()
    strategy.setup(Task(SPACE, NINE, 20, 1), np.random.default_rng(0))
    strategy.tell(Trial(0, Proposal({"x": 0.2, "kind": "a"}, None), (1.0,), 1.0))
    assert asked(strategy).fidelity == 1


def test_the_higher_a_bracket_begins_the_fewer_configurations_are_random() -> None:
    found = dict[float, list[Config]]()
    for trial in driven(Believing(), 130, NINE, lambda *_: math.nan)[1:]:
        found.setdefault(trial.proposal.fidelity or 0.0, []).append(trial.proposal.config)
    for rung, fidelity in enumerate((1, 3, 9)):
        expected = (1 - 1 / (1 + 3**rung)) * 0.99  # of the prior, 99 % have the kind a
        count = len(found[fidelity])
        assert count > 30
        assert _shares(found[fidelity])[0] == pytest.approx(expected, abs=3 * 0.5 / count**0.5)


def test_the_incumbent_joins_when_a_fidelity_has_had_eta_trials() -> None:
    low = [(0.9, 1.0, 0.0)] * 3
    for trials, joins in (
        ([*low[:2], (0.9, 1.0, math.nan), (0.9, 9.0, 0.0)], False),
        ([*low[:2], (0.9, 2.0, 0.0)], False),
        (low, True),
        ([*low, (0.2, 9.0, -1.0)], True),  # too few at 9 for its incumbent
        ([(0.2, 1.0, 0.0)] * 3 + [(0.9, 9.0, 1.0), (0.5, 9.0, 2.0), (0.2, 9.0, 3.0)], True),
    ):
        strategy = _started(NINE, trials)
        found = [strategy._source()() for _ in range(100)]  # type: ignore[attr-defined]  # noqa: SLF001  # its choice
        prior, near = _shares(found)
        assert (near > 0.5, prior < 0.5) == (joins, joins), trials


def test_a_prior_that_holds_keeps_most_of_its_share() -> None:
    strategy = _started(NINE, [])
    for number in range(9):
        given = Proposal({"x": 0.2 + number / 1000, "kind": "a"}, 9)
        strategy.tell(Trial(number, given, (number,), 0.0))
    found = [strategy._source()() for _ in range(100)]  # type: ignore[attr-defined]  # noqa: SLF001  # its choice
    assert _shares(found)[0] > 0.9


def test_the_share_is_that_of_the_weighted_densities() -> None:
    space = Space({"x": Float(0.0, 1.0), "kind": Categorical(("a", "b", "c"))})
    prior = Prior(space, {"x": Normal(0.3, 0.2), "kind": Weights((6.0, 1.0, 1.0))})
    near = MODULE.around(space, space.encode({"x": 0.8, "kind": "b"}))
    # kind: the density is 3 times the probability; near b: 1/2, and 1/4 for either of the others.
    assert near.beliefs["kind"].weights == (1.0, 2.0, 1.0)
    best = [(0.4, "a"), (0.7, "b")]
    rows = np.array([space.encode({"x": x, "kind": kind}) for x, kind in best])
    sums = [0.0, 0.0]
    for weight, (x, kind) in zip((2, 1), best, strict=True):
        for i, (centre, deviation, chances) in enumerate(
            [
                (0.3, 0.2, {"a": 6 / 8, "b": 1 / 8, "c": 1 / 8}),
                (0.8, 0.25, {"a": 1 / 4, "b": 1 / 2, "c": 1 / 4}),
            ]
        ):
            steps = (np.arange(20_000) + 0.5) / 20_000
            curve = np.exp(-(((steps - centre) / deviation) ** 2) / 2)
            density = math.exp(-(((x - centre) / deviation) ** 2) / 2) / curve.mean()
            sums[i] += weight * density * 3 * chances[kind]
    assert MODULE.prior_share(prior, near, rows) == pytest.approx(sums[0] / sum(sums), rel=1e-6)


def test_a_share_of_densities_that_underflow_is_a_number() -> None:
    narrow = Prior(SPACE, {"x": Normal(0.0, 0.001)})
    rows = np.array([SPACE.encode({"x": 1.0, "kind": "a"})])
    assert MODULE.prior_share(narrow, Prior(SPACE, {}), rows) == 0.0
    assert MODULE.prior_share(narrow, narrow, rows) == pytest.approx(0.5)


def test_a_configuration_near_the_incumbent_differs_in_half_of_its_parameters() -> None:
    strategy: Strategy = Priorband()
    strategy.setup(Task(NESTED, EPOCHS, 10, 1, prior=Prior(NESTED, {})), np.random.default_rng(0))
    centre: Config = {"model": "svm", "kernel": "rbf", "gamma": 0.01}
    row = NESTED.encode(centre)
    near = [strategy._near(row) for _ in range(1000)]  # type: ignore[attr-defined]  # noqa: SLF001  # its step
    assert [NESTED.check(each) for each in near] == near
    models = [each["model"] for each in near]
    for model, share in (("svm", 1 / 2), ("net", 1 / 4), ("none", 1 / 4)):
        assert models.count(model) / 1000 == pytest.approx(share, abs=0.05)
    gammas = [each["gamma"] for each in near if each.get("kernel") == "rbf"]
    changed = np.array([NESTED["gamma"].encode(x) for x in gammas if x != pytest.approx(0.01)])
    assert len(changed) / len(gammas) == pytest.approx(1 / 2, abs=0.08)
    # A normal density around 0.6 with the deviation 0.25, cut off at 0 and 1.
    grid = (np.arange(10_000) + 0.5) / 10_000
    density = np.exp(-(((grid - 0.6) / 0.25) ** 2) / 2)
    mean = float(np.average(grid, weights=density))
    assert changed.mean() == pytest.approx(mean, abs=0.05)
    layers = [each["layers"] for each in near if "layers" in each]  # inactive in the incumbent
    assert {layers.count(value) > 50 for value in (1, 2, 3)} == {True}


def test_a_good_prior_is_ahead_early_and_a_misleading_one_is_left() -> None:
    def reached(strategy: Strategy, kind: str, budget: float) -> float:
        problem = find_problems(f"hartmann-6-epochs+prior={kind}")[0].item
        runs = [raced(strategy, problem, budget=budget, seed=seed).records for seed in range(2)]
        full = [[r.value for r in records if r.trial.proposal.fidelity == 81] for records in runs]
        return float(np.mean([min(values) for values in full]))

    plain = reached(Hyperband(), "good", 6)
    assert reached(Priorband(), "good", 6) < plain - 0.3
    assert reached(Priorband(), "misleading", 8) < plain


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize(
    "task",
    [
        *("nested conditions, shares of the data", "mixed kinds, rows"),
        "three reals, epochs and gradients, a region fails",
        "three reals, epochs and gradients, all fail",
        "three reals, epochs and gradients, values around 1e300",
        "three reals, epochs and gradients, one value",
    ],
)
def test_it_plays_hard_tasks_too(task: str, workers: int) -> None:
    problem = TASKS[task]
    first = next(iter(problem.space))
    belief = (
        Weights((1.0, 2.0, 1.0))
        if isinstance(problem.space[first], Categorical)
        else Normal(0.9, 0.2)
    )
    believed = replace(problem, start=replace(problem.start, beliefs={first: belief}))  # type: ignore[type-var]  # a Distance
    made = raced(Priorband(), believed, budget=12, workers=workers)
    assert made.stop.reason in {"complete", "exhausted"}, made.stop.detail
    found = [f"{each.config} {each.fidelity}" for each in made.proposals]
    assert len(set(found)) == len(found)


def test_a_small_space_is_gone_through_before_anything_comes_again() -> None:
    space = Space({"a": Categorical(("x", "y", "z")), "b": Categorical((1, 2, 3))})
    start = replace(WITH_EPOCHS.start, space=space, beliefs={"a": Weights((9.0, 1.0, 1.0))})  # type: ignore[type-var]  # a Distance
    made = raced(Priorband(), replace(WITH_EPOCHS, space=space, start=start), budget=12)
    begun = [str(each.config) for each in made.proposals if each.resume is None]
    assert len(set(begun[:9])) == 9


def test_it_needs_a_fidelity_a_prior_and_an_eta_of_two_or_more() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(Unsupported, match="needs a fidelity"):
        Priorband().setup(Task(SPACE, None, 10, 1, prior=PRIOR), rng)
    with pytest.raises(Unsupported, match="needs a prior"):
        Priorband().setup(Task(SPACE, NINE, 10, 1), rng)
    with pytest.raises(ValueError, match="eta must be a whole number, 2 or more: 1"):
        Priorband(eta=1)
