"""What a synthetic evaluation costs with decoding: at most 30 microseconds up to 10 dimensions."""

import importlib
from itertools import cycle
from typing import Any

import numpy as np
import pytest

from hpobench import Problem, Proposal, Stream

PROBLEMS: tuple[Problem, ...] = tuple(
    problem
    for name in (
        "synthetic",
        "synthetic_wells",
        "synthetic_bowls",
        "hartmann",
        "synthetic_mixed",
        "synthetic_tree",
        "synthetic_discrete",
    )
    for problem in importlib.import_module(f"hpobench.problems.{name}").problems
)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_an_evaluation_with_decoding(benchmark: Any, problem: Problem) -> None:
    instance = problem.start(Stream(("instance", problem.name, 3)).rng())
    fidelity = problem.fidelity.high if problem.fidelity else None
    units = cycle(np.random.default_rng(0).random((64, len(problem.space))))
    stream = Stream(("training", problem.name, 3, "0123456789abcdef", 0))

    def evaluate() -> None:
        instance.evaluate(Proposal(problem.space.decode(next(units)), fidelity), stream, None)

    benchmark(evaluate)
    microseconds = 1e6 * benchmark.stats.stats.median
    bar = "bar: 30" if len(problem.space) <= 10 else f"{len(problem.space)} dimensions, no bar"
    print(f"\n{problem.name}: {microseconds:.1f} microseconds an evaluation ({bar})")
