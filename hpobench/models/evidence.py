"""The evidence for hyperparameters of a Gaussian process, by which the process is fitted."""

import math
from collections.abc import Sequence
from copy import copy

import numpy as np

from .gaussian_process import Array, GaussianProcess, Groups, cholesky, inverted, matern

# The logarithm of a length-scale is normal a priori, with the mean LENGTH_LOCATION and the standard
# deviation LENGTH_SCALE, so that both very short and very long scales are improbable. The mean
# grows with half the logarithm of the number of groups beyond MANY, as distances do.
LENGTH_LOCATION, LENGTH_SCALE, MANY = -0.5, 1.5, 10
# The logarithm of λ is normal, with a wide spread around a λ for evaluations that are almost exact.
NOISE_LOCATION, NOISE_SCALE = math.log(1e-4), 3.0
# The prior of s² is scaled-inverse-chi-square around 1, the variance of standardised values. It
# counts as much as this many observations.
PRIOR_OBSERVATIONS = 2.0
LENGTH_BOUNDS = (math.log(1e-2), math.log(1e3))
"""The bounds of the logarithm of a length-scale, whose features lie in [0, 1]."""
NOISE_BOUNDS = (math.log(1e-8), math.log(10.0))
"""The bounds of the logarithm of λ; the lower one keeps the correlations positive definite."""
CLIMB, FLAT, GAIN = 30, 1e-2, 1e-6
"""The most iterations of a fit; and the slope, and the relative gain of an iteration, below which
the fit ends. A fit to few values that is pressed to its peak follows their luck."""
RARELY = 25
"""A later fit to n values climbs from a second start if n is a multiple of n // RARELY, or of 2."""
SMOOTHER, NOISIER = 0.5, math.log(1e-1)
"""What a second start adds to the logarithms of the length-scales, and its logarithm of λ."""


def condition(
    hyperparameters: Array, groups: Groups, points: Array, values: Array
) -> GaussianProcess:
    """Return the process of given hyperparameters that observed values (n,) at points (n, p)."""
    return Evidence(groups, points, values).condition(hyperparameters)


