"""What a report says of limits that were set, and of what met them."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from quick_session import Quick
from studies import RANDOM, about, failed, outcomes, problem

from hpobench.commands import running
from hpobench.commands.status_screen import show_once
from hpobench.experiment import Experiment, plan
from hpobench.experiment.one_run import Done, too_long
from hpobench.experiment.session_log import SessionLog
from hpobench.report.compared import Compared
from hpobench.report.limits import limits_said
from hpobench.runner.workers import over_limit
from hpobench.store import Store
from hpobench.store.session import STOPPED
from hpobench.trial import Outcome, Recommendation, Trial

OVER = over_limit(60)
MEMORY = "MemoryError: no memory was left (own.py, line 8)"


def session(*, stops: int | None = 0, limit: object = 3600, **limits: object) -> dict[str, Any]:
    told = {} if stops is None else {STOPPED: {"a on p0": stops}}
    return {"experiment": {"limit": limit, "trial_limit": None, "memory": None, **limits}, **told}


def without_value(outcome: Outcome, error: str) -> Outcome:
    (record,) = outcome.records
    trial = Trial(0, record.trial.proposal, (float("nan"),), 1.0)
    return replace(outcome, records=(replace(record, trial=trial, error=error),))


def recommending(outcome: Outcome, error: str | None) -> Outcome:
    score = 0.3 if error is None else float("nan")
    best = Recommendation({"x": 0.1}, score, anew=True, error=error)
    return replace(outcome, stop=replace(outcome.stop, recommendation=best))


@pytest.fixture(scope="module")
def compared() -> Compared:
    """Return twelve runs: two trials were too long, one lacked memory, as one whole run did.

    Another trial and another run only name such errors. Of what was recommended at the end, one was
    too long, one lacked memory, and one could be evaluated.
    """
    suite = [problem(0), problem(1)]
    found = outcomes({RANDOM: lambda *_: 0.5, "a": lambda *_: 0.4}, suite, seeds=3)
    for place, error in ((0, OVER), (1, OVER), (2, MEMORY), (3, f"ValueError: {OVER}")):
        found[place] = without_value(found[place], error)
    found[4] = without_value(found[4], f"ValueError: no {MEMORY}")
    for place, at_the_end in ((5, OVER), (6, MEMORY), (7, None)):
        found[place] = recommending(found[place], at_the_end)
    found[10] = failed(found[10], f"ask raised ValueError: {MEMORY}")
    found[11] = failed(found[11], f"ask raised {MEMORY}")
    return about(found, suite)


@pytest.mark.parametrize(
    "sessions",
    [[], [{}], [session()], [session(limit="x" * 9)], [{"experiment": {"notice": ""}}]],
)
def test_nothing_is_said_where_no_limit_was_set(
    compared: Compared, sessions: list[dict[str, Any]]
) -> None:
    assert limits_said(compared, sessions) == ""


def test_each_limit_is_said_with_what_met_it(compared: Compared) -> None:
    assert limits_said(compared, [session(stops=2, limit=600, trial_limit=60.0, memory=4000)]) == (
        "Limits: a run that took longer than 600 s was stopped, and counts in nothing until a later"
        " session completes it; 2 such stops are recorded, in 1 session (a on p0: 2). A trial that"
        " took longer than 60 s failed, which depends on the machine: 2 of 10 evaluations"
        " (random-search on p0: 2) and 1 of 3 evaluated recommendations (random-search on p1: 1)."
        " A process of a run could take 4,000 MB beyond what it began"
        " with. With a MemoryError failed 1 of 10 evaluations (random-search on p0: 1), 1 of 3"
        " evaluated recommendations (a on p0: 1) and 1 of 12 runs (a on p1: 1)."
    )


def test_the_usual_limit_of_a_run_is_said_where_a_run_met_it(compared: Compared) -> None:
    said = limits_said(compared, [session(stops=1), session(stops=1), session(stops=0)])
    assert said.startswith("Limits: a run that took longer than 3,600 s was stopped")
    assert said.endswith("; 2 such stops are recorded, in 3 sessions (a on p0: 2).")


def test_sessions_may_have_had_different_limits_or_none(compared: Compared) -> None:
    said = limits_said(compared, [session(trial_limit=5), session(), session(trial_limit=60)])
    assert "longer than 5 s or 60 s (by session; some had no such limit) failed" in said
    old = limits_said(compared, [session(stops=None, limit=60), {"runs": 3}])
    assert old.endswith("how often that happened was not recorded.")


def test_a_session_tells_which_runs_it_has_stopped_and_status_names_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planned = plan(Experiment("e", ("sobol",), ("branin",), seeds=(0, 1), limit=60))
    whys, store = (too_long(60), "its process was killed by SIGKILL"), Store(tmp_path)
    pairs = zip(planned.runs, whys, strict=True)
    done = [Done(run, "incomplete", why) for run, why in pairs]
    with store.writing(Fraction(25), 1), SessionLog(store, planned, "shared", 1).kept(done):
        pass
    (session,) = store.sessions()
    assert session[STOPPED] == {"sobol on branin": 1}
    show_once(tmp_path)
    assert "over the limit in the last session: 1 run, sobol on branin" in capsys.readouterr().out


def test_a_session_says_if_an_earlier_one_had_another_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "Session", Quick)
    monkeypatch.setattr(running, "show_report", lambda *_, **__: False)
    asked = Experiment("small", ("random-search",), ("branin",), seeds=(0,), budget=2)
    said = list[str]()
    for limit, seeds in ((0.5, (0,)), (0.5, (0, 1)), (None, (0, 1, 2))):
        again = replace(asked, trial_limit=limit, seeds=seeds)
        assert running.perform_and_report(again, tmp_path / "small", 1) == 0
        said.append(" ".join(capsys.readouterr().out.split()))
    assert ["an earlier session" in each for each in said] == [False, False, True]
    assert "had --trial-limit 0.5, and this one has no --trial-limit; runs that" in said[2]
