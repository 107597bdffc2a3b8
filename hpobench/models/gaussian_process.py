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

# The prior of a length-scale in g groups is log-normal: its logarithm has the mean
# LENGTH_LOCATION + log(g)/2 and the standard deviation LENGTH_SCALE (Hvarfner et al., 2024, Vanilla
# Bayesian optimization performs great in high dimensions, ICML, section 5).
LENGTH_LOCATION, LENGTH_SCALE = math.sqrt(2.0), math.sqrt(3.0)
# The logarithm of λ is normal, with a wide spread around a λ for evaluations that are almost exact.
NOISE_LOCATION, NOISE_SCALE = math.log(1e-4), 3.0
# The prior of s² is scaled-inverse-chi-square around 1, the variance of standardised values. It
# counts as much as this many observations.
PRIOR_OBSERVATIONS = 2.0
LENGTH_BOUNDS = (math.log(1e-2), math.log(1e3))
"""The bounds of the logarithm of a length-scale, whose features lie in [0, 1]."""
NOISE_BOUNDS = (math.log(1e-8), math.log(10.0))
"""The bounds of the logarithm of λ; the lower one keeps the correlations positive definite."""
CLIMB, TOLERANCE = 30, 1e-6
"""The most iterations of a fit, and the relative gain of an iteration below which the fit ends."""
SMOOTHER, NOISIER = 1.5, math.log(1e-2)
"""What a fit's second start adds to the logarithms of the length-scales, and its logarithm of λ."""
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

    def posterior(self, points: Array) -> tuple[Array, Array]:
        """Return the means and the standard deviations at points (m, p), each of shape (m,)."""
        correlations, _ = _matern(self.squares(points))
        whitened = correlations @ self.whitener.T
        share = np.maximum(1.0 - np.einsum("mn,mn->m", whitened, whitened), SMALLEST_SHARE)
        return self.mean + correlations @ self.weights, np.sqrt(self.variance * share)

    def slopes(self, point: Array) -> tuple[float, float, Array, Array]:
        """Return mean and standard deviation at a point (p,), and the gradient (p,) of each."""
        scales = self._scales()
        offsets = (point - self.points) / scales
        correlations, falls = _matern(np.einsum("np,np->n", offsets, offsets))
        jacobian = -2.0 * falls[:, None] * offsets / scales
        whitened = self.whitener @ correlations
        share = max(1.0 - float(whitened @ whitened), SMALLEST_SHARE)
        deviation = math.sqrt(self.variance * share)
        mean = self.mean + float(correlations @ self.weights)
        narrowing = -self.variance / deviation * (whitened @ self.whitener @ jacobian)
        return mean, deviation, self.weights @ jacobian, narrowing

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
        return replace(process, whitener=_whitener(correlations, self.hyperparameters[-1]))

    def squares(self, points: Array) -> Array:
        """Return r² between points (m, p) and the observed ones, shape (m, n)."""
        left, right = points / self._scales(), self.points / self._scales()
        norms = np.einsum("mp,mp->m", left, left)[:, None] + np.einsum("np,np->n", right, right)
        squares: Array = np.maximum(norms - 2.0 * left @ right.T, 0.0)
        return squares

    def _scales(self) -> Array:
        scales: Array = np.exp(self.hyperparameters[self.groups])
        return scales


def condition(
    hyperparameters: Array, groups: Groups, points: Array, values: Array
) -> GaussianProcess:
    """Return the process of given hyperparameters that observed values (n,) at points (n, p)."""
    return _Evidence(groups, points, values).condition(hyperparameters)[0]


def fit(
    groups: Groups, points: Array, values: Array, start: Array | None = None
) -> GaussianProcess:
    """Return the process of the most probable hyperparameters, given values (n,) at points (n, p).

    The values should be standardised. L-BFGS-B climbs from two places: the prior's mode, and a
    smoother and noisier place. `start` is the result of an earlier fit; it takes the place of the
    first for an even number of values, and of the second for an odd one. None: there was no earlier
    fit.
    """
    from scipy.optimize import minimize

    evidence = _Evidence(groups, points, values)
    bounds = [LENGTH_BOUNDS] * evidence.count + [NOISE_BOUNDS]
    mode = prior_mode(evidence.count)
    smoother = np.append(mode[:-1] + SMOOTHER, NOISIER)
    starts = [mode, smoother]
    if start is not None:
        starts[len(values) % 2] = start
    ends = [
        minimize(
            evidence.loss, place, jac=True, method="L-BFGS-B", bounds=bounds,
            options={"maxiter": CLIMB, "ftol": TOLERANCE},
        )
        for place in starts
    ]  # fmt: skip
    best = min(ends, key=lambda end: float(end.fun))
    return evidence.condition(np.asarray(best.x))[0]


