"""Gaussian-process regression with a Matérn-5/2 kernel, fitted by its marginal likelihood.

The kernel is s²·(ρ(r) + λ·[same observation]), with ρ(r) = (1 + √5·r + 5/3·r²)·exp(-√5·r) and
r² = Σ_g d_g² / l_g² over groups g of features, each with its own length-scale l_g (Rasmussen and
Williams, 2006, eq. 4.17 and section 5.1). The constant mean and the signal's variance s² have closed
forms given the rest. A process says what it thinks of the signal, without noise.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# The log-normal prior of a length-scale in g dimensions: LOCATION + log(g)/2 and SCALE are the mean
# and standard deviation of its logarithm (Hvarfner et al., 2024, Vanilla Bayesian optimization
# performs great in high dimensions, section 5).
LOCATION, SCALE = math.sqrt(2.0), math.sqrt(3.0)
# The log-normal prior of the noise's share λ: wide, around an objective that is almost exact.
NOISE_LOCATION, NOISE_SCALE = math.log(1e-4), 3.0
# The prior of s² is scaled-inverse-chi-square around 1, worth this many observations.
PSEUDO_OBSERVATIONS = 2.0
# Bounds of the logarithms of length-scale and λ.
LENGTH_BOUNDS = (math.log(1e-2), math.log(1e3))
NOISE_BOUNDS = (math.log(1e-8), math.log(10.0))


@dataclass(frozen=True, slots=True)
class GaussianProcess:
    """A process conditioned on observations; made by `condition` or `fit`."""

    hyperparameters: Array
    """Shape (g + 1,): the logarithms of the length-scales and of λ."""
    groups: NDArray[np.intp]
    """Shape (p,): the group of each feature."""
    points: Array
    """Shape (n, p)."""
    mean: float
    variance: float
    """s², the signal's."""
    whitener: Array
    """The inverse of the lower Cholesky factor of the correlations, shape (n, n)."""
    weights: Array
    """The inverse of the correlations times (values - mean), shape (n,)."""

    def posterior(self, points: Array) -> tuple[Array, Array]:
        """Return the mean and the standard deviation at points (m, p), each of shape (m,)."""
        scaled, others = self._scaled(points), self._scaled(self.points)
        correlations, _ = _matern(_squared_distances(scaled, others))
        whitened = self.whitener @ correlations.T
        share = np.maximum(1.0 - np.einsum("nm,nm->m", whitened, whitened), SMALLEST_SHARE)
        return self.mean + correlations @ self.weights, np.sqrt(self.variance * share)

    def slopes(self, point: Array) -> tuple[float, float, Array, Array]:
        """Return mean, standard deviation and their gradients, each (p,), at a point (p,)."""
        scales = self._scales()
        offsets = (point - self.points) / scales
        correlations, falls = _matern(np.einsum("np,np->n", offsets, offsets))
        whitened = self.whitener @ correlations
        share = max(1.0 - float(whitened @ whitened), SMALLEST_SHARE)
        deviation = math.sqrt(self.variance * share)
        jacobian = -2.0 * falls[:, None] * offsets / scales
        fall = -self.variance / deviation * (whitened @ self.whitener @ jacobian)
        mean = self.mean + float(correlations @ self.weights)
        return mean, deviation, self.weights @ jacobian, fall

    def _scales(self) -> Array:
        return np.exp(self.hyperparameters[self.groups])

    def _scaled(self, points: Array) -> Array:
        return points / self._scales()


SMALLEST_SHARE = 1e-12
"""What is left of the variance, at least, where the process knows the value."""


def condition(
    hyperparameters: Array, groups: NDArray[np.intp], points: Array, values: Array
) -> GaussianProcess:
    """Return the process with given hyperparameters after observing values (n,) at points (n, p)."""
    evidence = _Evidence(groups, points, values)
    return evidence.process(hyperparameters)


def fit(
    groups: NDArray[np.intp],
    points: Array,
    values: Array,
    *,
    starts: list[Array],
    iterations: int = 50,
) -> GaussianProcess:
    """Return the process of the highest posterior density of its hyperparameters, from L-BFGS-B."""
    from scipy.optimize import minimize

    evidence = _Evidence(groups, points, values)
    count = int(groups.max()) + 1
    bounds = [LENGTH_BOUNDS] * count + [NOISE_BOUNDS]
    best = min(
        (
            minimize(
                evidence.loss, start, jac=True, method="L-BFGS-B", bounds=bounds,
                options={"maxiter": iterations, "ftol": FTOL},
            )
            for start in starts
        ),
        key=lambda result: float(result.fun),
    )
    STATS.append([best.nfev])
    return evidence.process(best.x)
