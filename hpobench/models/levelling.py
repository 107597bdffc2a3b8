"""Standardisation of values for a model, with or without levelling.

Each function takes values (n,), of which some may be nan, and returns the standard ones, of mean 0
and variance 1, with the worst in the place of nan.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SHOULDER = 4.0
"""How far above the median values become logarithmic, in units of the median minus the best."""
LARGEST = float(np.finfo(np.float64).max)


def level(values: Array) -> Array:
    """Level and standardise values.

    The excess of a value over the median m becomes SHOULDER·s·log(1 + (value - m)/(SHOULDER·s)),
    where s is m minus the best value. This is a one-sided form of the bilog transformation
    (Eriksson and Poloczek, 2021, Scalable constrained Bayesian optimization, AISTATS, section 3.2).
    The order of the values is kept.
    """
    return levelled(values)[0]


def levelled(values: Array) -> tuple[Array, float]:
    """Return what `level` returns, and the logarithm of the derivative, summed over the values."""
    standard, rates, failed, divisors = _bent(values)
    return standard, float(np.log(rates[~failed]).sum()) - _logarithm(failed, *divisors)


def levelled_slopes(values: Array, slopes: Array) -> tuple[Array, Array]:
    """Return what `level` returns, and the slopes of that, given the slopes of the values, (n, d).

    Slopes may be nan, and what is too steep for a number becomes infinite.
    """
    standard, rates, _, (deviation, spread, largest) = _bent(values)
    with np.errstate(over="ignore"):
        return standard, slopes / largest * (rates / (spread * deviation))[:, None]


def _bent(values: Array) -> tuple[Array, Array, NDArray[np.bool_], tuple[float, float, float]]:
    """Return standard values, the derivatives that levelling adds, what failed, and divisors."""
    sizes, failed, largest = _sized(values)
    median = float(np.median(sizes))
    spread = SHOULDER * ((median - float(sizes.min())) or float(sizes.std()) or 1.0)
    excess = (sizes - median) / spread
    above = np.maximum(excess, 0.0)
    standard, deviation = _standard(np.where(excess > 0.0, np.log1p(above), excess))
    return standard, 1.0 / (1.0 + above), failed, (deviation, spread, largest)


def standardised(values: Array) -> tuple[Array, float]:
    """Return standard values, and the logarithm of the derivative, summed over the values."""
    sizes, failed, largest = _sized(values)
    standard, deviation = _standard(sizes)
    return standard, -_logarithm(failed, deviation, 1.0, largest)


def _logarithm(failed: NDArray[np.bool_], *divisors: float) -> float:
    """Return the sum of the logarithms of all divisors, for the values that did not fail."""
    return float(np.log(divisors).sum()) * int((~failed).sum())


def _sized(values: Array) -> tuple[Array, NDArray[np.bool_], float]:
    """Return the values divided by the largest, with the worst for nan; which failed; the largest.

    The division lets moments of huge values stay finite.
    """
    failed = np.isnan(values)
    clipped = np.clip(values, -LARGEST, LARGEST)
    clipped = np.where(failed, clipped[~failed].max(), clipped)
    largest = float(np.abs(clipped).max()) or 1.0
    return clipped / largest, failed, largest


def _standard(sizes: Array) -> tuple[Array, float]:
    """Return the values minus their mean, divided by their deviation, and the deviation."""
    deviation = float(sizes.std()) or 1.0
    standard: Array = (sizes - sizes.mean()) / deviation
    return standard, deviation
