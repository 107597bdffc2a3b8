"""Measure how far the score got worse while the value improved."""

from dataclasses import dataclass

import numpy as np

from ..runner.finished_run import FloatArray
from .scored import Scores, scales

NO_PROGRESS = 1e-3
"""The least gain, as a regret, that overtuning is measured against (Schneider et al., 2025)."""


@dataclass(frozen=True, slots=True)
class Overtuning:
    """Overtuning at the end of the budget; all arrays are (strategies, problems, seeds).

    They are nan without a run, where no incumbent has a score, and where the instance has no scale.
    """

    absolute: FloatArray
    """The last incumbent's regret less the lowest that any incumbent of the run had."""
    relative: FloatArray
    """The absolute overtuning over what the lowest regret had gained on the first incumbent's. From
    1 on, the last incumbent is no better than the first one. It is nan, too, where that gain is
    below NO_PROGRESS."""
    meta: FloatArray
    """Meta-overfitting: the last incumbent's score less its value, over the length of the scores'
    scale. It says something only where the two have one unit."""


def overtuning(scores: Scores) -> Overtuning:
    """Measure the overtuning of every run at its end (Schneider et al., AutoML 2025).

    What they call the default configuration is here the run's first incumbent.
    """
    zero, length = (each[..., 0] for each in scales(scores.problems, scores.seeds, "scores"))
    with np.errstate(over="ignore", invalid="ignore"):  # enormous scores
        lowest, first = ((each - zero) / length for each in (scores.lowest, scores.first))
        lost, gained = scores.reported.regrets[..., -1] - lowest, first - lowest
        worse = (scores.reported.held[..., -1] - scores.told.held[..., -1]) / length
        share = np.full(lost.shape, np.nan)
        np.divide(lost, gained, out=share, where=gained >= NO_PROGRESS)
    return Overtuning(lost, share, worse)
