"""How much less budget one strategy needs than another, run against run."""

import numpy as np

from ..runner.finished_run import FloatArray
from .scored import Scores


def budget_ratios(scores: Scores, rival: int) -> FloatArray:
    """Compare the budget that each run needs with what the rival's run of the same seed needs.

    The answer, (strategies, problems, seeds), is the logarithm to the base 2 of what the rival had
    spent when it first held the score that the strategy ends with, over what the strategy had spent
    when it first held the score that the rival ends with; nan where one of the two has no run. A
    run that never held it counts as if it did with the last of its budget. So where the strategy
    ends better, 2 to this power is its budget over what it needed to draw level; where it ends
    worse, it is the inverse with the roles exchanged. Exchanging the two changes the sign alone, so
    the expected ratio of a strategy with itself is 1. A run that failed holds nothing. Times at
    equal targets are compared in Hansen et al. (2021, Optimization Methods and Software 36(1)).
    """
    steps, ends = scores.steps, scores.reported.comparable[..., -1]
    wanted = ends + scores.reported.resolution
    own = steps.first_at(steps.costs, steps.scores, wanted[rival][..., None])[..., 0]
    others = steps.first_at(steps.costs, steps.scores, np.moveaxis(wanted, 0, -1))[rival]
    failed = scores.status == "failed"
    budgets = scores.budgets[:, None]
    own = np.minimum(np.where(failed, np.inf, own), budgets)
    others = np.minimum(np.where(failed[rival][..., None], np.inf, others), budgets[..., None])
    there = ~np.isnan(ends) & ~np.isnan(ends[rival])
    return np.where(there, np.log2(np.moveaxis(others, -1, 0) / own), np.nan)
