"""What every native strategy must do, on small problems of every kind."""

import inspect
import json
import math
import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest
from races import finished

from hpobench import (
    Categorical,
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Int,
    Ordinal,
    Pending,
    Problem,
    Proposal,
    Space,
    Stream,
    Task,
    Trial,
    Unsupported,
    registry,
)
from hpobench.report.looks.style import CLAIMED, COLOURS
from hpobench.runner import Race, run
from hpobench.strategy import fields_of
from hpobench.trial import Record, Stop

BUDGET = 12
NAMES = registry.strategy_groups()["native"]
DETERMINISTIC = {"default", "manual-search"}
"""Whose proposals the seed does not touch."""

REAL = Space({name: Float(0.0, 1.0) for name in "abc"})
NESTED = Space(
    {
        "model": Categorical(("svm", "net", "none")),
        "kernel": Categorical(("rbf", "linear"), when={"model": ("svm",)}),
        "gamma": Float(1e-5, 1.0, log=True, when={"kernel": ("rbf",)}),
        "layers": Int(1, 3, when={"model": ("net",)}),
        "width": Ordinal((8, 16, 32), default=16, when={"layers": (2, 3)}),
    }
)
MIXED = Space(
    {
        "rate": Float(1e-4, 1.0, log=True, default=0.01),
        "depth": Int(1, 12),
        "trees": Int(1, 500, log=True),
        "size": Ordinal((16, 32, 64)),
        "flag": Categorical((True, 1, 1.5, None, "1")),
    }
)


@dataclass(frozen=True)
class _Start:
    """Draws an instance whose value is a distance in the unit cube, as `outcome` alters it."""

    space: Space
    outcome: Callable[[float], float]

    def __call__(self, _rng: np.random.Generator) -> Instance:
        return Instance(self._evaluate)

    def _evaluate(self, proposal: Proposal, _stream: Stream, _checkpoint: object) -> Evaluation:
        units = dict(zip(self.space, self.space.encode(proposal.config).tolist(), strict=True))
        reals = [k for k in proposal.config if isinstance(self.space[k], Float)]
        value = self.outcome(sum((units[name] - 0.3) ** 2 for name in proposal.config))
        gradient = {name: 2 * (units[name] - 0.3) for name in reals}
        rest = 1 / proposal.fidelity if proposal.fidelity else 0.0
        return Evaluation(value + rest, gradient=gradient if proposal.gradient else None)


def _same(value: float) -> float:
    return value


def _failing_region(value: float) -> float:
    if value > 0.25:
        raise ArithmeticError("out of the region")
    return value


def _problem(
    name: str,
    space: Space,
    outcome: Callable[[float], float] = _same,
    fidelity: Fidelity | None = None,
    gradient_cost: float | None = None,
) -> Problem:
    start = _Start(space, outcome)
    return Problem(name, 1, space, start, fidelity=fidelity, gradient_cost=gradient_cost)


EPOCHS = Fidelity(1, 27)
EVERYTHING = _problem("everything", REAL, fidelity=EPOCHS, gradient_cost=2.0)
PROBLEMS = {
    problem.name: problem
    for problem in (
        EVERYTHING,
        _problem("real", REAL),
        _problem("mixed", MIXED),
        _problem("nested", NESTED),
        _problem("one-real", Space({"only": Float(-5.0, 5.0)})),
        _problem("one-log-int", Space({"only": Int(1, 3, log=True)})),
        _problem("one-choice", Space({"only": Categorical((None, False))})),
        _problem("fidelity", MIXED, fidelity=Fidelity(2, 50)),
        _problem("share", NESTED, fidelity=Fidelity(0.1, 1.0, "of the data", integer=False)),
        _problem("gradient", REAL, gradient_cost=3.0),
        _problem("nested-gradient", NESTED, gradient_cost=1.5),
        _problem("failing-region", REAL, _failing_region, EPOCHS, 2.0),
        _problem("failing", REAL, lambda _: math.nan, EPOCHS, 2.0),
        _problem("failing-mixed", MIXED, lambda _: math.nan),
        _problem("constant", REAL, lambda _: 1.0, EPOCHS, 2.0),
        _problem("constant-nested", NESTED, lambda _: 1.0),
    )
}
every_strategy = pytest.mark.parametrize("name", NAMES)
every_problem = pytest.mark.parametrize("problem", PROBLEMS)
one_or_more_workers = pytest.mark.parametrize("workers", [1, 4])


def _begun(
    name: str, problem: Problem, workers: int = 1, seed: int = 0, budget: float = BUDGET
) -> Race:
    return run(registry.strategies()[name], problem, budget=budget, workers=workers, seed=seed)


def _run(
    name: str, problem: Problem, workers: int = 1, seed: int = 0, budget: float = BUDGET
) -> tuple[list[Record], Stop]:
    return finished(_begun(name, problem, workers, seed, budget))


@cache
def _first_run(name: str, problem: str, workers: int) -> tuple[list[Record], Stop]:
    return _run(name, PROBLEMS[problem], workers)


def _trials(records: list[Record]) -> list[str]:
    """Spell the trials, nan alike and 1 unlike True."""
    return [repr(record.trial) for record in records]


@every_strategy
@every_problem
@one_or_more_workers
def test_a_run_ends_well_or_says_what_it_needs(name: str, problem: str, workers: int) -> None:
    records, stop = _first_run(name, problem, workers)
    assert stop.reason in {"complete", "exhausted", "unsupported"}, stop.detail
    if stop.reason == "unsupported":
        assert stop.detail.startswith("needs ")
        assert not records
    else:
        assert records


