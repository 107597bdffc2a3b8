"""What strategies recommend at the end of a run: asked for, evaluated, kept and summed up."""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from races import finished
from studies import RANDOM, about, column, failed, noisy, outcomes, problem

from hpobench import (
    Categorical,
    Config,
    Evaluation,
    Fidelity,
    Float,
    Identity,
    Instance,
    Int,
    Pending,
    Problem,
    Proposal,
    Record,
    Run,
    Space,
    Strategy,
    Stream,
    Task,
    Trial,
)
from hpobench.hosting.client import Remote, importing
from hpobench.report.appendix.recommendations import recommendations, recommendations_table
from hpobench.runner import run
from hpobench.runner.finished_run import incumbents
from hpobench.runner.recommending import better
from hpobench.runner.workers import RECOMMENDED, Unwatched, over_limit
from hpobench.scores import inference_regrets
from hpobench.store import run_columns, run_file
from hpobench.store.run_file import RunFile
from hpobench.store.sealed_json import DamageError
from hpobench.trial import Outcome, Recommendation, Stop

SPACE = Space({"x": Float(0, 1), "n": Int(1, 3)})
GOOD: Config = {"x": 0.25, "n": 2}


class Mine(Strategy):
    """Draws at random, and recommends what a function says of all trials told."""

    def __init__(
        self, answer: Callable[[list[Trial]], object] | None, *, stops_after: int = 100
    ) -> None:
        self.answer, self.stops_after = answer, stops_after
        self.told: list[Trial] = []
        self.questions: list[int] = []
        """How many trials had been told at each question for a recommendation."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if len(self.told) + len(pending) >= self.stops_after:
            return None
        level = None if self.task.fidelity is None else self.task.fidelity.low
        return Proposal(self.task.space.sample(self.rng), level)

    def tell(self, trial: Trial) -> None:
        self.told.append(trial)

    def recommend(self) -> Config | None:
        self.questions.append(len(self.told))
        return None if self.answer is None else self.answer(self.told)  # type: ignore[return-value]  # it may be invalid


@dataclass
class Evaluations:
    """A problem whose values are noisy, whose scores are not, and which counts its evaluations."""

    seen: list[tuple[Config, float | None, float]] = field(
        default_factory=list[tuple[Config, float | None, float]]
    )
    """The configuration, the fidelity and the noise of each evaluation."""
    fails_at: float | None = None

    def problem(self, fidelity: Fidelity | None = None) -> Problem:
        return Problem("noisy", 1, SPACE, lambda _: Instance(self.evaluate), fidelity)

    def evaluate(self, proposal: Proposal, stream: Stream, _: object) -> Evaluation:
        x, noise = float(proposal.config["x"] or 0.0), float(stream.rng().normal())
        self.seen.append((proposal.config, proposal.fidelity, noise))
        if x == self.fails_at:
            raise OverflowError("too much")
        return Evaluation(x + noise, score=x)


def raced(
    answer: Callable[[list[Trial]], object] | None, where: Problem | None = None, workers: int = 1
) -> tuple[list[Record], Stop]:
    return finished(run(Mine(answer), where or Evaluations().problem(), budget=6, workers=workers))


def best(told: Sequence[Record]) -> Record:
    return min(told, key=lambda each: each.value)


@pytest.mark.parametrize("workers", [1, 4])
def test_a_recommendation_is_evaluated_at_no_cost_and_changes_nothing_else(workers: int) -> None:
    seen = Evaluations()
    records, stop = raced(lambda _: dict(GOOD), seen.problem(), workers)
    assert stop == Stop("complete", recommendation=Recommendation(GOOD, 0.25, anew=True))
    assert [config for config, _, _ in seen.seen[6:]] == [GOOD]
    others, plain = raced(None, workers=workers)
    assert plain == Stop("complete")
    assert [each.trial for each in records] == [each.trial for each in others]
    assert len({noise for _, _, noise in seen.seen}) == 7


class Limited(Unwatched):
    """Knows that what was recommended takes too long, or nothing; notes what it is told.

    `late`: the place of the evaluation that turns out to have taken too long once it has ended.
    """

    def __init__(self, *, over: bool, late: int | None = None) -> None:
        self.over, self.late, self.told = over, late, list[int | None]()

    def begins(self, trial: int) -> str:
        self.told.append(trial)
        return over_limit(5) if self.over and trial == RECOMMENDED else ""

    def ended(self) -> str:
        self.told.append(None)
        return over_limit(5) if len(self.told) // 2 - 1 == self.late else ""


@pytest.mark.parametrize("over", [True, False])
def test_what_is_recommended_has_the_limit_of_a_trial(over: bool) -> None:  # noqa: FBT001  # a parameter
    seen, watch = Evaluations(), Limited(over=over)
    race = run(Mine(lambda _: dict(GOOD)), seen.problem(), budget=2, watch=watch)
    recommended = finished(race)[1].recommendation
    assert recommended is not None
    assert watch.told == [0, None, 1, None, RECOMMENDED, None]
    assert len(seen.seen) == (2 if over else 3)
    assert recommended.error == ("over the limit of 5 s a trial" if over else None)
    assert math.isnan(recommended.score) is over


@pytest.mark.parametrize("late", [0, 1, 2])
def test_what_ends_after_its_limit_and_before_anyone_looks_has_failed(late: int) -> None:
    seen, watch = Evaluations(), Limited(over=False, late=late)
    race = run(Mine(lambda _: dict(GOOD)), seen.problem(), budget=2, watch=watch)
    records, stop = finished(race)
    assert stop.recommendation is not None
    errors = [*[each.error for each in records], stop.recommendation.error]
    scores = [*[each.score for each in records], stop.recommendation.score]
    assert [error is not None for error in errors] == [place == late for place in range(3)]
    assert errors[late] == "over the limit of 5 s a trial"
    assert [math.isnan(score) for score in scores] == [place == late for place in range(3)]
    assert not any(record.traceback for record in records)


def test_the_same_recommendation_has_the_same_luck() -> None:
    first, again = Evaluations(), Evaluations()
    for seen in (first, again):
        raced(lambda _: dict(GOOD), seen.problem())
    assert first.seen == again.seen


def test_a_recommendation_is_evaluated_at_the_highest_fidelity() -> None:
    seen = Evaluations()
    strategy = Mine(lambda _: dict(GOOD), stops_after=3)
    _, stop = finished(run(strategy, seen.problem(Fidelity(1, 9)), budget=6))
    assert stop == Stop("exhausted", recommendation=Recommendation(GOOD, 0.25, anew=True))
    assert [level for _, level, _ in seen.seen] == [1, 1, 1, 9]
    assert strategy.questions == [3]
    assert len(strategy.told) == 3


def test_the_incumbents_configuration_has_the_incumbents_score() -> None:
    seen = Evaluations()
    records, stop = raced(
        lambda told: dict(min(told, key=lambda each: each.value).proposal.config), seen.problem()
    )
    expected = Recommendation(best(records).trial.proposal.config, best(records).score, anew=False)
    assert stop.recommendation == expected
    assert len(seen.seen) == 6


def test_one_that_differs_from_the_incumbents_in_a_type_is_evaluated() -> None:
    space = Space({"on": Categorical((1, True))})
    where = Problem("types", 1, space, lambda _: Instance(lambda *_: Evaluation(0.5)))
    for value in (1, True):
        race = run(Mine(lambda _, on=value: {"on": on}), where, budget=1)  # type: ignore[misc]  # of a default
        ((record,), stop) = finished(race)
        assert stop.recommendation is not None
        assert stop.recommendation.anew == (record.trial.proposal.config["on"] is not value)


def _raises(_: object) -> Config:
    raise ValueError("no idea")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda _: {"x": 0.5}, "configuration: 'n' is missing from the configuration: {'x': 0.5}"),
        (lambda _: {**GOOD, "z": 1}, "configuration: no such parameter, there are x, n: 'z'"),
        (lambda _: Proposal(GOOD), "configuration: a configuration must map names to values"),
        (_raises, "recommend raised ValueError: no idea"),
    ],
)
def test_a_run_fails_by_a_recommendation_that_is_none(
    answer: Callable[[object], object], reason: str
) -> None:
    records, stop = raced(answer)
    assert (len(records), stop.reason, stop.recommendation) == (6, "failed", None)
    start = "" if reason.startswith("recommend ") else "the strategy recommended an invalid "
    assert stop.detail.startswith(start + reason)
    assert ("in _raises" in stop.traceback) == (answer is _raises)


def _alters(told: list[Trial]) -> Config:
    told[2].proposal.config["x"] = 0.0
    return dict(GOOD)


@pytest.mark.parametrize("workers", [1, 4])
def test_a_run_fails_whose_recommendation_changes_a_trial_that_was_told(workers: int) -> None:
    strategy = Mine(_alters)
    records, stop = finished(run(strategy, Evaluations().problem(), budget=6, workers=workers))
    assert (len(records), stop.reason, stop.recommendation) == (6, "failed", None)
    number = strategy.told[2].id
    assert stop.detail == f"the strategy must not change the configuration of a trial: {number}"
    assert records[2].trial.proposal.config["x"] != 0.0


@pytest.mark.parametrize("when", ["setup", "ask", "tell", "recommend"])
def test_a_run_fails_whose_strategy_changes_its_task(when: str) -> None:
    class Changing(Mine):
        def change(self, now: str) -> None:
            if now == when:
                self.task.limits["size"] = 0.5  # type: ignore[index]  # a dictionary all the same

        def setup(self, task: Task, rng: np.random.Generator) -> None:
            super().setup(task, rng)
            self.change("setup")

        def ask(self, pending: Sequence[Pending]) -> Proposal | None:
            self.change("ask")
            return super().ask(pending)

        def tell(self, trial: Trial) -> None:
            super().tell(trial)
            self.change("tell")

        def recommend(self) -> Config | None:
            self.change("recommend")
            return super().recommend()

    strategy = Changing(lambda _: None)
    records, stop = finished(run(strategy, Evaluations().problem(), budget=6))
    assert (len(records), stop.reason) == (6, "failed")
    assert stop.detail == "the strategy must not change its task"


def test_an_evaluation_of_a_recommendation_that_fails_is_no_failure_of_the_run() -> None:
    _, stop = raced(lambda _: dict(GOOD), Evaluations(fails_at=0.25).problem())
    assert stop.reason == "complete"
    assert stop.recommendation is not None
    assert math.isnan(stop.recommendation.score)
    assert stop.recommendation.error == "OverflowError: too much"


def test_a_run_that_failed_is_not_asked() -> None:
    class Broken(Mine):
        def tell(self, trial: Trial) -> None:
            super().tell(trial)
            raise RuntimeError("it broke")

    strategy = Broken(lambda _: dict(GOOD))
    _, stop = finished(run(strategy, Evaluations().problem(), budget=3))
    assert (stop.reason, stop.recommendation, strategy.questions) == ("failed", None, [])


def test_a_run_that_goes_on_recommends_what_it_would_have() -> None:
    records, stop = raced(lambda told: {"x": told[0].value % 1, "n": 1})
    recorded = {each.trial.id: each for each in records[:4]}
    strategy = Mine(lambda told: {"x": told[0].value % 1, "n": 1})
    race = run(strategy, Evaluations().problem(), budget=6, recorded=recorded)
    assert finished(race)[1] == stop


def test_the_incumbent_is_followed_as_it_is_in_columns() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        values = rng.choice([0.0, 1.0, 2.0, math.nan], 12)
        levels = rng.choice([1.0, 3.0], 12)
        now, found = None, list[int]()
        for i, (value, level) in enumerate(zip(values, levels, strict=True)):
            made = Trial(i, Proposal(GOOD, float(level)), (float(value),), 1.0)
            now = better(now, Record(made, float(value), {}, i + 1.0))
            found.append(-1 if now is None else now.trial.id)
        assert found == incumbents(values, levels).tolist()


RUN = Run(Identity("mine", "1"), Identity("noisy", "1"), 0, Fraction(1))
LARGE = Recommendation({"x": 0.1, "n": 2**70, "kind": None, "on": True}, 1 / 3, anew=True)
FAILED = Recommendation({"x": 0.1}, math.nan, anew=True, error="ValueError: no")


def sealed(folder: Path, stop: Stop) -> Path:
    path = folder / run_file.named(RUN)
    with RunFile(path, RUN) as file:
        file.append(Record(Trial(0, Proposal({"x": 0.5}), (0.25,), 1.0), 0.25, {}, 1.0))
        file.seal(stop, 1, {})
    return path.with_suffix(run_file.SEALED)


@pytest.mark.parametrize("one", [LARGE, FAILED])
def test_a_recommendation_is_read_as_it_was_written(tmp_path: Path, one: Recommendation) -> None:
    path = sealed(tmp_path, Stop("complete", recommendation=one))
    stops = (run_file.read(path).stop, run_columns.read(path).stop)
    assert {repr(stop.recommendation) for stop in stops} == {repr(one)}  # nan equals nan here
    altered = path.read_bytes().replace(b'"x":0.1', b'"x":0.2')
    path.write_bytes(altered)
    with pytest.raises(DamageError):
        run_file.read(path)


def test_the_digest_covers_a_recommendation_and_is_the_old_one_without(tmp_path: Path) -> None:
    digests = [
        run_file.digest(sealed(tmp_path / name, Stop("complete", recommendation=one)))
        for name, one in (("a", None), ("b", LARGE), ("c", replace(LARGE, score=0.5)))
    ]
    assert digests[0] == "7d635bfa6a112b52c559033e4159b218"
    assert len(set(digests)) == 3


HEAD = """
import json, sys
def out(content):
    print(json.dumps(content), flush=True)
