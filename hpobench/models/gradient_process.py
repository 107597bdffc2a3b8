"""Gaussian-process regression on values and gradients, fitted by its marginal likelihood.

The covariance is s² times the correlations of models.gradient_correlations. The signal is that of
models.gaussian_process, and the priors of its hyperparameters are those of models.evidence. Solak,
Murray-Smith, Leithead, Leith and Rasmussen (2003, Derivative observations in Gaussian process
models of dynamic systems, NeurIPS) learn from derivatives in this way; Wu, Poloczek, Wilson and
Frazier (2017, Bayesian optimization with gradients, NeurIPS) search with it.
"""

from dataclasses import dataclass, replace

import numpy as np

from .evidence import (
    FLAT,
    GAIN,
    LENGTH_BOUNDS,
    NOISE_BOUNDS,
    log_prior,
    misfit,
    prior_mode,
    solved,
)
from .gaussian_process import SMALLEST_SHARE, inverted
from .gradient_correlations import (
    Array,
    Correlations,
    Observed,
    Places,
    chained,
    correlations_with,
)

CLIMB = 15
"""The most iterations of a fit."""
NOISES = 2
"""The noise of values and that of derivatives."""


@dataclass(frozen=True, slots=True)
class GradientProcess:
    """A process conditioned on N values and derivatives; made by `fit` or `condition`."""

    hyperparameters: Array
    """The logarithms of the length-scales of the groups, of λ and of λ', shape (g + 2,)."""
    groups: Places
    """The group of each feature, shape (p,)."""
    observed: Observed
    mean: float
    """The mean of the signal where nothing is known."""
    variance: float
    """The variance of the signal, s²."""
    whitener: Array
    """The inverse of the lower Cholesky factor of the observations' correlations, (N, N)."""
    weights: Array
    """The correlations' inverse times (values - mean, derivatives), shape (N,)."""
    evidence: float
    """The logarithm of the density of the observations and of the hyperparameters, up to a constant
    that is the same for all processes with as many of either."""

    @property
    def scales(self) -> Array:
        """The length-scale of each feature, shape (p,)."""
        scales: Array = np.exp(self.hyperparameters[self.groups])
        return scales

    def posterior(self, points: Array) -> tuple[Array, Array]:
        """Return the means and the standard deviations at points (k, p), each of shape (k,)."""
        correlations = correlations_with(self.observed, self.scales**-2.0, points)
        whitened = correlations @ self.whitener.T
        return self.mean + correlations @ self.weights, self._deviations(whitened)

    def slopes(self, points: Array) -> tuple[Array, Array, Array, Array]:
        """Return what `posterior` returns, and the gradient of each at points (k, p), (k, p)."""
        inverse = self.scales**-2.0
        correlations = correlations_with(self.observed, inverse, points)
        whitened = correlations @ self.whitener.T
        deviations = self._deviations(whitened)
        weights = np.broadcast_to(self.weights, correlations.shape)
        rises = chained(self.observed, inverse, points, weights)
        narrowing = chained(self.observed, inverse, points, whitened @ self.whitener)
        widenings = (-self.variance / deviations)[:, None] * narrowing
        return self.mean + correlations @ self.weights, deviations, rises, widenings

    def believe(self, points: Array) -> "GradientProcess":
        """Observe at points (k, p) the values that are expected there."""
        means, _ = self.posterior(points)
        known = self.observed
        believed = replace(
            known,
            points=np.vstack([known.points, points]),
            values=np.append(known.values, means),
        )
        return condition(self.hyperparameters, self.groups, believed)

    def _deviations(self, whitened: Array) -> Array:
        share = np.maximum(1.0 - np.einsum("kn,kn->k", whitened, whitened), SMALLEST_SHARE)
        return np.asarray(np.sqrt(self.variance * share))


def condition(hyperparameters: Array, groups: Places, observed: Observed) -> GradientProcess:
    """Return the process of given hyperparameters that observed values and derivatives."""
    return Evidence(groups, observed).condition(hyperparameters)


def fit(groups: Places, observed: Observed, start: Array | None = None) -> GradientProcess:
    """Return the process of the most probable hyperparameters, given standardised observations.

    L-BFGS-B climbs from `start`, the result of an earlier fit; None: from the prior's mode.
    """
    from scipy.optimize import minimize

    evidence = Evidence(groups, observed)
    end = minimize(
        evidence.loss, prior_mode(evidence.count, NOISES) if start is None else start, jac=True,
        method="L-BFGS-B", bounds=[LENGTH_BOUNDS] * evidence.count + [NOISE_BOUNDS] * NOISES,
        options={"maxiter": CLIMB, "gtol": FLAT, "ftol": GAIN},
    )  # fmt: skip
    return evidence.condition(np.asarray(end.x))


class Evidence:
    """How probable hyperparameters are, given what was observed."""

    def __init__(self, groups: Places, observed: Observed) -> None:
        self.groups, self.observed = groups, observed
        self.count = int(groups.max()) + 1
        self.correlations = Correlations(observed)
        self.targets = np.append(observed.values, observed.slopes.ravel())

    def condition(self, hyperparameters: Array) -> GradientProcess:
        """Return the process of given hyperparameters."""
        factor = self._factor(hyperparameters)
        whitener = inverted(factor)
        mean, variance, weights = solved(factor, self.targets, len(self.observed.points))
        evidence = log_prior(hyperparameters, NOISES)[0] - misfit(factor, variance)
        return GradientProcess(
            hyperparameters, self.groups, self.observed, mean, variance, whitener, weights, evidence
        )

    def loss(self, hyperparameters: Array) -> tuple[float, Array]:
        """Return the negative logarithm of the density, up to a constant, and its gradient.

        The mean and s² are at their optimum, so the gradient needs no derivatives by them.
        """
        from scipy.linalg.lapack import dpotri

        factor = self._factor(hyperparameters)
        _, variance, weights = solved(factor, self.targets, len(self.observed.points))
        lower, _ = dpotri(factor, lower=1)
        precision = np.tril(lower) + np.tril(lower, -1).T
        # the gradient by the correlations (Rasmussen and Williams, 2006, eq. 5.9)
        pulled = 0.5 * (np.outer(weights, weights) / variance - precision)
        prior, steepness = log_prior(hyperparameters, NOISES)
        slope = self._chained(hyperparameters, pulled) + steepness
        return misfit(factor, variance) - prior, -slope

    def _chained(self, hyperparameters: Array, pulled: Array) -> Array:
        """Return the gradient of Σ pulled·correlations, (g + 2,), given pulled, (N, N)."""
        along, (n, m, d) = self.observed.along, self.observed.sizes
        inverse = np.exp(-2.0 * hyperparameters[self.groups])
        noises, diagonal = np.exp(hyperparameters[-2:]), pulled.diagonal()
        noise = noises[1] * diagonal[n:].reshape(m, d).sum(axis=0) * inverse[along]
        # dq/d(log l) = -2q
        features = -2.0 * inverse * self.correlations.by_inverse(inverse, pulled)
        features[along] -= 2.0 * noise
        lengths = np.bincount(self.groups, features, self.count)
        return np.append(lengths, [noises[0] * float(diagonal[:n].sum()), float(noise.sum())])

    def _factor(self, hyperparameters: Array) -> Array:
        """Return the lower Cholesky factor of the correlations, (N, N)."""
        inverse = np.exp(-2.0 * hyperparameters[self.groups])
        square = self.correlations.square(inverse, np.exp(hyperparameters[-2:]))
        return np.asarray(np.linalg.cholesky(square), dtype=np.float64)
