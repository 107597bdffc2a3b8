"""What every native strategy must do: what all strategies promise, and what is said of ours."""

import inspect
import json
import subprocess
import sys
from copy import copy
from dataclasses import replace

import pytest
from conforming import LEANER, AskedElsewhere, assert_same_elsewhere, noted, our_races, races

from hpobench import Categorical, Problem, registry
from hpobench.commands.conformance.promise import Promise
from hpobench.commands.conformance.races import BUDGET, Races, raced
from hpobench.commands.conformance.strategies import STRATEGY_PROMISES
from hpobench.commands.conformance.tasks import (
    BELIEVED,
    EVERYTHING,
    MIXED_PLAIN,
    NESTED_PLAIN,
    TASKS,
    Distance,
    unaltered,
)
from hpobench.models.restarts import NUMBERS_ONLY
from hpobench.prior import Normal, Weights
from hpobench.registry.finding import find_strategies
from hpobench.report.looks.look import CLAIMED, COLOURS
from hpobench.strategy import NO_LIMITS, ONE_OBJECTIVE, fields_of

NAMES = registry.strategy_groups()["native"]
DETERMINISTIC = {"default", "manual-search"}
"""The strategies whose proposals do not depend on the seed."""
NUMBERS = {"linear-trust-region", "nelder-mead"}
"""The strategies that can do neither categories nor conditions."""
SHORT_FIRST = {
    *("asha", "bayesian-hyperband", "evolutionary-hyperband", "freeze-thaw", "hyperband"),
    *("pasha", "population-based-training", "priorband", "successive-halving"),
}
"""The strategies that begin with short trainings."""
BELIEVING = {"pibo", "priorband"}
"""The strategies that need a person's prior."""
NEEDS = {
    **dict.fromkeys(("gradient-enhanced", "hypergradient"), "needs gradients"),
    **dict.fromkeys(SHORT_FIRST, "needs a fidelity"),
    **dict.fromkeys(NUMBERS, NUMBERS_ONLY),
}
"""The reasons of the strategies that can't do every task."""
PLANNED = {
    *("auto", "cost-aware", "gradient-enhanced", "grid-search", "latin-hypercube"),
    "simulated-annealing",
    *(SHORT_FIRST - {"asha"}),
}
"""The strategies whose proposals depend on the budget."""
MANY_TASKS = ("narrow", "conditions", "gradients", "failures", "enormous", "ties")
"""The promises about tasks of which none has a prior."""
SKIPPED = {
    *((name, key) for name in NEEDS.keys() - NUMBERS for key in ("kinds", "narrow")),
    *((name, "conditions") for name in NUMBERS),
    ("gradient-enhanced", "fidelity"),
    ("hypergradient", "fidelity"),
    *((name, "prefix") for name in PLANNED),
    *((name, key) for name in BELIEVING for key in MANY_TASKS),
    ("default", "pending"),  # it proposes only once
}
"""The promises that do not concern a strategy."""
every_strategy = pytest.mark.parametrize("name", NAMES)
one_or_more_workers = pytest.mark.parametrize("workers", [1, 4])


def can(name: str, problem: Problem) -> bool:
    """Tell whether one of our strategies can do a task."""
    need = NEEDS.get(name)
    if refusals(name, problem):
        return False
    if need == NUMBERS_ONLY:
        kinds = {type(parameter) for parameter in problem.space.values()}
        return Categorical not in kinds and not problem.space.conditional
    if need == "needs a fidelity":
        return problem.fidelity is not None
    return need is None or problem.gradient_cost is not None


def refusals(name: str, problem: Problem) -> set[str]:
    """Return what one of ours says to a task beside what is in NEEDS.

    All of them refuse several objectives and limits, and some of them a task without a prior.
    """
    assert isinstance(problem.start, Distance)
    refused = {
        ONE_OBJECTIVE: len(problem.objectives) > 1,
        NO_LIMITS: bool(problem.limits),
        "needs a prior": name in BELIEVING and problem.start.beliefs is None,
    }
    return {reason for reason, holds in refused.items() if holds}


(ELSEWHERE,) = [each for each in STRATEGY_PROMISES if each.key == "elsewhere"]


@every_strategy
@pytest.mark.parametrize(
    "promise",
    [each for each in STRATEGY_PROMISES if each is not ELSEWHERE],
    ids=lambda promise: promise.key,
)
def test_ours_keep_what_strategies_promise(name: str, promise: Promise[Races]) -> None:
    runs = our_races(name)
    if promise.key == "pending" and name in LEANER:
        runs = races(find_strategies(LEANER[name])[0])
        runs.thinks_long = False  # in short runs, it proposes too seldom
    finding = promise.judged(runs)
    skipped = (name, promise.key) in SKIPPED
    assert finding.mark == ("skipped" if skipped else "note" if promise.informs else "ok"), finding
    assert "for want of time" not in finding.remark