out({"protocol": 1, %s})
for line in sys.stdin:
    request = json.loads(line)["request"]
    if request == "ask":
        out({"proposal": {"config": {"x": 0.5, "n": 1}}})
    elif request == "recommend":
        out(%s)
    else:
        out({})
"""


@pytest.mark.parametrize(
    ("greeting", "answer", "stop"),
    [
        ("", "{'error': 'it does not know this'}", Stop("complete")),
        ("'recommends': False", "{'error': 'it does not know this'}", Stop("complete")),
        ("'recommends': True", "{'config': None}", Stop("complete")),
        (
            "'recommends': True",
            f"{{'config': {GOOD}}}",
            Stop("complete", recommendation=Recommendation(GOOD, 0.25, anew=True)),
        ),
        (
            "'recommends': True",
            "{}",
            Stop(
                "failed", "recommend raised RemoteError: its answer must have the key 'config': {}"
            ),
        ),
        (
            "'recommends': 1",
            "{}",
            Stop("failed", "setup raised RemoteError: its 'recommends' must be true or false: 1"),
        ),
    ],
)
def test_a_program_is_asked_only_if_it_says_so_at_the_start(
    greeting: str, answer: str, stop: Stop
) -> None:
    away = Remote([sys.executable, "-S", "-c", HEAD % (greeting, answer)], 20.0)
    _, found = finished(run(away, Evaluations().problem(), budget=2))
    assert found == stop


def test_a_strategy_in_another_interpreter_recommends(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from hpobench import Proposal, Strategy\n"
        "class Mine(Strategy):\n"
        "    def ask(self, pending): return Proposal(self.task.space.default())\n"
        f"    def recommend(self): return {GOOD}\n"
    )
    code = (
        f"import sys\nsys.path.append({str(tmp_path)!r})\n"
        "from hpobench.hosting.server import main\nmain('mine', 'Mine', '{}')"
    )
    away = Remote([*importing(sys.executable), code])
    _, found = finished(run(away, Evaluations().problem(), budget=2))
    assert found.recommendation == Recommendation(GOOD, 0.25, anew=True)


def told(deviation: float) -> tuple[Strategy, list[Trial]]:
    """Tell our Bayesian optimisation a bowl's values with noise."""
    ours = import_module("hpobench.strategies.bayesian_optimization")
    strategy: Strategy = ours.BayesianOptimization()
    space = Space({"x": Float(-1, 1)})
    strategy.setup(Task(space, None, 40, 1), np.random.default_rng(0))
    rng, trials = np.random.default_rng(1), list[Trial]()
    for i, x in enumerate(np.linspace(-1, 1, 40).tolist()):
        value = x**2 + deviation * float(rng.normal())
        trials.append(Trial(i, Proposal({"x": x}), (value if i else math.nan,), 1.0))
        strategy.tell(trials[-1])
    return strategy, trials


