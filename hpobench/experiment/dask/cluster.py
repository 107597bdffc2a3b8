"""An executor whose workers are those of a Dask cluster: they come and go, as may its scheduler.

A task holds a few runs where they are short. What it needs travels with it and its results travel
back, so that workers need no folder in common, and nothing is kept at the scheduler. See decision
018.
"""

import contextlib
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future as Kept
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import orjson

from ...errors import InputError, described
from ...store.folder import Store
from ...trial import Run
from ..executor import Ending, WorkerLost
from .attendant import attend
from .batches import Batches
from .letters import Letters
from .link import Link

if TYPE_CHECKING:
    from distributed import Future

COALESCE = 0.02
"""The seconds for which more tasks are awaited once one has ended: they are dealt with at once."""
KEEPERS = 8
"""The threads that write files into the store, since each may wait for the disk."""


class Attempt:
    """A run that was submitted, until it has ended or is cancelled."""

    def __init__(self, cluster: "Cluster", run: Run) -> None:
        self.run = run
        self._cluster = cluster

    def cancel(self) -> None:
        """Give the attempt up; its worker notices it within a moment, and kills the run."""
        self._cluster.abandon(self)


class Task:
    """Some attempts that one worker makes one after the other."""

    def __init__(self, attempts: Sequence[Attempt]) -> None:
        self.attempts = attempts
        self.future: Future | None = None
        """What Dask knows of it; None: it is given up, or was not submitted yet."""


Told: TypeAlias = list[tuple[Attempt, Ending | Kept[Ending]]]
"""Attempts that have ended, and how; some endings are known once a file is written."""


