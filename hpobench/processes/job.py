"""A new interpreter that does one function, and tells what it finds over a connection."""

import contextlib
import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Event
from typing import Any, Concatenate, ParamSpec

from .process_tree import die_with_parent, end_tree

Arguments = ParamSpec("Arguments")
PATIENCE = 5.0
"""Seconds that a process has to end when it says no more."""


class Job:
    """A process that calls a function with the other end of a connection, and arguments."""

    def __init__(
        self,
        function: Callable[Concatenate[Connection, Arguments], None],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=function, args=(theirs, *args), kwargs=kwargs)
        self._process.start()
        theirs.close()
        self.end = self._process.sentinel
        """What is ready when it has ended: what it has started may hold the connection open."""

    def receive(self) -> dict[str, Any]:
        """Return its next message: its own, or its end as {"exit": code}."""
        with contextlib.suppress(EOFError, OSError):
            if self.connection.poll():
                message: dict[str, Any] = json.loads(self.connection.recv_bytes())
                return message
        self._process.join(PATIENCE)
        return {"exit": self._process.exitcode or 0}

    def says(self, seconds: float) -> bool:
        """Wait until it has said something or has ended; False: it takes longer than that."""
        return bool(wait([self.connection, self.end], seconds))

    def stop(self) -> None:
        """Kill it with all that it has started, as far as that can be found."""
        if self._process.is_alive() and self._process.pid is not None:
            end_tree(self._process.pid)
        self._process.join()
        self.connection.close()


def unheard() -> None:
    """Let nothing of what this process prints be heard, and Ctrl-C be its parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Path(os.devnull).open("r+b") as nowhere:
        for standard in range(3):
            os.dup2(nowhere.fileno(), standard)


def bound_to_parent() -> None:
    """Have this process, which a Job has started, end when its parent does."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        die_with_parent(parent.pid)


def until_ended() -> None:
    """Wait to be ended, before anything is run that others' code has left for the end."""
    parent = multiprocessing.parent_process()
    if parent is None:
        Event().wait()
    else:
        parent.join()
    os._exit(1)
