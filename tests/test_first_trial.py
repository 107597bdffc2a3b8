"""Runs in which the strategy is told the default's result before it is first asked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from comparisons import asked
from ended import OUTCOMES, results
from races import finished

from hpobench import (
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
    Space,
    Strategy,
    Stream,
    Task,
    Trial,
    plain,
    registry,
)
from hpobench.commands.pair import planned
from hpobench.errors import InputError
from hpobench.exchange import export
from hpobench.exchange.frames import frame
from hpobench.exchange.sealed import read
from hpobench.experiment.experiment import parse
from hpobench.experiment.one_run import perform_run
from hpobench.experiment.planning import plan
from hpobench.experiment.session_log import SessionLog, last_planned
from hpobench.json_forms import run_from_json, run_to_json
from hpobench.registry import find_problems, find_strategies
from hpobench.runner import run
from hpobench.runner.finished_run import FinishedRun, in_columns
from hpobench.store.folder import Store
from hpobench.trial import First, Outcome, Record, Run, Stop

SPACE = Space({"x": Float(0, 1, default=0.75), "n": Int(1, 3)})
DEFAULT: Config = {"x": 0.75, "n": 2}
SQUARE = Problem("square", 1, SPACE, plain(lambda config: float(config["x"] or 0.0) ** 2))


@dataclass
class Listening(Strategy):
    """Draws at random, and writes down in which order it is asked and told."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.heard: list[str] = []
        self.first: Trial | None = None

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        self.heard.append(f"ask beside {len(pending)}")
        return Proposal(self.task.space.sample(self.rng))

    def tell(self, trial: Trial) -> None:
        self.first = self.first or trial
        self.heard.append(f"tell {trial.id}")


def test_the_default_is_trial_0_and_is_told_before_anything_is_asked() -> None:
    strategy = Listening()
    records, stop = finished(run(strategy, SQUARE, budget=3, first="default"))
    assert strategy.heard == ["tell 0", "ask beside 0", "tell 1", "ask beside 0", "tell 2"]
    assert strategy.first is not None
    assert strategy.first.proposal == Proposal(DEFAULT)
    assert (strategy.first.value, strategy.first.cost) == (0.5625, 1.0)
    assert (len(records), stop.reason) == (3, "complete")
    assert "ask" not in records[0].measured  # nobody was asked
    assert "ask" in records[1].measured


def test_what_follows_is_drawn_as_without_it() -> None:
    told, _ = finished(run(Listening(), SQUARE, budget=4, seed=3, first="default"))
    plainly, _ = finished(run(Listening(), SQUARE, budget=3, seed=3))
    assert [r.trial.proposal for r in told[1:]] == [r.trial.proposal for r in plainly]


def test_several_workers_wait_until_the_default_is_told() -> None:
    def start(_: np.random.Generator) -> Instance:
        def evaluate(proposal: Proposal, _stream: Stream, _checkpoint: object) -> Evaluation:
            return Evaluation(0.0, duration=5.0 if proposal.config == DEFAULT else 1.0)

        return Instance(evaluate)

    strategy = Listening()
    records, _ = finished(
        run(strategy, Problem("slow", 1, SPACE, start), budget=4, workers=3, first="default")
    )
    asked = ["ask beside 0", "ask beside 1", "ask beside 2"]
    assert strategy.heard == ["tell 0", *asked, "tell 1", "tell 2", "tell 3"]
    assert [record.finished for record in records] == [5.0, 6.0, 6.0, 6.0]


def test_the_default_is_trained_to_the_highest_fidelity() -> None:
    strategy, problem = Listening(), replace(SQUARE, fidelity=Fidelity(1, 9))
    finished(run(strategy, problem, budget=2, first="default"))
    assert strategy.first is not None
    assert (strategy.first.proposal.fidelity, strategy.first.cost) == (9, 1.0)


def test_a_budget_that_does_not_allow_the_default_allows_nothing() -> None:
    strategy = Listening()
    assert finished(run(strategy, SQUARE, budget=0.5, first="default")) == ([], Stop("complete"))
    assert strategy.heard == []


def test_a_default_that_fails_is_told_as_any_trial_that_fails() -> None:
    def fails(_config: object) -> float:
        raise ArithmeticError("no")

    strategy = Listening()
    records, _ = finished(
        run(strategy, Problem("fails", 1, SPACE, plain(fails)), budget=2, first="default")
    )
    assert strategy.first is not None
    assert strategy.first.failed
    assert [record.failed for record in records] == [True, True]


def test_a_tell_that_raises_on_the_default_fails_the_run() -> None:
    class Deaf(Listening):
        def tell(self, trial: Trial) -> None:
            raise KeyError(trial.id)

    records, stop = finished(run(Deaf(), SQUARE, budget=2, first="default"))
    assert (len(records), stop.reason) == (1, "failed")
    assert "tell raised KeyError: 0" in stop.detail


