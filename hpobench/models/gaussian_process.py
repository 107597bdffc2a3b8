"""Gaussian-process regression with a Matérn-5/2 kernel, fitted by its marginal likelihood.

The covariance of two observations is s²·(k(r) + λ·[they are the same one]), with
k(r) = (1 + √5·r + 5/3·r²)·exp(-√5·r) and r² = Σ_g d_g² / l_g², where d_g is the distance in the
features of group g and l_g its length-scale (Rasmussen and Williams, 2006, Gaussian processes for
machine learning, eq. 4.17 and section 5.1). So s² is the variance of the
signal, and λ·s² that of the noise. Given the length-scales and λ, the constant mean and s² have
closed forms. What a process predicts is the signal, without the noise.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Groups = NDArray[np.intp]

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
SMALLEST_SHARE = 1e-12
"""The least variance that is left where the process knows the signal, as a share of s²."""


@dataclass(frozen=True, slots=True)
class GaussianProcess:
    """A process conditioned on n observations; made by `condition` or `fit`."""

    hyperparameters: Array
    """The logarithms of the length-scales and of λ, shape (g + 1,)."""
    groups: Groups
    """The group of each feature, shape (p,)."""
    points: Array
    """Where the process was observed, shape (n, p)."""
    mean: float
    """The mean of the signal where nothing is known."""
    variance: float
    """The variance of the signal, s²."""
    whitener: Array
    """The inverse of the lower Cholesky factor of the observations' correlations, (n, n)."""
    weights: Array
    """The correlations' inverse times (values - mean), shape (n,)."""
    evidence: float
    """The logarithm of the density of the values and of the hyperparameters, up to a constant that
    is the same for all processes with as many values and groups."""

    @property
    def scales(self) -> Array:
        """The length-scale of each feature, shape (p,)."""
        scales: Array = np.exp(self.hyperparameters[self.groups])
        return scales

    def posterior(self, points: Array) -> tuple[Array, Array]:
        """Return the means and the standard deviations at points (m, p), each of shape (m,)."""
        correlations, _ = _matern(self.squares(points))
        whitened = correlations @ self.whitener.T
        share = np.maximum(1.0 - np.einsum("mn,mn->m", whitened, whitened), SMALLEST_SHARE)
        return self.mean + correlations @ self.weights, np.sqrt(self.variance * share)

    def slopes(self, points: Array) -> tuple[Array, Array, Array, Array]:
        """Return what `posterior` returns, and the gradient of each at points (m, p), (m, p)."""
        correlations, falls = _matern(self.squares(points))
        whitened = correlations @ self.whitener.T
        share = np.maximum(1.0 - np.einsum("mn,mn->m", whitened, whitened), SMALLEST_SHARE)
        deviations = np.sqrt(self.variance * share)
        rises = self._chained(points, falls * self.weights)
        narrowing = self._chained(points, falls * (whitened @ self.whitener))
        widenings = (-self.variance / deviations)[:, None] * narrowing
        return self.mean + correlations @ self.weights, deviations, rises, widenings

    def _chained(self, points: Array, weights: Array) -> Array:
        """Return Σ_n weights[m, n]·d(-r²)/d(point m), shape (m, p)."""
        pulls = weights @ self.points - weights.sum(axis=1)[:, None] * points
        chained: Array = 2.0 * pulls / self.scales**2
        return chained

    def believe(self, points: Array) -> "GaussianProcess":
        """Observe at points (m, p) what is expected there: the means stay, the deviations fall.

        This is the kriging believer (Ginsbourger et al., 2010, Kriging is well-suited to
        parallelize optimization, section 4.2.2).
        """
        process = replace(
            self,
            points=np.vstack([self.points, points]),
            weights=np.append(self.weights, np.zeros(len(points))),
        )
        correlations, _ = _matern(process.squares(process.points))
        factor = _factor(correlations, self.hyperparameters[-1])
        return replace(process, whitener=_inverted(factor))

    def squares(self, points: Array) -> Array:
        """Return r² between points (m, p) and the observed ones, shape (m, n)."""
        left, right = points / self.scales, self.points / self.scales
        norms = np.einsum("mp,mp->m", left, left)[:, None] + np.einsum("np,np->n", right, right)
        squares: Array = np.maximum(norms - 2.0 * left @ right.T, 0.0)
        return squares


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
    from scipy.optimize import minimize

    evidence = Evidence(groups, points, values)
    bounds = [LENGTH_BOUNDS] * evidence.count + [NOISE_BOUNDS]
    mode = prior_mode(evidence.count)
    starts = [mode, np.append(mode[:-1] + SMOOTHER, NOISIER)]
    if start is not None:
        turn, left = divmod(len(values), max(2, len(values) // RARELY))
        starts = [start] if left else [start, starts[turn % 2]]
    ends = [
        minimize(
            evidence.loss, place, jac=True, method="L-BFGS-B", bounds=bounds,
            options={"maxiter": CLIMB, "gtol": FLAT, "ftol": GAIN},
        )
        for place in starts
    ]  # fmt: skip
    best = min(ends, key=lambda end: float(end.fun))
    return evidence.condition(np.asarray(best.x))


def prior_mode(count: int) -> Array:
    """Return the hyperparameters that are most probable a priori, for so many groups."""
    location = LENGTH_LOCATION + max(0.0, 0.5 * math.log(count / MANY))
    return np.append(np.full(count, location), NOISE_LOCATION)


class Evidence:
    """How probable hyperparameters are, given values (n,) at points (n, p)."""

    def __init__(self, groups: Groups, points: Array, values: Array) -> None:
        self.groups, self.points, self.values = groups, points, values
        self.count = int(groups.max()) + 1
        self.pairs = np.tril_indices(len(points), -1)
        squares = (points[self.pairs[0]] - points[self.pairs[1]]) ** 2
        starts = np.searchsorted(groups, np.arange(self.count))
        self.distances = np.ascontiguousarray(np.add.reduceat(squares, starts, axis=1).T)
        """The squared distances d_g² of all pairs of points, shape (g, pairs)."""

    def condition(self, hyperparameters: Array) -> GaussianProcess:
        """Return the process of given hyperparameters."""
        factor, _ = self._factored(hyperparameters)
        whitener = _inverted(factor)
        mean, variance, weights = self._solved(factor)
        evidence = -self._loss(hyperparameters, factor, variance)
        return GaussianProcess(
            hyperparameters, self.groups, self.points, mean, variance, whitener, weights, evidence
        )

    def loss(self, hyperparameters: Array) -> tuple[float, Array]:
        """Return the negative logarithm of the density, up to a constant, and its gradient.

        The mean and s² are at their optimum, so the gradient needs no derivatives by them.
        """
        from scipy.linalg.lapack import dpotri

        factor, falls = self._factored(hyperparameters)
        _, variance, weights = self._solved(factor)
        precision, _ = dpotri(factor, lower=1)  # its lower triangle
        # Twice the gradient by the correlations (ibid., eq. 5.9), on and below the diagonal.
        diagonal = weights**2 / variance - precision.diagonal()
        rows, columns = self.pairs
        below = weights[rows] * weights[columns] / variance - precision[self.pairs]
        lengths = 2.0 * np.exp(-2.0 * hyperparameters[:-1]) * (self.distances @ (below * falls))
        noise = 0.5 * math.exp(hyperparameters[-1]) * float(diagonal.sum())
        slope = np.append(lengths, noise) + _log_prior(hyperparameters)[1]
        return self._loss(hyperparameters, factor, variance), -slope

    def _factored(self, hyperparameters: Array) -> tuple[Array, Array]:
        """Return the correlations' Cholesky factor, (n, n), and -dk/d(r²) of all pairs."""
        correlations, falls = _matern(np.exp(-2.0 * hyperparameters[:-1]) @ self.distances)
        square = np.eye(len(self.points))
        square[self.pairs] = correlations
        return _factor(square, hyperparameters[-1]), falls

    def _solved(self, factor: Array) -> tuple[float, float, Array]:
        """Return the mean, s², and the correlations' inverse times (values - mean), (n,)."""
        from scipy.linalg.lapack import dpotrs

        both, _ = dpotrs(factor, np.column_stack([np.ones_like(self.values), self.values]), lower=1)
        mean = float(both[:, 1].sum() / both[:, 0].sum())  # generalised least squares (eq. 2.42)
        weights: Array = both[:, 1] - mean * both[:, 0]
        prior = PRIOR_OBSERVATIONS
        variance = (float((self.values - mean) @ weights) + prior) / (len(self.values) + prior)
        return mean, variance, weights

    def _loss(self, hyperparameters: Array, factor: Array, variance: float) -> float:
        observations = len(self.values) + PRIOR_OBSERVATIONS
        fit = 0.5 * observations * math.log(variance) + float(np.log(factor.diagonal()).sum())
        return fit - _log_prior(hyperparameters)[0]


def _matern(squares: Array) -> tuple[Array, Array]:
    """Return k and -dk/d(r²), given r²."""
    root = np.sqrt(5.0 * squares)
    decay = np.exp(-root)
    rise = (1.0 + root) * decay
    return rise + (5.0 / 3.0) * squares * decay, (5.0 / 6.0) * rise


def _factor(correlations: Array, noise: float) -> Array:
    """Return the Cholesky factor of the correlations (n, n) with the noise, given log λ."""
    noisy = correlations + math.exp(noise) * np.eye(len(correlations))
    return np.asarray(np.linalg.cholesky(noisy), dtype=np.float64)


def _inverted(factor: Array) -> Array:
    """Return the inverse of a lower triangle (n, n)."""
    from scipy.linalg.lapack import dtrtri

    inverse, _ = dtrtri(factor, lower=1)
    lower: Array = np.ascontiguousarray(np.tril(inverse))
    return lower


def _log_prior(hyperparameters: Array) -> tuple[float, Array]:
    """Return the logarithm of the prior density, up to a constant, and its gradient.

    It is the density of the logarithms of the length-scales and of λ.
    """
    count = len(hyperparameters) - 1
    scales = np.append(np.full(count, LENGTH_SCALE), NOISE_SCALE)
    z = (hyperparameters - prior_mode(count)) / scales
    return -0.5 * float(z @ z), -z / scales
