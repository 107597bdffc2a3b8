"""What counts beside evaluations: a strategy's own time, idle workers, and what both cost."""

import numpy as np

from ..runner.finished_run import FloatArray
from .scored import Scores, bounded, scales


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


def regrets_by(scores: Scores, measured: FloatArray, at: FloatArray) -> FloatArray:
    """Return what the runs held by points in time: (strategies, problems, seeds, grid).

    They are regrets of scores, winsorised as `Quantity.bounded` is. `measured` (steps,) is when
    each step of the runs was, `at` (problems, grid) rises; both are in the same unit.
    """
    held = scores.steps.held(measured, scores.steps.scores, at)
    return bounded(held, scores.status, scales(scores.problems, scores.seeds, "scores"))


def with_thinking(
    simulated: FloatArray, thinking: FloatArray, unit: FloatArray, price: float
) -> FloatArray:
    """Return the real seconds by which something would have been, (...).

    `simulated` is when it was on the simulated clock, on which a full evaluation takes `unit`;
    `thinking` are the real seconds that the strategy itself had taken by then; `price` are the
    seconds that a full evaluation takes. It is exact for one worker and an approximation
    for several, some of which evaluate while the strategy thinks.
    """
    return np.asarray(simulated / unit * price + thinking)


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
