"""An executor whose workers are those of a Dask cluster: they come and go, as may its scheduler.

A task holds a few runs where they are short. What it needs travels with it and its results travel
back, so that workers need no folder in common, and nothing is kept at the scheduler. See decision
018.
"""

import contextlib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Self

import orjson

from ...errors import InputError, described
from ...json_forms import run_to_json
from ...store.appending import InUseError
from ...store.folder import Store
from ...store.handed_in import hand_in, whole_lines
from ...store.sealed_json import DamageError, FormatError
from ...trial import Run
from ..executor import Ending, WorkerEnded, WorkerLost
from ..local.pool import Isolation
from ..one_run import Done
from .attendant import attend
from .batches import Batches
from .connection import connected, quiet, threads
from .fitness import fitness
from .sources import Parcel, parcel

if TYPE_CHECKING:
    from distributed import Client, Future

EVERY = 1.0
"""The seconds between two counts of the workers, and between two attempts to reach a scheduler."""
PATIENCE = 600.0
"""The seconds for which a session waits for a scheduler that is gone."""
COALESCE = 0.02
"""The seconds for which more tasks are awaited once one has ended: they are dealt with at once."""


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


class Cluster:
    """Does runs on the workers of a Dask cluster, and keeps their files in the store."""

    def __init__(
        self, address: str, store: Store, *, limit: float, isolation: Isolation, session: str
    ) -> None:
        """Take in the address, which was checked, and the store into which the files go.

        `limit`: the seconds that each run may take. `session`: the id of the session of the runs.
        """
        self._address, self._store = address, store
        self._request: dict[str, Any] = {
            "session": session,
            "limit": limit,
            "isolation": isolation,
            "fitness": fitness(),
        }
        self._quiet = quiet()
        self._client: Client | None = None
        self._threads: dict[str, int] = {}
        self._unfit: dict[str, str] = {}
        """Why workers are given no run, by their addresses."""
        self._looked, self._lost = 0.0, 0.0
        """When the workers were last counted, and when the scheduler was lost."""
        self._fresh: deque[Attempt] = deque()
        """The attempts that wait to be sent."""
        self._tasks: dict[Attempt, Task | None] = {}
        """The tasks of all attempts; None: the attempt waits to be sent."""
        self._alone = set[Run]()
        """The runs whose worker was lost, or was lost with them: they travel alone from then on."""
        self._batches = Batches()
        self._parcels: dict[str, Parcel] = {}
        """What is sent of users' files, by their paths."""
        self._ended: SimpleQueue[tuple[Task, Future, str | bytes | BaseException]] = SimpleQueue()
        """What became of tasks, with Dask's word for it or their answers; other threads fill it."""

    def __enter__(self) -> Self:
        self._quiet.__enter__()
        try:
            self._client = connected(self._address)
            self._count()
        except OSError as error:
            self._quiet.__exit__(None, None, None)
            why = f"no scheduler answers at {self._address}: {described(error)}"
            raise InputError(why) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._tasks.clear()
        self._disconnect()
        self._quiet.__exit__(None, None, None)

    @property
    def room(self) -> int:
        """How many more runs can be submitted now."""
        return 0 if self._client is None else self._batches.room(self._fit) - len(self._tasks)

    @property
    def _fit(self) -> int:
        """How many threads there are of workers that are not known to be unfit."""
        return sum(n for worker, n in self._threads.items() if worker not in self._unfit)

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
        if not self._connect(until):
            return []
        self._send()
        endings = list[tuple[Attempt, Ending]]()
        with contextlib.suppress(Empty):
            endings += self._told(*self._ended.get(timeout=max(0.0, until - monotonic())))
            sleep(COALESCE)
            while True:
                endings += self._told(*self._ended.get_nowait())
        return endings

    def _connect(self, until: float) -> bool:
        """Tell whether there is a scheduler; connect again where it was lost, at most `until`."""
        now = monotonic()
        if self._client is not None:
            if self._client.status == "running" and now < self._looked + EVERY:
                return True
            with contextlib.suppress(OSError):
                if self._client.status == "running":
                    self._count()
                    return True
            self._lost = now
            self._disconnect()
        elif now >= self._looked + EVERY:
            self._looked = now
            with contextlib.suppress(OSError):
                self._client = connected(self._address, EVERY)
                self._count()
                return True
            self._disconnect()
        if now > self._lost + PATIENCE:
            raise InputError(
                f"no scheduler has answered at {self._address} for {PATIENCE:g} seconds; the same"
                " command goes on once there is one"
            )
        sleep(max(0.0, min(until - monotonic(), EVERY)))
        return False

    def _count(self) -> None:
        """Count the workers; raises OSError without a scheduler, InputError where none is fit."""
        assert self._client is not None
        self._threads, self._looked = threads(self._client), monotonic()
        unfit = {worker: self._unfit[worker] for worker in self._threads if worker in self._unfit}
        if unfit and len(unfit) == len(self._threads):
            worker, why = next(iter(unfit.items()))
            raise InputError(
                f"no worker of {self._address} is like this machine: {worker} has {why}"
            )

    def _disconnect(self) -> None:
        """Forget the client, and take all attempts back that are under way."""
        client, self._client = self._client, None
        self._threads = {}
        for task in {task for task in self._tasks.values() if task is not None}:
            self._take_back(task)
        if client is not None:
            with contextlib.suppress(OSError, RuntimeError):
                client.close(timeout=1)

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
        assert self._client is not None
        if not self._fit:
            return
        alone = [each for each in self._fresh if each.run in self._alone]
        others = [each for each in self._fresh if each.run not in self._alone]
        self._fresh.clear()
        under_way = len({*self._tasks.values()} - {None})
        parts = self._batches.parts(others, self._fit, under_way)
        fit = [worker for worker in self._threads if worker not in self._unfit]
        for attempts in [*([each] for each in alone), *parts]:
            task = Task(attempts)
            for each in attempts:
                self._tasks[each] = task
            task.future = future = self._client.submit(
                *(attend, self._asked(attempts)),
                pure=False,
                workers=fit if self._unfit else None,
                allow_other_workers=bool(self._unfit),  # those that have come since were not seen
            )
            future.add_done_callback(self._noting(task))

    def _asked(self, attempts: Iterable[Attempt]) -> bytes:
        """Return the request for some runs."""
        runs, parcels = list[dict[str, Any]](), dict[str, Mapping[str, Any]]()
        for each in attempts:
            asked, sent = run_to_json(each.run), dict[str, str]()
            for kind, identity in (("strategy", each.run.strategy), ("problem", each.run.problem)):
                if identity.path is not None:
                    if identity.path not in self._parcels:
                        self._parcels[identity.path] = parcel(identity.path)
                    found = self._parcels[identity.path]
                    sent[kind], parcels[found.digest] = found.digest, found.content
                    asked[kind]["path"] = None
            part = whole_lines(self._store.path(each.run)).decode()
            runs.append({"run": asked, "parcels": sent, "part": part})
        seconds = self._batches.seconds(self._fit)
        return orjson.dumps({**self._request, "seconds": seconds, "runs": runs, "parcels": parcels})

    def _noting(self, task: Task) -> Any:  # noqa: ANN401  # a callback
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

    def _told(
        self, task: Task, future: "Future", answer: str | bytes | BaseException
    ) -> list[tuple[Attempt, Ending]]:
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
        raise InputError(f"a worker of {self._address} can't do runs: {described(answer)}")

    def _killed(self, task: Task) -> list[tuple[Attempt, Ending]]:
        """Have the runs of a lost worker sent again one by one; one that was alone is lost."""
        self._alone.update(each.run for each in task.attempts)
        if len(task.attempts) > 1:
            self._take_back(task)
            return []
        (attempt,) = task.attempts
        del self._tasks[attempt]
        return [(attempt, WorkerLost(f"its worker at {self._address} was lost"))]

    def _answered(self, task: Task, answer: Mapping[str, Any]) -> list[tuple[Attempt, Ending]]:
        """Keep the files of the runs that a task has made; the others wait again."""
        if "unfit" in answer:
            if answer["worker"] not in self._unfit:
                self._unfit[answer["worker"]] = answer["unfit"]
                self._store.notices.append(
                    f"the worker {answer['worker']} was given no run: it has {answer['unfit']}"
                )
                self._looked = 0.0  # perhaps it was the last one
            self._take_back(task)
            return []
        self._batches.learn(answer["seconds"], len(answer["ended"]))
        endings = list[tuple[Attempt, Ending]]()
        for attempt, made in zip(task.attempts, answer["ended"], strict=False):
            if self._tasks.get(attempt) is task:
                del self._tasks[attempt]
                endings.append((attempt, self._kept(attempt.run, made)))
        self._take_back(task)
        return endings

    def _kept(self, run: Run, made: Mapping[str, Any]) -> Ending:
        """Keep the file of a run, and return how the run ended."""
        text = made.get("sealed") or made.get("part")
        if text:
            try:
                hand_in(self._store.path(run), run, text.encode())
            except (DamageError, FormatError, InUseError) as error:
                return Done(run, "incomplete", str(error))
        if "done" in made:
            return Done(run, **made["done"])
        return WorkerEnded(made["ended"]) if "ended" in made else WorkerLost(made["lost"])
