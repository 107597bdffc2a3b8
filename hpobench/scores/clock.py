"""What counts beside evaluations: a strategy's own time, idle workers, and what both cost."""

import numpy as np

from ..runner.finished_run import FloatArray


def break_even(
    evaluations: tuple[float, float], seconds: tuple[float, float]
) -> tuple[float, float]:
    """Return between which seconds an evaluation the first strategy takes less time: (low, high).

    The two reach the same target after so many `evaluations` and so many `seconds` of their own.
    One that needs fewer evaluations and thinks longer pays from some price on, to infinity; one
    that needs more and thinks less up to some price, from 0. (nan, nan): it never does. inf
    evaluations: it never reaches the target.
    """
    more, longer = evaluations[0] - evaluations[1], seconds[0] - seconds[1]
    if np.isnan(more) or evaluations[0] == np.inf:
        return np.nan, np.nan
    if more < 0:
        return max(longer / -more, 0.0), np.inf
    if more == 0:
        return (0.0, np.inf) if longer < 0 else (np.nan, np.nan)
    return (0.0, -longer / more) if longer < 0 else (np.nan, np.nan)


def utilisation(busy: FloatArray, makespan: FloatArray, workers: int) -> FloatArray:
    """Return the share of their time that the workers trained, of runs (...): busy and makespan.

    nan where nothing was evaluated.
    """
    total = workers * makespan
    share = np.full(np.shape(busy), np.nan)
    np.divide(busy, total, out=share, where=total > 0)
    return share


def efficiency(alone: FloatArray, together: FloatArray, workers: int) -> FloatArray:
    """Return T1 / (W TW): how much of W workers' help arrives, of times to the same target.

    1 is all of it; more is luck. 0 where W workers never reach it, nan where one worker doesn't.
    """
    with np.errstate(invalid="ignore"):
        share = alone / (workers * together)
    return np.where(np.isfinite(alone), share, np.nan)
