"""A system never sees a test label, its fits are counted, and it is in no ranking."""

import contextlib
import io
import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from hpobench import (
    Data,
    Evaluation,
    Examples,
    Float,
    HandIn,
    Instance,
    Problem,
    Space,
    System,
    Unsupported,
    registry,
)
from hpobench.commands.console import Printer
from hpobench.commands.listing import listed
from hpobench.commands.running import perform_and_report
from hpobench.commands.terminal import show_plan
from hpobench.errors import InputError, shown
from hpobench.experiment import Experiment, plan
from hpobench.experiment.estimates import Time
from hpobench.experiment.one_run import perform_run
from hpobench.hosting import environments
from hpobench.hosting.client import RemoteSystem, importing
from hpobench.hosting.placement import hosted
from hpobench.json_forms import rows_to_json
from hpobench.problem import Judge
from hpobench.registry import find_entrants, find_problems
from hpobench.runner import run_system
from hpobench.runner.budget_rules import Diverged
from hpobench.store import Store
from hpobench.store.run_file import RunFile
from hpobench.strategy import fields_of, luck_of
from hpobench.trial import First, Record, Run, Stop

HERE = environments.find("flaml-automl") is not None
CENTRES = '''
from dataclasses import dataclass

import numpy as np

from hpobench import System


@dataclass
class Centres(System):
    """Tells classes by the distance to their centres, whose softness is drawn at random."""

    extra: int = 0

    def train(self, rows, trials, rng, fitted):
        for _ in range(trials + self.extra):
            softness = float(rng.uniform(0.1, 10.0))
            for part, (learned, valued) in enumerate(rows.parts):
                seen, labels = rows.features[learned], rows.labels[learned]
                spread = seen.std(axis=0) + 1e-9
                classes = range(rows.classes)
                centres = np.array([seen[labels == each].mean(axis=0) for each in classes])
                asked = np.concatenate([rows.features[valued], rows.test])
                gaps = (asked[:, None] - centres[None]) / spread
                closeness = np.exp(-softness * np.square(gaps).mean(axis=2))
                told = closeness / closeness.sum(axis=1, keepdims=True)
                fitted(part, {"learner": "centres", "softness": softness}, told)
'''


def centres(extra: int = 0) -> System:
    """Make the system that CENTRES defines."""
    contents: dict[str, Any] = {"__name__": __name__}
    exec(CENTRES, contents)  # noqa: S102  # our own text, which other tests put into a file
    made: System = contents["Centres"](extra)
    return made


@dataclass
class Odd(System):
    """Does what a test wants with each fit."""

    act: ClassVar[Callable[[Examples, HandIn], None]]

    def train(self, rows: Examples, trials: int, rng: np.random.Generator, fitted: HandIn) -> None:
        type(self).act(rows, fitted)


def odd(act: Callable[[Examples, HandIn], None]) -> System:
    kind = type("Odd", (Odd,), {"act": staticmethod(act)})
    made: System = kind()
    return made


def away(folder: Path, text: str, home: System) -> RemoteSystem:
    """Make a system from such a text that trains in a process of its own."""
    (folder / "mine.py").write_text(text)
    code = (
        f"import sys\nsys.path.append({str(folder)!r})\nfrom hpobench.hosting.server import main\n"
        f"main('mine', 'Centres', {json.dumps(fields_of(home))!r})"
    )
    return RemoteSystem([*importing(sys.executable), code])


def ran(
    system: System,
    *,
    problem: str = "automl-vehicle",
    budget: int = 3,
    workers: int = 1,
    seed: int = 0,
    first: First = "none",
    recorded: dict[int, Record] | None = None,
    home: System | None = None,
) -> tuple[list[Record], Stop]:
    kept: list[Record] = []
    stop = run_system(
        system,
        find_problems(problem)[0].item,
        budget=Fraction(budget),
        workers=workers,
        seed=seed,
        first=first,
        recorded=recorded or {},
        keep=kept.append,
        luck=luck_of(home or system),
    )
    return kept, stop


