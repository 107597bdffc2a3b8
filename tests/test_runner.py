"""The runner: budget, clock, random numbers, checkpoints, and everything that can go wrong."""

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from races import finished

from hpobench import (
    Config,
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Int,
    Pending,
    Problem,
    Proposal,
    Space,
    Start,
    Strategy,
    Stream,
    Task,
    Trial,
    Unsupported,
    plain,
    registry,
)
from hpobench.json_forms import record_from_json, record_to_json
from hpobench.runner import run
from hpobench.runner.budget_rules import Diverged
from hpobench.trial import Stop

SPACE = Space({"x": Float(0, 1), "n": Int(1, 3)})
EPOCHS = Fidelity(1, 9)


def free(config: Config) -> float:
    return float(config["x"] or 0.0)


FREE = Problem("free", 1, SPACE, plain(free))


def training(start: Start | None = None, **changes: float) -> Problem:
    """Return a problem whose value is the sum of the numbers that its epochs drew."""
    return Problem("training", 1, SPACE, start or _learn, EPOCHS, instances=3, **changes)  # type: ignore[arg-type]  # a float


def _learn(rng: np.random.Generator) -> Instance:
    split = rng.random()

    def evaluate(proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
        epochs, total = checkpoint if isinstance(checkpoint, tuple) else (0, split)
        for epoch in range(epochs, int(proposal.fidelity or 0)):
            total += stream.rng(epoch).random()
        level = int(proposal.fidelity or 0)
        measures = {"epochs-run": float(level - epochs)}
        return Evaluation(total, score=-total, measures=measures, checkpoint=(level, total))

    return Instance(evaluate)


@dataclass
class Scripted(Strategy):
    """Proposes what a list holds, and remembers what it was told."""

    script: str = ""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.told: list[Trial] = []
        self.seen: list[list[int]] = []
        self.left = list(self.proposals())

    def proposals(self) -> Sequence[Proposal | None]:
        return [Proposal({"x": 0.5, "n": 2})] * 1_000

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        self.seen.append([each.id for each in pending])
        return self.left.pop(0) if self.left else None

    def tell(self, trial: Trial) -> None:
        self.told.append(trial)


def scripted(*proposals: Proposal | None) -> Scripted:
    @dataclass
    class Listed(Scripted):
        def proposals(self) -> Sequence[Proposal | None]:
            return proposals

    return Listed()


def at(x: float, fidelity: float | None = None, resume: int | None = None) -> Proposal:
    return Proposal({"x": x, "n": 1}, fidelity, resume)


def test_the_budget_is_counted_in_full_evaluations() -> None:
    strategy = Scripted()
    records, stop = finished(run(strategy, FREE, budget=7))
    assert [record.trial.id for record in records] == list(range(7))
    assert stop == Stop("complete")
    assert len(strategy.told) == 7


def test_fractions_of_the_budget_add_up_exactly() -> None:
    strategy = scripted(*[at(i / 100, 3) for i in range(50)])
    records, stop = finished(run(strategy, training(), budget=10))  # each costs 1/3
    assert len(records) == 30
    assert stop == Stop("complete")


def test_the_first_that_does_not_fit_ends_the_run_and_is_told_to_nobody() -> None:
    strategy = scripted(at(0.1, 9), at(0.2, 3), at(0.3, 9), at(0.4, 1))
    records, stop = finished(run(strategy, training(), budget=2))
    assert [record.trial.proposal.config["x"] for record in records] == [0.1, 0.2]
    assert [trial.proposal.config["x"] for trial in strategy.told] == [0.1, 0.2]
    assert stop == Stop("complete")


def test_continuing_costs_the_difference() -> None:
    strategy = scripted(at(0.1, 3), at(0.1, 9, resume=0), at(0.1))
    records, _ = finished(run(strategy, training(), budget=3))
    assert [record.trial.cost for record in records] == [1 / 3, 2 / 3, 1.0]


def test_a_gradient_costs_its_cards_multiple() -> None:
    def slope(proposal: Proposal, _: Stream, __: object) -> Evaluation:
        return Evaluation(1.0, gradient={"x": 2.0} if proposal.gradient else None)

    problem = Problem("slope", 1, SPACE, lambda _: Instance(slope), gradient_cost=2.5)
    wanted = Proposal({"x": 0.5, "n": 1}, gradient=True)
    strategy = scripted(wanted, at(0.5))
    records, _ = finished(run(strategy, problem, budget=3.5))
    assert [record.trial.cost for record in records] == [2.5, 1.0]
    assert [trial.gradient for trial in strategy.told] == [{"x": 2.0}, None]


def test_cheap_trials_are_counted_and_end() -> None:
    tiny = Problem("tiny", 1, SPACE, _learn, Fidelity(1, 10**9))
    strategy = scripted(*[at(0.5, 1) for _ in range(5_000)])
    records, stop = finished(run(strategy, tiny, budget=1))
    assert {record.trial.cost for record in records} == {1e-4}
    assert (len(records), stop) == (1_000, Stop("complete"))


def test_a_strategy_that_has_nothing_more_exhausts_its_run() -> None:
    records, stop = finished(run(scripted(at(0.1), at(0.2)), FREE, budget=10))
    assert (len(records), stop) == (2, Stop("exhausted"))


def test_workers_finish_in_the_order_of_their_durations() -> None:
    def slow(proposal: Proposal, _: Stream, __: object) -> Evaluation:
        return Evaluation(0.0, duration=float(proposal.config["x"] or 0))

    problem = Problem("slow", 1, SPACE, lambda _: Instance(slow))
    strategy = scripted(at(1.0), at(0.25), at(0.5), at(0.25), at(0.125))
    records, _ = finished(run(strategy, problem, budget=5, workers=2))
    assert [record.trial.id for record in records] == [1, 2, 0, 3, 4]
    assert [record.finished for record in records] == [0.25, 0.75, 1.0, 1.0, 1.125]
    assert strategy.seen == [[], [0], [0], [0], [3]]


def test_a_strategy_is_told_the_simulated_time_of_the_whole_training_and_no_measured_one() -> None:
    def timed(proposal: Proposal, _: Stream, __: object) -> Evaluation:
        assert proposal.config["x"] != 0.75, "it fails"
        level = float(proposal.fidelity or 0)
        return Evaluation(0.0, duration=0.5 * level if proposal.config["x"] == 0.25 else None)

    problem = Problem("timed", 1, SPACE, lambda _: Instance(timed), EPOCHS)
    script = at(0.25, 3), at(0.25, 9, resume=0), at(0.5, 3), at(0.5, 9, resume=2), at(0.75)
    first = scripted(*script)
    records, _ = finished(run(first, problem, budget=9))
    told = [trial.duration for trial in first.told]
    assert told == pytest.approx([1.5, 4.5, 1 / 3, 1.0, 1.0])
    assert told == [record.duration for record in records]
    assert {record.trial.duration for record in records} == {None}
    again = scripted(*script)
    recorded = {each.trial.id: replace(each, measured={"evaluate": 9.0}) for each in records}
    finished(run(again, problem, budget=9, recorded=recorded))
    assert [trial.duration for trial in again.told] == told


def test_none_waits_while_trials_are_pending() -> None:
    strategy = scripted(at(0.1), None, at(0.2), None, None)
    records, stop = finished(run(strategy, FREE, budget=9, workers=4))
    assert ([r.trial.id for r in records], stop) == ([0, 1], Stop("exhausted"))


@pytest.mark.parametrize("workers", [1, 3])
def test_a_seed_fixes_the_run(workers: int) -> None:
    def script() -> Scripted:
        return scripted(*[at(i / 20) for i in range(20)])

    one, two = (
        [
            (r.trial, r.score, r.finished)
            for r in run(script(), training(), budget=9, workers=workers, seed=seed)
        ]
        for seed in (4, 4)
    )
    other = [
        (r.trial, r.score, r.finished)
        for r in run(script(), training(), budget=9, workers=workers, seed=5)
    ]
    assert one == two
    assert one != other


def test_one_configuration_has_one_value_in_every_strategy() -> None:
    first, _ = finished(run(scripted(at(0.1), at(0.7)), training(), budget=9, seed=2))
    second, _ = finished(run(scripted(at(0.7)), training(), budget=9, seed=2))
    assert first[1].trial.value == second[0].trial.value


def test_asking_again_gives_fresh_noise_in_the_same_order() -> None:
    first, _ = finished(run(scripted(at(0.1), at(0.1), at(0.2)), training(), budget=9))
    second, _ = finished(run(scripted(at(0.2), at(0.1), at(0.1)), training(), budget=9))
    assert first[0].trial.value != first[1].trial.value
    assert [r.trial.value for r in first[:2]] == [r.trial.value for r in second[1:]]


def test_seeds_share_instances_modulo_their_number() -> None:
    def split(seed: int) -> float:
        rng = np.random.default_rng(0)
        draws: list[float] = []

        def start(own: np.random.Generator) -> Instance:
            draws.append(own.random())
            return _learn(rng)

        finished(run(scripted(at(0.1)), training(start), budget=1, seed=seed))
        return draws[0]

    assert split(1) == split(4)
    assert split(1) != split(2)


def test_continuing_gives_what_training_straight_through_gives() -> None:
    stepwise = scripted(at(0.3, 1), at(0.3, 4, resume=0), at(0.3, 9, resume=1))
    steps, _ = finished(run(stepwise, training(), budget=9))
    straight, _ = finished(run(scripted(at(0.3, 9)), training(), budget=9))
    assert steps[-1].trial.value == straight[0].trial.value
    assert [record.measures["epochs-run"] for record in steps] == [1, 3, 5]
    assert steps[-1].finished == straight[0].finished == 1.0


def test_a_lost_checkpoint_is_trained_again_uncharged_and_said() -> None:
    forked = scripted(at(0.3, 3), at(0.3, 6, resume=0), at(0.3, 9, resume=0))
    records, _ = finished(run(forked, training(), budget=9))
    assert records[2].trial.cost == pytest.approx(6 / 9)
    assert records[2].measures["epochs-run"] == 9
    assert [record.measured.get("retrained") for record in records] == [None, None, 1.0]


def test_an_interrupted_run_goes_on_by_replay() -> None:
    def script() -> Scripted:
        return scripted(at(0.3, 3), at(0.4, 3), at(0.3, 9, resume=0), at(0.4, 9, resume=1))

    whole, _ = finished(run(script(), training(), budget=9, workers=2))
    for known in range(len(whole)):
        recorded = {record.trial.id: record for record in whole[:known]}
        again, _ = finished(run(script(), training(), budget=9, workers=2, recorded=recorded))
        assert [(r.trial, r.score, r.finished, r.duration) for r in again] == [
            (r.trial, r.score, r.finished, r.duration) for r in whole
        ]


def test_a_replay_that_proposes_otherwise_is_no_outcome_of_the_run() -> None:
    whole, _ = finished(run(scripted(at(0.1), at(0.2)), FREE, budget=9))
    recorded = {record.trial.id: record for record in whole}
    with pytest.raises(Diverged, match="does not repeat what it proposed before the interruption"):
        finished(run(scripted(at(0.1), at(0.3)), FREE, budget=9, recorded=recorded))


def _raise(_: Config) -> float:
    raise ZeroDivisionError("by nothing")


def _leave(_: Config) -> float:
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (_raise, "ZeroDivisionError: by nothing"),
        (_leave, "SystemExit: 3"),
        (lambda _: math.nan, "ValueError: the value must be finite: nan"),
        (lambda _: -math.inf, "ValueError: the value must be finite: -inf"),
        (lambda _: "low", "ValueError: the value must be a number: 'low'"),
        (
            lambda config: {"loss": config["x"]},
            "ValueError: the value must be a number: {'loss': 0.5}",
        ),
        (lambda config: config.pop("x") and 1 / 0, "ZeroDivisionError: division by zero"),
    ],
)
def test_an_evaluation_that_breaks_fails_its_trial_only(
    function: Callable[[Config], float], reason: str
) -> None:
    strategy = Scripted()
    records, stop = finished(run(strategy, Problem("bad", 1, SPACE, plain(function)), budget=3))
    assert [record.error for record in records] == [reason] * 3
    assert all(math.isnan(trial.value) for trial in strategy.told)
    assert all(math.isnan(record.score) for record in records)
    assert stop == Stop("complete")


