"""Clean processes that start fast: each is forked from one that has imported, but run nothing.

A server imports what jobs will need, and then waits. For each connection it forks a warden. The
warden does one job at a time, each in a new process that it forks from itself. When that process
ends, or the client that asked for the job is gone, the warden kills everything that the job has
started and removes its temporary files; then it tells how the job ended. A warden lives as long as
its client, even after the server has ended. This needs Linux, because other systems don't let a
process inherit orphans.
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

from ..guards import ENDING, Stopped, told_apart
from . import memory
from .fork_client import near
from .preloading import preload
from .process_tree import die_with_parent, end_children, inherit_orphans
from .temporary_folders import HeldFolder, unmade

AVAILABLE = sys.platform == "linux"
TICK = 0.5
"""The server looks for wardens that were killed once in so many seconds."""
SHORT = 0.01
"""A server that ends looks for wardens that have ended once in so many seconds."""
PATIENCE = 10.0
"""The seconds that a job has to end after it was given up."""


class Warden:
    """The client's end of the connection to a warden, which does one job at a time."""

    def __init__(self, link: socket.socket, process: int | None = None) -> None:
        """Take the socket at whose other end the warden is.

        `process`: the warden's id; None: it is no child of this process.
        """
        self._link, self._process = link, process
        self.connection = Connection(os.dup(link.fileno()))
        self.signs = (self.connection,)
        """What `multiprocessing.connection.wait` can wait on until there is a message."""

    def start(self, function: str, arguments: Sequence[object], files: Sequence[int] = ()) -> None:
        """Start the job `function` ("module:name"), called with a connection and JSON arguments.

        The connection's other end is here. `files`: descriptors of the job's standard input, output
        and error; empty: it has those of the server. Raises OSError where the warden is gone.
        """
        request = {"function": function, "arguments": arguments, "files": len(files)}
        self.connection.send_bytes(json.dumps(request).encode())
        if files:
            socket.send_fds(self._link, [b"f"], files)

    def receive(self) -> dict[str, Any] | None:
        """Wait for the next message, and return it; {"exit": code} says that the job has ended.

        {"unwritable": why} says that it can't begin, without room for its temporary folder. None:
        the warden itself was killed, and the job with it.
        """
        try:
            message: dict[str, Any] = json.loads(self.connection.recv_bytes())
        except (EOFError, OSError):
            return None
        return message

    def stop(self) -> None:
        """Kill the job, if any, and everything that it has started, and wait until that is done."""
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
    """Return a new warden of the server that listens at a path; raises OSError without a server."""
    link = socket.socket(socket.AF_UNIX)
    try:
        with near(str(server)) as reached:
            link.connect(reached)
    except OSError:
        link.close()
        raise
    return Warden(link)


def forked() -> Warden:
    """Return a warden that is forked from this process, so that jobs run in copies of it."""
    ours, theirs = socket.socketpair()
    process = os.fork()
    if process == 0:
        try:
            os.setsid()  # a Ctrl-C in the terminal is for the parent of this process alone
            for each in ENDING:
                signal.signal(each, signal.SIG_DFL)
            ours.close()
            _watch(theirs)
        finally:
            os._exit(1)
    theirs.close()
    return Warden(ours, process)


def serve(owner: Connection, modules: Sequence[str], warm: Sequence[str]) -> None:
    """Import modules, tell the owner where to connect, and fork a warden for each connection.

    The server ends when its owner does. `warm`: functions ("module:name") that are called first,
    so that what they remember need not be found again.
    """
    preload(modules)
    for each in warm:
        _function(each)()
    inherit_orphans()
    gc.collect()
    gc.freeze()  # else collecting garbage would copy the memory that forks share
    folder, wardens = HeldFolder(), set[int]()
    path = str(folder.path / "server")
    with socket.socket(socket.AF_UNIX) as listener:
        with near(path) as reached:
            listener.bind(reached)
        listener.listen(64)
        ready = {"path": path, "threads": threading.active_count()}
        with contextlib.suppress(BrokenPipeError):  # the owner may be gone; then nobody connects
            owner.send_bytes(json.dumps(ready).encode())
        _listen(listener, owner, wardens)
    folder.close()
    while wardens:  # they end when their clients do
        _collect(wardens)
        time.sleep(SHORT)


def _listen(listener: socket.socket, owner: Connection, wardens: set[int]) -> None:
    """Fork a warden for each connection until the owner is gone."""
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
    """Serve in a program of its own; `descriptor` is a socket to its owner."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(Connection(descriptor), modules, warm)


def _function(name: str) -> Callable[..., object]:
    module, _, function = name.partition(":")
    found: Callable[..., object] = getattr(importlib.import_module(module), function)
    return found


def _collect(wardens: set[int]) -> None:
    """Collect wardens that have ended, and end what those that were killed have left behind."""
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
    """Be a warden: do the jobs that are asked for over a socket until its other end is closed."""
    with contextlib.suppress(EOFError, OSError):
        inherit_orphans()
        connection = Connection(os.dup(link.fileno()))
        while True:
            request = json.loads(connection.recv_bytes())
            files = list[int]()
            if request["files"]:
                _, files, _, _ = socket.recv_fds(link, 1, request["files"])
            try:
                folder = HeldFolder()
            except OSError as error:
                connection.send_bytes(json.dumps({"unwritable": unmade(error)}).encode())
                break
            code = _done(connection, request, files, str(folder.path))
            end_children()
            folder.close()
            connection.send_bytes(json.dumps({"exit": code}).encode())
    os._exit(0)


def _done(
    connection: Connection, request: Mapping[str, Any], files: Sequence[int], folder: str
) -> int:
    """Do a job in a new process, kill it if its client goes away, and return its exit code."""
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
    """Do a job and end this process, which was forked for it, in a session of its own."""
    code = 1
    try:
        os.setsid()
        die_with_parent(warden)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        for place, each in enumerate(files):
            os.dup2(each, place)
            os.close(each)
        if request.get("memory"):
            memory.limit(int(request["memory"]))
        with told_apart():
            _function(request["function"])(connection, *request["arguments"])
        code = 0
    except BaseException as error:  # noqa: BLE001  # the exit code tells of it
        if isinstance(error, Stopped):  # a signal from outside ends the job like other signals
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        traceback.print_exc()
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    with contextlib.suppress(Exception):
        sys.stderr.flush()
    os._exit(code)