def ran_on(problem: Problem) -> tuple[list[Record], Stop]:
    """Run a system that fits each part once, for a budget of 1."""

    def act(rows: Examples, fitted: HandIn) -> None:
        for part in range(len(rows.parts)):
            fitted(part, {"learner": "even"}, even(rows, part))

    kept: list[Record] = []
    stop = run_system(
        odd(act),
        problem,
        budget=Fraction(1),
        workers=1,
        seed=0,
        first="none",
        recorded={},
        keep=kept.append,
    )
    return kept, stop


def even(rows: Examples, part: int) -> np.ndarray[Any, Any]:
    """Return the same probability of every class, in the form of a part's model."""
    asked = len(rows.parts[part][1]) + len(rows.test)
    return np.full((asked, rows.classes), 1 / rows.classes)


def training(problem: str = "automl-vehicle") -> Any:  # noqa: ANN401  # the problem's own
    return registry.problems()[problem].start(np.random.default_rng(3)).evaluate


def facts(records: list[Record]) -> list[Record]:
    return [replace(record, measured={}) for record in records]


def test_a_configuration_fitted_on_every_part_is_a_trial() -> None:
    records, stop = ran(centres(), budget=4)
    assert stop == Stop("complete")
    assert [record.trial.id for record in records] == [0, 1, 2, 3]
    assert [record.trial.cost for record in records] == [1.0] * 4
    assert [record.finished for record in records] == [1.0, 2.0, 3.0, 4.0]
    assert {record.trial.proposal.fidelity for record in records} == {450}
    assert len({record.trial.value for record in records}) == 4


def test_the_budget_ends_a_system_that_goes_on() -> None:
    records, stop = ran(centres(extra=50), budget=3)
    assert (len(records), stop) == (3, Stop("complete"))


def test_a_system_that_ends_early_is_exhausted() -> None:
    assert ran(centres(extra=-2), budget=5)[1] == Stop("exhausted")


def test_a_seed_fixes_a_run_and_another_changes_it() -> None:
    first, again, other = (ran(centres(), seed=seed)[0] for seed in (5, 5, 6))
    assert facts(first) == facts(again)
    assert facts(first) != facts(other)


@pytest.mark.parametrize("problem", ["automl-vehicle", "automl-satimage"])
def test_value_and_score_are_those_of_a_strategys_model(problem: str) -> None:
    data = training(problem)
    told = np.random.default_rng(0).dirichlet(np.ones(data.sizes.classes), len(data.labels))
    for part, (_, validation) in enumerate(data.parts):
        found = data.judge(part, told[np.concatenate([validation, data.test])])
        for rows, what, error in (
            (validation, found.value, found.measures["validation-error"]),
            (data.test, found.score, found.measures["test-error"]),
        ):
            labels = data.labels[rows]
            own = told[rows, labels]
            assert what == pytest.approx(-np.log(0.99 * own + 0.01 / told.shape[1]).mean())
            assert error == (told[rows].argmax(axis=1) != labels).mean()


@pytest.mark.parametrize("problem", ["automl-vehicle", "automl-satimage", "automl-segment"])
def test_a_system_learns_from_the_rows_that_strategies_models_learn_from(problem: str) -> None:
    data = training(problem)
    rows = data.shown()
    for (learned, validation), (own, valued) in zip(data.parts, rows.parts, strict=True):
        learned = learned[: data.sizes.rows]  # noqa: PLW2901  # what the highest fidelity has
        assert np.array_equal(rows.features[own], data.features[learned])
        assert np.array_equal(rows.labels[own], data.labels[learned])
        assert np.array_equal(rows.features[valued], data.features[validation])
        assert np.array_equal(rows.labels[valued], data.labels[validation])
    assert np.array_equal(rows.test, data.features[data.test])