@pytest.mark.parametrize(
    ("evaluation", "reason"),
    [
        (Evaluation(1.0, score=math.nan), "the score must be finite"),
        (Evaluation(1.0, measures={"error": math.inf}), "the measure 'error' must be finite"),
        (Evaluation(1.0, duration=-1.0), "the duration must be 0 or more"),
        (None, "evaluate must return an Evaluation: None"),
    ],
)
def test_an_evaluation_that_is_no_use_fails_its_trial(
    evaluation: Evaluation | None, reason: str
) -> None:
    def evaluate(*_: object) -> Evaluation:
        return evaluation  # type: ignore[return-value]  # what is refused

    records, _ = finished(
        run(Scripted(), Problem("odd", 1, SPACE, lambda _: Instance(evaluate)), budget=1)
    )
    assert reason in (records[0].error or "")


def test_a_start_that_raises_fails_the_run() -> None:
    def start(_: np.random.Generator) -> Instance:
        raise OSError("no table")

    records, stop = finished(run(Scripted(), training(start), budget=1))
    assert (records, stop) == ([], Stop("failed", "the problem's start raised OSError: no table"))


class Unsuited(Scripted):
    def setup(self, task: Task, rng: np.random.Generator) -> None:
        raise Unsupported("needs gradients")


def test_a_task_that_can_not_be_is_unsupported_not_failed() -> None:
    assert finished(run(Unsuited(), FREE, budget=1)) == ([], Stop("unsupported", "needs gradients"))


