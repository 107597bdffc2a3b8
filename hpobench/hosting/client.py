"""A strategy or a system in a process of its own; docs/protocol.md describes what is exchanged."""

import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import NobodysFault, line, shown
from ..json_forms import (
    pending_to_json,
    proposal_from_json,
    rows_to_json,
    task_to_json,
    trial_to_json,
)
from ..problem import Examples
from ..processes import fork_client
from ..processes.environment_variables import allowed
from ..space import Config
from ..strategy import Entrant, Strategy, Task, Unsupported, fields_of
from ..system import HandIn, System
from ..trial import Pending, Proposal, Trial
from .pipes import Process, RemoteError
from .server import PROTOCOL, follow

LIMIT = 600.0
"""The most seconds that an answer may take."""


class Remote(Strategy):
    """Passes every question on to a process, which is started anew for each run."""

    several_objectives = True  # what does not know several objectives says so itself
    knows_limits = True

    def __init__(self, command: Sequence[str], limit: float = LIMIT) -> None:
        self.command = tuple(command)
        self.limit = limit
        self._process: Process | None = None
        self._recommends = False

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment variables that the process is given."""
        return allowed()

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.close()
        self._process, self._recommends = _begun(self.command, self.limit, self.environment)
        self._request("setup", task=task_to_json(task), **_luck(rng))

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        answer = self._request("ask", pending=[pending_to_json(each) for each in pending])
        if "proposal" not in answer:
            raise RemoteError(f"its answer must have the key 'proposal': {shown(answer)}")
        content = answer["proposal"]
        try:
            return None if content is None else proposal_from_json(content)
        except TypeError as error:
            raise RemoteError(
                f"its answer holds an invalid proposal ({error}): {shown(content)}"
            ) from None

    def tell(self, trial: Trial) -> None:
        self._request("tell", trial=trial_to_json(trial))

    def recommend(self) -> Config | None:
        if not self._recommends:
            return None
        answer = self._request("recommend")
        if "config" not in answer:
            raise RemoteError(f"its answer must have the key 'config': {shown(answer)}")
        config: Config | None = answer["config"]
        return config

    def close(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None

    def _request(self, name: str, **content: object) -> dict[str, Any]:
        assert self._process is not None, "setup comes first"
        return _good(self._process.answer({"request": name, **content}))


class Program(Remote):
    """A user's program that answers by the protocol, as a strategy."""

    several_objectives = False
    knows_limits = False

    def __init__(self, path: str, name: str) -> None:
        super().__init__([path])
        self.name = name

    @property
    def environment(self) -> Mapping[str, str]:
        """All variables: the user has asked for this program."""
        return os.environ


class RemoteSystem(System):
    """Trains in a process of its own, whose fits are judged in this process."""

    def __init__(self, command: Sequence[str], limit: float = LIMIT) -> None:
        self.command = tuple(command)
        self.limit = limit

    def train(self, rows: Examples, trials: int, rng: np.random.Generator, fitted: HandIn) -> None:
        process, _ = _begun(self.command, self.limit, allowed())
        request = {"request": "train", "rows": rows_to_json(rows), "trials": trials, **_luck(rng)}
        try:
            answer = _good(process.answer(request))
            while "fitted" in answer:
                value = fitted(*_fit(answer["fitted"]))
                told = None if math.isnan(value) else value
                answer = _good(process.answer({"request": "value", "value": told}))
        finally:
            process.close()


def serving(python: str, entrant: Entrant) -> list[str]:
    """Return the command by which another interpreter serves a strategy or a system of ours."""
    kind = type(entrant)
    arguments = (kind.__module__, kind.__qualname__, json.dumps(fields_of(entrant)))
    return [*importing(python), f"from hpobench.hosting.server import main\nmain(*{arguments!r})"]


def forking(server: Path, entrant: Entrant) -> list[str]:
    """Return the command that asks another interpreter's fork server to serve one of ours.

    `server` is where the fork server listens.
    """
    kind, client = type(entrant), fork_client.__file__
    arguments = (kind.__module__, kind.__qualname__, json.dumps(fields_of(entrant)))
    function = f"{follow.__module__}:{follow.__name__}"
    return [sys.executable, "-I", "-S", client, str(server), function, *arguments]


def importing(python: str) -> list[str]:
    """Return a command to which code is appended, for an interpreter that then runs that code.

    The code can import this package, wherever it lies, and what is installed for that interpreter.
    """
    code = (
        "import importlib.util, sys\n"
        "place, code = sys.argv[1:3]\n"
        "spec = importlib.util.spec_from_file_location('hpobench', place)\n"
        "sys.modules['hpobench'] = module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "exec(code)"
    )
    return [python, "-s", "-P", "-c", code, str(Path(__file__).parents[1] / "__init__.py")]


def _luck(rng: np.random.Generator) -> dict[str, object]:
    """Say in what state a generator is, and from what it spawns others."""
    state, seeds = rng.bit_generator.state, rng.bit_generator.seed_seq
    assert isinstance(seeds, np.random.SeedSequence)
    origin = {
        "entropy": seeds.entropy,
        "spawn_key": seeds.spawn_key,
        "n_children_spawned": seeds.n_children_spawned,
    }
    seed = state["state"]["state"] % 2**53
    return {"seed": seed, "generator": state, "seed_sequence": origin}


def _begun(
    command: Sequence[str], limit: float, environment: Mapping[str, str]
) -> tuple[Process, bool]:
    """Start a process that speaks our version of the protocol, or raise RemoteError.

    The process comes with whether it may be asked what it recommends.
    """
    process = Process(command, limit, environment)
    try:
        greeting = process.greeting()
        if type(greeting.get("protocol")) is not int or greeting["protocol"] != PROTOCOL:
            raise RemoteError(f'it must begin with {{"protocol": {PROTOCOL}}}: {shown(greeting)}')  # noqa: TRY301  # it is closed where anything goes wrong
        recommends: object = greeting.get("recommends", False)
        if not isinstance(recommends, bool):
            raise RemoteError(f"its 'recommends' must be true or false: {shown(recommends)}")  # noqa: TRY301  # as above
    except BaseException:
        process.close()
        raise
    return process, recommends


def _good(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer.

    Raises RemoteError for an error, Unsupported for "unsupported", NobodysFault for "outside".
    """
    if "unsupported" in answer:
        raise Unsupported(_text(answer["unsupported"]))
    if "outside" in answer:
        raise NobodysFault(line(_text(answer["outside"])))
    if "error" in answer:
        raise RemoteError(_text(answer["error"]), _text(answer.get("traceback", "")))
    return answer


def _text(content: object) -> str:
    return content if isinstance(content, str) else shown(content)


def _fit(content: object) -> tuple[int, Config, NDArray[np.float64]]:
    """Return the part, the configuration and the probabilities of a fit, or raise RemoteError."""
    if isinstance(content, dict) and {"part", "config", "probabilities"} <= content.keys():
        try:
            probabilities = np.array(content["probabilities"], dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            pass
        else:
            return content["part"], content["config"], probabilities
    raise RemoteError(f"its answer holds an invalid fit: {shown(content)}")