def test_bayesian_optimisation_is_not_misled_by_a_lucky_value() -> None:
    strategy, trials = told(0.3)
    found = strategy.recommend()
    lucky = min(trials[1:], key=lambda each: each.value)
    assert found in [each.proposal.config for each in trials]
    assert found is not None
    assert abs(float(found["x"] or 0)) < 0.15 < abs(float(lucky.proposal.config["x"] or 0))


def test_bayesian_optimisation_recommends_nothing_where_values_are_exact() -> None:
    assert told(0.0)[0].recommend() is None


PROBLEMS = [problem(number, instances=1) for number in range(10)]


def recommending(
    runs: Sequence[Outcome], gain: float | None, problems: int = 10, *, anew: bool = True
) -> list[Outcome]:
    """Let "good" recommend, on the first problems, what is better than its incumbent by a gain.

    None: the evaluation of the recommendation fails.
    """
    where = {card.identity for card in PROBLEMS[:problems]}
    return [
        replace(
            each,
            stop=replace(
                each.stop,
                recommendation=Recommendation(
                    {"x": 0.1},
                    math.nan if gain is None else each.records[0].score - gain,
                    anew=anew,
                ),
            ),
        )
        if each.run.strategy.name == "good" and each.run.problem in where and each.records
        else each
        for each in runs
    ]