@dataclass
class Breaking(Scripted):
    """Raises an error in one of its methods at the third trial."""

    where: str = field(default="ask")

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        if self.where == "setup":
            raise KeyError("x")

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if self.where == "ask" and len(self.told) == 2:
            raise KeyError("x")
        return super().ask(pending)

    def tell(self, trial: Trial) -> None:
        super().tell(trial)
        if self.where == "tell" and len(self.told) == 3:
            raise SystemExit


@pytest.mark.parametrize(
    ("where", "trials", "detail"),
    [
        ("setup", 0, "setup raised KeyError: 'x'"),
        ("ask", 2, "ask raised KeyError: 'x'"),
        ("tell", 3, "tell raised SystemExit"),
    ],
)
def test_a_strategy_that_raises_fails_its_run(where: str, trials: int, detail: str) -> None:
    records, stop = finished(run(Breaking(where=where), FREE, budget=5))
    assert (len(records), stop) == (trials, Stop("failed", detail))


@pytest.mark.parametrize(
    ("proposal", "detail"),
    [
        (Proposal({"x": 2.0, "n": 1}), "'x' must be a number in [0, 1]: 2.0"),
        (Proposal({"x": 0.5}), "'n' is missing"),
        (at(0.5, 10), "the fidelity must be in [1, 9] epochs: 10"),
        (at(0.5, 2.5), "the fidelity must be a whole number of epochs: 2.5"),
        (at(0.5, 9, resume=7), "continued a trial that it was not told: 7"),
        (at(0.5, 3, resume=0), "whose fidelity is 3, but not to a higher one: 3"),
        (at(0.6, 9, resume=0), "continued trial 0 with another configuration"),
        (Proposal({"x": 0.5, "n": 1}, gradient=True), "asked for a gradient"),
        ("x=1", "the strategy must return a Proposal or None: 'x=1'"),
    ],
)
def test_a_proposal_that_can_not_be_fails_the_run(proposal: Proposal, detail: str) -> None:
    records, stop = finished(run(scripted(at(0.5, 3), proposal), training(), budget=9))
    assert (len(records), stop.reason) == (1, "failed")
    assert detail in stop.detail


