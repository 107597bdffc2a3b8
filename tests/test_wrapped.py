"""What holds of all wrapped problems in a run, whatever they are made of."""

import json
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
import pytest

from hpobench import (
    Config,
    Evaluation,
    Pending,
    Problem,
    Proposal,
    Record,
    Strategy,
    Stream,
    registry,
)
from hpobench.runner import run

BASES = ("branin", "hartmann-6-epochs", "ridge-california", "xgboost-airfoil", "branches-9")
NUMBERED = ("noise=0.1", "failures=0.2", "stragglers=1.5", "irrelevant=3", "discrete=5")
EVERY = (
    *(f"{base}+{option}" for base in BASES for option in (*NUMBERED, "wrong-default")),
    *(f"{base}+textbook" for base in ("branin", "hartmann-6-epochs", "branches-9")),
    *(f"{base}+misleading=0.5" for base in ("hartmann-6-epochs", "xgboost-airfoil")),
    "hartmann-6-epochs+noise=0.1+failures=0.2+stragglers=1.5+irrelevant=3+misleading=0.5",
)
WITH_FIDELITY = [spec for spec in EVERY if spec.startswith(("hartmann-6-epochs", "xgboost"))]
PICKLED = [spec for spec in EVERY if not spec.startswith("ridge")] + [
    "ridge-california+noise=0.1+failures=0.2+stragglers=1.5+irrelevant=3"  # each start takes long
]

every = pytest.mark.parametrize("spec", EVERY)


@dataclass
class Listed(Strategy):
    """Proposes what a list holds."""

    def __post_init__(self) -> None:
        self.left: list[Proposal] = []

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return self.left.pop(0) if self.left and not pending else None


def found(spec: str) -> Problem:
    (entry,) = registry.find_problems(spec)
    return entry.item


def told(problem: Problem, *proposals: Proposal, seed: int = 0) -> list[Record]:
    """Return the records of a run on one worker that makes some proposals."""
    strategy = Listed()
    strategy.left = list(proposals)
    return list(run(strategy, problem, budget=50, seed=seed))


def low(problem: Problem, config: Config, factor: int = 1, resume: int | None = None) -> Proposal:
    fidelity = problem.fidelity
    level = fidelity.check(round(fidelity.low * factor)) if fidelity else None
    return Proposal(config, level, resume)


def sampled(problem: Problem, seed: int) -> Config:
    return problem.space.sample(np.random.default_rng(seed))


@cache
def straight(spec: str, factor: int) -> Record:
    """Return the record of the default, trained from its beginning; it is run once."""
    problem = found(spec)
    return told(problem, low(problem, problem.space.default(), factor))[0]


def facts(record: Record) -> tuple[object, ...]:
    return (record.trial, record.score, record.measures, record.finished, record.error)


@every
def test_the_default_can_be_evaluated(spec: str) -> None:
    problem = found(spec)
    config = problem.space.default()
    assert problem.space.check(config) == config
    (record,) = told(problem, low(problem, config))
    assert record.error is None


@pytest.mark.parametrize("spec", PICKLED)
def test_a_pickled_problem_gives_the_same(spec: str) -> None:
    problem = found(spec)
    copy: Problem = pickle.loads(pickle.dumps(problem))  # noqa: S301  # our own
    proposal = low(problem, problem.space.default())
    (one,), (two,) = told(problem, proposal, seed=1), told(copy, proposal, seed=1)
    assert facts(one) == facts(two)


