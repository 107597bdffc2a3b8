"""A strategy in a process of its own, asked and told over pipes: docs/protocol.md."""

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

import numpy as np

from .problem import Examples
from .serve import PROTOCOL
from .strategy import Strategy, Task, Unsupported, settings
from .surroundings import ENVIRONMENT
from .system import Fitted, System
from .trial import Pending, Proposal, Trial
from .wire import pending_to_json, proposal_from_json, rows_to_json, task_to_json, trial_to_json

LIMIT = 600.0
"""Seconds that an answer may take."""
LONGEST = 1 << 24
"""Bytes that an answer may have."""
PATIENCE = 5.0
"""Seconds that a process has to end when its input has ended."""
TICK = 0.1
"""Seconds between two looks at whether an answer is late."""


class RemoteError(Exception):
    """What went wrong at the far end of the pipes, or on the way."""


class Remote(Strategy):
    """Hands every question on to a process, which is started afresh for each run."""

    def __init__(self, command: Sequence[str], key: tuple[str, str], limit: float = LIMIT) -> None:
        self.command = tuple(command)
        self.limit = limit
        self._key = key
        self._process: _Process | None = None

    def key(self) -> tuple[str, str]:
        return self._key

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.close()
        self._process = _Process(self.command, self.limit)
        self._request("setup", task=task_to_json(task), **_luck(rng))

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        answer = self._request("ask", pending=[pending_to_json(each) for each in pending])
        if "proposal" not in answer:
            raise RemoteError(f"it answered without a proposal: {answer}")
        content = answer["proposal"]
        try:
            return None if content is None else proposal_from_json(content)
        except TypeError as error:
            raise RemoteError(f"it proposed what is no proposal ({error}): {content}") from None

    def tell(self, trial: Trial) -> None:
        self._request("tell", trial=trial_to_json(trial))

    def close(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None

    def _request(self, name: str, **content: object) -> dict[str, Any]:
        assert self._process is not None, "setup comes first"
        answer = self._process.answer({"request": name, **content})
        if "unsupported" in answer:
            raise Unsupported(answer["unsupported"])
        return _good(answer)


class Program(Remote):
    """Does what a program decides that speaks the protocol of asking and telling."""

    seconds: ClassVar[float] = 1e-3

    def __init__(self, path: str, name: str) -> None:
        super().__init__([path], ("program", name))


class RemoteSystem(System):
    """Trains in a process of its own; what is fitted there is judged here."""

    def __init__(self, command: Sequence[str], key: tuple[str, str], limit: float = LIMIT) -> None:
        self.command = tuple(command)
        self.limit = limit
        self._key = key

    def key(self) -> tuple[str, str]:
        return self._key

    def train(self, rows: Examples, trials: int, rng: np.random.Generator, fitted: Fitted) -> None:
        process = _Process(self.command, self.limit)
        request = {"request": "train", "rows": rows_to_json(rows), "trials": trials, **_luck(rng)}
        try:
            answer = _good(process.answer(request))
            while "fitted" in answer:
                fit = answer["fitted"]
                probabilities = np.array(fit["probabilities"], dtype=float)
                value = fitted(fit["part"], fit["config"], probabilities)
                told = None if math.isnan(value) else value
                answer = _good(process.answer({"request": "value", "value": told}))
        finally:
            process.close()


def serving(python: str, strategy: Strategy) -> list[str]:
    """Return the command by which another interpreter serves a strategy of ours."""
    kind = type(strategy)
    arguments = (kind.__module__, kind.__qualname__, json.dumps(settings(strategy)))
    return [*importing(python), f"from hpobench.serve import main\nmain(*{arguments!r})"]


def importing(python: str) -> list[str]:
    """Return a command that runs code after it, where this package can be imported.

    It finds this package alone, wherever that lies, and what is installed beside the interpreter.
    """
    code = (
        "import importlib.util, sys\n"
        "place, code = sys.argv[1:3]\n"
        "spec = importlib.util.spec_from_file_location('hpobench', place)\n"
        "sys.modules['hpobench'] = module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "exec(code)"
    )
    return [python, "-s", "-P", "-c", code, str(Path(__file__).with_name("__init__.py"))]


def _luck(rng: np.random.Generator) -> dict[str, object]:
    state = rng.bit_generator.state
    return {"seed": state["state"]["state"] % 2**53, "generator": state}


def _good(answer: dict[str, Any]) -> dict[str, Any]:
    if "error" in answer:
        raise RemoteError(answer["error"])
    return answer


class _Process:
    """A process that answers a line with a line, each in its time, or is killed."""

    def __init__(self, command: Sequence[str], limit: float) -> None:
        self._limit = limit
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  # until close
        try:
            self._process = subprocess.Popen(  # noqa: S603  # the user's program, or our own
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env=os.environ | ENVIRONMENT,
                start_new_session=True,
            )
        except OSError as error:
            self._complaints.close()
            raise RemoteError(f"{command[0]} can't be started: {error.strerror}") from None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        self._deadline: float | None = None
        self._late, self._over = False, threading.Event()
        self._watch = threading.Thread(target=self._kill_if_late, daemon=True)
        self._watch.start()
        try:
            self._check_greeting()
        except BaseException:
            self.close()
            raise

    def answer(self, request: Mapping[str, object]) -> dict[str, Any]:
        """Send a request and return the answer."""
        with contextlib.suppress(OSError):  # it has ended, as reading will tell
            self._input.write(json.dumps(request).encode() + b"\n")
            self._input.flush()
        return self._read()

    def close(self) -> None:
        """End the process: by the end of its input, or by force."""
        with contextlib.suppress(OSError):
            self._input.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._kill()
        self._over.set()
        self._watch.join()
        self._output.close()
        self._complaints.close()

    def _check_greeting(self) -> None:
        greeting = self._read()
        if greeting.get("protocol") != PROTOCOL:
            raise RemoteError(f'it must begin with {{"protocol": {PROTOCOL}}}: {greeting}')

    def _read(self) -> dict[str, Any]:
        self._deadline = monotonic() + self._limit
        line = self._output.readline(LONGEST)
        self._deadline = None
        if self._late:
            raise RemoteError(f"it did not answer within {self._limit:g} seconds")
        if not line:
            raise RemoteError(self._ended())
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise RemoteError(f"it answered what is no JSON object: {line[:80]!r}")
        return answer

    def _ended(self) -> str:
        code = self._process.wait()
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        return f"its process ended with exit code {code}" + (f": {lines[-1]}" if lines else "")

    def _kill_if_late(self) -> None:
        while not self._over.wait(TICK):
            deadline = self._deadline
            if deadline is not None and monotonic() > deadline:
                self._late = True
                self._kill()
                return

    def _kill(self) -> None:
        """Kill the process and what it has started."""
        if sys.platform == "win32":
            self._process.kill()
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
