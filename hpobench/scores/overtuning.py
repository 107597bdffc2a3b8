"""Measure how far the score got worse while the value improved."""

from dataclasses import dataclass

import numpy as np

from .history import FloatArray, hold
from .standings import Standings, anchors

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


def overtuning(table: Standings) -> Overtuning:
    """Measure the overtuning of every run (Schneider et al., AutoML 2025).

    The default configuration that it is relative to is the run's first incumbent.
    """
    absolute = np.full(table.scores.held.shape, np.nan)
    relative = absolute.copy()
    for (s, p, r), run in table.histories.items():
        scale = anchors(table.problems[p], table.seeds[r], "scores")
        if scale is None or scale.random <= scale.reference:
            continue
        with np.errstate(over="ignore", invalid="ignore"):  # enormous scores
            scores = (run.scores - scale.reference) / (scale.random - scale.reference)
            lost, gained = _lost_and_gained(scores)
            share = np.full(len(lost), np.nan)
            np.divide(lost, gained, out=share, where=gained >= NO_PROGRESS)
        absolute[s, p, r] = hold(run.costs, lost, table.costs[p])
        relative[s, p, r] = hold(run.costs, share, table.costs[p])
    return Overtuning(absolute, relative)


def _lost_and_gained(scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Compare incumbents' scores (trials,) with the lowest so far, and that with the first."""
    lowest = np.fmin.accumulate(scores)
    first = scores[~np.isnan(scores)][:1]
    return scores - lowest, (first if len(first) else np.nan) - lowest
