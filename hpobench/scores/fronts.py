"""How good runs are in two objectives at once: their fronts, and what these dominate and attain."""

from collections.abc import Sequence

import numpy as np

from ..runner.finished_run import FinishedRun, FloatArray
from ..trial import Fidelity
from .areas import attainment_surface
from .history import hold

BEYOND = 1.1
"""Where the reference point lies in each objective: beyond the worst of the best front, which is at
1, so that the ends of that front count (Ishibuchi et al., 2018, Evolutionary Computation)."""


def both_values(run: FinishedRun, fidelity: Fidelity | None) -> FloatArray:
    """Return both values of each trial of a run on a problem with two objectives, (trials, 2).

    They are nan where the evaluation failed or was not at the highest fidelity, and throughout
    where the run failed.
    """
    found = np.full((run.values.size, 2), np.nan)
    if run.other_values is not None and run.stop.reason != "failed":
        highest = 0.0 if fidelity is None else fidelity.high
        full = run.levels >= highest
        found[full] = np.column_stack([run.values, run.other_values[:, 0]])[full]
    return found


def front(points: FloatArray) -> FloatArray:
    """Return the points (n, 2) that no other one dominates, (front, 2); lower is better.

    The first values ascend, and so the second ones descend. Equal points count once; those with nan
    are left out.
    """
    known = points[np.isfinite(points).all(axis=1)]
    ordered = known[np.lexsort((known[:, 1], known[:, 0]))]
    lowest = np.minimum.accumulate(ordered[:, 1])
    better = np.ones(len(ordered), dtype=bool)
    better[1:] = ordered[1:, 1] < lowest[:-1]
    return ordered[better]


def hypervolume(points: FloatArray, reference: FloatArray) -> float:
    """Return the area that points (n, 2) dominate and that dominates the reference point (2,).

    Zitzler and Thiele, 1998, PPSN V.
    """
    best = front(points[(points < reference).all(axis=1)])
    tops = np.concatenate([reference[1:], best[:-1, 1]])  # each point adds a slab below the last
    return float(np.sum((reference[0] - best[:, 0]) * (tops - best[:, 1])))


def hypervolume_regrets(
    points: FloatArray, costs: FloatArray, best: FloatArray, spent: FloatArray
) -> FloatArray:
    """Return what share of the hypervolume of the best front a run does not dominate, (grid,).

    `points` (trials, 2) and `costs` (trials,) are those of the run, in the order told; `best` is a
    front of two points or more, such as that of all runs; `spent` (grid,) is where the run is read.
    The best front spans the unit square, and the reference point lies at BEYOND in both objectives.
    0: all of it is dominated, 1: nothing is yet. No point of the run may dominate one of `best`.
    """
    corner, size = best.min(axis=0) / 2, best.max(axis=0) / 2 - best.min(axis=0) / 2
    with np.errstate(over="ignore"):  # what is too far away to be a number is beyond the reference
        scaled, front_of_all = ((each / 2 - corner) / size for each in (points, best))
    reference = np.full(2, BEYOND)
    whole = hypervolume(front_of_all, reference)
    told = hold(np.cumsum(costs), np.arange(1.0, len(costs) + 1), spent)
    counts = np.nan_to_num(told).astype(int).tolist()
    volume = {count: hypervolume(scaled[:count], reference) for count in set(counts)}
    return np.array([max(1 - volume[count] / whole, 0.0) for count in counts])


def both_attained(fronts: Sequence[FloatArray], share: float) -> FloatArray:
    """Return the corners of what at least a share of the runs attain, (corners, 2).

    `fronts` are those of the runs, (front, 2). A point is attained by a run if some evaluation is
    at most that in both objectives, and the surface is the front of what is attained by enough runs
    (Grunert da Fonseca, Fonseca and Hall, 2001, EMO). It is empty where no point is.
    """
    firsts = np.unique(np.concatenate([each[:, 0] for each in fronts] or [np.empty(0)]))
    second = np.full((len(fronts), firsts.size), np.inf)
    for row, each in zip(second, fronts, strict=True):
        count = np.searchsorted(each[:, 0], firsts, side="right")
        row[count > 0] = each[count[count > 0] - 1, 1]
    if not firsts.size:
        return np.empty((0, 2))
    return front(np.column_stack([firsts, attainment_surface(second, share)]))
