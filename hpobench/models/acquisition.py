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
BEYOND = 30.0
"""The z from which on h(z) is z, to the last digit."""
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

    The logarithm is log φ(z) + log(1 + z·m), where m = Φ(z)/φ(z) comes from the scaled
    complementary error function (eq. 9). For z above BEYOND, h(z) is z.
    """
    from scipy.special import erfcx

    middle = np.clip(z, FAR, BEYOND)
    mills = math.sqrt(math.pi / 2.0) * erfcx(middle / -math.sqrt(2.0))
    rest = 1.0 + middle * mills
    value, slope = np.log(rest) - 0.5 * middle**2 - LOG_ROOT, mills / rest
    if np.array_equal(middle, z):
        return value, slope
    far_value, far_slope = _far_log_h(np.minimum(z, FAR))
    value = np.where(z < FAR, far_value, np.where(z > BEYOND, np.log(np.maximum(z, 1.0)), value))
    slope = np.where(z < FAR, far_slope, np.where(z > BEYOND, 1.0 / np.maximum(z, 1.0), slope))
    return value, slope


def _far_log_h(z: Array) -> tuple[Array, Array]:
    """Return what `log_h` returns, for z of at most FAR.

    There the terms of 1 + z·m cancel, so that m is that of its asymptotic series (Abramowitz and
    Stegun, 1964, Handbook of mathematical functions, 26.2.12).
    """
    inverse = z**-2.0
    mills = np.sqrt(inverse) * (1.0 - inverse * (1.0 - 3.0 * inverse * (1.0 - 5.0 * inverse)))
    rest = inverse * (1.0 - 3.0 * inverse * (1.0 - 5.0 * inverse * (1.0 - 7.0 * inverse)))
    return np.log(rest) - 0.5 * z**2 - LOG_ROOT, mills / rest
