"""The processes that cells run in, and how far each cell is kept apart from the others."""

import contextlib
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Literal, Protocol, Self, TypeAlias, get_args

from ..processes import fork_server
from ..processes.fork_server import Warden
from ..processes.temporary_folders import remove_abandoned
from ..trial import Run
from .cell import Done, run_to_json, work
from .spawned import Spawned
from .warm_servers import Modules, WarmServers

Isolation: TypeAlias = Literal["forked", "shared", "spawned"]
"""forked: each cell has a clean process, forked from one that has run nothing; shared: cells follow
each other in one process, whose global state is put back; spawned: each has a new interpreter."""
ISOLATIONS: tuple[Isolation, ...] = get_args(Isolation)
WORK = f"{work.__module__}:{work.__name__}"


def usual_isolation() -> Isolation:
    """Return how cells are kept apart on this system unless it is said."""
    return "forked" if fork_server.AVAILABLE else "shared"


class Process(Protocol):
    """A process that does one cell at a time."""

    connection: Connection
    """Where its messages come from."""

    def receive(self) -> dict[str, Any] | None:
        """Return its next message, waiting for it; None: it was killed."""
        ...

    def stop(self) -> None:
        """Kill it with all that it has started."""
        ...


class Attempt:
    """A cell that is being run."""

    def __init__(self, run: Run, process: Process, deadline: float) -> None:
        self.run = run
        self.process = process
        self.deadline = deadline
        """When it has to have ended, on the monotonic clock."""
        self.found = False
        """Whether it has said that its strategy and its problem are there."""
        self.done: Done | None = None
        """What it said at its end."""


class Pool:
    """Starts cells on processes, and keeps those that can be used again."""

    def __init__(
        self,
        runs: Iterable[Run],
        folder: Path,
        *,
        session: str,
        isolation: Isolation,
        limit: float,
    ) -> None:
        self._request = {"folder": str(folder.absolute()), "session": session}
        self._isolation = isolation
        self.limit = limit
        """Seconds that a cell may take."""
        self._servers = WarmServers(runs)
        self._wardens: dict[Modules, list[Warden]] = {}
        """Those without a cell."""
        self._spawned = list[Spawned]()
        """Those without a cell."""
        self._busy: dict[Attempt, Modules] = {}

    def __enter__(self) -> Self:
        remove_abandoned()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for attempt in list(self._busy):
            self.abandon(attempt)
        idle: list[Process] = [*self._spawned]
        for wardens in self._wardens.values():
            idle += wardens
        for process in idle:
            process.stop()
        self._servers.close()

    def start(self, run: Run) -> Attempt:
        """Begin a cell; raises OSError where no process can be started."""
        request: dict[str, object] = {**self._request, "run": run_to_json(run)}
        modules: Modules = ()
        process: Process
        if self._isolation == "forked":
            modules, elsewhere = self._servers.modules(run), self._servers.elsewhere(run)
            request["elsewhere"] = None if elsewhere is None else str(elsewhere)
            process = self._forked(modules, request)
        else:
            lasting = self._isolation == "shared"
            process = self._spawned.pop() if self._spawned else Spawned(lasting=lasting)
            process.start(request)
        attempt = Attempt(run, process, monotonic() + self.limit)
        self._busy[attempt] = modules
        return attempt

    def finish(self, attempt: Attempt, *, retire: bool) -> None:
        """Take back the process of a cell that has ended; one to be retired does no other."""
        modules, process = self._busy.pop(attempt), attempt.process
        if retire:
            process.stop()
        elif isinstance(process, Warden):
            self._wardens.setdefault(modules, []).append(process)
        elif isinstance(process, Spawned):
            self._spawned.append(process)

    def abandon(self, attempt: Attempt) -> None:
        """Kill a cell's process with all that it has started."""
        del self._busy[attempt]
        attempt.process.stop()

    def _forked(self, modules: Modules, request: Mapping[str, object]) -> Warden:
        """Start a cell with a warden that has none, or with a new one."""
        idle = self._wardens.get(modules, [])
        while idle:
            with contextlib.suppress(OSError):  # one that was killed
                warden = idle.pop()
                warden.start(WORK, [request])
                return warden
        warden = self._servers.warden(modules, self._busy.values())
        warden.start(WORK, [request])
        return warden
