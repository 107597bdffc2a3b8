"""Follow one run: its cost, its clock and its incumbent, trial by trial."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..trial import Fidelity, Outcome, Record

FloatArray: TypeAlias = NDArray[np.float64]

_SLACK = 1e-9
"""Relative rounding error that a sum of costs is forgiven; a trial costs at least 1e-4."""


@dataclass(frozen=True, slots=True)
class History:
    """One run in the order told; every array is (trials,)."""

    costs: FloatArray
    """Cumulative, that trial included, in evaluations at the highest fidelity."""
    finished: FloatArray
    """On the simulated clock."""
    best: NDArray[np.intp]
    """Which record is the incumbent once that trial is told; -1 before the first one."""
    full: NDArray[np.bool_]
    """Whether that incumbent was evaluated at the highest fidelity that there is."""
    values: FloatArray
    """The incumbent's; nan before the first one."""
    scores: FloatArray
    """The incumbent's, of the very same model: not the lowest one; nan before the first one."""


def history(records: Sequence[Record], fidelity: Fidelity | None) -> History:
    """Follow the incumbent: the lowest value at the highest fidelity so far, the first on ties.

    The first trial at a higher fidelity than all before replaces the incumbent, be its value
    higher: values of different fidelities are not compared. Those that are not finite make none.
    """
    full = 0.0 if fidelity is None else fidelity.high
    values = np.array([record.trial.value for record in records], dtype=float)
    scores = np.array([record.score for record in records], dtype=float)
    best, incumbent, held = np.full(len(records), -1), -1, (-math.inf, -math.inf)
    whole = np.zeros(len(records), dtype=bool)
    for i, (record, value) in enumerate(zip(records, values.tolist(), strict=True)):
        level = record.trial.proposal.fidelity
        found = (full if level is None else level, -value)
        if math.isfinite(value) and found > held:
            incumbent, held = i, found
        best[i], whole[i] = incumbent, held[0] >= full
    return History(
        costs=np.cumsum([record.trial.cost for record in records], dtype=float),
        finished=np.array([record.finished for record in records], dtype=float),
        best=best,
        full=whole,
        values=_pick(values, best),
        scores=_pick(scores, best),
    )


def seconds(outcomes: Sequence[Outcome], name: Literal["ask", "tell", "evaluate"]) -> FloatArray:
    """Return the real seconds of every trial, (outcomes, trials), in the order told.

    nan past an outcome's last trial and where nothing was measured.
    """
    longest = max((len(outcome.records) for outcome in outcomes), default=0)
    taken = np.full((len(outcomes), longest), np.nan)
    for row, outcome in zip(taken, outcomes, strict=True):
        row[: len(outcome.records)] = [r.measured.get(name, np.nan) for r in outcome.records]
    return taken


def hold(ticks: FloatArray, steps: FloatArray, at: FloatArray) -> FloatArray:
    """Read a step function: the last of `steps` (n,) whose tick (n,) is at most `at` (grid,).

    nan before the first tick. Ticks ascend; a rounding error of 1e-9 of `at` is forgiven.
    """
    return _pick(steps, np.searchsorted(ticks, at * (1 + _SLACK), side="right") - 1)


def _pick(values: FloatArray, positions: NDArray[np.intp]) -> FloatArray:
    """Return the values at the positions; nan where those are negative."""
    picked = np.full(positions.shape, np.nan)
    picked[positions >= 0] = values[positions[positions >= 0]]
    return picked