class Cluster:
    """Does runs on the workers of a Dask cluster, and keeps their files in the store."""

    def __init__(self, address: str, store: Store, **terms: Any) -> None:  # noqa: ANN401  # a pool's
        """Take in the address, which was checked, and the store into which the files go.

        `terms`: what is given to the local pools of the workers, by name: the limit, the isolation,
        the session.
        """
        self._store = store
        self._letters = Letters(store, terms)
        self._link = Link(address, self._take_all_back)
        self._machines: dict[str, Mapping[str, Any]] = {}
        """The machines that have made runs, by the addresses of their workers."""
        self._keepers = ThreadPoolExecutor(KEEPERS, "hpobench-keeper")
        self._fresh: deque[Attempt] = deque()
        """The attempts that wait to be sent."""
        self._tasks: dict[Attempt, Task | None] = {}
        """The tasks of all attempts; None: the attempt waits to be sent."""
        self._alone = set[Run]()
        """The runs whose worker was lost, or was lost with them: they travel alone from then on."""
        self._batches = Batches()
        self._ended: SimpleQueue[tuple[Task, Future, str | bytes | BaseException]] = SimpleQueue()
        """What became of tasks, with Dask's word for it or their answers; other threads fill it."""

    def __enter__(self) -> Self:
        self._link.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._tasks.clear()
        self._link.close()
        self._keepers.shutdown()

    @property
    def room(self) -> int:
        """How many more runs can be submitted now."""
        return max(0, self._batches.room(self._link.threads) - len(self._tasks))

    @property
    def machines(self) -> list[dict[str, Any]]:
        """The machines whose workers have made runs, each kind with the number of workers."""
        kinds = Counter(map(orjson.dumps, self._machines.values()))
        return [{"workers": number, **orjson.loads(kind)} for kind, number in kinds.items()]

    def submit(self, run: Run) -> Attempt:
        """Take a run in; it is sent by the next call of `wait`."""
        attempt = Attempt(self, run)
        self._tasks[attempt] = None
        self._fresh.append(attempt)
        return attempt

    def abandon(self, attempt: Attempt) -> None:
        """Give an attempt up, unless it has ended; what was sent with it is sent again."""
        task = self._tasks.pop(attempt, None)
        if task is not None:
            self._take_back(task)
        elif attempt in self._fresh:
            self._fresh.remove(attempt)

    def wait(self, seconds: float) -> list[tuple[Attempt, Ending]]:
        """Send what waits, and return the attempts whose tasks have ended."""
        until = monotonic() + seconds
        if not self._link.holds(until):
            return []
        self._send()
        endings: Told = []
        with contextlib.suppress(Empty):
            endings += self._told(*self._ended.get(timeout=max(0.0, until - monotonic())))
            sleep(COALESCE)
            while True:
                endings += self._told(*self._ended.get_nowait())
        return [
            (attempt, ending.result() if isinstance(ending, Kept) else ending)
            for attempt, ending in endings
        ]

    def _take_all_back(self) -> None:
        """Have everything wait again that is under way, because the scheduler was lost."""
        for task in {task for task in self._tasks.values() if task is not None}:
            self._take_back(task)

    def _take_back(self, task: Task) -> None:
        """Give a task up: what it holds and is not cancelled waits again."""
        future, task.future = task.future, None
        if future is not None:
            future.release()  # Dask forgets it, and its worker gives it up
        waiting = [each for each in task.attempts if self._tasks.get(each) is task]
        for each in waiting:
            self._tasks[each] = None
        self._fresh.extendleft(reversed(waiting))

    def _send(self) -> None:
        """Send what waits to the workers, short runs several at a time."""
        threads, fit, client = self._link.threads, self._link.fit, self._link.client
        if client is None or not threads:
            return
        alone = [each for each in self._fresh if each.run in self._alone]
        others = [each for each in self._fresh if each.run not in self._alone]
        self._fresh.clear()
        under_way = len({*self._tasks.values()} - {None})
        seconds = self._batches.seconds(threads)
        parts = self._batches.parts(others, threads, under_way)
        for attempts in [*([each] for each in alone), *parts]:
            task = Task(attempts)
            for each in attempts:
                self._tasks[each] = task
            task.future = future = client.submit(
                *(attend, self._letters.request([each.run for each in attempts], seconds)),
                pure=False,
                workers=fit if self._link.unfit else None,
                allow_other_workers=bool(self._link.unfit),  # such as those that have come since
            )
            future.add_done_callback(self._noting(task))

    def _noting(self, task: Task) -> "Callable[[Future], None]":
        """Return what Dask calls when a task has ended: it fetches the answer without waiting."""

        def note(future: "Future") -> None:
            if future.status != "finished":
                gone = future.exception() if future.status == "error" else future.status
                self._ended.put((task, future, gone))
                return

            async def fetch() -> None:
                try:
                    answer = await future.client.gather(future, asynchronous=True)
                except BaseException as error:  # noqa: BLE001  # it is told to the session
                    self._ended.put((task, future, error))
                else:
                    self._ended.put((task, future, answer))

            future.client.loop.add_callback(fetch)

        return note

    def _told(self, task: Task, future: "Future", answer: str | bytes | BaseException) -> Told:
        """Take in what became of a task, and return the attempts that have ended."""
        if task.future is not future:  # it was given up
            return []
        if isinstance(answer, bytes):
            return self._answered(task, orjson.loads(answer))
        from distributed import KilledWorker

        if isinstance(answer, KilledWorker):
            return self._killed(task)
        if isinstance(answer, str | OSError) or type(answer).__name__ == "CancelledError":
            self._take_back(task)  # the scheduler went away, or forgot it
            return []
        raise InputError(
            f"{self._link.address} can't do runs, for which its scheduler and its workers need"
            f" hpobench: {described(answer)}"
        )

    def _killed(self, task: Task) -> Told:
        """Have the runs of a lost worker sent again one by one; one that was alone is lost."""
        self._alone.update(each.run for each in task.attempts)
        if len(task.attempts) > 1:
            self._take_back(task)
            return []
        (attempt,) = task.attempts
        del self._tasks[attempt]
        return [(attempt, WorkerLost(f"its worker at {self._link.address} was lost"))]

    def _answered(self, task: Task, answer: Mapping[str, Any]) -> Told:
        """Keep the files of the runs that a task has made; the others wait again."""
        if "unfit" in answer:
            worker, why = answer["worker"], answer["unfit"]
            if worker not in self._link.unfit:
                self._store.notices.append(f"the worker {worker} was given no run: it has {why}")
                self._link.exclude(worker, why)
            self._take_back(task)
            return []
        self._machines[answer["worker"]] = answer["machine"]
        self._batches.learn(answer["seconds"], len(answer["ended"]))
        endings: Told = []
        for attempt, made in zip(task.attempts, answer["ended"], strict=False):
            if self._tasks.get(attempt) is task:
                del self._tasks[attempt]
                kept = self._keepers.submit(self._letters.kept, attempt.run, made)
                endings.append((attempt, kept))
        self._take_back(task)
        return endings
