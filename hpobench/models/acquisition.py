"""Log expected improvement, stable however small the improvement is (Ament et al., 2023).

The paper: Unexpected improvements to expected improvement for Bayesian optimization, NeurIPS.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .gaussian_process import GaussianProcess
from .gradient_process import GradientProcess

Array = NDArray[np.float64]

FAR = -100.0
"""The z where a series and 1 + z·Φ(z)/φ(z) are about equally exact, to a relative 1e-11."""
LOG_ROOT = 0.5 * math.log(2.0 * math.pi)


@dataclass(frozen=True, slots=True)
class Acquisition:
    """The logarithm of the expected improvement times the probability that a trial succeeds.

    The factor is that of Gelbart, Snoek and Adams (2014, Bayesian optimization with unknown
    constraints, UAI, eq. 5).
    """

    process: GaussianProcess | GradientProcess
    """The process of the values."""
    best: float
    """The value that is to be improved on."""
    success: GaussianProcess | None
    """The process of 1 for a success and 0 for a failure; None: all trials succeed."""

    def scores(self, points: Array) -> Array:
        """Return the logarithm at points (m, p), shape (m,)."""
        scores, _, _ = log_expected_improvement(*self.process.posterior(points), self.best)
        if self.success is None:
            return scores
        chances, _, _ = log_chance(*self.success.posterior(points))
        return scores + chances

    def slopes(self, points: Array) -> tuple[Array, Array]:
        """Return the logarithm at points (m, p), shape (m,), and its gradient, shape (m, p)."""
        means, deviations, rises, widenings = self.process.slopes(points)
        scores, by_mean, by_deviation = log_expected_improvement(means, deviations, self.best)
        gradients = by_mean[:, None] * rises + by_deviation[:, None] * widenings
        if self.success is None:
            return scores, gradients
        means, deviations, rises, widenings = self.success.slopes(points)
        chances, by_mean, by_deviation = log_chance(means, deviations)
        gradients = gradients + by_mean[:, None] * rises + by_deviation[:, None] * widenings
        return scores + chances, gradients


def log_chance(mean: Array, deviation: Array) -> tuple[Array, Array, Array]:
    """Return log P(f > 1/2) for normal f, and its derivatives by mean and by deviation.

    All arrays have one shape, and deviations are positive.
    """
    from scipy.special import log_ndtr

    z = (mean - 0.5) / deviation
    value = log_ndtr(z)
    slope = np.exp(-0.5 * z**2 - LOG_ROOT - value)
    return value, slope / deviation, -slope * z / deviation


def log_expected_improvement(
    mean: Array, deviation: Array, best: float
) -> tuple[Array, Array, Array]:
    """Return log E[max(best - f, 0)] for normal f, and its derivatives by mean and by deviation.

    All arrays have one shape, and deviations are positive. With z = (best - mean)/deviation the
    result is log(deviation) + log h(z), where h(z) = φ(z) + z·Φ(z) (eq. 2 and 8).
    """
    z = (best - mean) / deviation
    logarithm, slope = log_h(z)
    value = logarithm + np.log(deviation)
    return value, -slope / deviation, (1.0 - slope * z) / deviation


def log_h(z: Array) -> tuple[Array, Array]:
    """Return log h(z) and its derivative, Φ(z)/h(z).

    For z below -1 the logarithm is log φ(z) + log(1 + z·m), where m = Φ(z)/φ(z) comes from the
    scaled complementary error function (eq. 9). For z below FAR the terms of that sum cancel, so
    that the asymptotic series of m takes its place (Abramowitz and Stegun, 1964, Handbook of
    mathematical functions, 26.2.12).
    """
    from scipy.special import erfcx, ndtr

    near = np.maximum(z, -1.0)
    chance = ndtr(near)
    improvement = np.exp(-0.5 * near**2 - LOG_ROOT) + near * chance
    middle = np.clip(z, FAR, -1.0)
    mills = math.sqrt(math.pi / 2.0) * erfcx(-middle / math.sqrt(2.0))
    inverse = np.minimum(z, FAR) ** -2.0  # 1/z²
    far_mills = np.sqrt(inverse) * (1.0 - inverse * (1.0 - 3.0 * inverse * (1.0 - 5.0 * inverse)))
    far_sum = inverse * (1.0 - 3.0 * inverse * (1.0 - 5.0 * inverse * (1.0 - 7.0 * inverse)))
    far = z < FAR
    mills, rest = np.where(far, far_mills, mills), np.where(far, far_sum, 1.0 + middle * mills)
    left = z < -1.0
    value = np.where(left, -0.5 * z**2 - LOG_ROOT + np.log(rest), np.log(improvement))
    return value, np.where(left, mills / rest, chance / improvement)
