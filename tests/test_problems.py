"""What every problem must do, whichever it is."""

import json
import pickle
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from hpobench import (
    Config,
    Evaluation,
    Float,
    Instance,
    Int,
    Pending,
    Problem,
    Proposal,
    Strategy,
    Stream,
    Trial,
    registry,
)
from hpobench.runner import run
from hpobench.training.data import DIGESTS

PROBLEMS = registry.problems()
TRAINED = [name for name, problem in PROBLEMS.items() if problem.about.trained]
WITH_FIDELITY = [name for name, problem in PROBLEMS.items() if problem.fidelity]
FAMILIES = (
    "synthetic",
    "xgboost",
    "neural",
    "architecture",
    "automl",
    "gradient",
    "tabulated",
)
WITH_GRADIENTS = [name for name, problem in PROBLEMS.items() if problem.gradient_cost is not None]

OF_A_KIND = ("architecture", "automl", "neural", "tabulated", "xgboost")
"""The families whose problems are the same code on another table."""
KINDS = {
    problem.about.family if problem.about.family in OF_A_KIND else name: name
    for name, problem in reversed(tuple(PROBLEMS.items()))
}.values()
"""The problems of all other families, and the first one of each of these."""

every = pytest.mark.parametrize("name", PROBLEMS)
of_every_kind = pytest.mark.parametrize("name", KINDS)


def started(problem: Problem, seed: int = 0) -> Instance:
    return problem.start(Stream(("instance", problem.name, seed % problem.instances)).rng())


@cache
def instance(name: str) -> Instance:
    """Return the first instance of a problem, started once."""
    return started(PROBLEMS[name])


def luck(problem: Problem, number: int = 0) -> Stream:
    return Stream(("training", problem.name, 0, "some configuration", number))


def cheap(problem: Problem, config: Config) -> Proposal:
    """Return a proposal that takes little time: at the lowest fidelity there is."""
    return Proposal(
        config, problem.fidelity.check(problem.fidelity.low) if problem.fidelity else None
    )


def sampled(problem: Problem, seed: int) -> Config:
    return problem.space.sample(np.random.default_rng(seed))


@cache
def default(name: str) -> Evaluation:
    """Return what comes of a problem's default, evaluated once."""
    problem = PROBLEMS[name]
    return instance(name).evaluate(cheap(problem, problem.space.default()), luck(problem), None)


@cache
def straight(name: str, factor: int) -> Evaluation:
    """Return what comes of a training from its beginning to a multiple of the lowest fidelity."""
    problem = PROBLEMS[name]
    proposal = Proposal(sampled(problem, 2), level(problem, factor))
    return instance(name).evaluate(proposal, luck(problem), None)


def level(problem: Problem, factor: int) -> float:
    assert problem.fidelity is not None
    return problem.fidelity.check(round(problem.fidelity.low * factor))


def told(evaluation: Evaluation) -> Evaluation:
    return replace(evaluation, checkpoint=None)


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
    assert problem.about.seconds > 0
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


@every
def test_the_default_is_a_configuration_and_can_be_evaluated(name: str) -> None:
    problem = PROBLEMS[name]
    config = problem.space.default()
    assert problem.space.check(config) == config
    assert np.isfinite(default(name).value)


@every
def test_an_instance_and_its_luck_fix_the_evaluation_also_of_a_problem_that_has_travelled(
    name: str,
) -> None:
    problem = PROBLEMS[name]
    proposal = cheap(problem, sampled(problem, 1))
    travelled: Problem = pickle.loads(pickle.dumps(problem))  # noqa: S301  # our own
    one, two = (
        told(started(each, 3).evaluate(proposal, luck(problem), None))
        for each in (problem, travelled)
    )
    assert one == two


@every
def test_instances_differ(name: str) -> None:
    problem = PROBLEMS[name]
    proposal = cheap(problem, sampled(problem, 2))

    def value(seed: int) -> float:
        return started(problem, seed).evaluate(proposal, luck(problem), None).value

    first = value(1)
    assert any(value(seed) != first for seed in range(2, 6)) or problem.instances == 1


@every
def test_an_evaluation_leaves_its_proposal_and_the_global_luck_alone(name: str) -> None:
    problem = PROBLEMS[name]
    config = sampled(problem, 4)
    proposal = cheap(problem, dict(config))
    before = np.random.get_state(legacy=False)  # noqa: NPY002  # what must not be touched
    first = instance(name).evaluate(proposal, luck(problem), None).value
    np.random.seed(1)  # noqa: NPY002  # what must not be read
    second = instance(name).evaluate(proposal, luck(problem), None).value
    np.random.set_state(before)  # noqa: NPY002
    assert proposal.config == config
    assert first == second


@dataclass
class Again(Strategy):
    """Asks for the default some times."""

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


def test_every_kind_of_problem_gives_the_same_in_another_process() -> None:
    script = (
        "import json, sys, numpy as np; from hpobench import Proposal, Stream, registry\n"
        "found = {}\n"
        "for name in sys.argv[1:]:\n"
        "    p = registry.problems()[name]\n"
        "    level = p.fidelity.check(p.fidelity.low) if p.fidelity else None\n"
        "    instance = p.start(Stream(('instance', name, 0)).rng())\n"
        "    config = p.space.sample(np.random.default_rng(7))\n"
        "    stream = Stream(('training', name, 0, 'some configuration', 0))\n"
        "    found[name] = instance.evaluate(Proposal(config, level), stream, None).value\n"
        "print(json.dumps(found))"
    )
    command = [sys.executable, "-c", script, *KINDS]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  # ours
    found = json.loads(out)
    assert list(found) == [*KINDS]
    for name, value in found.items():
        problem = PROBLEMS[name]
        proposal = cheap(problem, sampled(problem, 7))
        assert instance(name).evaluate(proposal, luck(problem), None).value == value


@pytest.mark.parametrize("name", WITH_FIDELITY)
def test_longer_never_takes_less_time(name: str) -> None:
    durations = [straight(name, factor).duration or 0 for factor in (1, 2, 3)]
    assert durations == sorted(durations)


@pytest.mark.parametrize("name", WITH_FIDELITY)
def test_continuing_is_training_straight_through_to_the_bit(name: str) -> None:
    problem = PROBLEMS[name]
    stepwise = straight(name, 1)
    for factor in (2, 3):
        checkpoint = pickle.loads(pickle.dumps(stepwise.checkpoint))  # noqa: S301  # our own
        proposal = Proposal(sampled(problem, 2), level(problem, factor))
        stepwise = instance(name).evaluate(proposal, luck(problem), checkpoint)
        assert told(stepwise) == told(straight(name, factor))


@pytest.mark.parametrize("name", WITH_GRADIENTS)
def test_a_gradient_comes_on_request_for_every_active_real_parameter(name: str) -> None:
    problem = PROBLEMS[name]
    config, without = problem.space.default(), default(name)
    having = instance(name).evaluate(Proposal(config, gradient=True), luck(problem), None)
    assert without.gradient is None
    assert having.gradient is not None
    real = {key for key in config if isinstance(problem.space[key], Float)}
    assert set(having.gradient) == real
    assert having.value == pytest.approx(without.value, rel=1e-12)


@pytest.mark.parametrize("name", TRAINED)
def test_a_trained_problem_reports_on_rows_it_was_not_chosen_by(name: str) -> None:
    evaluation = default(name)
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
