"""What a tabulated look-up costs with decoding: at most 100 microseconds."""

import importlib
from itertools import cycle
from time import process_time
from typing import Any

import numpy as np
import pytest

from hpobench import Problem, Proposal, Stream

MODULE = importlib.import_module("hpobench.problems.tabulated")
PROBLEMS: tuple[Problem, ...] = MODULE.problems


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_a_look_up_with_decoding(benchmark: Any, problem: Problem) -> None:
    began = process_time()
    instance = problem.start(Stream(("instance", problem.name, 0)).rng())
    seconds = process_time() - began
    units = cycle(np.random.default_rng(0).random((64, len(problem.space))))
    streams = cycle(Stream(("training", problem.name, 3, "0123456789", i)) for i in range(64))

    def evaluate() -> None:
        proposal = Proposal(problem.space.decode(next(units)))
        instance.evaluate(proposal, next(streams), None)

    benchmark(evaluate)
    microseconds = 1e6 * benchmark.stats.stats.median
    print(f"\n{problem.name}: {microseconds:.1f} microseconds a look-up (bar: 100)", end="")
    print(f", read in {seconds:.2f} s of processor time")
