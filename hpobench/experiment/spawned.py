"""Processes of new interpreters that do cells: wherever Python runs."""

import json
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

from ..processes.environment_variables import ENVIRONMENT, variables
from ..processes.global_state import restored
from ..processes.preloading import START
from ..processes.process_tree import end_tree
from ..processes.temporary_folders import HeldFolder
from .cell import work

PATIENCE = 5.0
"""Seconds that a process has to end when it says no more."""


class Spawned:
    """A process that does cell after cell, or one alone."""

    def __init__(self, *, lasting: bool) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        path = list(sys.path)
        self._process = context.Process(target=_follow, args=(theirs, lasting, path), daemon=False)
        try:
            sys.path[:] = START  # its path at its start
            with variables(ENVIRONMENT):
                self._process.start()
        finally:
            sys.path[:] = path
        theirs.close()

    def start(self, request: Mapping[str, object]) -> None:
        """Do the cell that is asked for."""
        self.connection.send_bytes(json.dumps(request).encode())

    def receive(self) -> dict[str, Any] | None:
        """Return its next message, waiting for it: the cell's, or its end as {"exit": code}."""
        try:
            message: dict[str, Any] = json.loads(self.connection.recv_bytes())
        except (EOFError, OSError):
            self._process.join(PATIENCE)
            self._end()  # it may have closed the connection and live on
            return {"exit": self._process.exitcode, "retire": True}
        return message

    def stop(self) -> None:
        """Kill it with all that it has started."""
        self._end()
        self.connection.close()

    def _end(self) -> None:
        if self._process.is_alive() and self._process.pid is not None:
            end_tree(self._process.pid)
        self._process.join()


def _follow(connection: Connection, lasting: bool, path: list[str]) -> None:  # noqa: FBT001  # a process's arguments
    """Do cells as they are asked for, until this program's main process ends."""
    sys.path[:] = path
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's affair
    folders = list[HeldFolder]()
    _end_with_main(folders)
    before = threading.active_count()
    while True:
        try:
            request = json.loads(connection.recv_bytes())
        except (EOFError, OSError):
            return
        folders.append(HeldFolder())
        with restored():
            os.environ["TMPDIR"] = tempfile.tempdir = str(folders[0].path)
            work(connection, request)
        folders.pop().close()
        retire = not lasting or threading.active_count() > before
        connection.send_bytes(json.dumps({"exit": 0, "retire": retire}).encode())


def _end_with_main(folders: Sequence[HeldFolder]) -> None:
    """End this process, with all that it has started, when the main process has ended.

    `folders`: those that are in use by then.
    """
    main = multiprocessing.parent_process()
    assert main is not None

    def watch() -> None:
        main.join()
        for each in folders:
            each.close()
        end_tree(os.getpid())

    threading.Thread(target=watch, daemon=True).start()
