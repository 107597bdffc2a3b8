"""A new Python interpreter with a connection to it, which works on every system."""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection, wait
from typing import Any

from .environment_variables import SAFE_PATH, for_runs, variables
from .preloading import START
from .process_tree import end_tree

PATIENCE = 5.0
"""The seconds that a process has to end after it has closed its connection."""


class Spawned:
    """A new process that calls a function with a connection to here and further arguments.

    It has a session of its own, where there are sessions: neither does Ctrl-C in a terminal reach
    it, nor does what it does to its process group reach this process. The function ends with this
    process.
    """

    def __init__(self, function: Callable[..., None], *given: object) -> None:
        """Start the process, with the present `sys.path`; `given` is pickled."""
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        path, safe = list(sys.path), os.environ.keys() >= SAFE_PATH.keys()
        self._process = context.Process(target=_begin, args=(path, safe, function, theirs, given))
        try:
            sys.path[:] = START  # the process needs this one until it can set its own
            with variables(for_runs() | SAFE_PATH):
                self._process.start()
        finally:
            sys.path[:] = path
        theirs.close()
        self.signs = (self.connection, self._process.sentinel)
        """What `multiprocessing.connection.wait` can wait on until there is a message. This is not
        the connection alone: what the process has started may hold that open after its end."""

    @property
    def pid(self) -> int:
        """The id of the process."""
        assert self._process.pid is not None, "it was started"
        return self._process.pid

    def send(self, content: Mapping[str, object]) -> None:
        """Send the process a message; raises OSError where the process has ended."""
        self.connection.send_bytes(json.dumps(content).encode())

    def receive(self) -> dict[str, Any]:
        """Wait for the next message of the process, and return it.

        {"exit": code, "retire": true} says that the process has ended.
        """
        wait(self.signs)
        try:
            if self.connection.poll():
                message: dict[str, Any] = json.loads(self.connection.recv_bytes())
                return message
        except (EOFError, OSError):
            pass
        self._process.join(PATIENCE)
        self._end()  # the process may have closed the connection and live on
        return {"exit": self._process.exitcode, "retire": True}

    def stop(self) -> None:
        """Kill the process with everything that it has started, as far as that can be found."""
        self._end()
        self.connection.close()

    def _end(self) -> None:
        if self._process.is_alive() and self._process.pid is not None:
            end_tree(self._process.pid)
        self._process.join()


def _begin(
    path: list[str],
    safe: bool,  # noqa: FBT001  # Process has no names for arguments that come by position
    function: Callable[..., None],
    connection: Connection,
    given: tuple[object],
) -> None:
    if not safe:  # users' programs may need what lies beside them
        for name in SAFE_PATH:
            del os.environ[name]
    if sys.platform != "win32":
        os.setsid()  # a signal that users' code sends to its group is not for the parent of this
    sys.path[:] = path
    function(connection, *given)
