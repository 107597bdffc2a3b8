"""A simplex and the linear model that it determines, as in Powell's COBYLA (1994)."""

import math

import numpy as np
from numpy.typing import NDArray

from ..parameter import Units

LONG = 2.1
"""A vertex is too far from the best one beyond this many radii (Powell's beta)."""
FLAT = 0.25
"""A vertex is too near to the face of the others below this many radii (Powell's alpha)."""
ENOUGH = 0.1
"""A step is good if it gains at least this share of what the model predicts."""


class Simplex:
    """Vertices, the best one first, and the linear model that they determine."""

    def __init__(self, points: Units, values: NDArray[np.float64]) -> None:
        self.points = points
        """Shape (k, d); k is d + 1 once the simplex is complete."""
        self.values = values
        """Shape (k,); a failed trial has the worst of them."""

    def add(self, points: Units, values: NDArray[np.float64]) -> None:
        """Add vertices (k, d) with their values (k,), nan for failures."""
        self.points = np.vstack([self.points, points])
        self.values = np.concatenate([self.values, values])
        self._sort()

    def put(self, place: int, points: Units, values: NDArray[np.float64]) -> None:
        """Put the only one of some points, (1, d), in the place of a vertex."""
        self.points[place], self.values[place] = points[0], values[0]
        self._sort()

    def interpolate(self, units: Units) -> bool:
        """Determine the model, in coordinates whose units, (d,), are given.

        Returns False if there is none, because rounding has put the vertices into one plane.
        """
        self.units = units
        self.edges = (self.points[1:] - self.points[0]) / units
        try:
            inverse = np.linalg.inv(self.edges)
        except np.linalg.LinAlgError:
            return False
        self.dual = inverse
        """Shape (d, d): column j is perpendicular to all edges but edge j, whose product is 1."""
        self.scale = float(np.abs(self.values).max()) or 1.0
        heights = self.values / self.scale
        self.slopes = self.dual @ (heights[1:] - heights[0])
        """The gradient of the model, of the values divided by their largest magnitude."""
        return True

    def descent(self, radius: float) -> Units:
        """Return the model's lowest point in a ball around the best vertex, within the cube.

        Coordinates move along the gradient; those that reach a side stay there, and the others go
        on until the ball's surface is reached, which is the exact solution.
        """
        base = self.points[0] / self.units
        step, free = np.zeros(len(base)), self.slopes != 0.0
        sides = np.where(self.slopes > 0.0, -base, 1.0 / self.units - base)
        while free.any():
            slopes = np.where(free, self.slopes, 0.0)
            length = math.sqrt(max(radius**2 - float(step @ step), 0.0))
            rest = slopes / math.hypot(*slopes) * -length
            beyond = free & (np.abs(rest) >= np.abs(sides))
            if not beyond.any():
                step += rest
                break
            step[beyond] = sides[beyond]
            free &= ~beyond
        lowest: Units = np.clip(self.points[0] + step * self.units, 0.0, 1.0)
        return lowest

    def take(self, points: Units, values: NDArray[np.float64], radius: float) -> bool:
        """Take the best of some points (k, d) as a vertex; return whether it gains enough."""
        best = int(np.where(np.isnan(values), np.inf, values).argmin())
        value = float(values[best])
        step = (points[best] - self.points[0]) / self.units
        gain = float(self.values[0]) / self.scale - value / self.scale
        good = gain > max(0.0, -ENOUGH * float(step @ self.slopes))
        # a vertex in whose place the volume grows by the factor |parts| goes if it is far, too
        parts = np.abs(step @ self.dual)
        centre = step if gain > 0.0 else np.zeros(len(step))
        far = lengths_of(self.edges - centre) / radius
        weights = parts * np.maximum(1.0, far)
        place = int(weights.argmax())
        if gain > 0.0 or weights[place] > 1.0:
            self.put(place + 1, points[best : best + 1], values[best : best + 1])
            self.interpolate(self.units)
        return good

    def misplaced(self, radius: float) -> int | None:
        """Return the place of a vertex that is too far away, or too near to the others' face."""
        lengths = lengths_of(self.edges)
        if lengths.max() > LONG * radius:
            return int(lengths.argmax()) + 1
        norms = lengths_of(self.dual.T)  # of which each is 1 / the distance from the others' face
        return int(norms.argmax()) + 1 if norms.max() * FLAT * radius > 1.0 else None

    def normal(self, place: int) -> Units:
        """Return the unit vector (d,) that is perpendicular to the face of the other vertices."""
        across = self.dual[:, place - 1]
        normal: Units = across / math.sqrt(across @ across)
        return normal

    def _sort(self) -> None:
        failed = np.isnan(self.values)
        if failed.any():
            self.values[failed] = self.values[~failed].max()
        order = np.argsort(self.values, kind="stable")
        self.points, self.values = self.points[order], self.values[order]


def lengths_of(rows: Units) -> Units:
    """Return the lengths of vectors (k, d), (k,)."""
    lengths: Units = np.sqrt((rows * rows).sum(axis=1))
    return lengths
