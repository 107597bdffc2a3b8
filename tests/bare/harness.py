"""Runs a library's bare loop, and our adapter of it, in one process.

The process has the library. It reads a request in JSON from standard input and prints an answer in
JSON. It needs only numpy and the library.
"""

import importlib
import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from hpobench import Categorical, Fidelity, Float, Int, Space, Strategy, Task, Trial

SPACE = Space(
    {
        "x": Float(-5.0, 10.0),
        "rate": Float(1e-4, 1.0, log=True),
        "depth": Int(1, 12),
        "kind": Categorical(("a", "b", "c")),
    }
)
EPOCHS = Fidelity(1, 27)
Loop = Callable[[Callable[..., float], int, int], list[float]]


def loss(x: float, rate: float, depth: float, kind: str) -> float:
    """Return the loss that is minimised; its lowest value is 0."""
    return float(
        (x - 2.3) ** 2 / 10
        + (np.log10(rate) + 2.3) ** 2 / 2
        + (depth - 7) ** 2 / 30
        + {"a": 0.4, "b": 0.0, "c": 0.8}[kind]
    )


def adapted(strategy: Strategy, seed: int, trials: int) -> list[float]:
    """Ask and tell an adapter by hand; return the losses in the order of the trials."""
    strategy.setup(Task(SPACE, None, trials, 1), np.random.default_rng(seed))
    losses: list[float] = []
    for number in range(trials):
        proposal = strategy.ask(())
        assert proposal is not None
        losses.append(loss(**proposal.config))  # type: ignore[arg-type]  # as SPACE has it
        strategy.tell(Trial(number, proposal, (losses[-1],), 1.0))
    strategy.close()
    return losses


def timed(function: Callable[..., list[float]], *arguments: Any) -> tuple[list[float], float]:
    """Return what a function returns, and the seconds of processor time that it took."""
    began = process_time()
    result = function(*arguments)
    return result, process_time() - began


def side_by_side(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the losses and seconds of both loops for each seed; empty without a bare loop."""
    kind = getattr(importlib.import_module(request["module"]), request["kind"])
    path = Path(__file__).with_name(f"{request['module'].rpartition('.')[2]}.py")
    loop: Loop | None = runpy.run_path(str(path))["loops"].get(request["name"])
    answer: list[dict[str, Any]] = []
    for seed in request["seeds"] if loop else ():
        given = int(np.random.default_rng(seed).integers(2**31 - 1))  # adapters draw their seed so
        bare, bare_seconds = timed(loop, loss, given, request["trials"])  # type: ignore[arg-type]  # not None
        ours, our_seconds = timed(adapted, kind(**request["fields"]), seed, request["trials"])
        answer.append(
            {
                "bare": bare,
                "adapter": ours,
                "bare-seconds": bare_seconds,
                "adapter-seconds": our_seconds,
            }
        )
    return answer


if __name__ == "__main__":
    sys.stdout.write(f"\n{json.dumps(side_by_side(json.load(sys.stdin)))}\n")
