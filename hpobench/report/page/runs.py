"""What every run held and when, as the page's script reads it.

Every mean, chance, rank, test and interval on the page follows from these numbers, for whichever
problems, strategies and budget a reader chooses.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ...scores.scored import scales
from ...statistics import FloatArray
from ..compared import Compared

HELD, SPENT, TIMED, THOUGHT = 7, 6, 5, 3
"""The significant digits of regrets, of costs, of simulated times and of real seconds."""
_LETTERS = {"complete": "c", "exhausted": "e", "failed": "f", "unsupported": "u", "missing": "-"}
_HUGE = 1e300
"""What stands for an infinite number, which JSON has not."""


def steps(compared: Compared) -> dict[str, object]:
    """Return all runs, strategy by strategy, problem by problem, seed by seed.

    `status` has a letter for each run, `steps` its number of incumbents; `held`, `cost`, `time` and
    `thought` have an entry for each incumbent: its regret, not winsorised (its raw score where the
    instance has no scale), when it was in evaluations at the highest fidelity and on the simulated
    clock, and the strategy's own real seconds until then. `time` is empty where it is `cost`.
    """
    scores, found = compared.scores, compared.scores.steps
    counts = np.bincount(found.run, minlength=scores.status.size)
    zero, length = (
        each[..., 0].ravel() for each in scales(scores.problems, scores.seeds, "scores")
    )
    instance = found.run % len(zero)
    has_scale = np.isfinite(length[instance])
    with np.errstate(over="ignore"):  # enormous values are infinitely far from any scale
        regrets = (found.scores - zero[instance]) / length[instance]
    held = np.where(has_scale, regrets, found.scores)
    same = np.array_equal(found.finished, found.costs)
    return {
        "status": "".join(_LETTERS[str(each)] for each in scores.status.ravel()),
        "steps": counts.tolist(),
        "held": rounded(held, HELD),
        "cost": rounded(found.costs, SPENT),
        "time": [] if same else rounded(found.finished, TIMED),
        "thought": rounded(found.thinking, THOUGHT),
    }


def rounded(values: FloatArray | NDArray[np.int64], digits: int) -> list[float | int | None]:
    """Return numbers with so many significant digits, flat; None for nan."""
    return [short(float(each), digits) for each in np.ravel(values)]


def short(value: float, digits: int) -> float | int | None:
    """Return a number with so many significant digits, whole numbers as such; None for nan.

    >>> short(0.123456, 3), short(25.0, 3), short(float("nan"), 3)
    (0.123, 25, None)
    """
    if np.isnan(value):
        return None
    if np.isinf(value):
        return _HUGE if value > 0 else -_HUGE
    found = float(f"{value:.{digits}g}")
    return int(found) if found.is_integer() and abs(found) < 1e15 else found


def table(rows: Iterable[FloatArray], digits: int) -> list[list[float | int | None]]:
    """Return the rows of a table with so many significant digits."""
    return [rounded(row, digits) for row in rows]