def test_another_process_finds_the_same_problems_by_their_identities() -> None:
    cheap = [spec for spec in EVERY if not found(spec).about.trained]
    identities = [asdict(registry.find_problems(spec)[0].identity) for spec in cheap]
    script = (
        "import json, sys; import numpy as np\n"
        "from hpobench import Proposal, Identity, Stream, registry\n"
        "for each in json.loads(sys.argv[1]):\n"
        "    problem = registry.resolve_problem(Identity(**each)).item\n"
        "    proposal = Proposal(problem.space.default(), problem.fidelity and 3)\n"
        "    instance = problem.start(np.random.default_rng(1))\n"
        "    value = instance.evaluate(proposal, Stream(('any',)), None).value\n"
        "    print(problem.name, proposal.config, repr(float(value)), problem.about.summary)\n"
    )
    command = [sys.executable, "-c", script, json.dumps(identities)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  # ours
    expected: list[str] = []
    for problem in map(found, cheap):
        proposal = Proposal(problem.space.default(), 3 if problem.fidelity else None)
        value = float(_evaluation(problem, proposal).value)
        expected.append(f"{problem.name} {proposal.config} {value!r} {problem.about.summary}")
    assert out.splitlines() == expected


@pytest.mark.parametrize("spec", WITH_FIDELITY)
def test_continuing_is_training_straight_through_to_the_bit(spec: str) -> None:
    problem = found(spec)
    config = problem.space.default()
    steps = told(
        problem, low(problem, config), low(problem, config, 2, 0), low(problem, config, 3, 1)
    )
    for factor, step in zip((1, 2, 3), steps, strict=True):
        whole = straight(spec, factor)
        assert step.trial.value == whole.trial.value
        assert (step.score, step.measures, step.error) == (whole.score, whole.measures, None)
        assert step.finished == pytest.approx(whole.finished)


@pytest.mark.parametrize("spec", WITH_FIDELITY)
def test_longer_never_takes_less_time(spec: str) -> None:
    durations = [straight(spec, factor).duration for factor in (1, 2, 3)]
    assert durations == sorted(durations)
    assert durations[0] > 0


@pytest.mark.parametrize("base", ["hartmann-6-epochs", "xgboost-airfoil", "branches-9"])
def test_options_change_neither_the_instance_nor_the_luck_of_the_problem(base: str) -> None:
    plain, wrapped = found(base), found(f"{base}+failures=0.3+stragglers=2+wrong-default")
    for seed in range(2):
        configs = [sampled(plain, number) for number in range(6)]
        before, after = (
            told(problem, *(low(problem, config) for config in configs), seed=seed)
            for problem in (plain, wrapped)
        )
        kept = [(b, a) for b, a in zip(before, after, strict=True) if not a.failed]
        assert kept
        for one, other in kept:
            assert one.trial == other.trial
            assert (one.score, one.measures) == (other.score, other.measures)


def test_options_on_the_published_form_keep_to_its_instance() -> None:
    wrapped, textbook = found("branin+textbook+stragglers=2"), found("branin").textbook
    assert textbook is not None
    config = sampled(wrapped, 1)
    assert told(wrapped, Proposal(config), seed=4)[0].score == _score(textbook, config)


def _score(problem: Problem, config: Config) -> float:
    instance = problem.start(np.random.default_rng(0))
    return instance.evaluate(Proposal(config), Stream(("any",)), None).value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("noise=0.1+stragglers=2", "stragglers=2+noise=0.1"),
        ("irrelevant=2+noise=0.1", "noise=0.1+irrelevant=2"),
        ("noise=0.1+misleading=1", "misleading=1+noise=0.1"),
        ("noise=0.1+textbook", "textbook+noise=0.1"),
        ("discrete=5+noise=0.1", "noise=0.1+discrete=5"),
        ("failures=0.3+stragglers=2", "stragglers=2+failures=0.3"),
    ],
)
def test_options_that_change_different_things_may_come_in_any_order(one: str, other: str) -> None:
    problems = [found(f"hartmann-6-epochs+{options}") for options in (one, other)]
    configs = [sampled(problems[0], seed) for seed in range(6)]
    first, second = (
        told(problem, *(low(problem, config, 20) for config in configs)) for problem in problems
    )
    assert [record.error for record in first] == [record.error for record in second]
    for a, b in zip(first, second, strict=True):
        assert a.failed or a.trial.value == pytest.approx(b.trial.value)
        assert a.failed or a.score == pytest.approx(b.score)
        assert a.duration == pytest.approx(b.duration)


def test_what_comes_later_sees_what_came_before() -> None:
    assert len(found("branin+irrelevant=2+discrete=5").space) == 4
    kinds = [
        type(parameter).__name__
        for parameter in found("branin+discrete=5+irrelevant=1").space.values()
    ]
    assert kinds == ["Ordinal", "Ordinal", "Float"]
    kinds = [
        type(parameter).__name__
        for parameter in found("branin+irrelevant=1+discrete=5").space.values()
    ]
    assert kinds == ["Ordinal", "Ordinal", "Ordinal"]


def test_noise_on_a_noisy_problem_is_further_noise() -> None:
    once, twice = found("hartmann-6-noisy"), found("hartmann-6-noisy+noise=0.1")
    ratios: set[float] = set()
    for seed in range(3):
        proposal = Proposal(once.space.default())
        (before,), (after,) = told(once, proposal, seed=seed), told(twice, proposal, seed=seed)
        assert before.score == after.score
        further = after.trial.value - before.trial.value
        ratios.add(round(further / (before.trial.value - before.score), 6))
    assert len(ratios) == 3


def _evaluation(problem: Problem, proposal: Proposal) -> Evaluation:
    instance = problem.start(np.random.default_rng(1))
    return instance.evaluate(proposal, Stream(("any",)), None)


def test_gradients_pass_through_what_leaves_them() -> None:
    plain = found("ridge-california")
    wrapped = found("ridge-california+noise=0.5+stragglers=2+irrelevant=2+failures=0.2")
    config = plain.space.default()
    further: Config = {"irrelevant-1": 0.2, "irrelevant-2": 0.9}
    before = _evaluation(plain, Proposal(config, gradient=True))
    after = _evaluation(wrapped, Proposal({**config, **further}, gradient=True))
    assert before.gradient is not None
    assert after.gradient == {**before.gradient, "irrelevant-1": 0.0, "irrelevant-2": 0.0}
    assert wrapped.gradient_cost == plain.gradient_cost
    assert found("ridge-california+discrete=5").gradient_cost is None
