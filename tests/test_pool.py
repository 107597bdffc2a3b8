"""The pool: what it does where a process was killed meanwhile, and where a run begins anew.

The processes here are made up: they send what a test says, and do nothing.
"""

from collections.abc import Sequence
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest
from performing import planned

from hpobench import Run
from hpobench.experiment.local import pool as pools
from hpobench.experiment.local import trial_watch
from hpobench.experiment.local.pool import Pool
from hpobench.experiment.local.trial_watch import TrialClock
from hpobench.experiment.one_run import Done
from hpobench.processes.spawned import Spawned

LIMIT = 5.0


class MadeUp(Spawned):
    """A process that was not started, which has messages or none, and may be dead already."""

    dead = False

    def __init__(self, *_: object, messages: Sequence[dict[str, Any] | None] = ()) -> None:
        self.connection, self.theirs = Pipe()
        self.signs = (self.connection,)  # type: ignore[assignment]  # a process has one more
        self.requests, self.stopped = list[Any](), False
        self.messages = list(messages)
        for number in range(len(messages)):
            self.theirs.send_bytes(bytes([number]))

    def send(self, content: object) -> None:
        if self.dead:
            raise BrokenPipeError
        self.requests.append(content)

    def receive(self) -> Any:  # noqa: ANN401  # a message
        self.connection.recv_bytes()
        return self.messages.pop(0)

    def stop(self) -> None:
        self.stopped = True


class Dead(MadeUp):
    dead = True


@pytest.fixture
def run() -> Run:
    return planned("random-search", "branin")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[MadeUp]:
    """Return the processes that a pool starts, in their order."""
    found = list[MadeUp]()

    def start(*_: object) -> MadeUp:
        found.append(MadeUp())
        return found[-1]

    monkeypatch.setattr(pools, "Spawned", start)
    return found


def pool_for(run: Run, folder: Path, *, trial_limit: float | None = None) -> Pool:
    kept = {"jobs": 1, "limit": 1e6, "trial_limit": trial_limit}
    return Pool([run], folder, isolation="shared", **kept)  # type: ignore[arg-type]  # as named


def test_an_idle_process_that_was_killed_is_replaced(
    run: Run, made: list[MadeUp], tmp_path: Path
) -> None:
    with pool_for(run, tmp_path) as pool:
        killed, well = Dead(), MadeUp()
        pool._spawned += [well, killed]  # noqa: SLF001  # as if both had had a run
        assert pool.submit(run).process is well
        pool._spawned.append(another := Dead())  # noqa: SLF001  # as above
        assert pool.submit(run).process is made[0]
    assert killed.stopped
    assert another.stopped


def test_a_new_process_that_is_killed_at_once_is_a_lost_worker_and_no_end_of_the_session(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pools, "Spawned", Dead)
    with pool_for(run, tmp_path) as pool:
        pool.submit(run)
        assert pool.room == 0


def test_what_a_process_told_before_it_was_killed_counts(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = {"status": "complete", "detail": "", "inside": 2.0, "notices": [], "warnings": {}}
    process = MadeUp(messages=[{"found": True}, {"done": told}, None])
    monkeypatch.setattr(pools, "Spawned", lambda *_: process)
    with pool_for(run, tmp_path) as pool:
        pool.submit(run)
        assert pool.wait(9) == pool.wait(9) == []
        ((_, ending),) = pool.wait(9)
    assert isinstance(ending, Done)
    assert (ending.status, ending.inside) == ("complete", 2.0)


@pytest.mark.parametrize("ends", [True, False])
def test_what_a_run_shared_with_its_process_is_removed(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    ends: bool,  # noqa: FBT001  # a parameter
) -> None:
    process = MadeUp(messages=[{"exit": 0, "retire": True}] if ends else [])
    monkeypatch.setattr(pools, "Spawned", lambda *_: process)
    with pool_for(run, tmp_path, trial_limit=LIMIT) as pool:
        attempt = pool.submit(run)
        assert attempt.watch is not None
        assert attempt.watch.path.exists()
        if ends:
            assert len(pool.wait(9)) == 1
        else:
            attempt.cancel()
        assert not attempt.watch.path.exists()


def test_trials_over_the_limit_are_those_since_the_run_was_begun_anew(
    run: Run, made: list[MadeUp], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    now = [100.0]
    monkeypatch.setattr(trial_watch, "monotonic", lambda: now[0])

    def work(trial: int, *, anew: bool = False) -> list[int]:
        """Do in the last process what a worker does, let a trial take long; return those over."""
        trials = made[-1].requests[0]["trials"]
        clock = TrialClock(Path(trials["path"]), LIMIT, trials["over"])
        if anew:
            clock.begun_anew()
        clock.begins(trial)
        now[0] += LIMIT + 1
        pool.wait(0)
        pool.wait(0)
        over: list[int] = made[-1].requests[0]["trials"]["over"]
        return over

    with pool_for(run, tmp_path, trial_limit=LIMIT) as pool:
        pool.submit(run)
        assert work(3) == [3]
        assert work(5) == [3, 5]
        assert work(4, anew=True) == [4]
        assert work(6) == [4, 6]
    assert len(made) == 5
