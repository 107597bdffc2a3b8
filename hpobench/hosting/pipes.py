"""A process that answers a line of JSON with another, each in its time, or is killed.

Nothing here waits longer than it may, whatever the process does: threads of their own write to it
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

from ..errors import cleaned, line
from ..processes.environment_variables import ENVIRONMENT
from ..processes.process_tree import ended

LONGEST = 1 << 24
"""Bytes that an answer may have."""
COMPLAINTS = 1 << 16
"""Bytes that are kept of what a process writes to its standard error: the last ones."""
CHUNK = 1 << 16
"""Bytes that are read at once."""
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
    """A process and its three pipes."""

    def __init__(self, command: Sequence[str], limit: float) -> None:
        self._limit = limit
        """Seconds that an answer may take."""
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
        self._answers, self._complaints = _Lines(), bytearray()
        self._threads = [
            Thread(target=_write, args=(self._process.stdin, self._requests), daemon=True),
            Thread(target=self._answers.read, args=(self._process.stdout,), daemon=True),
            Thread(target=_drain, args=(self._process.stderr, self._complaints), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def greeting(self) -> dict[str, Any]:
        """Return what the process says before it is asked, or raise RemoteError."""
        return self._answer(monotonic() + self._limit)

    def answer(self, request: Mapping[str, object]) -> dict[str, Any]:
        """Send a request and return the answer, or raise RemoteError."""
        self._requests.put(json.dumps(request).encode() + b"\n")
        return self._answer(monotonic() + self._limit)

    def close(self) -> None:
        """End the process by the end of its input, or by force, with all that it has started."""
        started = self._started()
        self._requests.put(None)
        self._wait(PATIENCE)
        self._kill(started)
        self._answers.stop()
        for thread in self._threads:  # one that has left the family may hold a pipe
            thread.join(1.0)

    def _answer(self, deadline: float) -> dict[str, Any]:
        found = self._answers.line(deadline)
        if found is not None:
            return _parsed(found)
        started, head, closed = self._started(), self._answers.head(), self._answers.ended
        over = closed and self._wait(PATIENCE)
        self._kill(started)
        if self._answers.too_long:
            raise RemoteError(f"its answer is longer than {LONGEST:,} bytes: {head!r}")
        if over:
            raise RemoteError(self._last_words())
        if closed:
            raise RemoteError("it closed its output, and did not end")
        unfinished = f"; its line has no end: {head!r}" if head else ""
        raise RemoteError(f"it did not answer within {self._limit:g} seconds{unfinished}")

    def _last_words(self) -> str:
        self._threads[-1].join(1.0)
        text = bytes(self._complaints).decode("utf-8", "replace").strip()
        words = text.rpartition("\n")[2]
        how = f"its process ended before the run did, {ended(self._process.returncode)}"
        return how + (f": {words}" if words else "")

    def _wait(self, seconds: float) -> bool:
        """Wait for the process to end, and tell whether it has."""
        until = monotonic() + seconds
        while not self._is_over():
            if monotonic() > until:
                return False
            sleep(TICK)
        return True

    def _is_over(self) -> bool:
        """Tell whether it has ended; until it is waited for, its group keeps its number."""
        if sys.platform == "win32":
            return self._process.poll() is not None
        try:
            return self._seen.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def _started(self) -> list[psutil.Process]:
        """Return the processes that descend from it."""
        try:
            return self._seen.children(recursive=True)
        except psutil.Error:
            return []

    def _kill(self, started: Iterable[psutil.Process]) -> None:
        """Kill it, its group, and what it has started."""
        if self._process.returncode is not None:
            return
        every = {*started, *self._started()}
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        for each in every:
            with contextlib.suppress(psutil.Error):
                each.kill()
        self._process.kill()
        self._process.wait()


class _Lines:
    """What a pipe gives, held until it is taken line by line."""

    def __init__(self) -> None:
        self.ended = False
        """Whether there will be no more."""
        self._over = False
        self._held = bytearray()
        self._looked = 0
        """How much of it was searched for the end of a line."""
        self._changed = Condition()

    @property
    def too_long(self) -> bool:
        """Whether it is more than an answer may be; until some is taken, no more is read."""
        return len(self._held) > LONGEST

    def read(self, pipe: IO[bytes]) -> None:
        """Read all that comes, in a thread of its own."""
        for chunk in _chunks(pipe):
            with self._changed:
                self._changed.wait_for(lambda: self._over or not self.too_long)
                if not self._over:
                    self._held += chunk
                self._changed.notify_all()
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def stop(self) -> None:
        """Hold nothing more."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def head(self) -> bytes:
        """Return the beginning of what is held."""
        with self._changed:
            return bytes(self._held[:80])

    def line(self, deadline: float) -> bytes | None:
        """Return the next line, which may lack its end at the end; None: there is none in time."""
        with self._changed:
            while (end := self._held.find(b"\n", self._looked)) < 0:
                self._looked = len(self._held)
                left = deadline - monotonic()
                if self.ended or self.too_long or left <= 0:
                    break
                self._changed.wait(left)
            if end < 0 and not (self.ended and self._held):
                return None
            if end > LONGEST:
                return None
            found = bytes(self._held[: None if end < 0 else end])
            del self._held[: len(found) + 1]
            self._looked = 0
            self._changed.notify_all()
            return found


def _chunks(pipe: IO[bytes]) -> Iterable[bytes]:
    with pipe, contextlib.suppress(OSError):
        while chunk := os.read(pipe.fileno(), CHUNK):
            yield chunk


def _drain(pipe: IO[bytes], kept: bytearray) -> None:
    """Read all that comes, and keep the last of it."""
    for chunk in _chunks(pipe):
        kept += chunk
        del kept[:-COMPLAINTS]


def _write(pipe: IO[bytes], requests: SimpleQueue[bytes | None]) -> None:
    """Write what is to be sent until None comes; nobody waits for it."""
    with contextlib.suppress(OSError), pipe:  # it has ended, as reading will tell
        while (data := requests.get()) is not None:
            pipe.write(data)
            pipe.flush()


class _UnfitError(ValueError):
    """Why a text that reads as JSON is none of ours."""


def _parsed(found: bytes) -> dict[str, Any]:
    """Return the object of a line of JSON, or raise RemoteError."""
    try:
        answer = json.loads(found.decode(), object_pairs_hook=_once, parse_constant=_refused)
    except RecursionError:
        reason = " (it is nested too deeply)"
    except _UnfitError as error:
        reason = f" ({error})"
    except ValueError:
        reason = ""
    else:
        if isinstance(answer, dict):
            return answer
        reason = ""
    raise RemoteError(f"it answered what is no JSON object{reason}: {found[:80]!r}")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _UnfitError("a key is given twice")
    return found


def _refused(constant: str) -> float:
    raise _UnfitError(f"{constant} is no number of JSON")
