"""What a run held after each of its trials: the incumbent's value, its score, and their regrets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..cards.card import ProblemCard
from ..runner.finished_run import FinishedRun, FloatArray
from ..scores import Kind, history
from ..scores.scored import scales


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A run in the order told; every array is (trials,), and nan before the first incumbent.

    On a problem with several objectives or with limits there is no incumbent.
    """

    new: NDArray[np.bool_]
    """Whether each trial became the incumbent."""
    full: NDArray[np.bool_]
    """Whether the incumbent was evaluated at the problem's highest fidelity."""
    values: FloatArray
    scores: FloatArray
    spent: FloatArray
    """The cost up to and with each trial, in evaluations at the highest fidelity."""
    value_regrets: FloatArray
    """Of the values; nan where the instance has no scale."""
    regrets: FloatArray
    """Of the scores; nan where the instance has no scale."""


def held(run: FinishedRun, card: ProblemCard) -> Held:
    """Follow what a run held on the problem of a card."""
    past = history(run, card.fidelity)
    comparable = not card.unmeasured
    values, scores = (
        each if comparable else np.full(each.shape, np.nan) for each in (past.values, past.scores)
    )
    return Held(
        new=(np.diff(past.best, prepend=-1) != 0) & comparable,
        full=past.full & comparable,
        values=values,
        scores=scores,
        spent=past.costs,
        value_regrets=_regrets(values, card, run.run.seed, "values"),
        regrets=_regrets(scores, card, run.run.seed, "scores"),
    )


def final_regret(run: FinishedRun, past: Held, card: ProblemCard, kind: Kind) -> float:
    """Return the regret of what a run holds at its end.

    It is inf if the run failed or holds nothing, for such runs count as the worst. It is nan if the
    run is unsupported, if the instance has no scale, or if the problem has no incumbents.
    """
    if run.stop.reason == "unsupported" or card.unmeasured:
        return np.nan
    kept = past.values if kind == "values" else past.scores
    nothing = run.stop.reason == "failed" or not kept.size or np.isnan(kept[-1])
    last = np.array([np.inf if nothing else kept[-1]])
    return float(_regrets(last, card, run.run.seed, kind)[0])


def instance(card: ProblemCard, seed: int) -> int:
    """Return the instance of a problem that a seed draws, from 0."""
    return seed % max(card.instances, 1)


def _regrets(kept: FloatArray, card: ProblemCard, seed: int, kind: Kind) -> FloatArray:
    zero, length = scales([card], [seed], kind)
    with np.errstate(over="ignore"):  # enormous values are infinitely far from any scale
        regrets: FloatArray = (kept - zero[0, 0]) / length[0, 0]
    return regrets
