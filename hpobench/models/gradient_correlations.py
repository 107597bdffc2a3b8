"""Correlations of values and derivatives of a Gaussian process with a Matérn-5/2 kernel.

The kernel k is that of models.gaussian_process, a function of R = Σ_i q_i·(x_i - x'_i)² with
q_i = 1/l_i², whose first three derivatives by R are called first, second and third. With u = x-x',
the correlation of a value at x and a derivative along j at x' is -2·first·q_j·u_j, and that of two
derivatives, along i at x and along j at x', is -4·second·q_i·u_i·q_j·u_j - 2·first·q_i·[i = j]
(Rasmussen and Williams, 2006, Gaussian processes for machine learning, section 9.4). In units of
the signal's variance, a value has noise of the variance λ, and a derivative along i of λ'·q_i.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .gaussian_process import matern

Array = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Observed:
    """What is known of a function of p features: N = n + m·d values and derivatives."""

    points: Array
    """Where its value is known, (n, p)."""
    values: Array
    """The values, (n,)."""
    sloped: Places
    """At which of the points the derivatives are known, too, (m,)."""
    along: Places
    """Along which features, (d,); any other feature may be discrete."""
    slopes: Array
    """The derivatives, (m, d)."""

    @property
    def sizes(self) -> tuple[int, int, int]:
        """The numbers n, m and d."""
        return len(self.points), len(self.sloped), len(self.along)

    @property
    def bases(self) -> Array:
        """Where derivatives are known, (m, p)."""
        bases: Array = self.points[self.sloped]
        return bases


def correlations_with(observed: Observed, inverse: Array, points: Array) -> Array:
    """Return the correlations of values at points (k, p) with all observations, (k, N)."""
    by_value, first, _ = radial(squares(points, observed.points, inverse))
    along = observed.along
    pulls = (points[:, None, along] - observed.bases[:, along]) * inverse[along]
    by_slope = -2.0 * first[:, observed.sloped, None] * pulls
    _, m, d = observed.sizes
    return np.hstack([by_value, by_slope.reshape(len(points), m * d)])


def chained(observed: Observed, inverse: Array, points: Array, weights: Array) -> Array:
    """Return the gradient of Σ_N weights[k, N]·correlations[k, N] by the points, (k, p)."""
    n, m, d = observed.sizes
    along = observed.along
    _, first, second = radial(squares(points, observed.points, inverse))
    plain = 2.0 * first * weights[:, :n]
    found: Array = (plain.sum(axis=1)[:, None] * points - plain @ observed.points) * inverse
    first, second = first[:, observed.sloped], second[:, observed.sloped]
    steep = weights[:, n:].reshape(len(points), m, d)
    pulls = (points[:, None] - observed.bases) * inverse
    inward = np.einsum("kmd,kmd->km", steep, pulls[:, :, along])
    found -= 4.0 * np.einsum("km,kmp->kp", second * inward, pulls)
    found[:, along] -= 2.0 * np.einsum("km,kmd->kd", first, steep) * inverse[along]
    return found


class Correlations:
    """The correlations of what was observed among each other, values first."""

    def __init__(self, observed: Observed) -> None:
        self._observed = observed
        self._differences = observed.points[:, None] - observed.bases
        """x - x' of all points and those with derivatives, (n, m, p)."""
        self._along = self._differences[:, :, observed.along]
        """The same along the features with derivatives, (n, m, d)."""

    def square(self, inverse: Array, noises: Array) -> Array:
        """Return the correlations with their noise, (N, N), given q, (p,), and λ and λ', (2,)."""
        known, (n, m, d) = self._observed, self._observed.sizes
        found = np.empty((n + m * d, n + m * d))
        found[:n, :n], first, second = radial(squares(known.points, known.points, inverse))
        q = inverse[known.along]
        pulls = self._along * q
        mixed = (-2.0 * first[:, known.sloped, None] * pulls).reshape(n, m * d)
        found[:n, n:], found[n:, :n] = mixed, mixed.T
        among = np.ix_(known.sloped, known.sloped)
        first, second, pulls = first[among], second[among], pulls[known.sloped]
        block = -4.0 * np.einsum("ab,abi,abj->aibj", second, pulls, pulls)
        for place in range(d):
            block[:, place, :, place] -= 2.0 * first * q[place]
        found[n:, n:] = block.reshape(m * d, m * d)
        noise = np.append(np.full(n, noises[0]), np.tile(noises[1] * q, m))
        found[np.diag_indices_from(found)] += noise
        return found

    def by_inverse(self, inverse: Array, pulled: Array) -> Array:
        """Return the derivative of Σ pulled·correlations by q, (p,), given symmetric pulled (N, N).

        The noise of derivatives, which has q as a factor, is not part of it.
        """
        known, (n, m, d) = self._observed, self._observed.sizes
        distances = squares(known.points, known.points, inverse)
        _, first, second = radial(distances)
        heavy, points = pulled[:n, :n] * first, known.points
        plain = heavy.sum(axis=1) @ points**2 - np.einsum("np,np->p", points, heavy @ points)
        first, second = first[:, known.sloped], second[:, known.sloped]
        mixed = pulled[:n, n:].reshape(n, m, d)
        inward = np.einsum("nmd,nmd,d->nm", mixed, self._along, inverse[known.along])
        bent = np.einsum("nm,nmp->p", second * inward, self._differences**2)
        found: Array = 2.0 * plain - 4.0 * bent
        found[known.along] -= 4.0 * np.einsum("nm,nmd,nmd->d", first, mixed, self._along)
        among = distances[np.ix_(known.sloped, known.sloped)]
        return found + self._of_slopes(among, inverse, pulled[n:, n:].reshape(m, d, m, d))

    def _of_slopes(self, distances: Array, inverse: Array, pulled: Array) -> Array:
        """Return the part of the derivatives among each other, given R and pulled (m, d, m, d)."""
        known = self._observed
        _, first, second = radial(distances)
        root = np.sqrt(5.0 * distances)
        # The third derivative has a pole at 0, where the u by which it is multiplied are 0.
        third = -(125.0 / 24.0) * np.exp(-root) / np.where(root > 0.0, root, np.inf)
        u, q = self._along[known.sloped], inverse[known.along]
        inward = np.einsum("aibj,abj->abi", pulled, u * q)
        straight = np.einsum("aibi->abi", pulled)
        both = np.einsum("abi,abi->ab", inward, u * q)
        heavy = 4.0 * third * both + 2.0 * second * (straight @ q)
        found: Array = -np.einsum("ab,abp->p", heavy, self._differences[known.sloped] ** 2)
        found[known.along] -= 8.0 * np.einsum("ab,abi,abi->i", second, inward, u)
        found[known.along] -= 2.0 * np.einsum("ab,abi->i", first, straight)
        return found


def squares(left: Array, right: Array, inverse: Array) -> Array:
    """Return R between points (k, p) and (n, p), shape (k, n), given q, (p,)."""
    norms = (left**2 @ inverse)[:, None] + right**2 @ inverse
    found: Array = np.maximum(norms - 2.0 * (left * inverse) @ right.T, 0.0)
    return found


def radial(distances: Array) -> tuple[Array, Array, Array]:
    """Return k and its first and second derivative by R."""
    value, falls = matern(distances)
    return value, -falls, (25.0 / 12.0) * np.exp(-np.sqrt(5.0 * distances))
