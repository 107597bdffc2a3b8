"""Doing runs by an executor: whatever one of them does, the others are done."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..store.folder import Store
from ..store.run_file import RunFile
from ..store.sealed_json import DamageError, FormatError
from ..trial import Run, Stop
from .executor import Executor, Future, WorkerEnded, WorkerLost
from .one_run import Done

TICK = 0.25
"""Seconds between two looks at what is running."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What has ended since the last look, and what is being run."""

    done: tuple[Done, ...]
    running: tuple[Run, ...]


def perform(
    runs: Sequence[Run], store: Store, executor: Executor, *, retries: int = 1
) -> Iterator[Progress]:
    """Have an executor do the runs in the given order, into the store's folder.

    Nothing that a run does stops the others; only a store that can't be written does: it raises
    InputError. A run over the executor's limit stays incomplete, and goes on when it is run again;
    so does one whose worker was lost more often than `retries`. Whoever stops taking what this
    yields cancels what is being run.
    """
    queue = _Queue(store, executor, deque(runs), retries)
    try:
        while queue.waiting or queue.running:
            queue.submit()
            done = tuple(queue.ended())
            yield Progress(done, tuple(each.run for each in queue.running))
    finally:
        for each in queue.running:
            each.cancel()


@dataclass(slots=True)
class _Queue:
    """The runs that are to be done, and those that are being done."""

    store: Store
    executor: Executor
    waiting: deque[Run]
    retries: int
    running: list[Future] = field(default_factory=list[Future])
    lost: Counter[Run] = field(default_factory=Counter[Run])
    """How often the worker of each was lost."""

    def submit(self) -> None:
        """Give the executor as many runs as it takes."""
        while self.waiting and self.executor.room > 0:
            self.running.append(self.executor.submit(self.waiting.popleft()))

    def ended(self) -> Iterator[Done]:
        """Wait a tick for ends, and yield what became of the runs that have ended."""
        for future, ending in self.executor.wait(TICK):
            self.running.remove(future)
            if isinstance(ending, Done):
                yield ending
            else:
                yield from self._without_a_word(future.run, ending)

    def _without_a_word(self, run: Run, ending: WorkerLost | WorkerEnded) -> Iterator[Done]:
        """Say what a run is that could not say it itself, or have it tried again."""
        if isinstance(ending, WorkerEnded) or self.store.is_sealed(run):  # it had ended by then
            yield self._sealed(run, Stop("failed", ending.how))
        else:
            self.lost[run] += 1
            if self.lost[run] <= self.retries:
                self.waiting.appendleft(run)
                return
            times = "" if self.lost[run] == 1 else f", {self.lost[run]} times"
            yield Done(run, "incomplete", f"{ending.how}{times}")

    def _sealed(self, run: Run, stop: Stop) -> Done:
        """Say how a run has ended by its file, which is sealed with `stop` if it does not say."""
        try:
            with RunFile(self.store.path(run), run) as file:
                if file.sealed is None:
                    file.seal(stop, len(file.recorded), {})
                else:
                    stop = file.sealed
        except DamageError as damage:
            self.store.set_aside(damage)
            return Done(run, "incomplete", str(damage))
        except FormatError as other:
            return Done(run, "incomplete", str(other))
        return Done(run, stop.reason, stop.detail)