@every_strategy
@every_problem
@one_or_more_workers
def test_a_run_keeps_its_budget(name: str, problem: str, workers: int) -> None:
    trials = [record.trial for record in _first_run(name, problem, workers)[0]]
    highest, gradient_cost = PROBLEMS[problem].fidelity, PROBLEMS[problem].gradient_cost
    reached = {trial.id: trial.proposal.fidelity or 1.0 for trial in trials}
    spent = 0.0
    for trial in trials:
        before = 0.0 if trial.proposal.resume is None else reached[trial.proposal.resume]
        share = (reached[trial.id] - before) / (highest.high if highest else 1.0)
        spent += share * ((gradient_cost or 1.0) if trial.proposal.gradient else 1.0)
    assert spent == pytest.approx(sum(trial.cost for trial in trials))
    assert spent <= BUDGET + 1e-9


@every_strategy
@every_problem
@one_or_more_workers
def test_a_seed_fixes_the_run(name: str, problem: str, workers: int) -> None:
    again = _run(name, PROBLEMS[problem], workers)
    assert _trials(again[0]) == _trials(_first_run(name, problem, workers)[0])
    assert again[1] == _first_run(name, problem, workers)[1]


@every_strategy
@one_or_more_workers
def test_another_seed_gives_another_run(name: str, workers: int) -> None:
    long = 3 * BUDGET  # one that starts from the default needs some time to get away from it
    first = _trials(_run(name, EVERYTHING, workers, budget=long)[0])
    with closing(
        _begun(name, EVERYTHING, workers, seed=1, budget=long)
    ) as other:  # until it differs
        same = all(trial == repr(record.trial) for trial, record in zip(first, other, strict=True))
    assert same == (name in DETERMINISTIC)


@every_strategy
@pytest.mark.parametrize("problem", ["real", "mixed", "nested", "fidelity"])
def test_a_prefix_of_a_run_is_a_run_of_a_smaller_budget_unless_it_says_otherwise(
    name: str, problem: str
) -> None:
    longer, _ = _first_run(name, problem, 1)
    shorter, _ = _run(name, PROBLEMS[problem], budget=BUDGET // 2)
    if not registry.strategies()[name].plans_for_budget:
        assert _trials(shorter) == _trials(longer)[: len(shorter)]


@every_strategy
@pytest.mark.parametrize("problem", ["everything", "mixed", "nested"])
def test_three_evaluations_are_enough_for_an_incumbent(name: str, problem: str) -> None:
    records, stop = _run(name, PROBLEMS[problem], budget=3)
    fidelity = PROBLEMS[problem].fidelity
    highest = fidelity.high if fidelity else None
    reached = {record.trial.proposal.fidelity for record in records}
    assert stop.reason == "unsupported" or highest in reached


@every_strategy
def test_a_problem_with_everything_is_supported(name: str) -> None:
    assert _first_run(name, "everything", 1)[1].reason != "unsupported"


@every_strategy
@one_or_more_workers
@pytest.mark.parametrize("problem", ["everything", "mixed", "nested"])
def test_a_task_is_all_it_needs(name: str, problem: str, workers: int) -> None:
    """Drive it by hand, the last begun first, from copies that went through JSON."""
    space, fidelity = PROBLEMS[problem].space, PROBLEMS[problem].fidelity
    gradients = PROBLEMS[problem].gradient_cost is not None
    strategy = registry.strategies()[name]
    try:
        strategy.setup(Task(space, fidelity, 8.0, workers, gradients), np.random.default_rng(3))
    except Unsupported:
        return
    pending: list[Pending] = []
    for identity in range(8):
        proposal = strategy.ask(pending)
        if proposal is not None:
            assert space.check(proposal.config) == proposal.config
            pending.append(Pending(identity, _through_json(proposal, fidelity)))
        if not pending:
            break
        if proposal is None or len(pending) == workers:
            done = pending.pop()
            gradient = dict.fromkeys("abc", 0.5) if done.proposal.gradient else None
            strategy.tell(
                Trial(done.id, done.proposal, (1.0 / done.id if done.id else 2.0,), 1.0, gradient)
            )


def _through_json(proposal: Proposal, fidelity: Fidelity | None) -> Proposal:
    config = json.loads(json.dumps(proposal.config))
    level = fidelity.high if fidelity and proposal.fidelity is None else proposal.fidelity
    return Proposal(config, level, proposal.resume, proposal.gradient)


@every_strategy
def test_no_global_generator_is_read_or_seeded(name: str) -> None:
    expected = _trials(_first_run(name, "everything", 1)[0])
    for seed in (1, 2):
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002  # it is the global one that is watched
        before = random.getstate(), repr(np.random.get_state())  # noqa: NPY002  # likewise
        assert _trials(_run(name, EVERYTHING)[0]) == expected
        assert before == (random.getstate(), repr(np.random.get_state()))  # noqa: NPY002  # likewise


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


SPACES = {
    (repr(problem.space), problem.fidelity, problem.gradient_cost): problem
    for problem in registry.problems().values()
}
"""A problem of each kind of task that ours are."""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("problem", SPACES.values(), ids=lambda problem: problem.name)
def test_a_strategy_copes_with_the_space_of_every_problem(name: str, problem: Problem) -> None:
    easy = replace(problem, start=_Start(problem.space, _same))
    records, stop = _run(name, easy, seed=1, budget=6)
    assert stop.reason in {"complete", "exhausted", "unsupported"}
    assert bool(records) == (stop.reason != "unsupported")
