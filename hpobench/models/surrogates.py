"""Surrogates: what Gaussian processes make of a run's values and failures."""

import numpy as np
from numpy.typing import NDArray

from ..parameter import Units
from .evidence import Evidence, places
from .features import Features
from .gaussian_process import GaussianProcess
from .levelling import levelled, standardised

FAILURES, FAILING = 3, 0.1
"""How many trials, and which share of all, must have failed before the chance to fail is learnt."""
LARGE, BEST = 500, 250
"""From so many trials on the process sees only the best ones and as many others."""
TRANSFORMATIONS = standardised, levelled
"""Each returns the values for a process, and the logarithm of its derivative."""
GAIN = 1e-4
"""A fit ends where an iteration gains less than this share of the logarithm of the evidence. That
leaves about a hundredth of the logarithm, for half of the time of a hundred times smaller share."""
SELDOM = 12
"""After a fit to n trials the next one follows when n // SELDOM more are told, or one more."""


def often(failed: NDArray[np.bool_]) -> bool:
    """Tell whether trials fail so often that the chance to fail is to be learnt."""
    return int(failed.sum()) >= max(FAILURES, FAILING * len(failed))


def representative(values: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the positions of the values that a process sees: all, or the best and others."""
    order = np.argsort(values, kind="stable")  # nan comes last
    if len(values) < LARGE:
        return np.arange(len(values))
    others = rng.choice(order[BEST:], LARGE - BEST, replace=False)
    return np.concatenate([order[:BEST], others])


class Surrogate:
    """Fits processes to the values of a run, each time from the results of the last time.

    A process is fitted to the standardised values and another to the levelled ones; the one is used
    under which the values themselves are more probable (Snelson, Rasmussen and Ghahramani, 2003,
    Warped Gaussian processes, NeurIPS, eq. 5). A failure counts as the worst value. The more trials
    there are, the more rarely hyperparameters and transformation are chosen anew; in between, the
    process only takes in the new values.
    """

    def __init__(self, features: Features, rng: np.random.Generator) -> None:
        self.features, self.rng = features, rng
        self.fits = 0
        """How often processes were fitted."""
        self.due = 0
        """From how many trials on they are fitted anew."""
        self.hyperparameters: list[NDArray[np.float64]] = []
        """The last fits' hyperparameters, to standardised and to levelled values; none before the
        first one."""
        self.chosen = 0
        """Which of the two is used."""

    def fitted(
        self, rows: Units, values: NDArray[np.float64]
    ) -> tuple[GaussianProcess, GaussianProcess | None]:
        """Return the process of values (n,), some nan, at snapped rows (n, d), and of successes.

        The second process is None while failures are rare. Its values are 1 for a success and 0 for
        a failure, and its hyperparameters those of the first.
        """
        kept = representative(values, self.rng)
        evidence = Evidence(self.features.groups, self.features.points(rows[kept]), values[kept])
        if len(values) >= self.due:
            process = self._fitted_anew(evidence)
            self.due = len(values) + max(1, len(values) // SELDOM)
        else:
            standard, _ = TRANSFORMATIONS[self.chosen](evidence.values)
            process = evidence.of(standard).condition(self.hyperparameters[self.chosen])
        failed = np.isnan(evidence.values)
        if not often(failed):
            return process, None
        return process, evidence.of(1.0 - failed).condition(process.hyperparameters)

    def _fitted_anew(self, evidence: Evidence) -> GaussianProcess:
        """Fit to both transformations of the values; return the more probable process.

        The first fits climb from two places, and later ones from the last result; every other one
        climbs from one of the two places as well.
        """
        first = places(evidence.count)
        fitted: list[tuple[float, GaussianProcess]] = []
        for i, transformation in enumerate(TRANSFORMATIONS):
            standard, derivative = transformation(evidence.values)
            starts = [self.hyperparameters[i]] if self.fits else first
            if self.fits and self.fits % 2 == 0:
                starts = [*starts, first[self.fits // 2 % 2]]
            process = evidence.of(standard).climb(starts, GAIN)
            fitted.append((process.evidence + derivative, process))
        self.fits += 1
        self.hyperparameters = [process.hyperparameters for _, process in fitted]
        self.chosen = int(np.argmax([probable for probable, _ in fitted]))
        return fitted[self.chosen][1]
