"""The process of a hosted strategy or system: it answers requests, each a line of JSON.

It runs in an environment that may hold only numpy and the library. docs/protocol.md describes the
protocol.
"""

import importlib
import json
import math
import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import (
    NobodysFault,
    described,
    last_place,
    own_place,
    raise_if_nobodys,
    said,
    shown,
    traceback_of,
)
from ..guards import is_a_persons, told_apart
from ..json_forms import (
    pending_from_json,
    proposal_to_json,
    rows_from_json,
    task_from_json,
    trial_from_json,
)
from ..scalars import scalar
from ..space import Config
from ..strategy import Strategy, Unsupported
from ..system import HandIn, System

PROTOCOL = 1
"""The version of the protocol."""


def main(module: str, kind: str, fields: str) -> None:
    """Answer requests until the input ends, as a strategy or a system of a class with fields.

    `kind` is the class's name in `module`, `fields` are a JSON object.
    """
    answers = TextIOWrapper(os.fdopen(os.dup(1), "wb"), encoding="utf-8", newline="\n")
    os.dup2(2, 1)  # what a library prints must not count as an answer
    strategy: Strategy = getattr(importlib.import_module(module), kind)(**json.loads(fields))

    def answer(content: str) -> None:
        answers.write(content + "\n")
        answers.flush()

    def fitted(part: int, config: Config, probabilities: NDArray[np.float64], /) -> float:
        fit = {"part": part, "config": config, "probabilities": probabilities.tolist()}
        answer(_told({"fitted": fit}))
        value = json.loads(sys.stdin.readline())["value"]
        return math.nan if value is None else float(value)

    answer(json.dumps(_greeting(type(strategy))))
    try:
        with told_apart():
            for line in sys.stdin:
                answer(_answered(strategy, line, fitted))
    finally:
        strategy.close()


def follow(_: object, module: str, kind: str, fields: str) -> None:
    """Do what `main` does, in a process that a fork server has made and keeps a connection to."""
    main(module, kind, fields)


def _greeting(kind: type[object]) -> dict[str, object]:
    """Return the first line: whether `recommend` may be asked is said only where it may be."""
    known = issubclass(kind, Strategy) and kind.recommend is not Strategy.recommend
    return {"protocol": PROTOCOL, **({"recommends": True} if known else {})}


def _answered(strategy: Strategy, line: str, fitted: HandIn) -> str:
    try:
        request = json.loads(line)
        if isinstance(strategy, System) and request["request"] == "train":
            luck = generator(request)
            strategy.train(rows_from_json(request["rows"]), request["trials"], luck, fitted)
            return _told({})
        return _told(_answer(strategy, request))
    except Unsupported as answer:
        return _told({"unsupported": said(answer)})
    except BaseException as error:  # whatever a strategy raises fails the run
        if is_a_persons(error):
            raise
        try:
            raise_if_nobodys(error)
        except NobodysFault as reason:
            return _told({"outside": str(reason)})
        place = own_place(error) or last_place(error)
        return _told({"error": described(error, place=place), "traceback": traceback_of(error)})


def _told(content: Mapping[str, object]) -> str:
    """Return an answer as JSON, with numpy's scalars written like Python's own."""

    def own(value: object) -> object:
        found = scalar(value)
        if found is value:
            raise TypeError(f"{shown(value)} can't be written as JSON")
        return found

    return json.dumps(content, default=own)


def _answer(strategy: Strategy, request: Mapping[str, Any]) -> dict[str, object]:
    match request["request"]:
        case "setup":
            strategy.setup(task_from_json(request["task"]), generator(request))
        case "ask":
            proposal = strategy.ask([pending_from_json(each) for each in request["pending"]])
            return {"proposal": None if proposal is None else proposal_to_json(proposal)}
        case "tell":
            strategy.tell(trial_from_json(request["trial"]))
        case "recommend":
            return {"config": strategy.recommend()}
        case other:
            raise ValueError(f"no such request: {other!r}")
    return {}


def generator(request: Mapping[str, Any]) -> np.random.Generator:
    """Make a generator in the state of one elsewhere, which spawns the same ones as that."""
    made = np.random.PCG64(np.random.SeedSequence(**request["seed_sequence"]))
    made.state = request["generator"]
    return np.random.Generator(made)
