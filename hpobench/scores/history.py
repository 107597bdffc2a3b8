"""Follow one run: its cost and its incumbent, trial by trial."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..runner.finished_run import FinishedRun, FloatArray
from ..trial import Fidelity

_SLACK = 1e-9
"""The relative rounding error that is allowed in a sum of costs; a trial costs at least 1e-4."""


@dataclass(frozen=True, slots=True)
class History:
    """One run in the order told; every array is (trials,)."""

    costs: FloatArray
    """The cost up to and with each trial, in evaluations at the highest fidelity."""
    best: NDArray[np.intp]
    """The position of the incumbent once each trial is told; -1 before the first incumbent."""
    full: NDArray[np.bool_]
    """Whether the incumbent was evaluated at the problem's highest fidelity."""
    values: FloatArray
    """The incumbent's value; nan before the first incumbent."""
    scores: FloatArray
    """The incumbent's own score, not the lowest so far; nan before the first incumbent."""


def history(run: FinishedRun, fidelity: Fidelity | None) -> History:
    """Follow the incumbent of a run on a problem with this fidelity."""
    highest = 0.0 if fidelity is None else fidelity.high
    best = run.incumbents
    return History(
        costs=np.cumsum(run.costs),
        best=best,
        full=_pick(run.levels, best) >= highest,
        values=_pick(run.values, best),
        scores=_pick(run.scores, best),
    )


def ask_seconds(runs: Sequence[FinishedRun]) -> FloatArray:
    """Return the real seconds of every suggestion, (runs, trials), in the order told.

    They are nan past a run's last trial and where nothing was measured.
    """
    longest = max((run.evaluations for run in runs), default=0)
    taken = np.full((len(runs), longest), np.nan)
    for row, run in zip(taken, runs, strict=True):
        row[: run.evaluations] = run.ask_seconds
    return taken


def hold(ticks: FloatArray, steps: FloatArray, at: FloatArray) -> FloatArray:
    """Read a step function: the last of `steps` (n,) whose tick (n,) is at most `at` (grid,).

    The answer is nan before the first tick. Ticks ascend; a tick may be above `at` by 1e-9 of it,
    which is a rounding error.
    """
    return _pick(steps, np.searchsorted(ticks, at * (1 + _SLACK), side="right") - 1)


def _pick(values: FloatArray, positions: NDArray[np.intp]) -> FloatArray:
    """Return the values at the positions; nan where those are negative."""
    picked = np.full(positions.shape, np.nan)
    picked[positions >= 0] = values[positions[positions >= 0]]
    return picked