def test_ours_propose_the_same_in_another_process() -> None:
    asked = list[AskedElsewhere]()
    for name in NAMES:
        (entry,) = find_strategies(LEANER.get(name, name))
        subject = copy(our_races(name))  # with all runs that were made
        subject.elsewhere = noted(asked, entry.identity, subject.fingerprint)
        assert ELSEWHERE.judged(subject).mark == "ok"
    assert len(asked) == len(NAMES)
    assert_same_elsewhere("strategy", asked)


@every_strategy
@one_or_more_workers
def test_a_run_ends_well_or_says_what_it_needs(name: str, workers: int) -> None:
    for task in TASKS.values():
        race = our_races(name).run(task, workers=workers)
        if can(name, task):
            assert race.stop.reason in {"complete", "exhausted"}, (task.name, race.stop.detail)
            assert race.records, task.name
        else:
            assert race.stop.reason == "unsupported", task.name
            assert race.stop.detail in {NEEDS.get(name), *refusals(name, task)}, task.name
            assert not race.records, task.name


@every_strategy
@one_or_more_workers
def test_a_run_keeps_its_budget(name: str, workers: int) -> None:
    for task in TASKS.values():
        trials = [each.trial for each in our_races(name).run(task, workers=workers).records]
        highest, gradient_cost = task.fidelity, task.gradient_cost
        reached = {trial.id: trial.proposal.fidelity or 1.0 for trial in trials}
        spent = 0.0
        for trial in trials:
            before = 0.0 if trial.proposal.resume is None else reached[trial.proposal.resume]
            share = (reached[trial.id] - before) / (highest.high if highest else 1.0)
            spent += share * ((gradient_cost or 1.0) if trial.proposal.gradient else 1.0)
        assert spent == pytest.approx(sum(trial.cost for trial in trials)), task.name
        assert spent <= BUDGET + 1e-9, task.name


@every_strategy
def test_another_seed_gives_another_run_where_there_is_luck(name: str) -> None:
    (promise,) = (each for each in STRATEGY_PROMISES if each.key == "seed")
    another = "the same" if name in DETERMINISTIC else "another"
    assert promise.judged(our_races(name)).words.startswith(f"Another seed gives {another} run")


@pytest.mark.parametrize(
    ("name", "task"),
    [
        pytest.param(name, task, id=f"{name}-{task.name}")
        for name in NAMES
        for task in (EVERYTHING, MIXED_PLAIN, NESTED_PLAIN, *((BELIEVED,) * (name in BELIEVING)))
        if can(name, task)
    ],
)
def test_three_evaluations_are_enough_for_an_incumbent(name: str, task: Problem) -> None:
    race = our_races(name).run(task, budget=3)
    highest = task.fidelity.high if task.fidelity else None
    assert highest in {record.trial.proposal.fidelity for record in race.records}


@every_strategy
def test_it_says_what_it_is_and_where_it_is_from(name: str) -> None:
    strategy = registry.strategies()[name]
    kind = type(strategy)
    assert "__dataclass_fields__" in vars(kind) or not inspect.get_annotations(kind)
    summary = (kind.__doc__ or "").split("\n\n")[0]
    assert summary.endswith(".")
    assert not summary.startswith(f"{kind.__name__}(")
    assert strategy.citation
    assert strategy.version >= 1
    json.dumps(fields_of(strategy))


def test_no_two_of_ours_share_a_colour() -> None:
    assert CLAIMED.keys() <= registry.strategies().keys()
    assert set(CLAIMED.values()) <= COLOURS.keys()
    assert len(set(CLAIMED.values())) == len(CLAIMED)


def test_importing_the_strategies_imports_no_heavy_library() -> None:
    heavy = {"scipy", "sklearn", "xgboost", "pandas", "pyarrow", "matplotlib", "autograd"}
    heavy |= {"optuna", "smac", "ConfigSpace", "hyperopt", "nevergrad", "torch", "pymoo"}
    code = (
        "import sys; from hpobench import registry; print(*registry.strategies());"
        f" sys.exit(' '.join({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == ""
    assert done.stdout.split() == list(registry.strategies())


def demands(problem: Problem) -> tuple[object, ...]:
    """Return what a task asks of a strategy, whatever its parameters are called."""
    space = problem.space
    return (
        frozenset(map(type, space.values())),
        space.conditional,
        problem.fidelity,
        problem.gradient_cost is not None,
    )


SPACES = {
    demands(problem): problem
    for problem in sorted(registry.problems().values(), key=lambda each: len(each.space))
}
"""The problem with the most parameters for each kind of task that our problems have."""


@every_strategy
def test_a_strategy_copes_with_the_spaces_of_our_problems(name: str) -> None:
    for problem in SPACES.values():
        beliefs = {
            key: Weights((2.0, *[1.0] * (len(parameter.values) - 1)))
            if isinstance(parameter, Categorical)
            else Normal(0.4, 0.2)
            for key, parameter in problem.space.items()
        }
        easy = replace(problem, start=Distance(problem.space, unaltered, beliefs=beliefs))
        race = raced(our_races(name).fresh(), easy, budget=6, seed=1)
        ends = {"complete", "exhausted"} if can(name, easy) else {"unsupported"}
        assert race.stop.reason in ends, (problem.name, race.stop.detail)
        assert bool(race.records) == can(name, easy), problem.name
