"""What a gradient costs in time and memory: it is within 30 % of what the problem's card says."""

import importlib
import tracemalloc
from time import process_time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from threadpoolctl import threadpool_limits

from hpobench import Problem, Proposal, Stream

PROBLEMS: list[Problem] = [
    problem
    for module in ("gradient", "implicit")
    for problem in importlib.import_module(f"hpobench.problems.{module}").problems
]
STREAM = Stream(("training", 1))
TURNS = 24
BAR = 0.3

every = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)


@every
def test_an_evaluation_with_its_gradient_over_one_without(
    benchmark: BenchmarkFixture, problem: Problem
) -> None:
    assert problem.gradient_cost is not None
    evaluate = problem.start(Stream(("instance", problem.name, 0)).rng()).evaluate
    rng = np.random.default_rng(0)
    seconds = np.zeros((TURNS, 2))
    importlib.import_module("scipy.linalg")  # only a BLAS that is loaded can be limited
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
    assert ratio == pytest.approx(card, rel=BAR)


@every
def test_the_peak_memory_of_an_evaluation_with_its_gradient(
    benchmark: BenchmarkFixture, problem: Problem
) -> None:
    assert problem.about.gradient_memory is not None
    evaluate = problem.start(Stream(("instance", problem.name, 0)).rng()).evaluate
    proposal = Proposal(problem.space.default(), gradient=True)
    importlib.import_module("scipy.linalg")
    with threadpool_limits(limits=1):
        benchmark(evaluate, proposal, STREAM, None)
        tracemalloc.start()
        try:
            evaluate(proposal, STREAM, None)
            megabytes = tracemalloc.get_traced_memory()[1] / 1e6
        finally:
            tracemalloc.stop()
    card = problem.about.gradient_memory
    print(f"\n{problem.name}: a peak of {megabytes:.1f} MB; on the card {card:g} (±30 %)")
    assert megabytes == pytest.approx(card, rel=BAR)
