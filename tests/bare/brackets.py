"""Runs a method of brackets as its library does, and our adapter of it, in one process.

The process has the library. It reads a request in JSON from standard input and prints the fidelity
and the loss of each trial of both, in the order of the trials. It needs only numpy and the library.
"""

import importlib
import json
import runpy
import sys
from pathlib import Path

import numpy as np

from hpobench import Strategy, Task, Trial

HARNESS = runpy.run_path(str(Path(__file__).with_name("harness.py")))
BRACKETS = 8
"""How many brackets are run: two of each kind, because those of the second round use models and
populations."""


def adapted(strategy: Strategy, trials: int) -> list[tuple[float, float]]:
    """Ask and tell an adapter by hand for so many trials; return their fidelities and losses."""
    strategy.setup(Task(HARNESS["SPACE"], HARNESS["EPOCHS"], 100, 1), np.random.default_rng(0))
    found: list[tuple[float, float]] = []
    for number in range(trials):
        proposal = strategy.ask(())
        assert proposal is not None
        assert proposal.fidelity is not None
        found.append((proposal.fidelity, HARNESS["loss"](**proposal.config)))
        strategy.tell(Trial(number, proposal, (found[-1][1],), 1.0))
    strategy.close()
    return found


def main() -> None:
    request = json.load(sys.stdin)
    kind = getattr(importlib.import_module(request["module"]), request["kind"])
    path = Path(__file__).with_name(f"{request['module'].rpartition('.')[2]}.py")
    loop = runpy.run_path(str(path))["brackets"][request["name"]]
    seed = int(np.random.default_rng(0).integers(2**31 - 1))  # adapters draw their seed so
    bare = loop(HARNESS["loss"], seed, BRACKETS)
    sys.stdout.write(f"\n{json.dumps({'bare': bare, 'adapter': adapted(kind(), len(bare))})}\n")


if __name__ == "__main__":
    main()