def test_a_system_is_shown_no_test_label() -> None:
    data = training()
    labels = data.labels.copy()
    labels[data.test] = (labels[data.test] + 1) % 4
    altered = replace(data, labels=labels)
    assert rows_to_json(altered.shown()) == rows_to_json(data.shown())
    told = even(data.shown(), 0)
    told[:, 0] += 0.1
    told /= told.sum(axis=1, keepdims=True)
    assert altered.judge(0, told).score != data.judge(0, told).score


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda told: told * np.nan, "0 or more and add up to 1"),
        (lambda told: told * 2, "0 or more and add up to 1"),
        (lambda told: told[:-1], "must be"),
        (lambda told: told[:, :-1], "must be"),
    ],
)
def test_a_fit_that_predicts_nothing_fails_its_trial(
    spoil: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]], reason: str
) -> None:
    values: list[float] = []

    def act(rows: Examples, fitted: HandIn) -> None:
        for trial in range(2):
            for part in range(3):
                told = even(rows, part)
                if (trial, part) == (0, 1):
                    told = spoil(told)
                values.append(fitted(part, {"learner": "even"}, told))

    (bad, good), _ = ran(odd(act))
    assert bad.failed
    assert reason in (bad.error or "")
    assert math.isnan(values[1])
    assert good.trial.value == pytest.approx(math.log(4))
    assert good.trial.id == 1


def test_a_configuration_without_a_fit_on_every_part_is_a_failed_trial() -> None:
    def act(rows: Examples, fitted: HandIn) -> None:
        for trial, parts in enumerate((2, 3, 1)):
            for part in range(parts):
                fitted(part, {"trial": trial}, even(rows, part))

    records, stop = ran(odd(act), budget=5)
    assert stop == Stop("exhausted")
    assert [record.error for record in records] == [
        "it was fitted on 2 of 3 parts",
        None,
        "it was fitted on 1 of 3 parts",
    ]


def test_a_system_that_breaks_fails_its_run_and_keeps_its_trials() -> None:
    def act(rows: Examples, fitted: HandIn) -> None:
        for part in range(3):
            fitted(part, {}, even(rows, part))
        raise RuntimeError("no more memory")

    records, stop = ran(odd(act))
    assert (len(records), stop) == (1, Stop("failed", "RuntimeError: no more memory"))


class Leaving(BaseException):
    """It is a BaseException but no Exception."""


@pytest.mark.parametrize(
    "error", [Leaving("now"), SystemExit(3), GeneratorExit(), InputError("no")]
)
def test_whatever_a_system_raises_fails_its_run(error: BaseException) -> None:
    def act(*_: object) -> None:
        raise error

    records, stop = ran(odd(act))
    assert (records, stop.reason) == ([], "failed")
    assert stop.detail.startswith(type(error).__name__)
    assert "in act\n    raise error" in stop.traceback


def test_a_systems_answer_that_it_is_unsupported_counts_before_its_first_fit_alone() -> None:
    def act(*_: object) -> None:
        raise Unsupported("needs two classes")

    def late(rows: Examples, fitted: HandIn) -> None:
        fitted(0, {}, even(rows, 0))
        act(rows, fitted)

    assert ran(odd(act))[1] == Stop("unsupported", "needs two classes")
    assert ran(odd(late))[1] == Stop("failed", "Unsupported: needs two classes")


@pytest.mark.parametrize(
    "config",
    [None, {"a": [1]}, {"a": math.inf}, {"a": 10**5000}, {1: 1}, {"a\n": 1}, {"a": np.ones(2)}],
    ids=shown,
)
def test_a_configuration_that_no_file_can_hold_fails_the_systems_run(config: Any) -> None:  # noqa: ANN401  # what is refused
    def act(rows: Examples, fitted: HandIn) -> None:
        fitted(0, config, even(rows, 0))

    records, stop = ran(odd(act))
    assert (records, stop.reason) == ([], "failed")
    assert stop.detail.startswith("the system's configuration must map names")


