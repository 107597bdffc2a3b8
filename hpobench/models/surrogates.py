"""Surrogates: what Gaussian processes make of a run's values and failures."""

import numpy as np
from numpy.typing import NDArray

from ..parameter import Units
from .features import Features
from .gaussian_process import GaussianProcess, condition, fit
from .levelling import levelled, standardised

FAILURES, FAILING = 3, 0.1
"""How many trials, and which share of all, must have failed before the chance to fail is learnt."""
LARGE, BEST = 500, 250
"""From so many trials on the process sees only the best ones and as many others."""


class Surrogate:
    """Fits processes to the values of a run, each time from the results of the last time.

    A process is fitted to the standardised values and another to the levelled ones; the one is used
    under which the values themselves are more probable (Snelson, Rasmussen and Ghahramani, 2003,
    Warped Gaussian processes, NeurIPS, eq. 5). A failure counts as the worst value.
    """

    def __init__(self, features: Features, rng: np.random.Generator) -> None:
        self.features, self.rng = features, rng
        self.hyperparameters: list[NDArray[np.float64] | None] = [None, None]
        """The last fits' hyperparameters, to standardised and to levelled values; None before the
        first one."""

    def fitted(
        self, rows: Units, values: NDArray[np.float64]
    ) -> tuple[GaussianProcess, GaussianProcess | None]:
        """Return the process of values (n,), some nan, at snapped rows (n, d), and of successes.

        The second process is None while failures are rare. Its values are 1 for a success and 0 for
        a failure, and its hyperparameters those of the first.
        """
        kept = self._kept(values)
        points, values, groups = (
            self.features.points(rows[kept]),
            values[kept],
            self.features.groups,
        )
        fitted: list[tuple[float, GaussianProcess]] = []
        for i, (standard, derivative) in enumerate((standardised(values), levelled(values))):
            process = fit(groups, points, standard, self.hyperparameters[i])
            self.hyperparameters[i] = process.hyperparameters
            fitted.append((process.evidence + derivative, process))
        process = max(fitted, key=lambda pair: pair[0])[1]
        failed = np.isnan(values)
        if failed.sum() < max(FAILURES, FAILING * len(failed)):
            return process, None
        return process, condition(process.hyperparameters, groups, points, 1.0 - failed)

    def _kept(self, values: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the positions of the values that the process sees: all, or the best and others."""
        order = np.argsort(values, kind="stable")  # nan comes last
        if len(values) < LARGE:
            return np.arange(len(values))
        others = self.rng.choice(order[BEST:], LARGE - BEST, replace=False)
        return np.concatenate([order[:BEST], others])
