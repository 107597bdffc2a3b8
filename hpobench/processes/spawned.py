"""A new interpreter with a connection to it: wherever Python runs."""

import json
import multiprocessing
import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection, wait
from typing import Any

from .environment_variables import ENVIRONMENT, variables
from .preloading import START
from .process_tree import end_tree

PATIENCE = 5.0
"""Seconds that a process has to end when it says no more."""


class Spawned:
    """A process that calls a function with the other end of a connection, and what is given."""

    def __init__(self, function: Callable[..., None], *given: object) -> None:
        """Start it, with the path that modules are looked for in now; `given` must pickle."""
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        path = list(sys.path)
        self._process = context.Process(target=_begin, args=(path, function, theirs, given))
        try:
            sys.path[:] = START  # it begins with the path that this process began with
            with variables(ENVIRONMENT):
                self._process.start()
        finally:
            sys.path[:] = path
        theirs.close()
        self.signs = (self.connection, self._process.sentinel)
        """What is ready when there is something to receive. The connection alone would not do: what
        the process has started may hold that open after its end."""

    def send(self, content: Mapping[str, object]) -> None:
        """Send it a message; raises OSError where it is gone."""
        self.connection.send_bytes(json.dumps(content).encode())

    def receive(self) -> dict[str, Any]:
        """Return its next message, waiting for it: its own, or its end as {"exit": code}.

        With its end comes {"retire": true}, too: it does no more.
        """
        wait(self.signs)
        try:
            if self.connection.poll():
                message: dict[str, Any] = json.loads(self.connection.recv_bytes())
                return message
        except (EOFError, OSError):
            pass
        self._process.join(PATIENCE)
        self._end()  # it may have closed the connection and live on
        return {"exit": self._process.exitcode, "retire": True}

    def stop(self) -> None:
        """Kill it with all that it has started, as far as that can be found."""
        self._end()
        self.connection.close()

    def _end(self) -> None:
        if self._process.is_alive() and self._process.pid is not None:
            end_tree(self._process.pid)
        self._process.join()


def _begin(
    path: list[str], function: Callable[..., None], connection: Connection, given: tuple[object]
) -> None:
    sys.path[:] = path
    function(connection, *given)
