"""Numbers that can be drawn: floating point reaches further than axes do."""

from collections.abc import Iterable

import numpy as np

from ...statistics import FloatArray

LARGEST = 1e150
"""Axes of larger numbers overflow, and of smaller ones than its inverse vanish."""

SMALLEST = 1e-300
"""Of the powers of ten in which values are drawn: below, they have no inverse."""


def finite(values: FloatArray) -> FloatArray:
    """Return values for a linear axis: nan where there is none, and within its reach."""
    return np.clip(np.where(np.isfinite(values), values, np.nan), -LARGEST, LARGEST)


def positive(values: FloatArray) -> FloatArray:
    """Return values for a logarithmic axis: nan where there is none, and within its reach."""
    kept = np.where(np.isfinite(values) & (values > 0), values, np.nan)
    return np.clip(kept, 1 / LARGEST, LARGEST)


def unit(values: Iterable[FloatArray]) -> float:
    """Return the power of ten in which values are drawn: 1, unless they are beyond an axis."""
    sizes = np.abs(np.concatenate([np.ravel(each) for each in values] or [np.zeros(0)]))
    largest = float(np.max(sizes, initial=0.0, where=np.isfinite(sizes)))
    if largest == 0 or 1 / LARGEST <= largest <= LARGEST:
        return 1.0
    return float(10.0 ** max(np.floor(np.log10(largest)), np.log10(SMALLEST)))
