"""Having an executor do many runs: whatever one run does, the others are done, too."""

from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

from ..store.folder import Store
from ..store.run_file import RunFile
from ..store.sealed_json import DamageError, FormatError
from ..trial import Run, Stop
from .executor import Executor, Future, WorkerEnded, WorkerLost
from .one_run import Done

TICK = 0.25
"""The most seconds that pass between two looks at the running runs."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The runs that have ended since the last look, and those that are being done."""

    done: tuple[Done, ...]
    running: tuple[Run, ...]


def perform(
    runs: Sequence[Run], store: Store, executor: Executor, *, retries: int = 1
) -> Generator[Progress]:
    """Have an executor do the runs in the given order; their files go into the store's folder.

    Nothing that a run does stops the others. Raises InputError where the store can't be written, or
    another machine writes into it, too.
    A run over the executor's limit of time stays incomplete, and so does a run whose worker was
    lost more often than `retries`; a later session goes on with both. When the generator is closed,
    it cancels the runs that are being done.
    """
    queue = _Queue(store, executor, deque(runs), retries)
    try:
        while queue.waiting or queue.running:
            store.beat()
            queue.submit()
            done = tuple(queue.ended())
            yield Progress(done, tuple(each.run for each in queue.running))
    finally:
        for each in queue.running:
            each.cancel()


@dataclass(slots=True)
class _Queue:
    """The runs that wait, and those that are being done."""

    store: Store
    executor: Executor
    waiting: deque[Run]
    retries: int
    running: list[Future] = field(default_factory=list[Future])
    lost: Counter[Run] = field(default_factory=Counter[Run])
    """How often the worker of each run was lost."""

    def submit(self) -> None:
        """Give the executor as many runs as it has room for."""
        while self.waiting and self.executor.room > 0:
            self.running.append(self.executor.submit(self.waiting.popleft()))

    def ended(self) -> Iterator[Done]:
        """Wait at most a tick, and yield what became of the runs that have ended."""
        for future, ending in self.executor.wait(TICK):
            self.running.remove(future)
            if isinstance(ending, Done):
                yield ending
            else:
                yield from self._without_a_word(future.run, ending)

    def _without_a_word(self, run: Run, ending: WorkerLost | WorkerEnded) -> Iterator[Done]:
        """Say what became of a run whose worker was lost or ended, or have it tried again."""
        if isinstance(ending, WorkerEnded) or self.store.is_sealed(run):  # the run had ended before
            yield self._sealed(run, Stop("failed", ending.how))
        else:
            self.lost[run] += 1
            if self.lost[run] <= self.retries:
                self.waiting.appendleft(run)
                return
            times = "" if self.lost[run] == 1 else f", {self.lost[run]} times"
            yield Done(run, "incomplete", f"{ending.how}{times}")

    def _sealed(self, run: Run, stop: Stop) -> Done:
        """Return how a run has ended by its file, which is sealed with `stop` if it is open."""
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
