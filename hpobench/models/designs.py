"""Designs: sets of points that fill the unit cube more evenly than random ones."""

import numpy as np

from ..parameter import Units


def latin_hypercube(count: int, dimensions: int, rng: np.random.Generator) -> Units:
    """Draw a Latin hypercube (McKay, Beckman and Conover, 1979), shape (count, dimensions).

    Of `count` equal shares of each coordinate, each holds one point, at a uniform place.
    """
    cells = np.argsort(rng.random((count, dimensions)), axis=0)
    points: Units = (cells + rng.random(cells.shape)) / count
    return points