def test_continuing_what_can_not_be_continued_fails_the_run() -> None:
    problem = replace(training(), fidelity=Fidelity(1, 9, resumes=False))
    _, stop = finished(run(scripted(at(0.5, 3), at(0.5, 9, resume=0)), problem, budget=9))
    assert stop == Stop(
        "failed", "the strategy continued trial 0, but this problem can't continue a training"
    )


def test_a_fidelity_for_a_problem_without_one_fails_the_run() -> None:
    _, stop = finished(run(scripted(at(0.5, 3)), FREE, budget=9))
    assert "a fidelity, which the problem does not have" in stop.detail


@dataclass
class Meddling(Scripted):
    """Changes the objects that it is given."""

    what: str = "told"

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if self.what == "pending" and pending:
            pending[0].proposal.config["x"] = 0.0
        return super().ask(pending)

    def tell(self, trial: Trial) -> None:
        if self.what == "told":
            trial.proposal.config["x"] = 0.0


@pytest.mark.parametrize("what", ["told", "pending"])
def test_a_strategy_that_changes_what_it_was_given_fails(what: str) -> None:
    records, stop = finished(run(Meddling(what=what), FREE, budget=9, workers=2))
    assert stop == Stop("failed", "the strategy must not change the configuration of a trial: 0")
    assert all(record.trial.proposal.config["x"] == 0.5 for record in records)


