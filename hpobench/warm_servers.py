"""The fork servers of a session: one for ours, and one for each set of further imports."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

from . import fork_server, registry
from .errors import InputError
from .fork_server import Warden
from .preloading import imported, installed
from .process_tree import end_tree
from .surroundings import ENVIRONMENT
from .trial import Reference, Run

Modules: TypeAlias = tuple[str, ...]
MOST = 8
"""Servers for libraries and users' files; what they have imported takes memory."""
EVERYWHERE = {"hpobench", "numpy"}
"""What every cell has imported."""
WARM = (
    "hpobench.registry:strategies",
    "hpobench.registry:problems",
    "threadpoolctl:threadpool_info",  # it remembers where the libraries' files are
)
"""What is remembered by every process that calls it, and costs each a while."""
PATIENCE = 60.0
"""Seconds that a server has to import what it should."""


class WarmServers:
    """Starts servers when they are first needed, for the cells of a session."""

    def __init__(self, runs: Iterable[Run]) -> None:
        pairs = dict.fromkeys((run.strategy, run.problem) for run in runs)
        needs = {pair: _needed(*pair) for pair in pairs}
        self._ours = sorted({name for ours, _ in needs.values() for name in ours})
        self._others = {pair: others for pair, (_, others) in needs.items()}
        """By strategy and problem, what they need imported that ours don't."""
        self._servers: dict[Modules, _Server] = {}

    def modules(self, run: Run) -> Modules:
        """Return what tells the server of a cell from the one for ours alone."""
        return self._others[run.strategy, run.problem]

    def warden(self, modules: Modules, needed: Collection[Modules]) -> Warden:
        """Return a new warden of a process that has imported the modules.

        `needed`: the modules of cells that are being run, whose servers are kept. Raises OSError
        where no process can be started.
        """
        with contextlib.suppress(OSError):
            return Warden(self._server(modules, needed).path)
        self.close()  # a server may have been killed: once more with new ones
        return Warden(self._server(modules, needed).path)

    def close(self) -> None:
        """End all servers; the wardens that they have forked go on."""
        for server in reversed(self._servers.values()):  # the first is the parent of the others
            server.close()
        self._servers.clear()

    def _server(self, modules: Modules, needed: Collection[Modules]) -> "_Server":
        if () not in self._servers:
            self._servers[()] = _Server(self._ours)
        if modules not in self._servers:
            spare = [key for key in self._servers if key and key not in needed]
            if len(self._servers) > MOST and spare:
                self._servers.pop(spare[0]).close()
            self._servers[modules] = _Server(modules, self._servers[()])
        server = self._servers[modules]
        return server if server.clean else self._servers[()]


class _Server:
    """A fork server of ours: a program, or a process forked from another one that imports more."""

    def __init__(self, modules: Sequence[str], parent: "_Server | None" = None) -> None:
        self._folder = tempfile.mkdtemp(prefix="hpobench-")
        self.path = Path(self._folder) / "server"
        self._program: subprocess.Popen[bytes] | None = None
        if parent is None:
            ours, theirs = socket.socketpair()
            arguments = (theirs.fileno(), str(self.path), ["hpobench.cell", *modules], WARM)
            self._program = subprocess.Popen(  # noqa: S603  # ours
                [sys.executable, "-c", _CODE.format(path=sys.path, arguments=arguments)],
                env=os.environ | ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            theirs.close()
            self._owner: Connection = Connection(ours.detach())
            self._warden: fork_server.Warden | None = None
        else:
            self._warden = fork_server.Warden(parent.path)
            self._warden.start("hpobench.fork_server:serve", [str(self.path), list(modules), []])
            self._owner = self._warden.connection
        self.clean = self._ready()
        """Whether it has no thread but its own: what is forked from one that has may hang."""

    def _ready(self) -> bool:
        try:
            if not self._owner.poll(PATIENCE):
                return False
            return bool(json.loads(self._owner.recv_bytes()).get("threads") == 1)
        except (EOFError, OSError):
            return False

    def close(self) -> None:
        """End the server; the wardens that it has forked go on."""
        if self._warden is not None:
            self._warden.stop()
        else:
            self._owner.close()
        if self._program is not None:
            try:
                self._program.wait(fork_server.PATIENCE)
            except subprocess.TimeoutExpired:
                end_tree(self._program.pid)
                self._program.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


_CODE = (
    "import sys\nsys.path[:] = {path}\nfrom hpobench.fork_server import main\nmain(*{arguments})"
)


def _needed(strategy: Reference, problem: Reference) -> tuple[Modules, Modules]:
    """Return the modules of ours that cells need, and the others: of libraries and users' files."""
    try:
        proposing = registry.resolve_strategy(strategy)
        evaluating = registry.resolve_problem(problem)
    except InputError:  # the cell will say so
        return (), ()
    sources = [each for each in (proposing.source, evaluating.source) if each is not None]
    others = {name for text in sources for name in installed(imported(text))} - EVERYWHERE
    ours = {registry.module_of(evaluating.item)}
    wraps = proposing.item.library is not None and not proposing.absent
    (others if wraps else ours).add(type(proposing.item).__module__)
    return tuple(sorted(ours)), tuple(sorted(others))