def test_an_interrupted_run_goes_on_from_the_default() -> None:
    whole, _ = finished(run(Listening(), SQUARE, budget=4, first="default"))
    recorded = {record.trial.id: record for record in whole[:2]}
    again, _ = finished(run(Listening(), SQUARE, budget=4, first="default", recorded=recorded))
    assert [r.trial for r in again] == [r.trial for r in whole]
    assert again[0] is whole[0]


def test_another_first_trial_is_refused() -> None:
    wrong: Any = "best"
    with pytest.raises(ValueError, match="first must be 'none' or 'default': 'best'"):
        run(Listening(), SQUARE, budget=2, first=wrong)
    with pytest.raises(InputError, match="first must be none or default: 'best'"):
        parse('strategies=["sobol"]\nproblems=["branin"]\nfirst="best"', "own", "own.toml")
    content = run_to_json(RUN) | {"first": "best"}
    with pytest.raises(ValueError, match="first must be none or default: 'best'"):
        run_from_json(content)


RUN = Run(Identity("sobol", "1"), Identity("branin", "1"), 0, Fraction(3))


def test_the_setting_is_part_of_a_runs_identity_and_old_runs_keep_theirs() -> None:
    told = replace(RUN, first="default")
    assert run_to_json(RUN).keys() == {"strategy", "problem", "seed", "budget", "workers"}
    assert run_from_json(json.loads(json.dumps(run_to_json(told)))) == told
    store = Store(Path("results"))
    assert store.path(RUN) != store.path(told)


def test_one_folder_holds_runs_of_both_settings(tmp_path: Path) -> None:
    text = 'strategies=["sobol"]\nproblems=["branin"]\nseeds=1\nbudget=2\n'
    store, done = Store(tmp_path / "results"), set[Run]()
    for first in ("none", "default"):
        runs = plan(parse(f"{text}first={first!r}", "own", "own.toml"))
        (made,) = runs.runs
        with store.writing(made.budget, made.workers):
            assert perform_run(made, store.folder).status == "complete"
            log = SessionLog(store, runs, "shared", 1)
            with log.kept([]):
                (session,) = (s for s in store.sessions() if s["id"] == log.identity)
                assert last_planned([session]) == [made]
        done.add(made)
    read = {ended.run: ended for ended in store.finished()}
    assert {each.first for each in read} == {"none", "default"}
    assert read.keys() == done
    default = registry.problems()["branin"].space.default()
    firsts = {o.run.first: o.records[0].trial.proposal.config for o in store.outcomes()}
    assert firsts["default"] == default
    assert firsts["none"] != default


def ended(run: Run) -> FinishedRun:
    record = Record(Trial(0, Proposal({"x": 0.5}), (1.0,), 1.0), 1.0, {}, 1.0)
    return in_columns(Outcome(run, Stop("complete"), (record,)))


@pytest.mark.parametrize(
    ("there", "typed", "first"),
    [
        ((), None, "none"),
        (("default",), None, "default"),
        (("none", "default"), None, "none"),
        (("none",), "default", "default"),
    ],
)
def test_a_comparison_has_the_setting_of_the_folder_or_the_one_that_is_typed(
    there: tuple[First, ...], typed: str | None, first: First, tmp_path: Path
) -> None:
    wanted = asked("sobol", "random-search", "branin", seeds=None, first_trial=typed)
    sobol, branin = (find(name)[0].identity for find, name in FOUND)
    runs = [
        ended(Run(sobol, branin, seed, Fraction(3), first=each))
        for seed, each in enumerate(there, start=40)
    ]
    made = planned(wanted, Store(tmp_path), runs)
    assert {run.first for run in made.runs} == {first}
    kept = {run.run.seed for run in runs if run.run.first == first}
    assert {run.seed for run in made.runs} == (kept or set(range(5)))


FOUND: tuple[tuple[Any, str], ...] = ((find_strategies, "sobol"), (find_problems, "branin"))


def test_exports_keep_runs_of_both_settings_apart(tmp_path: Path) -> None:
    told = replace(OUTCOMES[0], run=replace(OUTCOMES[0].run, first="default"))
    folder = results(tmp_path / "results", [OUTCOMES[0], told])
    assert "2 runs exported" in export(folder, "ioh", output=tmp_path, storage=None)
    assert {path.name for path in (tmp_path / "ioh").iterdir()} == {
        "a_b=1",
        "a_b=1,_default_first",
    }
    both = {each.name: each.facts.get("first") for each in read(Store(folder))}
    assert both == {"bowl/a:b=1/0": None, "bowl/a:b=1/0/default first": "default"}
    assert set(frame(folder, runs=True)["first"]) == {"none", "default"}