def test_what_a_strategy_does_to_its_own_proposal_changes_nothing() -> None:
    buffer: Config = {"x": 0.0, "n": 1}

    @dataclass
    class Reusing(Scripted):
        def ask(self, pending: Sequence[Pending]) -> Proposal | None:
            buffer["x"] = float(buffer["x"] or 0.0) + 0.25
            return Proposal(buffer)

    records, _ = finished(run(Reusing(), FREE, budget=3))
    assert [record.trial.value for record in records] == [0.25, 0.5, 0.75]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        *(
            ({"budget": budget}, f"budget must be a finite number, at least 0.0001, {rest}")
            for budget in (0, -1, 1e-9, math.nan, math.inf, True, "3", None, Fraction(1, 10_001))
            for rest in [f"the cost of the cheapest trial: {budget!r}"]
        ),
        *(
            ({"workers": workers}, f"workers must be a whole number, 1 or more: {workers!r}")
            for workers in (0, -1, 1.5, True, "2", None)
        ),
        *(
            ({"seed": seed}, f"seed must be a whole number, 0 or more: {seed!r}")
            for seed in (-1, 1.5, True, "2", None)
        ),
        ({"strategy": "sobol"}, "strategy must be a Strategy, neither a name nor a class: 'sobol'"),
        ({"strategy": Scripted}, "strategy must be a Strategy, neither a name nor a class: <class"),
        ({"problem": "branin"}, "problem must be a Problem, not a name: 'branin'"),
        ({"problem": None}, "problem must be a Problem, not a name: None"),
    ],
    ids=str,
)
def test_a_run_that_can_not_be_is_refused_before_anything_runs(
    changes: dict[str, Any], message: str
) -> None:
    whole: dict[str, Any] = {"strategy": scripted(at(0.5)), "problem": FREE, "budget": 1, **changes}
    with pytest.raises(ValueError, match=re.escape(message)):
        run(**whole)


def test_numbers_of_numpy_make_the_run_that_pythons_own_make() -> None:
    numbers: tuple[Any, ...] = np.float64(3.0), np.int64(2), np.int32(5)
    found, expected = (
        [each.trial for each in run(strategy, FREE, budget=b, workers=w, seed=s)]
        for strategy in [registry.strategies()["random-search"]]
        for b, w, s in (numbers, (3, 2, 5))
    )
    assert found == expected
    assert len(found) == 3


def test_a_score_is_never_shown_to_the_strategy() -> None:
    strategy = scripted(at(0.5, 9))
    records, _ = finished(run(strategy, training(), budget=1))
    assert records[0].score == -records[0].trial.value
    assert not hasattr(strategy.told[0], "score")


def test_the_budget_may_be_a_fraction() -> None:
    records, _ = finished(run(scripted(*[at(0.1, 3)] * 9), training(), budget=Fraction(5, 3)))
    assert len(records) == 5


class Several(Strategy):
    """Proposes at random, and minimises as many objectives as there are."""

    several_objectives = True
    knows_limits = True

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        return Proposal(self.task.space.sample(self.rng))


def two(evaluate: Callable[[Config], Evaluation], **changes: Any) -> Problem:  # noqa: ANN401  # its fields
    start = Instance(lambda proposal, *_: evaluate(proposal.config))
    return Problem("two", 1, SPACE, lambda _: start, **changes)


OBJECTIVES = ("error", "seconds")


def test_a_trial_has_a_value_for_each_objective() -> None:
    def evaluate(config: Config) -> Evaluation:
        return Evaluation(values=(free(config), 2.0), score=-1.0)

    records, stop = finished(run(Several(), two(evaluate, objectives=OBJECTIVES), budget=2))
    assert stop.reason == "complete"
    assert [len(record.values) for record in records] == [2, 2]
    assert [record.score for record in records] == [-1.0, -1.0]
    kept = [json.loads(json.dumps(record_to_json(each))) for each in records]
    again = [record_from_json({**each, "measured": {}}) for each in kept]
    assert [each.values for each in again] == [each.values for each in records]
    with pytest.raises(ValueError, match=r"^there is no single value, but one for each"):
        _ = records[0].value


