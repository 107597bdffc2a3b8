"""Measure how far the score got worse while the value improved."""

from dataclasses import dataclass

import numpy as np

from ..runner.finished_run import FloatArray
from .scored import Scores, scales

NO_PROGRESS = 1e-3
"""The least gain, as a regret, that overtuning is measured against (Schneider et al., 2025)."""


@dataclass(frozen=True, slots=True)
class Overtuning:
    """Overtuning over the budget; both arrays are (strategies, problems, seeds, grid).

    nan before the first incumbent, without a run, and where the instance has no scale.
    """

    absolute: FloatArray
    """As a regret: the incumbent's score over the lowest that an incumbent so far had."""
    relative: FloatArray
    """Over what that lowest one gained on the first incumbent: from 1 on, the incumbent is no
    better than the first one. nan, too, where that gain is below NO_PROGRESS."""


def overtuning(scores: Scores) -> Overtuning:
    """Measure the overtuning of every run (Schneider et al., AutoML 2025).

    The default configuration that it is relative to is the run's first incumbent.
    """
    zero, length = scales(scores.problems, scores.seeds, "scores")
    with np.errstate(over="ignore", invalid="ignore"):  # enormous scores
        lowest, first = ((each - zero) / length for each in (scores.lowest, scores.first))
        lost, gained = scores.reported.regrets - lowest, first - lowest
        share = np.full(lost.shape, np.nan)
        np.divide(lost, gained, out=share, where=gained >= NO_PROGRESS)
    return Overtuning(lost, share)
