"""Means, spreads and quantiles of raw numbers of any size: nothing overflows, no rounding shows."""

from collections.abc import Sequence

import numpy as np

from .arrays import FloatArray

QUARTILES = (0.25, 0.5, 0.75)
_LARGE = 2.0**500
"""The size beyond which squares may overflow: larger numbers are divided before."""
_DIVISOR = 2.0**600
"""What large numbers are divided by: a power of two, so that dividing is exact."""
_SAME = 1e-14
"""The share of the largest number below which the range of numbers is a rounding error."""


def mean(values: FloatArray) -> float:
    """Return the mean of (n,) numbers; nan where there is none."""
    if not values.size:
        return np.nan
    scale = _scale(values)
    return float((values / scale).mean()) * scale


def deviation(values: FloatArray) -> float:
    """Return the standard deviation (n - 1) of (n,) numbers.

    It is nan below two numbers, 0 where all are equal, and inf where it is larger than any float.
    """
    if values.size < 2:
        return np.nan
    scale = _scale(values)
    smaller = values / scale
    if np.ptp(smaller) <= _SAME * np.abs(smaller).max():
        return 0.0
    with np.errstate(over="ignore"):
        return float(np.std(smaller, ddof=1) * np.float64(scale))


def quantiles(values: FloatArray, shares: Sequence[float]) -> FloatArray:
    """Return quantiles over the first axis of (n, ...) numbers, linear in between.

    A quantile is inf where it would lie between a number and inf.
    """
    scale = _scale(values)
    with np.errstate(invalid="ignore"):
        found = np.quantile(values / scale, shares, axis=0) * scale
    unknown = np.isnan(found) & ~np.isnan(values).any(axis=0)
    return np.asarray(np.where(unknown, np.inf, found))


def median(values: FloatArray) -> float:
    """Return the median of the numbers that are known, of any shape; nan: none is."""
    there = values[~np.isnan(values)]
    return float(quantiles(there, [0.5])[0]) if there.size else np.nan


def _scale(values: FloatArray) -> float:
    """Return what to divide numbers by before they are squared or summed."""
    largest = np.abs(values[np.isfinite(values)]).max(initial=0.0)
    return _DIVISOR if largest > _LARGE else 1.0
