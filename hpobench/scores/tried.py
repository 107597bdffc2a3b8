"""What strategies try, rather than what they hold: whether later configurations are better."""

from collections.abc import Sequence

import numpy as np

from ..runner.finished_run import FinishedRun, FloatArray
from ..trial import Fidelity
from .axes import places
from .scored import BOUNDS, Scores, scales

QUARTERS = 4
"""The parts of equal budget into which a run is cut."""


def tried(runs: Sequence[FinishedRun], scores: Scores) -> FloatArray:
    """Return the mean regret of what each run evaluated in each quarter of its budget.

    The answer is (strategies, problems, seeds, QUARTERS). Regrets are those of the values, since a
    strategy knows no scores, winsorised to BOUNDS; an evaluation that failed has the upper bound,
    and so has every quarter of a run that failed. Evaluations at the highest fidelity alone count,
    each in the quarter in which it is told. It is nan where a quarter has none, and without a run
    or a scale.
    """
    found = np.full((*scores.status.shape, QUARTERS), np.nan)
    zero, length = scales(scores.problems, scores.seeds, "values")
    where = places(runs, scores.strategies, scores.problems, scores.seeds)
    for run, place in zip(runs, where, strict=True):
        _, p, r = place
        if np.isnan(length[p, r, 0]) or run.stop.reason == "unsupported":
            continue
        if run.stop.reason == "failed":
            found[place] = BOUNDS[1]
            continue
        regrets = np.clip((run.values - zero[p, r]) / length[p, r], *BOUNDS)
        regrets = np.where(np.isnan(regrets), BOUNDS[1], regrets)
        found[place] = _by_quarter(
            run, regrets, float(scores.budgets[p]), scores.problems[p].fidelity
        )
    return found


def _by_quarter(
    run: FinishedRun, regrets: FloatArray, budget: float, fidelity: Fidelity | None
) -> FloatArray:
    """Return the mean of the full evaluations' regrets (trials,) in each quarter, (QUARTERS,)."""
    full = run.levels >= (0.0 if fidelity is None else fidelity.high)
    spent = np.cumsum(run.costs)[full] / budget
    quarter = np.clip(np.ceil(QUARTERS * spent - 1e-9), 1, QUARTERS).astype(np.intp) - 1
    count = np.bincount(quarter, minlength=QUARTERS)
    total = np.bincount(quarter, regrets[full], minlength=QUARTERS)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
