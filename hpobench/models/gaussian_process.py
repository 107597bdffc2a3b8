"""Gaussian-process regression with a Matérn-5/2 kernel, fitted by its marginal likelihood.

The covariance of two observations is s²·(k(r) + λ·[they are the same one]), with
k(r) = (1 + √5·r + 5/3·r²)·exp(-√5·r) and r² = Σ_g d_g² / l_g², where d_g is the distance in the
features of group g and l_g its length-scale (Rasmussen and Williams, 2006, Gaussian processes for
machine learning, eq. 4.17 and section 5.1). So s² is the variance of the
signal, and λ·s² that of the noise. Given the length-scales and λ, the constant mean and s² have
closed forms. What a process predicts is the signal, without the noise.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Groups = NDArray[np.intp]

BLOCK = 512
"""So many points at a time have their posterior found, so that they stay in a processor's cache."""
SMALLEST_SHARE = 1e-12
"""The least variance that is left where the process knows the signal, as a share of s²."""


@dataclass(frozen=True, slots=True)
class GaussianProcess:
    """A process conditioned on n observations; made in models.evidence."""

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
    scales: Array = field(init=False)
    """The length-scale of each feature, shape (p,)."""
    scaled: Array = field(init=False)
    """The points divided by the length-scales, (n, p)."""
    norms: Array = field(init=False)
    """The squared lengths of these, (n,)."""

    def __post_init__(self) -> None:
        scales = np.exp(self.hyperparameters[self.groups])
        scaled = self.points / scales
        object.__setattr__(self, "scales", scales)
        object.__setattr__(self, "scaled", scaled)
        object.__setattr__(self, "norms", np.einsum("np,np->n", scaled, scaled))

    def posterior(self, points: Array) -> tuple[Array, Array]:
        """Return the means and the standard deviations at points (m, p), each of shape (m,)."""
        blocks = [
            self._posterior(points[start : start + BLOCK])
            for start in range(0, max(1, len(points)), BLOCK)
        ]
        means, deviations = zip(*blocks, strict=True)
        return np.concatenate(means), np.concatenate(deviations)

    def _posterior(self, points: Array) -> tuple[Array, Array]:
        correlations, _ = matern(self.squares(points))
        whitened = correlations @ self.whitener.T
        share = np.maximum(1.0 - np.einsum("mn,mn->m", whitened, whitened), SMALLEST_SHARE)
        return self.mean + correlations @ self.weights, np.sqrt(self.variance * share)

    def slopes(self, points: Array) -> tuple[Array, Array, Array, Array]:
        """Return what `posterior` returns, and the gradient of each at points (m, p), (m, p)."""
        correlations, falls = matern(self.squares(points))
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
        correlations, _ = matern(process.squares(process.points))
        factor = cholesky(correlations, self.hyperparameters[-1])
        return replace(process, whitener=inverted(factor))

    def squares(self, points: Array) -> Array:
        """Return r² between points (m, p) and the observed ones, shape (m, n)."""
        left = points / self.scales
        squares: Array = (-2.0 * left) @ self.scaled.T
        squares += np.einsum("mp,mp->m", left, left)[:, None]
        squares += self.norms
        return np.maximum(squares, 0.0, out=squares)


def matern(squares: Array) -> tuple[Array, Array]:
    """Return k and -dk/d(r²), given r²."""
    root = np.sqrt(5.0 * squares)
    decay = np.exp(-root)
    rise = (1.0 + root) * decay
    root *= root
    root *= decay
    root /= 3.0
    root += rise
    rise *= 5.0 / 6.0
    return root, rise


def cholesky(correlations: Array, noise: float) -> Array:
    """Return the Cholesky factor of the correlations (n, n) with the noise, given log λ.

    What is above the diagonal isn't read.
    """
    from scipy.linalg.lapack import dpotrf

    noisy = correlations.copy(order="K")
    np.einsum("nn->n", noisy)[:] += math.exp(noise)  # einsum gives a view of the diagonal
    factor, failed = dpotrf(noisy, lower=1, overwrite_a=1)
    if failed:
        raise np.linalg.LinAlgError("correlations are not positive definite")
    return np.asarray(factor, dtype=np.float64)


def inverted(factor: Array) -> Array:
    """Return the inverse of a lower triangle (n, n)."""
    from scipy.linalg.lapack import dtrtri

    inverse, _ = dtrtri(factor, lower=1)
    lower: Array = np.ascontiguousarray(np.tril(inverse))
    return lower
