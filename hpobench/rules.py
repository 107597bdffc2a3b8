"""The rules of a race: what may be proposed, what it costs, and what an evaluation must be."""

import math
from fractions import Fraction

from .problem import Evaluation, Problem
from .trial import Proposal

LEAST_COST = Fraction(1, 10_000)
"""Of any trial, in evaluations at the highest fidelity."""
MOST_TRIALS = 1_000
"""Of a run, times its budget."""


class Fault(Exception):  # noqa: N818  # a strategy's or a problem's, not the program's
    """Why a run failed."""


class Diverged(Exception):  # noqa: N818  # likewise
    """Why a run can't go on from its recorded trials: it would not have made them again."""


def accepted(asked: object, problem: Problem) -> Proposal:
    """Return a copy of what a strategy proposed, with its fidelity filled in, or raise Fault."""
    if not isinstance(asked, Proposal):
        raise Fault(f"the strategy proposed what is no Proposal: {asked!r}")
    fidelity = problem.fidelity
    if asked.gradient and problem.gradient_cost is None:
        raise Fault("the strategy asked for a gradient, which the problem does not give")
    if fidelity is None and (asked.fidelity is not None or asked.resume is not None):
        raise Fault(f"the strategy proposed a fidelity, which the problem has not: {asked}")
    if fidelity is not None and not fidelity.resumes and asked.resume is not None:
        raise Fault(f"the strategy continued trial {asked.resume}, which the problem can't")
    try:
        config, level = problem.space.check(asked.config), None
        if fidelity is not None:
            level = fidelity.check(fidelity.high if asked.fidelity is None else asked.fidelity)
    except (TypeError, ValueError) as error:
        raise Fault(f"the strategy proposed what can't be: {error}") from error
    return Proposal(config, level, asked.resume, asked.gradient)


def cost(proposal: Proposal, passed: float, problem: Problem) -> Fraction:
    """Return what an accepted proposal costs that goes on from the fidelity `passed`, or from 0."""
    share = Fraction(1)
    if problem.fidelity is not None and proposal.fidelity is not None:
        share = (Fraction(proposal.fidelity) - Fraction(passed)) / Fraction(problem.fidelity.high)
    if proposal.gradient:
        share *= Fraction(str(problem.gradient_cost))
    return max(share, LEAST_COST)


def check(evaluation: Evaluation, proposal: Proposal) -> None:
    """Raise ValueError where an evaluation is of no use."""
    if not math.isfinite(evaluation.value):
        raise ValueError(f"the value must be finite: {evaluation.value}")
    if evaluation.score is not None and not math.isfinite(evaluation.score):
        raise ValueError(f"the score must be finite: {evaluation.score}")
    if evaluation.duration is not None and not 0 <= evaluation.duration < math.inf:
        raise ValueError(f"the duration must be finite and positive: {evaluation.duration}")
    if not all(map(math.isfinite, evaluation.measures.values())):
        raise ValueError(f"the measures must be finite: {evaluation.measures}")
    gradient = evaluation.gradient
    if proposal.gradient and not (gradient and all(map(math.isfinite, gradient.values()))):
        raise ValueError(f"the gradient must be finite: {gradient}")
