"""Numbers that can be drawn: floating-point numbers reach further than axes do."""

from collections.abc import Iterable

import numpy as np

from ...statistics import FloatArray

LARGEST = 1e150
"""The largest number that axes can show; its inverse is the smallest one."""

SMALLEST = 1e-300
"""The smallest power of ten in which values are drawn: smaller ones have no inverse."""


def finite(values: FloatArray) -> FloatArray:
    """Return values that a linear axis can show; nan where a value is not finite."""
    return np.clip(np.where(np.isfinite(values), values, np.nan), -LARGEST, LARGEST)


def positive(values: FloatArray) -> FloatArray:
    """Return values that a logarithmic axis can show; nan where it is not finite and above 0."""
    kept = np.where(np.isfinite(values) & (values > 0), values, np.nan)
    return np.clip(kept, 1 / LARGEST, LARGEST)


def unit(values: Iterable[FloatArray]) -> float:
    """Return the power of ten in which values are drawn; 1 where axes can show them as they are."""
    sizes = np.abs(np.concatenate([np.ravel(each) for each in values] or [np.zeros(0)]))
    largest = float(np.max(sizes, initial=0.0, where=np.isfinite(sizes)))
    if largest == 0 or 1 / LARGEST <= largest <= LARGEST:
        return 1.0
    return float(10.0 ** max(np.floor(np.log10(largest)), np.log10(SMALLEST)))
