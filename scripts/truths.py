"""What intervals are to hold in made-up studies, where it has no formula: large simulations."""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from simulation import ADVANTAGE, Kind, effects, noise, study

from hpobench import statistics
from hpobench.scores import area_over_curve, logarithmic
from hpobench.statistics import FloatArray

RIVALS = 4
"""How many strategies there are where others matter."""
LEVEL = 0.4
"""The mean of regrets that are cut off at 0."""
_MANY = 100_000
"""How many problems make the truth."""
_GRID = np.arange(1.0, 17.0)
"""Where curves are read, in evaluations."""


def gaps(runs: FloatArray) -> FloatArray:
    """Return regrets, cut off at 0."""
    return np.maximum(LEVEL + runs, 0.0)


def logs(runs: FloatArray) -> FloatArray:
    """Return logarithms of regrets, raised to a floor."""
    return np.log10(np.maximum(LEVEL + runs, 1e-3))


def areas(runs: FloatArray) -> FloatArray:
    """Return areas over curves that fall from 1 to a level of their own."""
    return area_over_curve(_curves(runs), _GRID)


def log_areas(runs: FloatArray) -> FloatArray:
    """Return the areas over the same curves by logarithms."""
    return area_over_curve(logarithmic(_curves(runs)), _GRID, by_log=True)


def improvability(means: FloatArray) -> FloatArray:
    """Return the improvabilities of regrets (problems, strategies, ...)."""
    return statistics.improvability(np.moveaxis(means, 0, 1))


def pair(runs: FloatArray) -> FloatArray:
    """Return the regrets (problems,) of the best pair by runs (strategies, problems, seeds)."""
    best = statistics.best_portfolios(
        (runs[..., ::2].mean(axis=2), runs[..., 1::2].mean(axis=2)), 2
    )
    assert best is not None
    return best.regrets


@cache
def truth(what: str, seeds: int, kind: Kind) -> float:
    """Return the mean over many problems of what an interval is to hold, or their median."""
    rng = np.random.default_rng(99)
    _, runs = study(RIVALS, _MANY, seeds, 1, rng, kind=kind)
    return float(np.mean(_TRUTHS[what](runs[..., 0])))


@cache
def true_chance(kind: Kind) -> float:
    """Return the chance that a run of the better one of two strategies has the lower value."""
    rng = np.random.default_rng(98)
    shifts = effects(rng, (2, 1_000_000), kind=kind)
    first, second = shifts + noise(rng, shifts.shape, kind=kind)
    return float(np.mean(first - ADVANTAGE < second))


_TRUTHS: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "gap": gaps,
    "geometric": logs,
    "AOCC": areas,
    "AOCC, log": log_areas,
    "IQM": lambda runs: statistics.interquartile_mean(np.moveaxis(runs, 0, 2)),
    "improvability": lambda runs: improvability(gaps(runs.mean(axis=2)).T),
    "lost without": lambda runs: statistics.frontier_advantage(gaps(runs.mean(axis=2))),
    "pair": lambda runs: pair(runs[:2]),
    "median": lambda runs: np.median(runs.mean(axis=2), axis=1),
}
"""What is averaged, of runs (strategies, problems, seeds)."""


def _curves(runs: FloatArray) -> FloatArray:
    end = np.clip(LEVEL + runs, 1e-3, 1.0)[..., None]
    return np.asarray(end ** (np.log(_GRID) / np.log(_GRID[-1])))
