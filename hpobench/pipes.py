"""A process that answers a line of JSON with another, each in its time, or is killed.

Whatever it does, nothing here waits longer than it may: threads of their own write to the process
and read from it.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from queue import SimpleQueue
from threading import Condition, Thread
from time import monotonic, sleep
from typing import IO, Any

import psutil

from .errors import cleaned, line, shown
from .surroundings import ENVIRONMENT

LONGEST = 1 << 24
"""Bytes that an answer may have."""
COMPLAINTS = 1 << 16
"""Bytes that are kept of what a process says on its standard error, the last ones."""
PATIENCE = 5.0
"""Seconds that a process has to end when its input has ended."""
TICK = 0.005
"""Seconds between two looks at whether a process has ended."""


class RemoteError(Exception):
    """What went wrong at the far end of the pipes, or on the way."""

    def __init__(self, text: str, traceback: str = "") -> None:
        super().__init__(line(text))
        if traceback:
            self.add_note(f"At the far end:\n{cleaned(traceback)}")


class Process:
    """A process with its three pipes; `close` ends it, with all that it has started."""

    def __init__(self, command: Sequence[str], limit: float) -> None:
        self._limit = limit
        try:
            self._process = subprocess.Popen(  # noqa: S603  # the user's program, or our own
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=os.environ | ENVIRONMENT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise RemoteError(f"{command[0]} can't be started: {reason}") from None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._seen = psutil.Process(self._process.pid)
        self._requests = SimpleQueue[bytes | None]()
        self._answers = _Bytes(self._process.stdout, most=LONGEST)
        self._complaints = _Bytes(self._process.stderr, most=COMPLAINTS, newest=True)
        self._threads = [
            Thread(target=_write, args=(self._process.stdin, self._requests), daemon=True),
            Thread(target=self._answers.read, daemon=True),
            Thread(target=self._complaints.read, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def greeting(self) -> dict[str, Any]:
        """Return what the process says before it is asked anything."""
        return self._taken(monotonic() + self._limit)

    def answer(self, request: Mapping[str, object]) -> dict[str, Any]:
        """Send a request and return the answer, or raise RemoteError."""
        if unasked := self._answers.first():
            raise RemoteError(f"it wrote what nobody asked for: {unasked!r}")
        deadline = monotonic() + self._limit
        self._requests.put(json.dumps(request).encode() + b"\n")
        return self._taken(deadline)

    def close(self) -> None:
        """End the process by the end of its input, or by force, and whatever it started."""
        started = self._started()
        self._requests.put(None)
        self._has_ended(PATIENCE)
        self._kill(started)
        for thread in self._threads:  # what has left the family may hold a pipe: nobody waits
            thread.join(1.0)

    def _taken(self, deadline: float) -> dict[str, Any]:
        found = self._answers.line(deadline)
        if found is None:
            raise RemoteError(self._silence())
        if len(found) >= LONGEST:
            raise RemoteError(f"its answer is longer than {LONGEST:,} bytes: {found[:80]!r}")
        return found if not found else _parsed(found)  # type: ignore[return-value]

    def _kill(self, started: Iterable[psutil.Process]) -> None:
        """Kill the process, its group, and what it had started by then and has started since."""
        every = {*started, *self._started()}
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        for each in every:
            with contextlib.suppress(psutil.Error):
                each.kill()
        self._process.kill()
        self._process.wait()
