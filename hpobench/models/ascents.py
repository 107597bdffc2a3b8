"""Maximisation of an acquisition function over a mixed space, from several points at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..parameter import Units
from .candidates import exchanges
from .features import Features

ITERATIONS = 30
"""The most iterations of an ascent along the real parameters."""
ROUNDS = 3
"""The most rounds of an ascent and a sweep."""
SWEEPS = 8
"""The most sweeps in a round."""
LONGEST = 1.0
"""The longest length-scale by which a coordinate is divided."""
GAIN = 1e-9
"""The least gain of a sweep."""


class Acquired(Protocol):
    """An acquisition function of a space's features."""

    def scores(self, points: Units, /) -> Units: ...

    def slopes(self, points: Units, /) -> tuple[Units, Units]: ...


@dataclass(frozen=True, slots=True)
class Maximiser:
    """Climbs an acquisition function, along the real parameters and along the discrete ones.

    All starts climb in one batch: the sum of their heights is the objective of L-BFGS-B, so that a
    step costs one product of matrices.
    """

    features: Features
    acquired: Acquired
    scales: Units
    """The length-scales by which the real parameters' coordinates are divided, shape (d,)."""
    known: Callable[[Units], NDArray[np.bool_]]
    """Tells which rows (m, d) need not be proposed again, shape (m,)."""

    def scores(self, rows: Units) -> Units:
        """Return the heights of rounded rows (m, d), shape (m,); -inf for those that are known."""
        snapped = self.features.activated(rows)
        scores = self.acquired.scores(self.features.points(snapped))
        return np.where(self.known(snapped), -np.inf, scores)

    def climbed(self, rows: Units) -> tuple[Units, Units]:
        """Return where climbs from rounded rows (s, d) end, and their heights, (s,).

        Ascents and sweeps alternate until no sweep changes anything.
        """
        rows, scores = self._swept(rows, self.scores(rows))
        moving = np.arange(len(rows))
        for _ in range(ROUNDS if self.features.real.any() else 0):
            ends, heights = self._swept(*self._ascended(rows[moving], scores[moving]))
            exchanged = ((ends != rows[moving]) & ~self.features.real).any(axis=1)
            rows[moving], scores[moving] = ends, heights
            moving = moving[exchanged]
            if not len(moving):
                break
        return rows, scores

    def _swept(self, rows: Units, scores: Units) -> tuple[Units, Units]:
        """Move each row to its best neighbour in one discrete parameter, until none is better."""
        rows, scores = rows.copy(), scores.copy()
        moving = np.arange(len(rows))
        for _ in range(SWEEPS):
            neighbours, owners = exchanges(self.features, rows[moving])
            if not len(neighbours):
                break
            heights = self.scores(neighbours)
            order = np.lexsort((-heights, owners))
            first = order[np.searchsorted(owners[order], np.arange(len(moving)))]
            better = heights[first] > scores[moving] + GAIN
            moving, first = moving[better], first[better]
            rows[moving], scores[moving] = neighbours[first], heights[first]
            if not len(moving):
                break
        return rows, scores

    def _ascended(self, rows: Units, scores: Units) -> tuple[Units, Units]:
        """Ascend along the active real parameters; keep a row whose ascent ends lower."""
        from scipy.optimize import minimize

        snapped = self.features.activated(rows)
        free = self.features.real & ~np.isnan(snapped)
        owners, places = np.nonzero(free)
        if not len(owners):
            return rows, scores
        columns = self.features.first[places]
        points = self.features.points(snapped)
        scales = np.minimum(self.scales[places], LONGEST)

        def loss(coordinates: Units) -> tuple[float, Units]:
            points[owners, columns] = coordinates * scales
            heights, gradients = self.acquired.slopes(points)
            return -float(heights.sum()), -gradients[owners, columns] * scales

        end = minimize(
            loss, rows[free] / scales, jac=True, method="L-BFGS-B",
            bounds=np.column_stack([np.zeros_like(scales), 1.0 / scales]),
            options={"maxiter": ITERATIONS},
        )  # fmt: skip
        climbed = rows.copy()
        climbed[free] = np.clip(end.x * scales, 0.0, 1.0)
        heights = self.scores(climbed)
        better = heights > scores
        return np.where(better[:, None], climbed, rows), np.where(better, heights, scores)
