"""Processes that are clean and warm: each is forked from one that has imported and run nothing.

A server imports what jobs will need and then only waits. For whoever connects it forks a warden.
The warden does one job at a time, each in a process that it forks, as clean as itself. When that
process ends, or the one who asked for it is gone, the warden kills all that the job has started and
removes its temporary files; then it says how the job ended. A warden depends on the one who asked,
not on the server. This needs Linux: other systems don't let a process inherit orphans.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from ..guards import CtrlC, told_apart
from .fork_client import near
from .preloading import preload
from .process_tree import die_with_parent, end_children, inherit_orphans
from .temporary_folders import HeldFolder

AVAILABLE = sys.platform == "linux"
TICK = 0.5
"""Seconds between two looks at wardens that were killed."""
SHORT = 0.01
"""Seconds between two looks at wardens that are about to end."""
PATIENCE = 10.0
"""Seconds that a job has to end once nobody wants it."""


class Warden:
    """The end of a connection over which jobs are done, one at a time."""

    def __init__(self, link: socket.socket, process: int | None = None) -> None:
        """Take the end of the link at whose other end a warden is.

        `process`: its id where it is a child of this process; None: it is another one's.
        """
        self._link, self._process = link, process
        self.connection = Connection(os.dup(link.fileno()))
        self.signs = (self.connection,)
        """What is ready when there is something to receive."""

    def start(self, function: str, arguments: Sequence[object], files: Sequence[int] = ()) -> None:
        """Start `function` ("module:name") with a connection to here and JSON arguments.

        `files`: descriptors that become its standard input, output and error; empty: those of the
        server. Raises OSError where the warden is gone.
        """
        request = {"function": function, "arguments": arguments, "files": len(files)}
        self.connection.send_bytes(json.dumps(request).encode())
        if files:
            socket.send_fds(self._link, [b"f"], files)

    def receive(self) -> dict[str, Any] | None:
        """Return the next message, waiting for it: the job's own, or its end as {"exit": code}.

        None: the warden itself was killed, and the job with it.
        """
        try:
            message: dict[str, Any] = json.loads(self.connection.recv_bytes())
        except (EOFError, OSError):
            return None
        return message

    def stop(self) -> None:
        """Kill the job, if any, with all that it has started, and wait for that."""
        with contextlib.suppress(OSError):
            self._link.shutdown(socket.SHUT_WR)
            while self.connection.poll(PATIENCE) and self.receive() is not None:
                pass
        self._link.close()
        self.connection.close()
        if self._process is not None:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._process, 0)


def connected(server: Path) -> Warden:
    """Return a warden of a server that listens at a path; raises OSError where none does."""
    link = socket.socket(socket.AF_UNIX)
    try:
        with near(str(server)) as reached:
            link.connect(reached)
    except OSError:
        link.close()
        raise
    return Warden(link)


def forked() -> Warden:
    """Return a warden that is forked from this process: it does jobs in copies of it."""
    ours, theirs = socket.socketpair()
    process = os.fork()
    if process == 0:
        try:
            os.setsid()  # a signal for all that a terminal runs is for this process's parent
            ours.close()
            _watch(theirs)
        finally:
            os._exit(1)
    theirs.close()
    return Warden(ours, process)


def serve(owner: Connection, modules: Sequence[str], warm: Sequence[str]) -> None:
    """Import modules, tell the owner where to connect, and fork a warden for whoever does.

    It ends when its owner does. `warm`: functions ("module:name") that are called beforehand.
    """
    preload(modules)
    for each in warm:
        _function(each)()
    inherit_orphans()
    gc.collect()
    gc.freeze()  # collecting garbage must not copy the pages that are shared
    folder, wardens = HeldFolder(), set[int]()
    path = str(folder.path / "server")
    with socket.socket(socket.AF_UNIX) as listener:
        with near(path) as reached:
            listener.bind(reached)
        listener.listen(64)
        ready = {"path": path, "threads": threading.active_count()}
        with contextlib.suppress(BrokenPipeError):  # if the owner is gone, nobody will connect
            owner.send_bytes(json.dumps(ready).encode())
        _listen(listener, owner, wardens)
    folder.close()
    while wardens:  # they end when those who asked for them do
        _collect(wardens)
        time.sleep(SHORT)


def _listen(listener: socket.socket, owner: Connection, wardens: set[int]) -> None:
    """Fork wardens until the owner is gone."""
    while True:
        ready, _, _ = select.select([listener.fileno(), owner.fileno()], [], [], TICK)
        _collect(wardens)
        if owner.fileno() in ready:
            return
        if listener.fileno() in ready:
            link, _ = listener.accept()
            warden = os.fork()
            if warden == 0:
                listener.close()
                owner.close()
                _watch(link)
            wardens.add(warden)
            link.close()


def main(descriptor: int, modules: Sequence[str], warm: Sequence[str]) -> None:
    """Serve as a program of its own, whose owner holds the other end of a socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(Connection(descriptor), modules, warm)


def _function(name: str) -> Callable[..., object]:
    module, _, function = name.partition(":")
    found: Callable[..., object] = getattr(importlib.import_module(module), function)
    return found


def _collect(wardens: set[int]) -> None:
    """Collect wardens that have ended; what one that was killed left behind ends, too."""
    killed = False
    while wardens:
        warden, status = os.waitpid(-1, os.WNOHANG)
        if warden == 0:
            break
        wardens.discard(warden)
        killed = killed or os.WIFSIGNALED(status)
    if killed:
        end_children(frozenset(wardens))


def _watch(link: socket.socket) -> NoReturn:
    """Be a warden: do what is asked for over a socket until its other end is closed."""
    with contextlib.suppress(EOFError, OSError):
        inherit_orphans()
        connection = Connection(os.dup(link.fileno()))
        while True:
            request = json.loads(connection.recv_bytes())
            files = list[int]()
            if request["files"]:
                _, files, _, _ = socket.recv_fds(link, 1, request["files"])
            folder = HeldFolder()
            code = _done(connection, request, files, str(folder.path))
            end_children()
            folder.close()
            connection.send_bytes(json.dumps({"exit": code}).encode())
    os._exit(0)


def _done(
    connection: Connection, request: Mapping[str, Any], files: Sequence[int], folder: str
) -> int:
    """Have a job done, kill it when nobody wants it any more, and return its exit code."""
    warden = os.getpid()
    worker = os.fork()
    if worker == 0:
        _work(connection, request, files, folder, warden)
    for each in files:
        os.close(each)
    handle = os.pidfd_open(worker)
    ready, _, _ = select.select([handle, connection.fileno()], [], [])
    os.close(handle)
    if connection.fileno() in ready:
        os.kill(worker, signal.SIGKILL)
    _, status = os.waitpid(worker, 0)
    return os.waitstatus_to_exitcode(status)


def _work(
    connection: Connection,
    request: Mapping[str, Any],
    files: Sequence[int],
    folder: str,
    warden: int,
) -> NoReturn:
    """Do a job in the process that was made for it, in a session of its own."""
    code = 1
    try:
        os.setsid()
        die_with_parent(warden)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        for place, each in enumerate(files):
            os.dup2(each, place)
            os.close(each)
        with told_apart():
            _function(request["function"])(connection, *request["arguments"])
        code = 0
    except BaseException as error:  # noqa: BLE001  # its exit code tells it
        if isinstance(error, CtrlC):  # the signal came from outside, and ends it like any other
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        traceback.print_exc()
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    with contextlib.suppress(Exception):
        sys.stderr.flush()
    os._exit(code)
