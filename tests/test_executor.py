"""Runs and what performs them: a second executor, whose workers come and go."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import pytest
from performing import performed, planned

from hpobench import Run
from hpobench.errors import InputError
from hpobench.experiment.executor import Ending, WorkerEnded, WorkerLost
from hpobench.experiment.one_run import Done, perform_run
from hpobench.experiment.perform import Progress, perform
from hpobench.store import Store, run_file

UNPLUGGED = WorkerLost("its worker was unplugged")
LEFT = WorkerEnded("its worker was ended by the run")


@dataclass(eq=False)
class Submitted:
    """A run that waits until it is done or cancelled."""

    run: Run
    waiting: list["Submitted"]

    def cancel(self) -> None:
        if self in self.waiting:
            self.waiting.remove(self)


@dataclass
class Here:
    """Performs runs in this process, the last one submitted first, and loses workers at will.

    A worker that is to be lost performs its run, of which the first lines that it wrote are kept.
    """

    folder: Path
    losses: Mapping[tuple[Run, int], tuple[Ending, int | None]] = field(default_factory=dict)
    """How a run ends at an attempt, and after how many lines; None: after the seal."""
    workers: Iterator[int] = field(default_factory=lambda: cycle([2]))
    """How many workers there are, each time that they are counted."""
    attempts: Counter[Run] = field(default_factory=Counter[Run])
    waiting: list[Submitted] = field(default_factory=list[Submitted])
    there: int = 0
    most: int = 0
    """The most runs that it had at a time."""

    @property
    def room(self) -> int:
        return self.there - len(self.waiting)

    def submit(self, run: Run) -> Submitted:
        self.waiting.append(Submitted(run, self.waiting))
        self.most = max(self.most, len(self.waiting))
        self.attempts[run] += 1
        return self.waiting[-1]

    def wait(self, seconds: float) -> Sequence[tuple[Submitted, Ending]]:
        self.there = next(self.workers)
        if not self.waiting:
            return []
        submitted = self.waiting.pop()
        run = submitted.run
        ending, lines = self.losses.get((run, self.attempts[run]), (None, None))
        if lines == 0:
            assert ending is not None
            return [(submitted, ending)]
        done = perform_run(run, self.folder)
        if lines is not None:
            torn(Store(self.folder).path(run), lines)
        return [(submitted, ending or done)]


def torn(path: Path, lines: int) -> None:
    """Turn a sealed run into one that was interrupted after a number of lines."""
    sealed, part = path.with_suffix(run_file.SEALED), path.with_suffix(run_file.PART)
    part.write_bytes(b"".join(sealed.read_bytes().splitlines(keepends=True)[:lines]))
    sealed.unlink()


def done_by(executor: Here, runs: Sequence[Run], retries: int = 1) -> dict[Run, Done]:
    store = Store(executor.folder)
    with store.writing(runs[0].budget, 1):
        steps = perform(runs, store, executor, retries=retries)
        return {done.run: done for step in steps for done in step.done}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: run_file.digest(path) for path in Store(folder).paths(run_file.SEALED)}


@pytest.fixture
def runs() -> list[Run]:
    pairs = (("random-search", "branin"), ("successive-halving", "hartmann-6-epochs"))
    return [planned(*pair, seed) for pair in pairs for seed in range(3)]


def test_the_digests_are_those_of_any_executor(runs: list[Run], tmp_path: Path) -> None:
    """Workers come and go, and each run loses one, each at another moment."""
    moments = [0, 1, 2, 3, 4, None]
    losses: dict[tuple[Run, int], tuple[Ending, int | None]] = {
        (run, 1): (UNPLUGGED, moment) for run, moment in zip(runs, moments, strict=True)
    }
    executor = Here(tmp_path / "here", losses, cycle([0, 1, 3, 0]))
    for done in (done_by(executor, runs), performed(runs, tmp_path / "pool")):
        assert [done[run].status for run in runs] == ["complete"] * len(runs)
    assert digests(tmp_path / "here") == digests(tmp_path / "pool")
    assert len(digests(tmp_path / "here")) == len(runs)


def test_no_executor_is_given_more_runs_than_it_has_room_for(
    runs: list[Run], tmp_path: Path
) -> None:
    executor = Here(tmp_path, workers=cycle([0, 2]))
    assert len(done_by(executor, runs)) == len(runs)
    assert executor.most == 2


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_a_run_whose_worker_is_lost_is_tried_again_so_often(
    runs: list[Run], tmp_path: Path, retries: int
) -> None:
    losses = {(runs[0], attempt): (UNPLUGGED, 2) for attempt in (1, 2, 3)}
    executor = Here(tmp_path, losses)
    done = done_by(executor, runs[:2], retries)
    assert executor.attempts == {runs[0]: 1 + retries, runs[1]: 1}
    times = ["", ", 2 times", ", 3 times"][retries]
    assert done[runs[0]] == Done(runs[0], "incomplete", f"{UNPLUGGED.how}{times}")
    assert done[runs[1]].status == "complete"
    assert [outcome.run for outcome in Store(tmp_path).outcomes()] == [runs[1]]


def test_a_run_that_was_sealed_when_its_worker_was_lost_is_not_tried_again(
    runs: list[Run], tmp_path: Path
) -> None:
    executor = Here(tmp_path, {(runs[0], 1): (UNPLUGGED, None)})
    done = done_by(executor, runs[:1])
    assert executor.attempts == {runs[0]: 1}
    assert done[runs[0]].status == "complete"


def test_a_run_that_ends_its_own_worker_has_failed_with_the_trials_it_made(
    runs: list[Run], tmp_path: Path
) -> None:
    executor = Here(tmp_path, {(runs[0], 1): (LEFT, 3)})
    done = done_by(executor, runs[:2])
    assert executor.attempts == {runs[0]: 1, runs[1]: 1}
    assert done[runs[0]] == Done(runs[0], "failed", LEFT.how)
    outcome = next(each for each in Store(tmp_path).outcomes() if each.run == runs[0])
    assert (outcome.stop.reason, outcome.stop.detail) == ("failed", LEFT.how)
    assert len(outcome.records) == 2  # of the three lines the first says what the run is


def test_whoever_stops_taking_what_is_done_cancels_what_is_being_done(
    runs: list[Run], tmp_path: Path
) -> None:
    executor, store = Here(tmp_path), Store(tmp_path)
    with store.writing(runs[0].budget, 1):
        steps = perform(runs, store, executor)
        assert next(steps) == Progress((), ())  # it had no worker before it was looked at
        step = next(steps)
        assert len(step.done) == len(step.running) == len(executor.waiting) == 1
        steps.close()
    assert executor.waiting == []
    assert len(digests(tmp_path)) == 1


def test_a_store_that_can_not_be_written_stops_everything_that_is_being_done(
    runs: list[Run], tmp_path: Path
) -> None:
    executor, store = Here(tmp_path), Store(tmp_path)
    with store.writing(runs[0].budget, 1):
        (store.folder / "runs" / "branin").write_text("in the way")
        with pytest.raises(InputError, match="can't be written"):
            list(perform(runs[:2], store, executor))
    assert executor.waiting == []