def test_a_failed_trial_has_as_many_values_as_any() -> None:
    def evaluate(_: Config) -> Evaluation:
        raise OSError

    (record,), _ = finished(run(Several(), two(evaluate, objectives=OBJECTIVES), budget=1))
    assert record.failed
    assert all(map(math.isnan, record.values))
    assert len(record.values) == 2


@pytest.mark.parametrize("values", [(), (1.0,), (1.0, 2.0, 3.0)])
def test_another_number_of_values_than_objectives_fails_the_trial(
    values: tuple[float, ...],
) -> None:
    whole = two(lambda _: Evaluation(values=values), objectives=OBJECTIVES)
    (record,), _ = finished(run(Several(), whole, budget=1))
    assert "evaluate must return a value for each of error, seconds" in (record.error or "")


def test_a_strategy_of_one_objective_says_so_and_one_without_limits_too() -> None:
    def evaluate(_: Config) -> Evaluation:
        return Evaluation(1.0, measures={"memory": 3.0})

    whole = two(evaluate, objectives=OBJECTIVES)
    _, stop = finished(run(registry.strategies()["random-search"], whole, budget=1))
    assert stop == Stop("unsupported", "supports only one objective")
    limited = two(evaluate, limits={"memory": 4.0})
    _, stop = finished(run(registry.strategies()["random-search"], limited, budget=1))
    assert stop == Stop("unsupported", "does not support limits of measures")
    (record,), _ = finished(run(Several(), limited, budget=1))
    assert record.measures == {"memory": 3.0}


class Limited(Scripted):
    """Knows limits, and has a script of three trials, of which the second fails."""

    knows_limits = True

    def proposals(self) -> Sequence[Proposal | None]:
        return [at(0.5), at(0.9), at(0.25)]


def test_a_strategy_is_told_the_measures_that_the_task_limits_also_when_a_run_goes_on() -> None:
    def evaluate(config: Config) -> Evaluation:
        if free(config) > 0.8:
            raise MemoryError("too much")
        return Evaluation(1.0, measures={"seconds": 2.0, "memory": free(config)})

    first, again = Limited(), Limited()
    whole = two(evaluate, limits={"memory": 0.4})
    records, _ = finished(run(first, whole, budget=3))
    assert [trial.measures for trial in first.told] == [{"memory": 0.5}, {}, {"memory": 0.25}]
    lines = [json.dumps({**record_to_json(each), "measured": {}}) for each in records]
    kept = [record_from_json(json.loads(line)) for line in lines]
    assert [each.measures for each in kept] == [each.measures for each in records]
    assert list(records[0].measures) == ["seconds", "memory"]
    recorded = {each.trial.id: each for each in kept}
    finished(run(again, two(_raises, limits=whole.limits), budget=3, recorded=recorded))
    assert str(again.told) == str(first.told)  # nan is not equal to itself
    assert list(record_to_json(records[0])) == [
        *("id", "proposal", "values", "cost", "gradient", "score"),
        *("measures", "finished", "duration", "error"),
    ]


def test_no_trial_has_measures_where_the_task_has_no_limits() -> None:
    strategy = scripted(at(0.5))
    evaluate = two(lambda _: Evaluation(1.0, measures={"memory": 3.0}))
    (record,), _ = finished(run(strategy, evaluate, budget=1))
    assert (strategy.told[0].measures, record.measures) == ({}, {"memory": 3.0})


def _raises(_: Config) -> Evaluation:
    raise AssertionError("it is recorded")


def test_a_limited_measure_must_be_measured() -> None:
    whole = two(lambda _: Evaluation(1.0), limits={"memory": 4.0})
    (record,), _ = finished(run(Several(), whole, budget=1))
    assert "evaluate must return the measure that has a limit: 'memory'" in (record.error or "")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"objectives": ()}, "objectives must be a tuple of names: "),
        ({"objectives": ["a"]}, "objectives must be a tuple of names: "),
        ({"objectives": ("a", "a")}, "objectives must differ: "),
        ({"limits": {"a": math.inf}}, "limit of 'a' must be finite"),
        ({"limits": ["a"]}, "limits must map names to bounds: "),
    ],
)
def test_objectives_and_limits_that_can_not_be_are_refused(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        two(lambda _: Evaluation(1.0), **fields)
