"""The pool of processes that do runs, and how far runs are isolated from each other."""

import contextlib
import signal
from collections.abc import Collection, Iterable, Mapping
from itertools import count
from multiprocessing.connection import wait
from pathlib import Path
from time import monotonic
from typing import Literal, Self, TypeAlias, get_args

from ...errors import InputError
from ...json_forms import run_to_json
from ...processes import fork_server
from ...processes.fork_server import Warden
from ...processes.memory import kills
from ...processes.process_tree import ended
from ...processes.spawned import Spawned
from ...processes.temporary_folders import HeldFolder, remove_abandoned, unmade
from ...trial import Run
from ..executor import Ending, WorkerEnded, WorkerLost
from ..one_run import Done, too_long
from .process import Process, begun
from .trial_watch import TrialWatch
from .warm_servers import Modules, Say, WarmServers
from .worker import follow, work

Isolation: TypeAlias = Literal["forked", "shared", "spawned"]
"""How runs are kept apart. forked: each run has a clean process, forked from one that has run
nothing. shared: several runs follow each other in a process, whose global state is put back.
spawned: each run has a new interpreter."""
ISOLATIONS: tuple[Isolation, ...] = get_args(Isolation)
WORK = f"{work.__module__}:{work.__name__}"
"""The job that does a run, as fork servers are told it."""


def usual_isolation() -> Isolation:
    """Return how runs are kept apart on this system by default."""
    return "forked" if fork_server.AVAILABLE else "shared"


def _unsaid(_: str) -> None:
    """Say nothing, where nobody waits."""


class Attempt:
    """A run that is being done by a process."""

    def __init__(
        self, pool: "Pool", run: Run, process: Process, deadline: float, watch: TrialWatch | None
    ) -> None:
        self.run = run
        self.process = process
        self.watch = watch
        """Tells which trial is over the limit; None: trials have no limit."""
        self.over = set[int]()
        """The trials that were over the limit; they are not evaluated again."""
        self.deadline = deadline
        """The time on the monotonic clock at which the run must have ended."""
        self.found = False
        """Whether its process has told that the strategy and the problem are imported."""
        self.told: Done | WorkerLost | None = None
        """What the process told at the end of the run; None: nothing yet."""
        self.kills = kills()
        """How many processes were killed for lack of memory before; None: nobody counts."""
        self._pool = pool

    def cancel(self) -> None:
        """Give the attempt up: its process is killed with everything that it has started."""
        self._pool.abandon(self)

    def forget(self) -> None:
        """Remove what the attempt has shared with its process, which has ended."""
        if self.watch is not None:
            self.watch.close()

    def after_death(self, code: int) -> Ending:
        """Return how an attempt ended whose process ended and did not tell it.

        A signal may come from outside, for example when memory is short. An exit code is the run's
        own doing, unless an import ended the process, which it did not when the run was planned.
        """
        if code < 0:
            return self._lost(f"its process was killed {ended(code)}")
        if self.found:
            return WorkerEnded(f"its process ended before the run did, {ended(code)}")
        what = "before its strategy and its problem were imported"
        return Done(self.run, "incomplete", f"its process ended {what}, {ended(code)}")

    def hear(self, how: str) -> None:
        """Take in that a process which the run needs was lost."""
        self.told = self._lost(how)

    def _lost(self, how: str) -> WorkerLost:
        """Return how a worker was lost, and whether memory was short."""
        if "SIGKILL" not in how:
            return WorkerLost(how)
        before, now = self.kills, kills()
        if before is not None and now is not None and now > before:
            return WorkerLost(f"{how}: the system was out of memory")
        return WorkerLost(f"{how}, perhaps for lack of memory")


