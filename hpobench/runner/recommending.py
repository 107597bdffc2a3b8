"""What a strategy recommends at the end of a run, and what that is worth."""

import math

from ..errors import raise_if_nobodys
from ..guards import Alone, is_a_persons, went_back
from ..problem import Evaluate, Problem
from ..seeds import of_recommendation
from ..space import key_of
from ..strategy import Strategy
from ..trial import Proposal, Recommendation, Record
from . import budget_rules
from .workers import why_failed


def better(incumbent: Record | None, record: Record) -> Record | None:
    """Return the incumbent after one more record, by the rule of `finished_run.incumbents`."""
    if not math.isfinite(record.values[0]):
        return incumbent
    return record if incumbent is None or _order(record) < _order(incumbent) else incumbent


def recommended(
    folder: str,
    strategy: Strategy,
    problem: Problem,
    evaluate: Evaluate | None,
    *,
    seed: int,
    incumbent: Record | None,
) -> Recommendation | None:
    """Ask a strategy what it recommends and evaluate that; None: it recommends nothing.

    `folder` is the working folder, and `incumbent` the last one of the run. The incumbent's own
    configuration is not evaluated again. `evaluate` evaluates another one; None: nobody does, and
    the score is nan. Raises Fault where the strategy raises an error or returns
    no configuration of the space. Whatever the problem raises fails only this evaluation.
    """
    answer = budget_rules.call(folder, "recommend", strategy.recommend)
    if answer is None:
        return None
    asked = budget_rules.accepted(Proposal(answer), problem, as_=budget_rules.RECOMMENDED)
    config = asked.config
    if incumbent is not None and key_of(config) == key_of(incumbent.trial.proposal.config):
        return Recommendation(config, incumbent.score, anew=False)
    if evaluate is None:
        return Recommendation(config, math.nan, anew=False)
    stream = of_recommendation(problem.base, seed, config)
    score, error = math.nan, None
    try:
        with Alone() as here:
            made = evaluate(Proposal(dict(config), asked.fidelity), stream, None)
            here.end_copies()
            score = budget_rules.evaluated(made, asked, problem).reported
    except BaseException as raised:  # whatever a problem raises fails the evaluation
        if is_a_persons(raised):
            raise
        raise_if_nobodys(raised)
        error = why_failed(raised)
    went_back(folder)
    return Recommendation(config, score, anew=True, error=error)


def _order(record: Record) -> tuple[float, float]:
    level = record.trial.proposal.fidelity
    return -math.inf if level is None else -level, record.values[0]
