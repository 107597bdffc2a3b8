"""Designs: sets of points that fill the unit cube more evenly than random ones."""

import numpy as np

from ..parameter import Units
from .features import Features


def latin_hypercube(count: int, dimensions: int, rng: np.random.Generator) -> Units:
    """Draw a Latin hypercube (McKay, Beckman and Conover, 1979), shape (count, dimensions).

    Of `count` equal shares of each coordinate, each holds one point, at a uniform place.
    """
    cells = np.argsort(rng.random((count, dimensions)), axis=0)
    points: Units = (cells + rng.random(cells.shape)) / count
    return points


def design_size(dimensions: int, wanted: int | None = None) -> int:
    """Return how many trials precede the first model; None: dimensions + 1, in [5, 10]."""
    return min(max(dimensions + 1, 5), 10) if wanted is None else wanted


def first_rows(features: Features, count: int, rng: np.random.Generator) -> list[Units]:
    """Draw the snapped rows, (d,) each, of the design with which a model begins."""
    return list(features.snap(latin_hypercube(count, len(features.real), rng)))
