"""Heavy-tailed durations: their distribution, and what stays as it was."""

from dataclasses import replace

import numpy as np
import pytest

from hpobench import Evaluation, Fidelity, Float, Instance, Problem, Proposal, Space, Stream
from hpobench.wrappers.stragglers import straggling

SPACE = Space({"x": Float(0, 1)})


def _timed(*_: object) -> Evaluation:
    return Evaluation(1.0, score=2.0, duration=3.0)


def _untimed(*_: object) -> Evaluation:
    return Evaluation(1.0)


TIMED = Problem("timed", 1, SPACE, lambda _: Instance(_timed, 0.5))
UNTIMED = Problem("untimed", 1, SPACE, lambda _: Instance(_untimed), Fidelity(1, 9))


def duration(problem: Problem, proposal: Proposal, luck: int = 0) -> float:
    instance = problem.start(np.random.default_rng(0))
    found = instance.evaluate(proposal, Stream(("luck", luck)), None).duration
    assert found is not None
    return found


@pytest.mark.parametrize("shape", [0.5, 1.5, 4.0])
def test_the_factors_are_a_pareto_distribution_of_median_one(shape: float) -> None:
    from scipy.stats import kstest, pareto

    problem = straggling(TIMED, shape)
    factors = [duration(problem, Proposal({"x": 0.5}), luck) / 3.0 for luck in range(2000)]
    assert np.median(factors) == pytest.approx(1.0, rel=0.1)
    assert min(factors) >= 2 ** (-1 / shape)
    assert kstest(factors, pareto(shape, scale=2 ** (-1 / shape)).cdf).pvalue > 0.01


def test_the_rest_of_an_evaluation_stays() -> None:
    instance = straggling(TIMED, 2.0).start(np.random.default_rng(0))
    evaluation = instance.evaluate(Proposal({"x": 0.5}), Stream(("luck",)), None)
    assert replace(evaluation, duration=3.0) == Evaluation(1.0, score=2.0, duration=3.0)
    assert instance.optimum == 0.5


def test_a_training_has_one_factor_at_all_its_fidelities() -> None:
    problem = straggling(UNTIMED, 1.5)
    durations = [duration(problem, Proposal({"x": 0.5}, level)) for level in (1, 3, 9)]
    assert durations == pytest.approx([durations[2] / 9, durations[2] / 3, durations[2]])
    assert duration(problem, Proposal({"x": 0.5}, 9), luck=1) != durations[2]


def test_without_a_duration_it_is_the_cost_that_is_multiplied() -> None:
    problem = straggling(replace(UNTIMED, fidelity=None, gradient_cost=3.0), 1.5)
    without = duration(problem, Proposal({"x": 0.5}))
    assert duration(problem, Proposal({"x": 0.5}, gradient=True)) == pytest.approx(3 * without)
