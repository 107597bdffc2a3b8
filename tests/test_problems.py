"""What every problem must do: what all problems promise, and what is said of our problems."""

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from conforming import PATIENCE, our_evaluations

from hpobench import (
    Float,
    Int,
    Pending,
    Problem,
    Proposal,
    Strategy,
    Trial,
    registry,
)
from hpobench.commands.conformance.problems import PROBLEM_PROMISES
from hpobench.commands.conformance.processes import fingerprints
from hpobench.commands.conformance.promise import Fingerprint
from hpobench.registry.finding import find_problems
from hpobench.runner import run
from hpobench.training.data import DIGESTS

PROBLEMS = registry.problems()
TRAINED = [name for name, problem in PROBLEMS.items() if problem.about.trained]
FAMILIES = (
    "synthetic",
    "xgboost",
    "neural",
    "architecture",
    "automl",
    "gradient",
    "tabulated",
)

OF_A_KIND = ("architecture", "automl", "neural", "tabulated", "xgboost")
"""The families whose problems are the same code on different tables."""
KINDS = {
    problem.about.family if problem.about.family in OF_A_KIND else name: name
    for name, problem in reversed(tuple(PROBLEMS.items()))
}.values()
"""All problems of the other families, and the first problem of each of these families."""
OF_EACH = {"starts", "default", "corners", "finite", "repeats", "instances"}
"""The promises about what the table may change; what the code alone promises, such as that a
training can be continued, is judged for all KINDS, and "elsewhere" for all of them at once."""

SAYS_NO_DURATION = "hartmann-6-epochs"
"""The problem whose evaluations have no duration: its trials take as long as they cost."""

every = pytest.mark.parametrize("name", PROBLEMS)
of_every_kind = pytest.mark.parametrize("name", KINDS)


def is_skipped(problem: Problem, key: str) -> bool:
    """Tell whether a promise does not concern one of our problems."""
    fidelity, trains = problem.fidelity, problem.about.family not in ("synthetic", "tabulated")
    return {
        "instances": problem.instances == 1,
        "continued": fidelity is None or not fidelity.resumes,
        "checkpoint": fidelity is None or not fidelity.resumes or not trains,
        "durations": fidelity is None or problem.name == SAYS_NO_DURATION,
        "reals": problem.gradient_cost is None,
        "slopes": problem.gradient_cost is None,
        "memory": problem.about.gradient_memory is None,
        "optimum": trains,
    }.get(key, False)


@every
def test_ours_keep_what_problems_promise(name: str) -> None:
    problem, subject = PROBLEMS[name], our_evaluations(name)
    for promise in PROBLEM_PROMISES:
        if promise.key == "elsewhere" or not (name in KINDS or promise.key in OF_EACH):
            continue
        finding = promise.judged(subject)
        skipped = is_skipped(problem, promise.key)
        right = "skipped" if skipped else "note" if promise.informs else "ok"
        assert finding.mark == right, (promise.key, finding)
        assert "for want of time" not in finding.remark, promise.key


@cache
def in_another_process() -> dict[str, Fingerprint]:
    """Return what a problem of every kind returns in a process that is not this one."""
    entries = [find_problems(name)[0] for name in KINDS]
    wishes = [our_evaluations(name).random(7) for name in KINDS]
    wanted = [
        (entry.identity, (wish.config, wish.fidelity))
        for entry, wish in zip(entries, wishes, strict=True)
    ]
    return dict(zip(KINDS, fingerprints("problem", wanted, PATIENCE), strict=True))


@of_every_kind
def test_every_kind_of_problem_gives_the_same_in_another_process(name: str) -> None:
    subject = our_evaluations(name)
    wish = subject.random(7)
    here = subject.fingerprint((wish.config, wish.fidelity))
    assert "failure" not in here["evaluation"][0]
    assert in_another_process()[name] == here


@every
def test_a_problem_says_what_it_is(name: str) -> None:
    problem = PROBLEMS[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert problem.version >= 1
    assert problem.about.summary.endswith(".")
    assert problem.about.citation
    assert problem.about.family in FAMILIES
    assert problem.about.defaults
    assert bool(problem.about.licence) == (problem.about.family != "synthetic")
    assert problem.about.trained == (problem.about.family not in ("synthetic", "tabulated"))
    assert bool(problem.about.proof) == (not problem.about.trained)
    instances = {"synthetic": 30, "tabulated": 1}.get(problem.about.family, 5)
    assert problem.instances == instances
    assert problem.about.seconds is not None
    assert (problem.gradient_cost is None) == (problem.about.gradient_memory is None)


def test_there_are_problems_of_every_family_on_both_sides() -> None:
    sides = {(problem.about.family, problem.about.held_out) for problem in PROBLEMS.values()}
    assert sides == {(family, side) for family in FAMILIES for side in (False, True)}


def test_a_table_is_on_one_side_whatever_learns_from_it() -> None:
    for table in (*DIGESTS, "digits"):
        using = {p.about.held_out for p in PROBLEMS.values() if p.name.endswith(f"-{table}")}
        assert len(using) == 1


@every
def test_every_range_decodes_to_its_ends_and_never_past_them(name: str) -> None:
    units = np.random.default_rng(0).random(200)
    for parameter in PROBLEMS[name].space.values():
        if not isinstance(parameter, Float | Int):
            continue
        assert [parameter.decode(u) for u in (0.0, 1.0)] == [parameter.low, parameter.high]
        inside = [parameter.decode(float(u)) for u in (-0.1, *units, 1.1)]
        assert min(inside) == parameter.low
        assert max(inside) == parameter.high


@dataclass
class Again(Strategy):
    """Proposes the default configuration some times."""

    times: int = 1

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if pending or self.times == 0:
            return None
        self.times -= 1
        fidelity = self.task.fidelity
        level = fidelity.check(fidelity.low) if fidelity else None
        return Proposal(self.task.space.default(), level)

    def tell(self, trial: Trial) -> None:
        """Learn nothing."""


@of_every_kind
def test_two_strategies_are_told_the_same_and_asking_again_gives_fresh_luck(name: str) -> None:
    problem = PROBLEMS[name]
    once, twice = ([*run(Again(n), problem, budget=4, seed=2)] for n in (1, 2))
    assert once[0].trial.value == twice[0].trial.value
    assert once[0].score == twice[0].score
    assert twice[1].measured.get("retrained") is None
    if problem.about.family in ("neural", "architecture"):
        assert twice[1].trial.value != twice[0].trial.value


@pytest.mark.parametrize("name", TRAINED)
def test_a_trained_problem_reports_on_rows_it_was_not_chosen_by(name: str) -> None:
    evaluation = our_evaluations(name).first(our_evaluations(name).default()).evaluation
    assert evaluation is not None
    assert evaluation.score is not None
    assert evaluation.score != evaluation.value
    assert {"validation", "test"} <= {key.partition("-")[0] for key in evaluation.measures}


def test_listing_problems_loads_nothing_heavy() -> None:
    script = (
        "import sys; from hpobench import registry; registry.problems(); registry.strategies();"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    command = [sys.executable, "-c", script]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  # ours
    assert not {"scipy", "sklearn", "xgboost", "pandas", "pyarrow", "autograd"} & set(out.split())
