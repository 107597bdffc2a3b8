"""Candidates: points of a space at which an acquisition function is tried.

Candidates are *rounded*: each coordinate is that of a value, also where the parameter is inactive,
so that it has a value when a change of its parent makes it active (see models.features).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..parameter import Units
from .features import Features

RADII = (0.1, 0.03, 0.01, 0.003)
"""Standard deviations of the steps, in the unit cube, from a good point to candidates near it."""
FEW = 20.0
"""Candidates near a good point differ from it in about so many parameters, if there are more."""
SWEPT = 16
"""A sweep tries all values of a parameter with at most so many, and about so many of others."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Draws candidates with a generator of its own."""

    features: Features
    rng: np.random.Generator
    cube: Units
    """Scrambled quasi-random points, shape (m, d); each draw shifts them."""

    def spread(self) -> Units:
        """Return candidates all over the space, shape (m, d): the cube's points, shifted.

        The shift is that of Cranley and Patterson (1976, Randomization of number theoretic methods
        for multiple integration, SIAM Journal on Numerical Analysis 13).
        """
        return self.features.rounded((self.cube + self.rng.random(self.cube.shape[1])) % 1.0)

    def near(self, rows: Units, count: int) -> Units:
        """Return candidates near rounded rows, shape (count, d).

        A candidate differs from its row in some parameters. A number moves by a normal step, whose
        standard deviation is one of the RADII, or the distance to the number's next value where
        that is more. A choice without an order is drawn anew.
        """
        dimensions = rows.shape[1]
        return self._changed(rows, count, max(0.5, min(1.0, 2.0 / dimensions)))

    def sparse(self, rows: Units, count: int) -> Units:
        """Return candidates (count, d) in which each parameter moves with probability FEW/d.

        This is the way of Regis and Shoemaker (2013, Combining radial basis function surrogates and
        dynamic coordinate search, Engineering Optimization 45).
        """
        return self._changed(rows, count, min(1.0, FEW / rows.shape[1]))

    def _changed(self, rows: Units, count: int, share: float) -> Units:
        rng = self.rng
        centres = rows[rng.integers(0, len(rows), count)]
        radii = rng.choice(RADII, (count, 1))
        moved = centres + np.maximum(radii, self.features.steps) * rng.standard_normal(
            centres.shape
        )
        moved = np.where(self.features.choice, rng.random(centres.shape), moved)
        chosen = rng.random(centres.shape) < share
        return self.features.rounded(np.where(chosen, moved, centres))

    def single(self, row: Units, count: int) -> Units:
        """Return candidates, shape (about count, d), that differ from a row in one parameter."""
        dimensions = len(row)
        each = max(1, math.ceil(count / dimensions))
        rows = np.tile(row, (each * dimensions, 1))
        places = np.repeat(np.arange(dimensions), each)
        rows[np.arange(len(rows)), places] = self.rng.random(len(rows))
        return self.features.rounded(rows)

    def filled(self, rows: Units) -> Units:
        """Return rows with random values where a parameter is inactive."""
        drawn = self.features.rounded(self.rng.random(rows.shape))
        return np.where(np.isnan(rows), drawn, rows)


def quasi_random(count: int, dimensions: int, rng: np.random.Generator) -> Units:
    """Draw the first points of a scrambled Sobol sequence (Owen, 1998), (count, dimensions)."""
    from scipy.stats import qmc

    power = math.ceil(math.log2(count))
    points: Units = qmc.Sobol(dimensions, rng=rng).random_base2(power)[:count]
    return points


def exchanges(features: Features, rows: Units) -> tuple[Units, NDArray[np.intp]]:
    """Return the neighbours of rounded rows (s, d) in one discrete, active parameter each.

    A parameter takes all its other values if it has at most SWEPT or no order, else those some
    steps away and those of a grid. The neighbours have the shape (m, d); with them come the
    positions of their rows, (m,).
    """
    active = ~np.isnan(features.activated(rows))
    neighbours, owners = [rows[:0]], [np.array([], dtype=np.intp)]
    for place in np.flatnonzero(~features.real):
        having = np.flatnonzero(active[:, place])
        units = rows[having, place]
        others = _others(features, int(place), units)
        positions, columns = np.nonzero(others != units[:, None])
        changed = rows[having[positions]]
        changed[:, place] = others[positions, columns]
        neighbours.append(changed)
        owners.append(having[positions])
    return np.vstack(neighbours), np.concatenate(owners)


def _others(features: Features, place: int, units: Units) -> Units:
    """Return coordinates to which a parameter may move from units (s,), shape (s, k)."""
    levels, steps = features.levels[place], 2 ** np.arange(SWEPT // 4)
    steps = np.concatenate([-steps, steps])
    if 0 < len(levels) <= SWEPT or features.choice[place]:
        return np.tile(levels, (len(units), 1))
    grid = np.linspace(0.0, 1.0, SWEPT // 2)
    if len(levels):
        last = len(levels) - 1
        here = np.searchsorted(levels, units)[:, None]
        lattice = np.tile((grid * last).round().astype(np.intp), (len(units), 1))
        others: Units = levels[np.clip(np.hstack([here + steps, lattice]), 0, last)]
        return others
    moved = np.hstack(
        [units[:, None] + features.steps[place] * steps, np.tile(grid, (len(units), 1))]
    )
    rows = np.full((moved.size, len(features.levels)), 0.5)
    rows[:, place] = moved.ravel()
    return features.rounded(rows)[:, place].reshape(moved.shape)
