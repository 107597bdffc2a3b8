"""Features for a regression: those of a table, scaled, and random waves of them."""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
FARTHEST = 4.0
"""Scaled features are clipped to plus and minus this, because some tables have far outliers."""


def scaled(features: Floats, known: NDArray[np.int64]) -> Floats:
    """Scale features by the median and the quartiles of known rows, and clip far outliers.

    A normal distribution would get the standard deviation 1, because its quartiles lie at ±0.6745.
    """
    first, median, third = np.quantile(features[known], (0.25, 0.5, 0.75), axis=0)
    scaled: Floats = (features - median) / ((third - first) / (2.0 * 0.6745))
    return scaled.clip(-FARTHEST, FARTHEST)


def waves(inputs: Floats, number: int, frequency: float, rng: np.random.Generator) -> Floats:
    """Return random waves of inputs (rows, features), shape (rows, number).

    A wave is cos(w'x + b) with normal w and uniform b (Rahimi and Recht, 2007, algorithm 1).
    `frequency` is the standard deviation of w, in radians per unit of an input.
    """
    slopes = frequency * rng.standard_normal((inputs.shape[1], number))
    waves: Floats = np.cos(inputs @ slopes + rng.uniform(0.0, 2.0 * math.pi, number))
    return waves