class Pool:
    """Does runs in processes of this machine, and keeps processes that can be used again."""

    def __init__(
        self,
        runs: Iterable[Run],
        folder: Path,
        *,
        jobs: int,
        limit: float,
        trial_limit: float | None = None,
        memory: int | None = None,
        isolation: Isolation | None = None,
        session: str = "",
        say: Say = _unsaid,
    ) -> None:
        """Take in the runs that will be submitted, and the folder of their results.

        `jobs`: how many runs are done at the same time. `limit`: the seconds that each may take.
        `trial_limit`: the seconds that a trial may take; None: as many as its run. `memory`: the
        bytes that each process of a run may take beyond what it begins with; None: all that there
        are. `isolation`: None for the usual one. `session`: the id of the session of the runs.
        `say`: tells a person what is waited for, where a process takes long to begin.
        """
        self._request = {"folder": str(folder.absolute()), "session": session, "memory": memory}
        self._trial_limit = trial_limit
        self._clocks: HeldFolder | None = None
        """The folder of what workers share to have their trials limited; None: nothing is."""
        self._numbers = count()
        self._isolation = isolation or usual_isolation()
        self._jobs, self._limit = jobs, limit
        self._servers = WarmServers(runs, say, limit)
        self._wardens: dict[Modules, list[Warden]] = {}
        """The wardens that have no run now, by the modules that their server has imported."""
        self._spawned = list[Spawned]()
        """The spawned processes that have no run now."""
        self._busy: dict[Attempt, Modules] = {}

    def __enter__(self) -> Self:
        remove_abandoned()
        if self._trial_limit is not None:
            try:
                self._clocks = HeldFolder()
            except OSError as error:
                raise InputError(unmade(error)) from error
        return self

    def __exit__(self, *_: object) -> None:
        for attempt in list(self._busy):
            self.abandon(attempt)
        idle: list[Process] = [*self._spawned]
        for wardens in self._wardens.values():
            idle += wardens
        for process in idle:
            process.stop()
        self._servers.close()
        if self._clocks is not None:
            self._clocks.close()

    @property
    def room(self) -> int:
        """How many more runs can be submitted now."""
        return self._jobs - len(self._busy)

    def submit(self, run: Run) -> Attempt:
        """Begin a run; raises InputError where no process can be started."""
        watch = None
        try:
            if self._clocks is not None and self._trial_limit is not None:
                path = self._clocks.path / str(next(self._numbers))
                watch = TrialWatch(path, self._trial_limit)
        except OSError as error:
            raise InputError(unmade(error)) from error
        process, modules = self._started(run, watch, ())
        attempt = Attempt(self, run, process, monotonic() + self._limit, watch)
        self._busy[attempt] = modules
        return attempt

    def wait(self, seconds: float) -> list[tuple[Attempt, Ending]]:
        """Wait for messages, and return the runs that have ended."""
        ready = set(wait([sign for each in self._busy for sign in each.process.signs], seconds))
        found = [(each, self._ending(each, ready)) for each in list(self._busy)]
        return [(attempt, ending) for attempt, ending in found if ending is not None]

    def abandon(self, attempt: Attempt) -> None:
        """Kill a run's process with all that it has started, unless the run has ended."""
        if self._busy.pop(attempt, None) is not None:
            attempt.process.stop()
            attempt.forget()

    def _ending(self, attempt: Attempt, ready: Collection[object]) -> Ending | None:
        """Return how a run has ended, by its message or its time; None: it has not."""
        if any(sign in ready for sign in attempt.process.signs):
            return self._told(attempt)
        if monotonic() > attempt.deadline:
            self.abandon(attempt)
            return Done(attempt.run, "incomplete", too_long(self._limit))
        trial = None if attempt.watch is None else attempt.watch.overdue()
        if trial is not None:
            self._without(attempt, trial)
        return None

    def _without(self, attempt: Attempt, trial: int) -> None:
        """Have another process go on with a run, without a trial that is over the limit."""
        assert attempt.watch is not None
        attempt.process.stop()
        if attempt.watch.was_begun_anew():
            attempt.over.clear()
        attempt.watch.reset()
        attempt.over.add(trial)
        attempt.found = False
        attempt.process, _ = self._started(attempt.run, attempt.watch, attempt.over)

    def _started(
        self, run: Run, watch: TrialWatch | None, over: Collection[int]
    ) -> tuple[Process, Modules]:
        """Start a run in a process, and return the modules that its server has imported.

        `over`: the trials that were over the limit. Raises InputError.
        """
        request: dict[str, object] = {**self._request, "run": run_to_json(run), "trials": None}
        if watch is not None:
            limit = self._trial_limit
            request["trials"] = {"path": str(watch.path), "limit": limit, "over": sorted(over)}
        try:
            if self._isolation != "forked":
                return self._another(request), ()
            modules, elsewhere = self._servers.modules(run), self._servers.elsewhere(run)
            request["elsewhere"] = None if elsewhere is None else str(elsewhere)
            return self._forked(modules, request), modules
        except OSError as error:
            raise InputError(f"a process for a run can't be started: {error}") from error

    def _told(self, attempt: Attempt) -> Ending | None:
        """Receive a message, and return how the run has ended; None: it has not."""
        message = attempt.process.receive()
        if message is None:
            self.abandon(attempt)
            return attempt.told or attempt.after_death(-signal.SIGKILL)
        if "unwritable" in message:
            raise InputError(message["unwritable"])
        if "found" in message:
            attempt.found = True
        elif "done" in message:
            attempt.told = Done(attempt.run, **message["done"])
        elif "lost" in message:
            attempt.hear(message["lost"])
        else:
            code = message["exit"]
            self._take_back(attempt, retire=code < 0 or message.get("retire", False))
            return attempt.told or attempt.after_death(code)
        return None

    def _take_back(self, attempt: Attempt, *, retire: bool) -> None:
        """Keep the process of a run that has ended for another run, or `retire` it."""
        modules, process = self._busy.pop(attempt), attempt.process
        attempt.forget()
        if retire:
            process.stop()
        elif isinstance(process, Warden):
            self._wardens.setdefault(modules, []).append(process)
        elif isinstance(process, Spawned):
            self._spawned.append(process)

    def _another(self, request: Mapping[str, object]) -> Spawned:
        """Start a run in a spawned process that has no run, or in a new one."""
        process = begun(self._spawned, lambda each: each.send(request))
        if process is None:
            process = Spawned(follow, self._isolation == "shared")
            with contextlib.suppress(OSError):  # `wait` finds out how it has ended
                process.send(request)
        return process

    def _forked(self, modules: Modules, request: Mapping[str, object]) -> Warden:
        """Start a run with a warden that has no run, or with a new one."""
        warden = begun(self._wardens.get(modules, []), lambda each: each.start(WORK, [request]))
        if warden is None:
            warden = self._servers.warden(modules, self._busy.values())
            warden.start(WORK, [request])
        return warden