def test_a_store_that_can_not_be_written_is_no_fault_of_the_system() -> None:
    def act(rows: Examples, fitted: HandIn) -> None:
        with contextlib.suppress(Exception):
            for part in range(3):
                fitted(part, {"size": np.int64(3)}, even(rows, part))  # type: ignore[dict-item]  # no scalar of Python's

    def keep(record: Record) -> None:
        assert type(record.trial.proposal.config["size"]) is int
        raise InputError("a full disk")

    with pytest.raises(InputError, match="a full disk"):
        run_system(
            odd(act),
            registry.problems()["automl-vehicle"],
            budget=Fraction(1),
            workers=1,
            seed=0,
            first="none",
            recorded={},
            keep=keep,
        )


def test_parts_out_of_turn_and_changed_configurations_fail_the_run() -> None:
    def skips(rows: Examples, fitted: HandIn) -> None:
        fitted(1, {}, even(rows, 1))

    def changes(rows: Examples, fitted: HandIn) -> None:
        fitted(0, {"size": 1}, even(rows, 0))
        fitted(1, {"size": 2}, even(rows, 1))

    for act in (skips, changes):
        detail = ran(odd(act))[1].detail
        assert detail.startswith("the system fitted part 1 of {")
        assert detail.endswith("} out of turn")


def test_elsewhere_a_system_is_unsupported() -> None:
    assert ran(centres(), problem="branin") == (
        [],
        Stop("unsupported", "needs a problem that gives it rows of data"),
    )
    noisy = ran(centres(), problem="automl-vehicle+noise=0.1")
    assert noisy == ([], Stop("unsupported", "needs the problem as it is, without options"))
    assert ran(centres(), workers=2)[1].reason == "unsupported"


class Judged:
    """A judge that returns what a test wants of each part."""

    def __init__(self, *answers: object) -> None:
        self.answers = answers

    def __call__(self, part: int, _probabilities: NDArray[np.float64], /) -> Any:  # noqa: ANN401  # anything
        return self.answers[part]


def shows_rows(judge: Judge, **changes: Any) -> Problem:  # noqa: ANN401  # a problem's fields
    """Return a problem of two parts, whose systems are judged by a function."""
    labels, all_rows = np.array([0, 1] * 3), np.arange(6)
    parts = ((all_rows[:4], all_rows[4:]), (all_rows[2:], all_rows[:2]))
    rows = Examples(np.eye(6), labels, parts, np.eye(6)[:2], 2)
    start = Instance(lambda *_: Evaluation(1.0), data=Data(rows, judge))
    return Problem("rows", 1, Space({"x": Float(0, 1)}), lambda _: start, **changes)


def test_a_system_supports_one_objective_and_no_limits() -> None:
    judge = Judged(Evaluation(values=(0.1, 0.2)), Evaluation(values=(0.1, 0.2)))
    assert ran_on(shows_rows(judge, objectives=("a", "b"))) == (
        [],
        Stop("unsupported", "supports only one objective"),
    )
    assert ran_on(shows_rows(judge, limits={"m": 1.0})) == (
        [],
        Stop("unsupported", "does not support limits of measures"),
    )


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (0.5, "the judge must return an Evaluation: 0.5"),
        (Evaluation(values=(0.1, 0.2)), "the judge must return a value for each of value: "),
        (Evaluation("0.5"), "the value must be a number: '0.5'"),  # type: ignore[arg-type]  # what is tested
        (Evaluation(math.inf), "the value must be finite: inf"),
        (Evaluation(1.0, score=math.nan), "the score must be finite: nan"),
        (Evaluation(1.0, measures={"a": math.nan}), "the measure 'a' must be finite: nan"),
        (
            Evaluation(1.0, measures={"b": 1.0}),
            "the judge must return the same measures for every part: ['a'], but for part 1 ['b']",
        ),
        (Evaluation(1.7e308, measures={"a": 1.0}), "the value must be finite: inf"),
    ],
    ids=shown,
)
@pytest.mark.filterwarnings("ignore:overflow")
def test_what_a_system_is_judged_by_keeps_the_rules_of_evaluations(
    second: object, reason: str
) -> None:
    judge = Judged(Evaluation(1.7e308, measures={"a": 0.5}), second)
    (record,), stop = ran_on(shows_rows(judge))
    assert stop == Stop("complete")
    assert record.failed
    assert math.isnan(record.score)
    assert reason in (record.error or "")
    assert record.measures == {}


