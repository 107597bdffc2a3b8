"""Processes of new interpreters that do cells: wherever Python runs."""

import json
import multiprocessing
import os
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

from .cell import work
from .global_state import restored
from .process_tree import end_tree
from .surroundings import ENVIRONMENT, variables


class Spawned:
    """A process that does cell after cell, or one alone."""

    def __init__(self, *, lasting: bool) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        with variables(ENVIRONMENT):
            self._process = context.Process(target=_follow, args=(theirs, lasting), daemon=False)
            self._process.start()
        theirs.close()

    def start(self, request: Mapping[str, object]) -> None:
        """Do the cell that is asked for."""
        self.connection.send_bytes(json.dumps(request).encode())

    def receive(self) -> dict[str, Any] | None:
        """Return its next message, waiting for it: the cell's, or its end as {"exit": code}."""
        try:
            message: dict[str, Any] = json.loads(self.connection.recv_bytes())
        except (EOFError, OSError):
            self._process.join()
            return {"exit": self._process.exitcode}
        return message

    def stop(self) -> None:
        """Kill it with all that it has started."""
        end_tree(self._process.pid or 0)
        self._process.join()
        self.connection.close()


def _follow(connection: Connection, lasting: bool) -> None:  # noqa: FBT001  # a process's arguments
    """Do cells as they are asked for, until this program's main process ends."""
    _end_with_main()
    before = threading.active_count()
    while True:
        try:
            request = json.loads(connection.recv_bytes())
        except (EOFError, OSError):
            return
        with restored():
            work(connection, request)
        retire = not lasting or threading.active_count() > before
        connection.send_bytes(json.dumps({"exit": 0, "retire": retire}).encode())


def _end_with_main() -> None:
    """End this process, with all that it has started, when the main process has ended."""
    main = multiprocessing.parent_process()
    assert main is not None

    def watch() -> None:
        main.join()
        end_tree(os.getpid())

    threading.Thread(target=watch, daemon=True).start()