STATS=[]
FTOL=1e-6

def prior_mode(count: int) -> Array:
    """Return the most probable hyperparameters, a priori, of this many length-scales."""
    length = LOCATION + math.log(count) / 2.0 - SCALE**2
    return np.array([length] * count + [NOISE_LOCATION])


class _Evidence:
    """The posterior density of the hyperparameters, and the process that they give."""

    def __init__(self, groups: NDArray[np.intp], points: Array, values: Array) -> None:
        self.groups, self.points, self.values = groups, points, values
        count = int(groups.max()) + 1
        squares = (points[:, None, :] - points[None, :, :]) ** 2
        self.distances = np.stack(
            [squares[:, :, groups == group].sum(axis=2) for group in range(count)]
        )
        """Squared distances in each group, shape (g, n, n)."""

    def loss(self, hyperparameters: Array) -> tuple[float, Array]:
        """Return the negative logarithm of the density, up to a constant, and its gradient."""
        n = len(self.values)
        process, determinant, falls, centred = self._solve(hyperparameters)
        precisions = np.exp(-2.0 * hyperparameters[:-1])
        effective = n + PSEUDO_OBSERVATIONS
        inverse = process.whitener.T @ process.whitener
        # Half of the gradient with respect to the correlations (Rasmussen and Williams, eq. 5.9).
        outer = np.outer(process.weights, process.weights)
        sensitivity = outer / process.variance - inverse
        lengths = precisions * ((sensitivity * falls).ravel() @ self.distances.reshape(len(precisions), -1).T)
        noise = 0.5 * math.exp(hyperparameters[-1]) * np.trace(sensitivity)
        prior, slope = _log_prior(hyperparameters)
        value = -0.5 * effective * math.log(process.variance) - 0.5 * determinant + prior
        return -value, -(np.append(lengths, noise) + slope)

    def process(self, hyperparameters: Array) -> GaussianProcess:
        return self._solve(hyperparameters)[0]

    def _solve(self, hyperparameters):
        from scipy.linalg.lapack import dtrtri
        n = len(self.values)
        precisions = np.exp(-2.0 * hyperparameters[:-1])
        squared = np.tensordot(precisions, self.distances, 1)
        correlations, falls = _matern(squared)
        correlations.flat[:: n + 1] += math.exp(hyperparameters[-1])
        factor = np.linalg.cholesky(correlations)
        whitener, _ = dtrtri(factor, lower=1)
        determinant = 2.0 * float(np.log(factor.diagonal()).sum())
        ones = whitener.sum(axis=1)
        white = whitener @ self.values
        mean = float(ones @ white / (ones @ ones))
        centred = white - mean * ones
        variance = (float(centred @ centred) + PSEUDO_OBSERVATIONS) / (n + PSEUDO_OBSERVATIONS)
        weights = whitener.T @ centred
        return GaussianProcess(hyperparameters, self.groups, self.points, mean, variance, whitener, weights), determinant, falls, centred


def _matern(squared: Array) -> tuple[Array, Array]:
    """Return ρ and -dρ/d(r²) of squared distances r²."""
    root = np.sqrt(5.0 * squared)
    decay = np.exp(-root)
    rise = (1.0 + root) * decay
    return rise + (5.0 / 3.0) * squared * decay, (5.0 / 6.0) * rise


def _squared_distances(left: Array, right: Array) -> Array:
    cross = left @ right.T
    norms = np.einsum("mp,mp->m", left, left)[:, None] + np.einsum("np,np->n", right, right)
    return np.maximum(norms - 2.0 * cross, 0.0)


def _log_prior(hyperparameters: Array) -> tuple[float, Array]:
    """Return the logarithm of the prior, up to a constant, and its gradient."""
    count = len(hyperparameters) - 1
    location = np.append(np.full(count, LOCATION + math.log(count) / 2.0), NOISE_LOCATION)
    scale = np.append(np.full(count, SCALE), NOISE_SCALE)
    z = (hyperparameters - location) / scale
    # Densities of the length-scales and of λ themselves, not of their logarithms.
    return float(-0.5 * z @ z - hyperparameters[:-1].sum()), -z / scale - np.append(np.ones(count), 0.0)