def test_what_a_system_is_judged_by_is_kept_as_pythons_own() -> None:
    first = Evaluation(np.float32(0.5), measures={"a": np.int64(1)})  # type: ignore[arg-type, dict-item]  # what is tested
    second = Evaluation(1.0, score=np.float64(2.0), measures={"a": True})
    (record,), _ = ran_on(shows_rows(Judged(first, second)))
    assert (record.values, record.score, record.measures) == ((0.75,), 1.25, {"a": 1.0})
    assert {type(record.score), *map(type, record.values)} == {float}


def test_an_interrupted_run_is_trained_again_and_must_come_out_the_same() -> None:
    records, _ = ran(centres())
    before = {record.trial.id: record for record in records[:2]}
    assert ran(centres(), recorded=before)[0][:2] == records[:2]
    before[1] = replace(records[1], trial=replace(records[1].trial, values=(0.5,)))
    with pytest.raises(
        Diverged, match="the system does not repeat what it fitted before the interruption"
    ):
        ran(centres(), recorded=before)


def test_a_plan_says_that_a_system_has_no_limit_of_a_trial(tmp_path: Path) -> None:
    (tmp_path / "centres.py").write_text(CENTRES)
    names = ("sobol", str(tmp_path / "centres.py"))
    for limit in (None, 60):
        asked = Experiment("e", names, ("automl-vehicle",), seeds=(0,), trial_limit=limit)
        file, rest = io.StringIO(), Time(1, known=True)
        show_plan(Printer(file, 200), plan(asked), Path("r"), left=2, jobs=1, rest=rest)
        said = "no trial-limit, but the limit of a run alone: centres; a system trains by itself"
        assert (said in file.getvalue()) is (limit is not None)


def test_a_run_goes_on_where_it_was_interrupted_or_else_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "centres.py"
    path.write_text(CENTRES)
    (system,), (problem,) = find_entrants(str(path)), find_problems("automl-vehicle")
    asked = Run(system.identity, problem.identity, 0, Fraction(3))
    whole, _ = ran(centres())
    for altered, notices in ((whole[1].trial.value, 0), (0.5, 1)):
        folder = tmp_path / str(notices)
        kept = replace(whole[1], trial=replace(whole[1].trial, values=(altered,)))
        with RunFile(Store(folder).path(asked), asked) as file:
            for record in (whole[0], kept):
                file.append(record)
        done = perform_run(asked, folder)
        assert (done.status, len(done.notices)) == ("complete", notices)
        (outcome,) = Store(folder).outcomes()
        assert facts(list(outcome.records)) == facts(whole)


def test_over_a_pipe_the_trials_are_the_same(tmp_path: Path) -> None:
    for extra in (0, 5):
        home = centres(extra)
        assert facts(ran(away(tmp_path, CENTRES, home), home=home)[0]) == facts(ran(home)[0])


def test_what_goes_wrong_at_the_far_end_fails_the_run(tmp_path: Path) -> None:
    broken = CENTRES.replace(
        "        for _ in", "        raise OSError('a full disk')\n        for _ in"
    )
    system = away(tmp_path, broken, centres())
    stop = ran(system)[1]
    assert stop == Stop("failed", "RemoteError: OSError: a full disk (mine.py, line 16)")
    assert "raise OSError('a full disk')" in stop.traceback.partition("At the far end:")[2]


def test_a_system_is_in_no_group_and_is_listed_as_what_it_is() -> None:
    systems = [name for name, each in registry.entrants().items() if isinstance(each, System)]
    assert systems == ["flaml-automl"]
    assert not any("flaml-automl" in names for names in registry.strategy_groups().values())
    rows = {row["name"]: row["what it does"] for row in listed("strategies")}
    assert rows["flaml-automl"].startswith("(system) ")
    assert not rows["flaml-cfo"].startswith("(system) ")


