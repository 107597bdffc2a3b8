"""How much it costs to reach a target: expected running times, and shares of what was reached.

`times` are what runs had spent when they first reached each target, (..., seeds, targets): inf
where a run never did, nan where there is no run. `spent` is what each run spent in all, (...,
seeds). Both are in evaluations at the highest fidelity. Hansen, Auger, Ros, Mersmann, Tusar and
Brockhoff, 2021, Optimization Methods and Software 36(1).
"""

import numpy as np

from .arrays import FloatArray
from .instances import mean_over

PENALTY = 10.0
"""How many times its budget a run that fails counts in PAR10."""


def expected_running_time(times: FloatArray, spent: FloatArray) -> FloatArray:
    """Return what all runs spent until they reached the target, over how many did, (..., targets).

    It is what one success costs if runs that fail are begun anew: inf where none reached the
    target, nan without a run.
    """
    reached = np.isfinite(times)
    there = ~np.isnan(times)
    used = np.where(reached, times, np.where(there, spent[..., None], 0.0)).sum(axis=-2)
    count = reached.sum(axis=-2)
    expected = np.where(count > 0, used / np.maximum(count, 1), np.inf)
    return np.where(there.any(axis=-2), expected, np.nan)


def success_rate(times: FloatArray) -> FloatArray:
    """Return the share of runs that reached each target, (..., targets); nan without a run."""
    return mean_over(np.where(np.isnan(times), np.nan, np.isfinite(times)), axis=-2)


def penalised_average(times: FloatArray, budget: FloatArray) -> FloatArray:
    """Return the mean cost of reaching the target, a failure counting PENALTY budgets (PAR10).

    `budget` (...) is that of the runs; the result is (..., targets). Hutter, Hoos, Leyton-Brown and
    Stuetzle, 2009, JAIR 36.
    """
    return mean_over(np.where(np.isinf(times), PENALTY * budget[..., None, None], times), axis=-2)


def simulated_restarts(
    times: FloatArray, spent: FloatArray, *, draws: int, seed: int = 0
) -> FloatArray:
    """Draw what reaching a target costs if a run that fails is begun anew, (draws,).

    Of runs of one strategy on one problem for one target, (seeds,) both: runs are drawn with
    replacement until one reaches the target, and what they spent is added up. The mean of many
    draws is the expected running time. It only says what would happen where a strategy may be begun
    anew and does not plan for its budget. inf where no run reached the target; nan without a run.
    """
    there = ~np.isnan(times)
    times, spent = times[there], spent[there]
    if not np.isfinite(times).any():
        return np.full(draws, np.inf if times.size else np.nan)
    rng = np.random.Generator(np.random.PCG64(seed))
    total, going = np.zeros(draws), np.arange(draws)
    while going.size:
        drawn = rng.integers(times.size, size=going.size)
        reached = np.isfinite(times[drawn])
        total[going] += np.where(reached, times[drawn], spent[drawn])
        going = going[~reached]
    return total


def reached_by(times: FloatArray, spent: FloatArray) -> FloatArray:
    """Return the share of runs and targets reached by then, (..., problems, grid).

    `times` are (..., problems, seeds, targets) and `spent` (problems, grid): the empirical
    distribution of running times of each problem, whose mean over problems is that of all. nan
    without a run.
    """
    there = ~np.isnan(times)
    count = there.sum(axis=(-2, -1))
    reached = np.zeros((*count.shape, spent.shape[-1]))
    for column in range(spent.shape[-1]):
        by_then = spent[..., column, None, None] * (1 + 1e-9)
        reached[..., column] = (times <= by_then).sum(axis=(-2, -1))
    return np.where(count[..., None] > 0, reached / np.maximum(count, 1)[..., None], np.nan)


def data_profile(running: FloatArray, dimensions: FloatArray, multiples: FloatArray) -> FloatArray:
    """Return the share of problems solved within so many simplex gradients, (..., multiples).

    `running` (..., problems) is the expected running time of one target, `dimensions` (problems,),
    and a simplex gradient is one evaluation more than there are dimensions. More and Wild, 2009,
    SIAM Journal on Optimization 20(1). Problems without a run are left out.
    """
    units = running / (dimensions + 1)
    solved = np.where(np.isnan(units)[..., None], np.nan, units[..., None] <= multiples)
    return mean_over(solved, axis=-2)


def performance_profile(running: FloatArray, ratios: FloatArray) -> FloatArray:
    """Return on which share of problems each strategy is within a factor of the best, of `running`.

    `running` is (strategies, problems), the result (strategies, ratios). Dolan and More, 2002,
    Mathematical Programming 91(2). It depends on who takes part (Gould and Scott, 2016): which of
    two strategies is ahead may turn when a third one joins. Problems that nobody solves count as
    unsolved by all.
    """
    best = np.fmin.reduce(running, axis=0)
    with np.errstate(invalid="ignore"):
        factors = np.where(np.isinf(running), np.inf, running / best)
    within = np.where(np.isnan(running)[..., None], np.nan, factors[..., None] <= ratios)
    return mean_over(within, axis=1)
