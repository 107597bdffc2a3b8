"""Standardisation of values for a model, so that bad ones don't dominate."""

import numpy as np
from numpy.typing import NDArray

SHOULDER = 4.0
"""How far above the median values become logarithmic, in units of the median minus the best."""


def level(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standardise values (n,) so that bad ones don't dominate; nan becomes the worst value.

    The excess of a value over the median m becomes SHOULDER·s·log(1 + (value - m)/(SHOULDER·s)),
    where s is m minus the best value. This is a one-sided form of the bilog transformation
    (Eriksson and Poloczek, 2021, Scalable constrained Bayesian optimization, AISTATS, section 3.2).
    The order of the values is kept.
    """
    values = np.where(np.isnan(values), np.nanmax(values), values)
    values = values / (np.abs(values).max() or 1.0)
    median = float(np.median(values))
    spread = SHOULDER * ((median - float(values.min())) or float(values.std()) or 1.0)
    excess = (values - median) / spread
    levelled = np.where(excess > 0.0, np.log1p(np.maximum(excess, 0.0)), excess)
    deviation = float(levelled.std())
    standard: NDArray[np.float64] = (levelled - levelled.mean()) / (deviation or 1.0)
    return standard
