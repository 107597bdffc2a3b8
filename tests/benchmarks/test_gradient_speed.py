"""What a gradient costs: time with it over time without, within 30 % of the problem's constant."""

import importlib
from time import process_time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from threadpoolctl import threadpool_limits

from hpobench import Problem, Proposal, Stream

PROBLEMS: tuple[Problem, ...] = importlib.import_module("hpobench.problems.gradient").problems
STREAM = Stream(("training", 1))
TURNS = 24


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_an_evaluation_with_its_gradient_over_one_without(
    benchmark: BenchmarkFixture, problem: Problem
) -> None:
    assert problem.gradient_cost is not None
    evaluate = problem.start(Stream(("instance", problem.name, 0)).rng()).evaluate
    rng = np.random.default_rng(0)
    seconds = np.zeros((TURNS, 2))
    importlib.import_module("scipy.linalg")  # its BLAS must be there to be limited
    with threadpool_limits(limits=1):
        benchmark(evaluate, Proposal(problem.space.default()), STREAM, None)
        for turn in seconds:
            config = problem.space.sample(rng)
            for place, gradient in enumerate((False, True)):
                began = process_time()
                evaluate(Proposal(config, gradient=gradient), STREAM, None)
                turn[place] = process_time() - began
    without, with_gradient = np.median(seconds, axis=0)
    ratio, card = with_gradient / without, problem.gradient_cost
    print(
        f"\n{problem.name}: with its gradient {ratio:.2f} of the time; on the card {card:g} (±30 %)"
    )