def prior_mode(count: int) -> Array:
    """Return the hyperparameters that are most probable a priori, for so many groups."""
    location = LENGTH_LOCATION + math.log(count) / 2.0
    return np.append(np.full(count, location - LENGTH_SCALE**2), NOISE_LOCATION)


class _Evidence:
    """How probable hyperparameters are, given values (n,) at points (n, p)."""

    def __init__(self, groups: Groups, points: Array, values: Array) -> None:
        self.groups, self.points, self.values = groups, points, values
        self.count = int(groups.max()) + 1
        squares = (points[:, None, :] - points[None, :, :]) ** 2
        self.distances = np.stack(
            [squares[:, :, groups == group].sum(axis=2) for group in range(self.count)]
        )
        """The squared distances d_g² between the points, shape (g, n, n)."""

    def condition(self, hyperparameters: Array) -> tuple[GaussianProcess, Array]:
        """Return the process of given hyperparameters, and -dk/d(r²) of all pairs, (n, n)."""
        precisions = np.exp(-2.0 * hyperparameters[:-1])
        correlations, falls = _matern(np.tensordot(precisions, self.distances, 1))
        whitener = _whitener(correlations, hyperparameters[-1])
        ones, white = whitener.sum(axis=1), whitener @ self.values
        mean = float(ones @ white / (ones @ ones))  # generalised least squares (ibid., eq. 2.42)
        residuals = white - mean * ones
        prior = PRIOR_OBSERVATIONS
        variance = (float(residuals @ residuals) + prior) / (len(white) + prior)
        process = GaussianProcess(
            hyperparameters, self.groups, self.points, mean, variance,
            whitener, whitener.T @ residuals,
        )  # fmt: skip
        return process, falls

    def loss(self, hyperparameters: Array) -> tuple[float, Array]:
        """Return the negative logarithm of the density, up to a constant, and its gradient.

        The mean and s² are at their optimum, so the gradient needs no derivatives by them.
        """
        process, falls = self.condition(hyperparameters)
        weights, whitener = process.weights, process.whitener
        # Twice the gradient by the correlations (ibid., eq. 5.9).
        sensitivity = np.outer(weights, weights) / process.variance - whitener.T @ whitener
        precisions = np.exp(-2.0 * hyperparameters[:-1])
        lengths = precisions * np.tensordot(self.distances, sensitivity * falls, 2)
        noise = 0.5 * math.exp(hyperparameters[-1]) * float(np.trace(sensitivity))
        observations = len(self.values) + PRIOR_OBSERVATIONS
        fit = -0.5 * observations * math.log(process.variance)
        determinant = -2.0 * float(np.log(whitener.diagonal()).sum())
        prior, slope = _log_prior(hyperparameters)
        return -(fit - 0.5 * determinant + prior), -(np.append(lengths, noise) + slope)


def _matern(squares: Array) -> tuple[Array, Array]:
    """Return k and -dk/d(r²), given r²."""
    root = np.sqrt(5.0 * squares)
    decay = np.exp(-root)
    rise = (1.0 + root) * decay
    return rise + (5.0 / 3.0) * squares * decay, (5.0 / 6.0) * rise


def _whitener(correlations: Array, noise: float) -> Array:
    """Return the inverse of the Cholesky factor of the correlations (n, n) with the noise λ."""
    from scipy.linalg import solve_triangular

    identity = np.eye(len(correlations))
    factor = np.linalg.cholesky(correlations + math.exp(noise) * identity)
    inverse: Array = solve_triangular(factor, identity, lower=True, check_finite=False)
    return inverse


def _log_prior(hyperparameters: Array) -> tuple[float, Array]:
    """Return the logarithm of the prior density, up to a constant, and its gradient.

    It is the density of the length-scales themselves, as is usual, and that of the logarithm of λ.
    """
    count = len(hyperparameters) - 1
    locations = np.append(np.full(count, LENGTH_LOCATION + math.log(count) / 2.0), NOISE_LOCATION)
    scales = np.append(np.full(count, LENGTH_SCALE), NOISE_SCALE)
    z = (hyperparameters - locations) / scales
    slope = -z / scales
    slope[:-1] -= 1.0
    return -0.5 * float(z @ z) - float(hyperparameters[:-1].sum()), slope