def fit(
    groups: Groups, points: Array, values: Array, start: Array | None = None
) -> GaussianProcess:
    """Return the process of the most probable hyperparameters, given values (n,) at points (n, p).

    The values should be standardised. L-BFGS-B climbs from two places: the prior's mode, and a
    smoother and noisier place. `start` is the result of an earlier fit, from which it climbs
    instead; the more values there are, the more rarely it climbs from one of the two as well. None:
    there was no earlier fit.
    """
    evidence = Evidence(groups, points, values)
    starts = places(evidence.count)
    if start is not None:
        turn, left = divmod(len(values), max(2, len(values) // RARELY))
        starts = [start] if left else [start, starts[turn % 2]]
    return evidence.climb(starts, GAIN)


def prior_mode(count: int, noises: int = 1) -> Array:
    """Return the hyperparameters that are most probable a priori, for so many groups and noises."""
    location = LENGTH_LOCATION + max(0.0, 0.5 * math.log(count / MANY))
    return np.append(np.full(count, location), np.full(noises, NOISE_LOCATION))


def log_prior(hyperparameters: Array, noises: int = 1) -> tuple[float, Array]:
    """Return the logarithm of the prior density, up to a constant, and its gradient.

    It is the density of the logarithms of the length-scales and, after these, of so many noises.
    """
    count = len(hyperparameters) - noises
    scales = np.append(np.full(count, LENGTH_SCALE), np.full(noises, NOISE_SCALE))
    z = (hyperparameters - prior_mode(count, noises)) / scales
    return -0.5 * float(z @ z), -z / scales


def solved(factor: Array, targets: Array, values: int) -> tuple[float, float, Array]:
    """Return the mean, s², and the correlations' inverse times the targets less the mean, (N,).

    `factor` is the Cholesky factor of the correlations, (N, N). The first `values` of the targets
    are values, which have the mean; what follows are derivatives, which have none.
    """
    from scipy.linalg.lapack import dpotrs

    ones = np.zeros_like(targets)
    ones[:values] = 1.0
    both, _ = dpotrs(factor, np.column_stack([ones, targets]), lower=1)
    mean = float(both[:values, 1].sum() / both[:values, 0].sum())  # least squares (eq. 2.42)
    weights: Array = both[:, 1] - mean * both[:, 0]
    prior = PRIOR_OBSERVATIONS
    variance = (float((targets - mean * ones) @ weights) + prior) / (len(targets) + prior)
    return mean, variance, weights


def misfit(factor: Array, variance: float) -> float:
    """Return the negative logarithm of the density of what was observed, up to a constant."""
    observations = len(factor) + PRIOR_OBSERVATIONS
    return 0.5 * observations * math.log(variance) + float(np.log(factor.diagonal()).sum())


def places(count: int) -> list[Array]:
    """Return the hyperparameters from which a first fit climbs, for so many groups."""
    mode = prior_mode(count)
    return [mode, np.append(mode[:-1] + SMOOTHER, NOISIER)]


class Evidence:
    """How probable hyperparameters are, given values (n,) at points (n, p)."""

    def __init__(self, groups: Groups, points: Array, values: Array) -> None:
        self.groups, self.points, self.values = groups, points, values
        self.count = int(groups.max()) + 1
        self.pairs = np.tril_indices(len(points), -1)
        self.below = self.pairs[0] + len(points) * self.pairs[1]
        """Where all pairs are in a matrix (n, n), column by column: below the diagonal."""
        squares = (points[self.pairs[0]] - points[self.pairs[1]]) ** 2
        starts = np.searchsorted(groups, np.arange(self.count))
        self.distances = np.ascontiguousarray(np.add.reduceat(squares, starts, axis=1).T)
        """The squared distances d_g² of all pairs of points, shape (g, pairs)."""

    def of(self, values: Array) -> "Evidence":
        """Return the evidence of other values (n,) at the same points."""
        other = copy(self)
        other.values = values
        return other

    def climb(self, starts: Sequence[Array], gain: float) -> GaussianProcess:
        """Return the process of the most probable hyperparameters that L-BFGS-B finds.

        A climb ends where an iteration gains less than the share `gain` of the logarithm.
        """
        from scipy.optimize import minimize

        ends = [
            minimize(
                self.loss, start, jac=True, method="L-BFGS-B",
                bounds=[LENGTH_BOUNDS] * self.count + [NOISE_BOUNDS],
                options={"maxiter": CLIMB, "gtol": FLAT, "ftol": gain},
            )
            for start in starts
        ]  # fmt: skip
        best = min(ends, key=lambda end: float(end.fun))
        return self.condition(np.asarray(best.x))

    def condition(self, hyperparameters: Array) -> GaussianProcess:
        """Return the process of given hyperparameters."""
        factor, _ = self._factored(hyperparameters)
        whitener = inverted(factor)
        mean, variance, weights = solved(factor, self.values, len(self.values))
        evidence = log_prior(hyperparameters)[0] - misfit(factor, variance)
        return GaussianProcess(
            hyperparameters, self.groups, self.points, mean, variance, whitener, weights, evidence
        )

    def loss(self, hyperparameters: Array) -> tuple[float, Array]:
        """Return the negative logarithm of the density, up to a constant, and its gradient.

        The mean and s² are at their optimum, so the gradient needs no derivatives by them.
        """
        from scipy.linalg.lapack import dpotri

        factor, falls = self._factored(hyperparameters)
        _, variance, weights = solved(factor, self.values, len(self.values))
        precision, _ = dpotri(factor, lower=1)  # its lower triangle
        # Twice the gradient by the correlations (ibid., eq. 5.9), on and below the diagonal.
        diagonal = weights**2 / variance - precision.diagonal()
        rows, columns = self.pairs
        below = weights[rows] * weights[columns]
        below /= variance
        below -= precision.ravel(order="F").take(self.below)
        below *= falls
        lengths = 2.0 * np.exp(-2.0 * hyperparameters[:-1]) * (self.distances @ below)
        noise = 0.5 * math.exp(hyperparameters[-1]) * float(diagonal.sum())
        prior, steepness = log_prior(hyperparameters)
        loss = misfit(factor, variance) - prior
        return loss, -np.append(lengths, noise) - steepness

    def _factored(self, hyperparameters: Array) -> tuple[Array, Array]:
        """Return the correlations' Cholesky factor, (n, n), and -dk/d(r²) of all pairs."""
        correlations, falls = matern(np.exp(-2.0 * hyperparameters[:-1]) @ self.distances)
        square = np.eye(len(self.points))
        square.ravel()[self.below] = correlations
        return cholesky(square.T, hyperparameters[-1]), falls
