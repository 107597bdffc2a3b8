"""A Gaussian process over configurations and fidelities: learning curves, seen as far as they go.

The process has the features of a configuration and one more, the logarithm of the fidelity, from 0
at the lowest to 1 at the highest one. It models what remains of the values without the *trend*: how
values usually change from one fidelity to the next within a training. So where only short trainings
are known, longer ones are expected to be better by as much as they usually are.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .evidence import condition, fit
from .gaussian_process import GaussianProcess
from .levelling import level

Array = NDArray[np.float64]
DOUBT = 1.0
"""A trend of 0 counts as much as this many steps of trainings, for each pair of fidelities."""


@dataclass(frozen=True)
class Observations:
    """The n values that are known of all trainings."""

    groups: NDArray[np.intp]
    """The parameter of each feature of a configuration, shape (p,)."""
    points: Array
    """The features of the configurations, shape (n, p)."""
    fidelities: Array
    """Shape (n,)."""
    values: Array
    """Shape (n,); nan where a trial failed, but not everywhere."""
    trainings: NDArray[np.intp]
    """Which training each value is of, shape (n,)."""


@dataclass(frozen=True)
class CurveModel:
    """What is expected of the values at each configuration and fidelity; made by `fit_curves`."""

    process: GaussianProcess
    span: tuple[float, float]
    """The lowest and the highest fidelity."""
    places: Array
    """The features of the fidelities that were observed, in rising order, shape (k,)."""
    trend: Array
    """What values are expected to be at these fidelities, relative to the first, shape (k,)."""
    scale: float
    """The unit of the process's values, in units of the levelled values."""
    levelled: Array
    """The observed values, levelled, shape (n,)."""

    def predict(self, points: Array, fidelities: Array) -> tuple[Array, Array]:
        """Return means and standard deviations of levelled values, each of shape (m,).

        `points` are features of configurations, (m, p), and `fidelities` have the shape (m,).
        """
        places = _places(fidelities, self.span)
        means, deviations = self.process.posterior(np.column_stack([points, places]))
        return self.scale * means + np.interp(places, self.places, self.trend), (
            self.scale * deviations
        )

    def believe(self, points: Array, fidelities: Array) -> "CurveModel":
        """Return the model that has observed what it expects at points (m, p), fidelities (m,)."""
        places = _places(fidelities, self.span)
        process = self.process.believe(np.column_stack([points, places]))
        return replace(self, process=process)


def fit_curves(
    seen: Observations, span: tuple[float, float], start: Array | None, *, anew: bool
) -> CurveModel:
    """Return the model of what was seen between the lowest and the highest fidelity, `span`.

    `start` are the process's hyperparameters at an earlier fit; None: there was none. Unless they
    are to be fitted `anew`, they are kept.
    """
    levelled = level(seen.values)
    places = _places(seen.fidelities, span)
    knots = np.unique(places)
    trend = trend_of(np.where(np.isnan(seen.values), np.nan, levelled), places, seen.trainings)
    rest = levelled - np.interp(places, knots, trend)
    scale = float(rest.std()) or 1.0
    points = np.column_stack([seen.points, places])
    groups = np.append(seen.groups, seen.groups.max() + 1)
    if start is None or anew:
        process = fit(groups, points, rest / scale, start)
    else:
        process = _conditioned(start, groups, points, rest / scale)
    return CurveModel(process, span, knots, trend, scale, levelled)


def trend_of(values: Array, places: Array, trainings: NDArray[np.intp]) -> Array:
    """Return how values usually change along the sorted, distinct places, beginning with 0.

    `values`, `places` and `trainings` have the shape (n,); values may be nan. Each two successive
    values of a training are a step, whose change is the sum of the changes between the places that
    it passes. These are fitted by ridge regression.
    """
    knots = np.unique(places)
    order = np.lexsort((places, trainings))
    values, at = values[order], np.searchsorted(knots, places[order])
    steps = np.diff(values)
    within = (np.diff(trainings[order]) == 0) & np.isfinite(steps)
    between = np.arange(len(knots) - 1)
    passed = ((at[:-1, None] <= between) & (between < at[1:, None]))[within].astype(np.float64)
    penalty = DOUBT * np.eye(len(between))
    changes = np.linalg.solve(passed.T @ passed + penalty, passed.T @ steps[within])
    return np.append(0.0, np.cumsum(changes))


def _conditioned(
    hyperparameters: Array, groups: NDArray[np.intp], points: Array, values: Array
) -> GaussianProcess:
    """Return what `condition` returns, by a single group of scaled features: faster."""
    scaled = points / np.exp(hyperparameters[groups])
    single = np.array([0.0, hyperparameters[-1]])
    process = condition(single, np.zeros_like(groups), scaled, values)
    return replace(process, hyperparameters=hyperparameters, groups=groups, points=points)


def _places(fidelities: Array, span: tuple[float, float]) -> Array:
    low, high = map(math.log, span)
    places: Array = np.clip((np.log(fidelities) - low) / ((high - low) or 1.0), 0.0, 1.0)
    return places
