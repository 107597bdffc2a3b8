"""A trial over its limit is ended and has failed; its run goes on in another process."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from performing import performed, planned

from hpobench import Run
from hpobench.experiment.local import trial_watch
from hpobench.experiment.local.pool import ISOLATIONS, Attempt, Isolation, Pool
from hpobench.experiment.local.trial_watch import TrialClock, TrialWatch
from hpobench.experiment.one_run import perform_run
from hpobench.store import Store, run_file
from hpobench.trial import Outcome

LIMIT = 500
"""The seconds of a trial, which seem to pass as soon as one hangs."""
SLOW = """
import time
from pathlib import Path
from hpobench import Description, Evaluation, Fidelity, Float, Instance, Problem, Space

SPACE = Space({"x": Float(0, 1)})

def evaluate(proposal, stream, checkpoint):
    with Path(BEGUN).open("a") as file:
        file.write(f"{proposal.config['x']}\\n")
    if 0.5 < proposal.config["x"] < 0.62:
        (lambda: sum(iter(int, 1)))()  # native code that never returns
    return Evaluation(proposal.config["x"])

problem = Problem("slow", 1, SPACE, lambda rng: Instance(evaluate))
"""
ERROR = f"over the limit of {LIMIT:g} s a trial"


def slow(folder: Path) -> str:
    path = folder / "slow.py"
    path.write_text(SLOW.replace("BEGUN", repr(str(folder / "begun"))))
    return str(path)


@pytest.fixture
def _quickened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the limit pass for the pool where more trials hang than it has ended."""
    ended, without = [0], Pool._without  # noqa: SLF001  # what is counted

    def counted(pool: Pool, attempt: Attempt, trial: int) -> None:
        without(pool, attempt, trial)
        ended[0] += 1

    def clock() -> float:
        hang = sum(is_over(float(x)) for x in begun(tmp_path))
        return time.monotonic() + (2 * LIMIT if hang > ended[0] else 0)

    monkeypatch.setattr(Pool, "_without", counted)
    monkeypatch.setattr(trial_watch, "monotonic", clock)


def begun(folder: Path) -> list[str]:
    """Return the parameter of each evaluation that has begun."""
    path = folder / "begun"
    return path.read_text().split() if path.exists() else []


def outcome_of(run: Run, folder: Path) -> Outcome:
    return run_file.read(Store(folder).path(run).with_suffix(run_file.SEALED))


def is_over(x: object) -> bool:
    assert isinstance(x, float)
    return 0.5 < x < 0.62


@pytest.mark.usefixtures("_quickened")
@pytest.mark.parametrize(("isolation", "workers"), [("forked", 1), ("forked", 3), ("shared", 1)])
def test_a_trial_over_its_limit_has_failed_and_the_run_goes_on(
    isolation: Isolation, workers: int, tmp_path: Path
) -> None:
    if isolation not in ISOLATIONS:
        pytest.skip("this system can't isolate so")
    run = replace(planned("random-search", slow(tmp_path), seed=0, budget=8), workers=workers)
    quick = planned("successive-halving", "hartmann-6-epochs", budget=3)
    given = [run, quick] if isolation == "forked" and workers == 1 else [run]
    done = performed(given, tmp_path / "results", isolation=isolation, trial_limit=LIMIT, retries=0)
    assert {each.status for each in done.values()} == {"complete"}
    records = outcome_of(run, tmp_path / "results").records
    over = [record for record in records if is_over(record.trial.proposal.config["x"])]
    assert len(records) == 8
    assert 1 <= len(over) < 8
    for record in records:
        assert record.error == (ERROR if record in over else None)
        assert record.failed == (record in over)
        assert record.trial.cost == record.duration == 1.0
    assert sum(is_over(float(x)) for x in begun(tmp_path)) == len(over)  # none is tried twice
    if workers == 1:
        assert len(begun(tmp_path)) == 8  # what is recorded is not evaluated again
    if quick in given:
        _check_replay(run, tmp_path)
        _check_unchanged(quick, tmp_path)


MIDDLE = """
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Middle(Strategy):
    def ask(self, pending):
        return Proposal({"x": 0.25})

    def recommend(self):
        return {"x": 0.55}
"""


@pytest.mark.usefixtures("_quickened")
def test_a_recommendation_over_the_limit_has_no_score_and_the_run_is_complete(
    tmp_path: Path,
) -> None:
    (tmp_path / "middle.py").write_text(MIDDLE)
    run = planned(str(tmp_path / "middle.py"), slow(tmp_path), budget=2)
    done = performed([run], tmp_path / "results", trial_limit=LIMIT, retries=0)
    assert done[run].status == "complete"
    found = outcome_of(run, tmp_path / "results").stop.recommendation
    assert found is not None
    assert (found.config, found.error) == ({"x": 0.55}, ERROR)
    assert begun(tmp_path) == ["0.25", "0.25", "0.55"]


def _check_replay(run: Run, tmp_path: Path) -> None:
    """Check that a recorded trial over its limit is not evaluated again, whatever the limit is."""
    path = Store(tmp_path / "results").path(run)
    sealed = path.with_suffix(run_file.SEALED)
    digest = run_file.digest(sealed)
    lines = sealed.read_bytes().splitlines(keepends=True)
    sealed.unlink()
    path.with_suffix(run_file.PART).write_bytes(b"".join(lines[:-1]))
    before = begun(tmp_path)
    assert perform_run(run, tmp_path / "results").status == "complete"
    assert run_file.digest(sealed) == digest
    assert begun(tmp_path) == before


def _check_unchanged(run: Run, tmp_path: Path) -> None:
    """Check that a limit changes nothing of a run without slow trials."""
    perform_run(run, tmp_path / "free")
    paths = [Store(tmp_path / each).path(run) for each in ("results", "free")]
    assert len({run_file.digest(path.with_suffix(run_file.SEALED)) for path in paths}) == 1


def test_a_trial_is_over_its_limit_at_the_second_look(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    now = [100.0]
    monkeypatch.setattr(trial_watch, "monotonic", lambda: now[0])
    watch = TrialWatch(tmp_path / "0", 5)
    clock = TrialClock(tmp_path / "0", 5, [2])
    assert watch.overdue() is None
    assert clock.begins(1) == ""
    now[0] = 105.0
    assert watch.overdue() is watch.overdue() is None
    now[0] = 105.1
    assert [watch.overdue(), watch.overdue()] == [None, 1]
    clock.ended()
    assert watch.overdue() is watch.overdue() is None
    assert clock.begins(2) == "over the limit of 5 s a trial"
    assert not watch.was_begun_anew()
    clock.begun_anew()
    assert watch.was_begun_anew()
    assert clock.begins(2) == ""
    now[0] = 110.1
    assert watch.overdue() is None
    assert clock.ended() == ""
    clock.begins(2)
    now[0] = 115.2
    assert clock.ended() == "over the limit of 5 s a trial"  # nobody looked meanwhile
    clock.begins(3)
    now[0] = 121.0
    assert [watch.overdue(), watch.overdue()] == [None, 3]
    watch.reset()
    assert watch.overdue() is None
    assert not watch.was_begun_anew()