def run_here(experiment: Experiment, folder: Path) -> None:
    """Perform all runs in this process, so that none has to be started first."""
    runs, store = plan(experiment).runs, Store(folder)
    first = next(iter(runs))
    with store.writing(first.budget, first.workers):
        for each in runs:
            perform_run(each, folder)


@pytest.mark.usefixtures("undrawn")
def test_adding_a_system_changes_no_number_of_the_strategies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "centres.py").write_text(CENTRES)
    problems = ("automl-vehicle", "branin")
    strategies = ("random-search", "default")
    folder = tmp_path / "results"
    plain = Experiment("trial", strategies, problems, seeds=(0, 1), budget=3)
    run_here(plain, folder)
    assert perform_and_report(plain, folder, 1) == 0
    before = _numbers(folder)
    added = replace(plain, strategies=(*strategies, str(tmp_path / "centres.py")))
    assert perform_and_report(added, folder, 1) == 0
    after = _numbers(folder)
    table = after.pop("tables/systems.csv").splitlines()
    assert after == before
    assert [line.split(",")[:3] for line in table[1:]] == [
        ["automl-vehicle", "centres (system)", "2 of 2"],
        *(["automl-vehicle", name, "2 of 2"] for name in ("default", "random-search")),
    ]
    assert "centres (2)" in table[1]
    page = (folder / "report" / "index.html").read_text()
    assert "not at equal work" in page
    assert "centres: unsupported on branin: needs a problem that gives it rows of data." in page
    assert "apart: centres" in capsys.readouterr().out
    medians = [
        float(np.median([_score(folder, "centres", seed) for seed in (0, 1)])),
        float(np.median([_score(folder, "random-search", seed) for seed in (0, 1)])),
    ]
    assert [float(table[row].split(",")[5]) for row in (1, 3)] == pytest.approx(medians)


def test_systems_alone_make_no_report(tmp_path: Path) -> None:
    (tmp_path / "centres.py").write_text(CENTRES)
    alone = Experiment(
        "trial", (str(tmp_path / "centres.py"),), ("automl-vehicle",), (0,), budget=2
    )
    run_here(alone, tmp_path / "results")
    with pytest.raises(InputError, match="beside strategies"):
        perform_and_report(alone, tmp_path / "results", 1)


@pytest.mark.peers
@pytest.mark.skipif(not HERE, reason="no flaml-automl here")
@pytest.mark.parametrize("problem", ["automl-vehicle", "automl-satimage"])
def test_flaml_repeats_and_fits_what_it_is_counted_for(problem: str) -> None:
    system = hosted(registry.entrants()["flaml-automl"])
    assert isinstance(system, RemoteSystem)
    records, stop = ran(system, problem=problem, budget=7)
    assert stop == Stop("complete")
    assert len(records) == 7
    assert not any(record.failed for record in records)
    assert {record.trial.proposal.config["learner"] for record in records} > {"LGBM"}
    assert json.loads(json.dumps(records[0].trial.proposal.config))["n_estimators"] == 4
    assert facts(ran(system, problem=problem, budget=3)[0]) == facts(records[:3])


def _numbers(folder: Path) -> dict[str, str]:
    report = folder / "report"
    found = {str(path.relative_to(report)): path.read_text() for path in report.glob("*/*.csv")}
    for name in ("figures/suggestion-seconds", "tables/costs", "tables/regret-in-time"):
        found.pop(f"{name}.csv", None)  # it holds real seconds
    return found


def _score(folder: Path, strategy: str, seed: int) -> float:
    """Return the score of the last incumbent on the vehicles."""
    (outcome,) = (
        each
        for each in Store(folder).outcomes()
        if (each.run.strategy.name, each.run.problem.name, each.run.seed)
        == (strategy, "automl-vehicle", seed)
    )
    full = [record for record in outcome.records if record.trial.proposal.fidelity == 450]
    return min(full, key=lambda record: record.trial.value).score
