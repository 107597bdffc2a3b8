"""The fork servers of a session: one for hpobench's own modules, and more for other imports."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Any, TypeAlias

from ...errors import InputError
from ...hosting import environments
from ...hosting.client import importing
from ...processes import fork_server
from ...processes.environment_variables import allowed, for_runs
from ...processes.fork_server import Warden, connected
from ...processes.preloading import START, imported, installed
from ...processes.process_tree import end_tree
from ...registry import finding
from ...registry.entry import Entry, Kind_co
from ...registry.neighbours import text_of
from ...registry.ours import module_of
from ...trial import Identity, Run

Modules: TypeAlias = tuple[str, ...]
MOST = 8
"""The most servers for libraries and users' files, since what they import takes memory."""
EVERYWHERE = {"hpobench", "numpy"}
"""The packages that every process for runs has imported."""
WARM = (
    "hpobench.registry.ours:strategies",
    "hpobench.registry.ours:problems",
    "hpobench.library:load_blas",
    "threadpoolctl:threadpool_info",  # it remembers where the libraries' files are
)
"""The functions that take a while when a process first calls them, and then remember."""
EVERY = 60.0
"""The seconds after each of which it is said that a server still imports its modules."""
PATIENCE = 600.0
"""The seconds that a server may at least import its modules, however short runs are."""
Say: TypeAlias = Callable[[str], None]
"""Tells a person what is waited for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a server is waited for that imports its modules."""

    say: Say
    patience: float
    """The seconds after which it is ended; a run that needs it then imports by itself."""


class WarmServers:
    """Starts the servers for the runs of a session, each when it is first needed."""

    def __init__(self, runs: Iterable[Run], say: Say, limit: float) -> None:
        """Take in the runs that are known, and what tells that a server is waited for.

        `limit`: the seconds that a run may take, and so a server, but that it has PATIENCE.
        """
        self._waiting = Waiting(say, max(limit, PATIENCE))
        self._ours = set[str]()
        """The modules of hpobench's own that runs need."""
        self._others: dict[tuple[Identity, Identity], Modules] = {}
        """The modules that a strategy and a problem need beside hpobench's own."""
        self._lacking: dict[Identity, tuple[str, str]] = {}
        for run in runs:
            self._learn(run)
        self._servers: dict[Modules, _Server] = {}
        self._elsewhere: dict[str, _Server] = {}
        """The servers in environments of libraries, by the name of the library."""

    def modules(self, run: Run) -> Modules:
        """Return the modules, beside hpobench's own, that the server of a run has imported.

        The run may be none of those that were announced.
        """
        self._learn(run)
        return self._others[run.strategy, run.problem]

    def elsewhere(self, run: Run) -> Path | None:
        """Return where a server listens in the environment of the strategy's library.

        None: the library has no environment, or its server can't be forked safely.
        """
        library, module = self._lacking[run.strategy]
        found = environments.find(library) if library else None
        if found is None:
            return None
        server = self._elsewhere.get(library)
        if server is None or not server.runs:  # a server may have been killed
            server = self._elsewhere[library] = _far(found.python, module, self._waiting)
        return server.path if server.clean else None

    def warden(self, modules: Modules, needed: Collection[Modules]) -> Warden:
        """Return a new warden of a server that has imported the modules.

        `needed`: the modules of the runs that are being done; their servers are kept. Raises
        OSError where no process can be started.
        """
        with contextlib.suppress(OSError):
            return connected(self._server(modules, needed).path)
        self.close()  # a server may have been killed, so new ones are tried once
        return connected(self._server(modules, needed).path)

    def close(self) -> None:
        """End all servers; the wardens that they have forked go on."""
        for server in (*reversed(self._servers.values()), *self._elsewhere.values()):
            server.close()  # in this order the first one, their parent, is closed after the others
        self._servers.clear()
        self._elsewhere.clear()

    def _learn(self, run: Run) -> None:
        """Find out what a run needs, unless that is known."""
        pair = (run.strategy, run.problem)
        if pair not in self._others:
            ours, self._others[pair] = _needed(*pair)
            self._ours.update(ours)
            self._lacking[run.strategy] = _lacking(run.strategy)

    def _environment(self) -> Mapping[str, str]:
        """Return the environment variables that runs see.

        They see all of them where a user's file, which may need any, is among them.
        """
        own = any(each.path is not None for pair in self._others for each in pair)
        return os.environ | for_runs() if own else allowed()

    def _server(self, modules: Modules, needed: Collection[Modules]) -> "_Server":
        """Return the server of the modules; where there are too many, another one is closed."""
        if () not in self._servers:
            self._servers[()] = _own(sorted(self._ours), self._environment(), self._waiting)
        if modules not in self._servers:
            spare = [key for key in self._servers if key and key not in needed]
            if len(self._servers) > MOST and spare:
                self._servers.pop(spare[0]).close()
            self._servers[modules] = _forked(self._servers[()], modules, self._waiting)
        server = self._servers[modules]
        return server if server.clean else self._servers[()]


