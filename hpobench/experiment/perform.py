"""Running cells on supervised processes: whatever one of them does, the others are run."""

import signal
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from time import monotonic

from ..errors import InputError
from ..processes.process_tree import ended
from ..store.folder import Store
from ..store.run_file import RunFile
from ..store.sealed_json import DamageError
from ..trial import Run, Stop
from .cell import Done
from .pool import Attempt, Isolation, Pool, usual_isolation

TICK = 0.25
"""Seconds between two looks at what is running."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What has ended since the last look, and what is being run."""

    done: tuple[Done, ...]
    running: tuple[Run, ...]


def perform(
    runs: Sequence[Run],
    store: Store,
    *,
    jobs: int,
    limit: float,
    retries: int = 1,
    isolation: Isolation | None = None,
    session: str = "",
) -> Iterator[Progress]:
    """Run the cells in the given order on `jobs` processes, each for `limit` seconds at most.

    Nothing that a cell does stops the others; only a store that can't be written does: it raises
    InputError. A cell over the limit stays incomplete, and goes on when it is run again; so does
    one whose process was killed more often than `retries`. `isolation`: None for the usual one.
    """
    chosen = isolation or usual_isolation()
    with Pool(runs, store.folder, session=session, isolation=chosen, limit=limit) as pool:
        supervisor = _Supervisor(store, pool, deque(runs), retries)
        while supervisor.waiting or supervisor.running:
            while supervisor.waiting and len(supervisor.running) < jobs:
                supervisor.start()
            done = tuple(supervisor.ended())
            yield Progress(done, tuple(each.run for each in supervisor.running))


@dataclass(slots=True)
class _Supervisor:
    """The cells of a session that are to be run, and those that are being run."""

    store: Store
    pool: Pool
    waiting: deque[Run]
    retries: int
    running: list[Attempt] = field(default_factory=list[Attempt])
    killed: Counter[Run] = field(default_factory=Counter[Run])
    """How often the process of each was killed."""

    def start(self) -> None:
        run = self.waiting.popleft()
        try:
            self.running.append(self.pool.start(run))
        except OSError as error:
            raise InputError(f"a process for a cell can't be started: {error}") from error

    def ended(self) -> Iterator[Done]:
        """Wait a tick for messages, and yield what has ended."""
        ready = wait([each.process.connection for each in self.running], TICK)
        for attempt in list(self.running):
            if attempt.process.connection in ready:
                yield from self._told(attempt)
            elif monotonic() > attempt.deadline:
                self._drop(attempt)
                detail = f"it took longer than {self.pool.limit:g} seconds"
                yield Done(attempt.run, "incomplete", detail)

    def _told(self, attempt: Attempt) -> Iterator[Done]:
        message = attempt.process.receive()
        if message is None:
            self._drop(attempt)
            yield from self._after_death(attempt, -signal.SIGKILL)
        elif "unwritable" in message:
            raise InputError(message["unwritable"])
        elif "found" in message:
            attempt.found = True
        elif "done" in message:
            attempt.done = Done(attempt.run, **message["done"])
        else:
            self.running.remove(attempt)
            code = message["exit"]
            self.pool.finish(attempt, retire=code < 0 or message.get("retire", False))
            yield from [attempt.done] if attempt.done else self._after_death(attempt, code)

    def _drop(self, attempt: Attempt) -> None:
        self.running.remove(attempt)
        self.pool.abandon(attempt)

    def _after_death(self, attempt: Attempt, code: int) -> Iterator[Done]:
        """Say what a cell is whose process ended without a word, or have it tried again.

        A signal may come from outside, as when memory is short; an exit code is the cell's own,
        unless it comes of an import, which ended no process when the cell was planned.
        """
        run = attempt.run
        if self.store.is_sealed(run):
            stop = self.store.stop(run)
            yield Done(run, stop.reason, stop.detail)
        elif code >= 0 and not attempt.found:
            what = "before its strategy and its problem were imported"
            detail = f"its process ended {what}, {ended(code)}"
            yield Done(run, "incomplete", detail)
        elif code >= 0:
            detail = f"its process ended before the run did, {ended(code)}"
            yield self._failed(run, Stop("failed", detail))
        else:
            self.killed[run] += 1
            if self.killed[run] <= self.retries:
                self.waiting.appendleft(run)
                return
            times = "" if self.killed[run] == 1 else f", {self.killed[run]} times"
            detail = f"its process was killed {ended(code)}{times}"
            yield Done(run, "incomplete", detail)

    def _failed(self, run: Run, stop: Stop) -> Done:
        try:
            with RunFile(self.store.path(run), run) as file:
                if file.sealed is None:
                    file.seal(stop, len(file.recorded), {})
        except DamageError as damage:
            self.store.set_aside(damage)
            return Done(run, "incomplete", str(damage))
        return Done(run, stop.reason, stop.detail)
