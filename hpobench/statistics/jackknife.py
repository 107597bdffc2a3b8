"""An interval for new problems around any number that is computed from all problems together."""

from collections.abc import Callable

import numpy as np

from .arrays import FloatArray
from .intervals import CONFIDENCE, FEWEST_PROBLEMS, Interval, t_interval


def jackknife(
    statistic: Callable[[FloatArray], FloatArray],
    runs: FloatArray,
    *,
    least: float = -np.inf,
    most: float = np.inf,
    level: float = CONFIDENCE,
) -> Interval:
    """Bound a statistic of the runs (problems, ...) for new problems.

    Tukey, 1958, Annals of Mathematical Statistics 29(2), page 614: the statistic is computed
    without each problem in turn, and Student's t is taken of the pseudo-values, P times the whole
    less P - 1 times what is left. For a mean over problems it is `t_interval`. The statistic maps
    problems to an array of the trailing shape; the interval ends at the `least` and the `most` that
    it can be. The ends are nan below 8 problems.
    """
    problems = len(runs)
    whole = statistic(runs)
    if problems < FEWEST_PROBLEMS:
        nothing = np.full(whole.shape, np.nan)
        return Interval(whole, nothing, nothing, "none")
    without = np.stack([statistic(np.delete(runs, p, axis=0)) for p in range(problems)])
    found = t_interval(problems * whole - (problems - 1) * without, level=level)
    half = (found.high - found.low) / 2
    low, high = np.maximum(whole - half, least), np.minimum(whole + half, most)
    return Interval(whole, low, high, "t over problems")