def runs_of(seeds: int) -> list[Outcome]:
    return outcomes({"good": noisy(0.5, key=1), RANDOM: noisy(0.8, key=2)}, PROBLEMS, seeds)


def test_the_gain_of_recommendations_is_what_was_put_in() -> None:
    made = about(recommending(runs_of(3), 0.2), PROBLEMS)
    (found,) = recommendations(made)
    assert made.names[found.strategy] == "good"
    assert (found.runs, found.departures, len(found.problems)) == (30, 30, 10)
    assert found.held - found.recommended == pytest.approx(0.2)
    assert float(found.gain.mean) == pytest.approx(0.2)
    assert found.gain.low == pytest.approx(0.2)
    (table,) = recommendations_table(made)
    assert column(table, "Gain") == {"good": "0.200 [0.200, 0.200]"}
    assert column(table, "Interval for") == {"good": "new problems"}


def test_regrets_are_over_all_runs_on_the_problems_with_a_recommendation() -> None:
    runs = recommending(runs_of(6), 0.2, problems=4)
    plain = [replace(each, stop=Stop("complete")) if each.run.seed < 3 else each for each in runs]
    broken = [failed(each) if each.run.seed == 5 else each for each in plain]
    made = about(broken, PROBLEMS)
    (found,) = recommendations(made)
    assert (found.runs, found.problems) == (8, (0, 1, 2, 3))
    s = found.strategy
    ends = made.scores.reported.bounded[s, :4, :, -1]
    assert (ends[:, 5] == 2).all()
    assert found.held == pytest.approx(ends.mean())
    assert float(found.gain.mean) == pytest.approx(0.2 * 2 / 6)
    (table,) = recommendations_table(made)
    assert column(table, "Interval for") == {"good": "these problems"}
    assert column(table, "Made") == {"good": "8"}


