"""What every problem must do, whichever it is."""

import json
import pickle
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

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
from hpobench.data import DIGESTS
from hpobench.runner import run

PROBLEMS = registry.problems()
TRAINED = [name for name, problem in PROBLEMS.items() if problem.trained]
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

every = pytest.mark.parametrize("name", PROBLEMS)


def started(problem: Problem, seed: int = 0) -> Instance:
    return problem.start(Stream(("instance", problem.name, seed % problem.instances)).rng())


def luck(problem: Problem, number: int = 0) -> Stream:
    return Stream(("training", problem.name, 0, "some configuration", number))


def cheap(problem: Problem, config: Config) -> Proposal:
    """Return a proposal that takes little time: at the lowest fidelity there is."""
    return Proposal(
        config, problem.fidelity.check(problem.fidelity.low) if problem.fidelity else None
    )


def sampled(problem: Problem, seed: int) -> Config:
    return problem.space.sample(np.random.default_rng(seed))


@every
def test_a_problem_says_what_it_is(name: str) -> None:
    problem = PROBLEMS[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert problem.version >= 1
    assert problem.summary.endswith(".")
    assert problem.reference
    assert problem.family in FAMILIES
    assert problem.defaults
    assert bool(problem.licence) == (problem.family != "synthetic")
    assert problem.trained == (problem.family not in ("synthetic", "tabulated"))
    assert bool(problem.proof) == (not problem.trained)
    instances = {"synthetic": 30, "tabulated": 1}.get(problem.family, 5)
    assert problem.instances == instances
    assert problem.seconds > 0
    assert (problem.gradient_cost is None) == (problem.gradient_memory is None)


def test_there_are_problems_of_every_family_on_both_sides() -> None:
    sides = {(problem.family, problem.held_out) for problem in PROBLEMS.values()}
    assert sides == {(family, side) for family in FAMILIES for side in (False, True)}


def test_a_table_is_on_one_side_whatever_learns_from_it() -> None:
    for table in (*DIGESTS, "digits"):
        using = {p.held_out for p in PROBLEMS.values() if p.name.endswith(f"-{table}")}
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
    evaluation = started(problem).evaluate(cheap(problem, config), luck(problem), None)
    assert np.isfinite(evaluation.value)


@every
def test_an_instance_and_its_luck_fix_the_value(name: str) -> None:
    problem = PROBLEMS[name]
    proposal = cheap(problem, sampled(problem, 1))
    one, two = (started(problem, 3).evaluate(proposal, luck(problem), None) for _ in range(2))
    assert (one.value, one.score, one.measures, one.duration) == (
        two.value,
        two.score,
        two.measures,
        two.duration,
    )


@every
def test_instances_differ_and_repeat_after_their_number(name: str) -> None:
    problem = PROBLEMS[name]
    proposal = cheap(problem, sampled(problem, 2))

    def value(seed: int) -> float:
        return started(problem, seed).evaluate(proposal, luck(problem), None).value

    first = value(1)
    assert value(1 + problem.instances) == first
    assert any(value(seed) != first for seed in range(2, 6)) or problem.instances == 1


@every
def test_an_evaluation_leaves_its_proposal_and_the_global_luck_alone(name: str) -> None:
    problem = PROBLEMS[name]
    config = sampled(problem, 4)
    proposal = cheap(problem, dict(config))
    before = np.random.get_state(legacy=False)  # noqa: NPY002  # what must not be touched
    instance = started(problem)
    first = instance.evaluate(proposal, luck(problem), None).value
    np.random.seed(1)  # noqa: NPY002  # what must not be read
    second = instance.evaluate(proposal, luck(problem), None).value
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


@every
def test_two_strategies_are_told_the_same_and_asking_again_gives_fresh_luck(name: str) -> None:
    problem = PROBLEMS[name]
    once, twice = ([*run(Again(n), problem, budget=4, seed=2)] for n in (1, 2))
    assert once[0].trial.value == twice[0].trial.value
    assert once[0].score == twice[0].score
    assert twice[1].measured.get("retrained") is None
    if problem.family in ("neural", "architecture"):
        assert twice[1].trial.value != twice[0].trial.value


def test_every_problem_gives_the_same_in_another_process() -> None:
    script = (
        "import json, numpy as np; from hpobench import Proposal, Stream, registry\n"
        "found = {}\n"
        "for name, p in registry.problems().items():\n"
        "    level = p.fidelity.check(p.fidelity.low) if p.fidelity else None\n"
        "    instance = p.start(Stream(('instance', name, 0)).rng())\n"
        "    config = p.space.sample(np.random.default_rng(7))\n"
        "    stream = Stream(('training', name, 0, 'some configuration', 0))\n"
        "    found[name] = instance.evaluate(Proposal(config, level), stream, None).value\n"
        "print(json.dumps(found))"
    )
    command = [sys.executable, "-c", script]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  # ours
    for name, value in json.loads(out).items():
        problem = PROBLEMS[name]
        proposal = cheap(problem, sampled(problem, 7))
        assert started(problem).evaluate(proposal, luck(problem), None).value == value


@every
def test_a_problem_goes_to_another_process(name: str) -> None:
    problem: Problem = pickle.loads(pickle.dumps(PROBLEMS[name]))  # noqa: S301  # our own
    proposal = cheap(problem, sampled(problem, 5))
    values = {
        started(each).evaluate(proposal, luck(problem), None).value
        for each in (problem, PROBLEMS[name])
    }
    assert len(values) == 1


@pytest.mark.parametrize("name", WITH_FIDELITY)
def test_longer_never_takes_less_time(name: str) -> None:
    problem = PROBLEMS[name]
    fidelity = problem.fidelity
    assert fidelity is not None
    levels = [fidelity.check(round(fidelity.low * factor)) for factor in (1, 2, 3)]
    instance = started(problem)
    for seed in range(2):
        config = sampled(problem, seed)
        durations = [
            instance.evaluate(Proposal(config, level), luck(problem), None).duration or 0
            for level in levels
        ]
        assert durations == sorted(durations)


@pytest.mark.parametrize("name", WITH_FIDELITY)
def test_continuing_is_training_straight_through_to_the_bit(name: str) -> None:
    problem = PROBLEMS[name]
    fidelity = problem.fidelity
    assert fidelity is not None
    levels = [fidelity.check(round(fidelity.low * factor)) for factor in (1, 2, 4)]
    config, instance = sampled(problem, 0), started(problem)

    def at(level: float, checkpoint: object) -> Evaluation:
        return instance.evaluate(Proposal(config, level), luck(problem), checkpoint)

    checkpoint: object = None
    for level in levels:
        stepwise, straight = at(level, checkpoint), at(level, None)
        assert (stepwise.value, stepwise.score) == (straight.value, straight.score)
        assert stepwise.measures == straight.measures
        checkpoint = pickle.loads(pickle.dumps(stepwise.checkpoint))  # noqa: S301  # our own


@pytest.mark.parametrize("name", WITH_GRADIENTS)
def test_a_gradient_comes_on_request_for_every_active_real_parameter(name: str) -> None:
    problem = PROBLEMS[name]
    config, instance = problem.space.default(), started(problem)
    without = instance.evaluate(Proposal(config), luck(problem), None)
    having = instance.evaluate(Proposal(config, gradient=True), luck(problem), None)
    assert without.gradient is None
    assert having.gradient is not None
    real = {key for key in config if isinstance(problem.space[key], Float)}
    assert set(having.gradient) == real
    assert having.value == pytest.approx(without.value, rel=1e-12)


@pytest.mark.parametrize("name", TRAINED)
def test_a_trained_problem_reports_on_rows_it_was_not_chosen_by(name: str) -> None:
    problem = PROBLEMS[name]
    evaluation = started(problem).evaluate(
        cheap(problem, problem.space.default()), luck(problem), None
    )
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
