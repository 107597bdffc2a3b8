"""A process that must answer each line of JSON with another within a limit, or is killed.

Separate threads write to the process and read from it, so that nothing here waits longer than the
limit, whatever the process does.
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

from ..errors import ProcessLost, cleaned, line
from ..processes.environment_variables import for_runs
from ..processes.fork_client import KILLED
from ..processes.process_tree import SIGKILL, ended

LONGEST = 1 << 24
"""The most bytes that an answer may have."""
COMPLAINTS = 1 << 16
"""The most bytes that are kept of a process's standard error; the last ones are kept."""
CHUNK = 1 << 16
"""The most bytes that are read at once."""
PATIENCE = 5.0
"""The seconds that a process has to end after its input has ended."""
TICK = 0.005
"""The seconds between two checks of whether a process has ended."""


class RemoteError(Exception):
    """Raised where a process reports an error, does not answer as it must, or has ended."""

    def __init__(self, text: str, traceback: str = "") -> None:
        super().__init__(line(text))
        if traceback:
            self.add_note(f"At the far end:\n{cleaned(traceback)}")


class Process:
    """A process and the three pipes to it."""

    def __init__(
        self, command: Sequence[str], limit: float, environment: Mapping[str, str]
    ) -> None:
        """`environment`: the variables that the process is given beside those for runs."""
        self._limit = limit
        """The most seconds that an answer may take."""
        try:
            self._process = subprocess.Popen(  # noqa: S603  # the user's program, or our own
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**environment, **for_runs()},
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
        """Return the object that the process writes before it is asked, or raise RemoteError."""
        return self._answer(monotonic() + self._limit)

    def answer(self, request: Mapping[str, object]) -> dict[str, Any]:
        """Send a request and return the answer, or raise RemoteError."""
        self._requests.put(json.dumps(request).encode() + b"\n")
        return self._answer(monotonic() + self._limit)

    def close(self) -> None:
        """End the process's input and, if it goes on, kill it; kill all that it has started."""
        started = self._started()
        self._requests.put(None)
        self._wait(PATIENCE)
        self._kill(started)
        self._answers.stop()
        for thread in self._threads:  # a process that can't be found any more may hold a pipe
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
            raise self._ended()
        if closed:
            raise RemoteError("it closed its output, and did not end")
        unfinished = f"; it wrote a line without an end: {head!r}" if head else ""
        raise RemoteError(f"it did not answer within {self._limit:g} seconds{unfinished}")

    def _ended(self) -> RemoteError | ProcessLost:
        """Return the error of a process that has ended, with its last words.

        A process that was killed is lost: memory may have been short, or a person may have done it.
        """
        self._threads[-1].join(1.0)
        text = bytes(self._complaints).decode("utf-8", "replace").strip()
        words = text.rpartition("\n")[2]
        said = f": {words}" if words else ""
        code = self._process.returncode
        if code in {-SIGKILL, KILLED}:
            return ProcessLost(line(f"the strategy's process was killed {ended(-SIGKILL)}{said}"))
        return RemoteError(f"its process ended before the run did, {ended(code)}{said}")

    def _wait(self, seconds: float) -> bool:
        """Wait for the process to end, and tell whether it has."""
        until = monotonic() + seconds
        while not self._is_over():
            if monotonic() > until:
                return False
            sleep(TICK)
        return True

    def _is_over(self) -> bool:
        """Tell whether the process has ended, without reaping it: its group keeps its number."""
        if sys.platform == "win32":
            return self._process.poll() is not None
        try:
            return self._seen.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def _started(self) -> list[psutil.Process]:
        """Return the processes that the process has started, directly or indirectly."""
        try:
            return self._seen.children(recursive=True)
        except psutil.Error:
            return []

    def _kill(self, started: Iterable[psutil.Process]) -> None:
        """Kill the process, its group, and the processes that it has started."""
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
    """The output of a process, held until it is taken line by line."""

    def __init__(self) -> None:
        self.ended = False
        """Whether the output has ended."""
        self._over = False
        """Whether further output is thrown away."""
        self._held = bytearray()
        self._looked = 0
        """How many of the bytes held were searched for the end of a line."""
        self._changed = Condition()

    @property
    def too_long(self) -> bool:
        """Whether more is held than an answer may have; then nothing is read until it is taken."""
        return len(self._held) > LONGEST

    def read(self, pipe: IO[bytes]) -> None:
        """Read a pipe to its end; a thread does this."""
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
        """Throw away all further output."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def head(self) -> bytes:
        """Return the first 80 bytes that are held."""
        with self._changed:
            return bytes(self._held[:80])

    def line(self, deadline: float) -> bytes | None:
        """Return the next line without its end; None: none came in time, or it is too long.

        The last line of the output may lack its end.
        """
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
    """Read a pipe to its end, and keep the last bytes."""
    for chunk in _chunks(pipe):
        kept += chunk
        del kept[:-COMPLAINTS]


def _write(pipe: IO[bytes], requests: SimpleQueue[bytes | None]) -> None:
    """Write requests to a pipe until a None comes; a thread does this, and nobody waits for it."""
    with contextlib.suppress(OSError), pipe:  # if the process has ended, reading will show it
        while (data := requests.get()) is not None:
            pipe.write(data)
            pipe.flush()


class _UnfitError(ValueError):
    """Raised for JSON that Python reads and the protocol forbids."""


def _parsed(found: bytes) -> dict[str, Any]:
    """Return the JSON object that a line holds, or raise RemoteError."""
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
    raise RemoteError(f"its answer must be a JSON object{reason}: {found[:80]!r}")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _UnfitError("a key is given twice")
    return found


def _refused(constant: str) -> float:
    raise _UnfitError(f"{constant} is not a number in JSON")
