"""Tests of parameters that do nothing."""

from dataclasses import replace

import numpy as np
import pytest

from hpobench import Config, Evaluation, Float, Instance, Problem, Proposal, Space, Stream
from hpobench.wrappers.irrelevant import with_irrelevant

SPACE = Space({"x": Float(-1, 1, default=0.5)})


def _evaluate(proposal: Proposal, _: Stream, checkpoint: object) -> Evaluation:
    gradient = {"x": 2.0} if proposal.gradient else None
    return Evaluation(1.0, gradient=gradient, checkpoint=(proposal, checkpoint))


PROBLEM = Problem("own", 1, SPACE, lambda _: Instance(_evaluate, 0.5), gradient_cost=2.0)


def test_they_stand_after_the_others() -> None:
    space = with_irrelevant(PROBLEM, 3).space
    assert list(space) == ["x", "irrelevant-1", "irrelevant-2", "irrelevant-3"]
    assert space["x"] == SPACE["x"]
    assert space.default() == {
        "x": 0.5,
        "irrelevant-1": 0.5,
        "irrelevant-2": 0.5,
        "irrelevant-3": 0.5,
    }


def test_the_problem_never_sees_them() -> None:
    instance = with_irrelevant(PROBLEM, 1).start(np.random.default_rng(0))
    config: Config = {"x": 0.25, "irrelevant-1": 0.75}
    proposal = Proposal(config, 3, 7, gradient=True)
    evaluation = instance.evaluate(proposal, Stream(("any",)), "before")
    assert proposal.config == {"x": 0.25, "irrelevant-1": 0.75}
    assert evaluation.checkpoint == (Proposal({"x": 0.25}, 3, 7, gradient=True), "before")
    assert instance.optimum == 0.5


def test_along_them_the_gradient_is_zero() -> None:
    instance = with_irrelevant(PROBLEM, 2).start(np.random.default_rng(0))
    config: Config = {"x": 0.25, "irrelevant-1": 0.75, "irrelevant-2": 0.1}
    having = instance.evaluate(Proposal(config, gradient=True), Stream(("any",)), None)
    assert having.gradient == {"x": 2.0, "irrelevant-1": 0.0, "irrelevant-2": 0.0}
    assert instance.evaluate(Proposal(config), Stream(("any",)), None).gradient is None


def test_a_name_that_is_taken_is_refused() -> None:
    taken = replace(PROBLEM, space=Space({"irrelevant-2": Float(0, 1)}))
    assert len(with_irrelevant(taken, 1).space) == 2
    with pytest.raises(ValueError, match="it has a parameter of that name already: 'irrelevant-2'"):
        with_irrelevant(taken, 2)