class _Server:
    """A fork server of this session."""

    def __init__(
        self,
        owner: Connection,
        process: "subprocess.Popen[bytes] | Warden",
        modules: Sequence[str],
        waiting: Waiting,
    ) -> None:
        """Take in the connection to a server that was started, and wait until it listens.

        `modules`: what it imports before.
        """
        self._owner, self._process = owner, process
        ready = self._ready(modules, waiting)
        self.path = Path(ready.get("path", os.devnull))
        """Where the server listens; a path where nobody listens if it could not be started."""
        self.clean = ready.get("threads") == 1
        """Whether the server has one thread; a process that is forked from several may hang."""

    def _ready(self, modules: Sequence[str], waiting: Waiting) -> dict[str, Any]:
        """Return what the server tells when it listens; nothing where it ends, or is ended."""
        began, left = monotonic(), waiting.patience
        try:
            while not self._owner.poll(min(EVERY, left)):
                passed = monotonic() - began
                left = waiting.patience - passed
                if left <= 0:
                    self.close()
                if left <= 0 or not self.runs:
                    return {}
                packages = ", ".join(sorted({each.partition(".")[0] for each in modules}))
                waiting.say(f"a process still imports {packages}, for {passed:.0f} s now")
            content = json.loads(self._owner.recv_bytes())
        except (EOFError, OSError):
            return {}
        return content if isinstance(content, dict) else {}

    @property
    def runs(self) -> bool:
        """Whether the server has not ended; of one that was forked, that is not known."""
        return isinstance(self._process, Warden) or self._process.poll() is None

    def close(self) -> None:
        """End the server; the wardens that it has forked go on."""
        if isinstance(self._process, Warden):
            self._process.stop()
        else:
            self._owner.close()
            try:
                self._process.wait(fork_server.PATIENCE)
            except subprocess.TimeoutExpired:
                end_tree(self._process.pid)
                self._process.wait()


def _own(modules: Sequence[str], environment: Mapping[str, str], waiting: Waiting) -> _Server:
    """Start a server of this interpreter, at first with the first `sys.path`, then the present."""
    code = (
        f"import sys\nsys.path[:] = {list(START)}\n"
        "from hpobench.processes.fork_server import main\n"
        f"sys.path[:] = {sys.path}\n"
    )
    modules = ["hpobench.experiment.local.worker", *modules]
    return _program([sys.executable, "-c"], code, modules, WARM, environment, waiting=waiting)


def _far(python: str, module: str, waiting: Waiting) -> _Server:
    """Start a server of another interpreter, which imports a module that wraps a library."""
    code = "from hpobench.processes.fork_server import main\n"
    modules = ["hpobench.hosting.server", module]
    return _program(importing(python), code, modules, (), allowed(), waiting=waiting)


def _program(
    command: Sequence[str],
    code: str,
    modules: Sequence[str],
    warm: Sequence[str],
    environment: Mapping[str, str],
    *,
    waiting: Waiting,
) -> _Server:
    """Start a server as a program of its own."""
    ours, theirs = socket.socketpair()
    with theirs:
        arguments = (theirs.fileno(), list(modules), list(warm))
        program = subprocess.Popen(  # noqa: S603  # ours
            [*command, f"{code}main(*{arguments!r})"],
            env=environment,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    return _Server(Connection(ours.detach()), program, modules, waiting)


def _forked(parent: _Server, modules: Modules, waiting: Waiting) -> _Server:
    """Have a server forked from another one; raises OSError where the other one has ended."""
    warden = connected(parent.path)
    warden.start("hpobench.processes.fork_server:serve", [list(modules), []])
    return _Server(warden.connection, warden, modules, waiting)


def _lacking(strategy: Identity) -> tuple[str, str]:
    """Return the library that a strategy of ours lacks, and the module that wraps it.

    Both are empty where it lacks none.
    """
    item = _ours(strategy, finding.resolve_entrant)
    if item is None or item.library is None or item.library.installed():
        return "", ""
    return item.library.name, type(item).__module__


def _needed(strategy: Identity, problem: Identity) -> tuple[Modules, Modules]:
    """Return hpobench's own modules that runs need, and the modules of libraries that they need.

    No user's file is run for this: it was run when the session was planned, and may have changed.
    """
    others, ours = _imported(strategy.path) | _imported(problem.path), set[str]()
    evaluating = _ours(problem, finding.resolve_problem)
    if evaluating is not None:
        ours.add(module_of(evaluating))
    proposing = _ours(strategy, finding.resolve_entrant)
    if proposing is not None and (proposing.library is None or proposing.library.installed()):
        (others if proposing.library else ours).add(type(proposing).__module__)
    return tuple(sorted(ours)), tuple(sorted(others))


def _ours(identity: Identity, resolve: Callable[[Identity], Entry[Kind_co]]) -> Kind_co | None:
    """Return a strategy or problem of ours; None: it is a user's, or can't be found any more."""
    try:
        return resolve(identity).item if identity.path is None else None
    except InputError:  # the run will say so
        return None


def _imported(path: str | None) -> set[str]:
    """Return the installed modules that a user's file imports; none if the file can't be read."""
    try:
        text = "" if path is None else text_of(path)
    except InputError:  # the run will say so
        return set()
    return set(installed(imported(text))) - EVERYWHERE