def test_a_recommendation_that_can_not_be_evaluated_counts_as_the_worst() -> None:
    made = about(recommending(runs_of(2), None), PROBLEMS)
    (found,) = recommendations(made)
    assert (found.recommended, found.unjudged) == (2, 20)
    (table,) = recommendations_table(made.over([3, 5]))
    assert column(table, "Failed") == {"good": "4"}


def test_a_recommendation_of_the_incumbent_is_no_departure() -> None:
    made = about(recommending(runs_of(2), 0.0, anew=False), PROBLEMS)
    (found,) = recommendations(made)
    assert (found.runs, found.departures, float(found.gain.mean)) == (20, 0, 0)


def test_some_of_the_problems_keep_their_recommendations() -> None:
    made = about(recommending(runs_of(2), 0.2, problems=4), PROBLEMS).over([3, 5])
    (found,) = recommendations(made)
    assert (found.runs, found.departures, found.problems) == (2, 2, (0,))
    s = found.strategy
    expected = made.scores.reported.bounded[s, :, :, -1] - [[0.2], [0.0]]
    assert inference_regrets(made.scores)[s] == pytest.approx(expected)


def test_without_anchors_only_the_runs_are_counted() -> None:
    where = [replace(card, score_anchors=(), value_anchors=()) for card in PROBLEMS]
    made = about(recommending(runs_of(2), 0.2), where)
    (table,) = recommendations_table(made)
    assert [cell.text for cell in table.rows[0][1:]] == [*["\N{EN DASH}"] * 4, "0", "20", "20", "0"]


def test_where_nothing_is_recommended_there_is_no_table() -> None:
    assert recommendations_table(about(runs_of(2), PROBLEMS)) == ()
