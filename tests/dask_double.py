"""A stand-in for the package `distributed`, so that the executor can be tested without a cluster.

Its client makes a task in this process as soon as it is submitted. A task whose number is in
`losses` ends otherwise, as Dask's would: its worker is lost, or the scheduler has forgotten it.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Self

import orjson
import pytest

from hpobench import Run
from hpobench.errors import InputError
from hpobench.experiment.dask import attendant
from hpobench.experiment.executor import Ending
from hpobench.experiment.one_run import perform_run

KILLED, FORGOTTEN, BROKEN = "killed", "cancelled", "broken"


class KilledWorkerError(Exception):
    """Stands for Dask's KilledWorker."""


class Double:
    """What a test wants of the stand-in, and what it has seen."""

    def __init__(self) -> None:
        self.losses: dict[int, str] = {}
        self.workers = {"tcp://one": 1, "tcp://two": 1}
        self.clients = list[Client]()
        self.reachable = True
        self.sizes = list[int]()
        """How many runs each task held."""
        self.parts = list[str]()
        """What was sent of the earlier attempts of runs."""
        self.restrictions = list[list[str] | None]()
        self.wanted = True
        """Whether a worker finds that its task is still wanted."""
        self.refusals = 0
        """How many runs the pools of workers can't begin."""
        self.cancelled = list[Run]()


class Future:
    """A task that has ended by the time that its future is returned."""

    def __init__(self, client: "Client", status: str, answer: bytes | Exception | None) -> None:
        self.client, self.status, self.answer = client, status, answer
        self.released = False

    def add_done_callback(self, called: Callable[["Future"], None]) -> None:
        called(self)

    def exception(self) -> object:
        return self.answer

    def release(self) -> None:
        self.released = True


class Client:
    """Stands for Dask's Client."""

    def __init__(self, double: Double, address: str) -> None:
        if not double.reachable:
            raise OSError("Timed out")
        self.double, self.address, self.status = double, address, "running"
        self.scheduler = SimpleNamespace(ncores=lambda: double.workers)
        self.loop = SimpleNamespace(add_callback=lambda fetch: asyncio.run(fetch()))
        double.clients.append(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sync(self, asked: Callable[[], Mapping[str, int]], **_: object) -> Mapping[str, int]:
        if not self.double.reachable:
            raise OSError("the connection is closed")
        return asked()

    def submit(
        self,
        function: Callable[[bytes], bytes],
        request: bytes,
        *,
        workers: list[str] | None,
        **_: object,
    ) -> Future:
        double, asked = self.double, orjson.loads(request)
        loss = double.losses.get(len(double.sizes))
        double.sizes.append(len(asked["runs"]))
        double.restrictions.append(workers)
        double.parts += [each["part"] for each in asked["runs"]]
        if loss == KILLED:
            return Future(self, "error", KilledWorkerError())
        if loss == BROKEN:
            return Future(self, "error", ModuleNotFoundError("No module named 'hpobench'"))
        if loss is not None:
            return Future(self, loss, None)
        return Future(self, "finished", function(request))

    async def gather(self, future: Future, **_: object) -> object:
        return future.answer

    def close(self, **_: object) -> None:
        self.status = "closed"


class InProcess:
    """Stands for the pool of local processes: it makes runs in this process."""

    double = Double()
    room = 1

    def __init__(self, runs: Sequence[Run], folder: Path, *, session: str, **_: object) -> None:
        self._folder, self._session, self._ended = folder, session, list[tuple[Any, Ending]]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.clear()

    def submit(self, run: Run) -> object:
        if self.double.refusals:
            self.double.refusals -= 1
            raise InputError("a process for a run can't be started: no memory")
        attempt = SimpleNamespace(run=run, cancel=lambda: self.double.cancelled.append(run))
        self._ended.append((attempt, perform_run(run, self._folder, session=self._session)))
        return attempt

    def wait(self, seconds: float) -> list[tuple[Any, Ending]]:
        ended, self._ended = self._ended, []
        return ended if self.double.wanted else []


class Tasks(dict[str, Any]):
    """The tasks of a worker, as its state has them."""

    def __init__(self, double: Double) -> None:
        super().__init__(task=None)
        self._double = double

    def __getitem__(self, key: str) -> SimpleNamespace:
        return SimpleNamespace(state="executing" if self._double.wanted else "cancelled")


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Double:
    """Put the stand-in in the place of Dask, and return it."""
    made = Double()
    distributed = ModuleType("distributed")
    worker = SimpleNamespace(
        address="tcp://one",
        get_current_task=lambda: "task",
        state=SimpleNamespace(tasks=Tasks(made)),
    )
    vars(distributed).update(
        Client=lambda address, **_: Client(made, address),
        KilledWorker=KilledWorkerError,
        Security=lambda: SimpleNamespace(require_encryption=False),
        get_worker=lambda: worker,
    )
    monkeypatch.setitem(sys.modules, "distributed", distributed)
    monkeypatch.setattr(attendant, "Pool", InProcess)
    monkeypatch.setattr(InProcess, "double", made)
    return made
