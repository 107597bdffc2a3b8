"""Maximisation of an acquisition function over a mixed space, from several points at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..parameter import Units
from .candidates import exchanges
from .features import CENTRE, Features
from .quasi_newton import ascended

STEPS = 8
"""The most steps of an ascent along the real parameters, if nothing else is said."""
ROUNDS = 3
"""The most rounds of an ascent and a sweep."""
KEPT = 3
"""So many of the climbs, the highest, go on after the first round."""
SWEEPS = 2
"""The most sweeps in a round."""
LONGEST = 1.0
"""The longest length-scale by which a coordinate is divided."""
CONSIDERED = 20
"""For each climb, so many of the most promising candidates are considered as its start."""
APART = 0.02
"""Two starting points of climbs differ by at least this much in some feature."""
GAIN = 1e-9
"""The least gain of a sweep."""


class Acquired(Protocol):
    """An acquisition function of a space's features."""

    def scores(self, points: Units, /) -> Units: ...

    def slopes(self, points: Units, /) -> tuple[Units, Units]: ...


@dataclass(frozen=True, slots=True)
class Maximiser:
    """Climbs an acquisition function, along the real parameters and along the discrete ones.

    All starts climb in one batch, so that a step costs one product of matrices.
    """

    features: Features
    acquired: Acquired
    scales: Units
    """The features' length-scales, by which the coordinates of an ascent are divided, (p,)."""
    barred: Callable[[Units], NDArray[np.bool_]]
    """Tells which snapped rows (m, d) must not be proposed, shape (m,)."""
    low: Units
    """The lower bounds of the real parameters' coordinates, shape (d,)."""
    high: Units
    """The upper bounds, shape (d,)."""
    steps: int = STEPS
    """The most steps of an ascent along the real parameters."""

    def ranked(self, rows: Units, further: Units, count: int, rng: np.random.Generator) -> Units:
        """Return snapped rows, shape (m, d), the highest first.

        They are the rounded rows (k, d), and the ends of climbs from `count` of these and from some
        further rows. The climbs start at the highest of the rows and at others that are drawn with
        probabilities proportional to their expected improvements, by the Gumbel trick; all of them
        lie APART from each other.
        """
        scores = self.scores(rows)
        starts = self._starts(rows, scores, scores + rng.gumbel(size=len(scores)), count)
        ends, heights = self.climbed(np.vstack([rows[starts], further]))
        rows, scores = np.vstack([ends, rows]), np.concatenate([heights, scores])
        return self.features.activated(rows[np.argsort(-scores, kind="stable")])

    def scores(self, rows: Units) -> Units:
        """Return the heights of rounded rows (m, d), shape (m,); -inf for those that are barred."""
        snapped = self.features.activated(rows)
        scores = self.acquired.scores(self.features.points(snapped))
        return np.where(self.barred(snapped), -np.inf, scores)

    def _starts(self, rows: Units, scores: Units, keys: Units, count: int) -> list[int]:
        """Return the positions of the highest row and of those with the largest keys."""
        keys[int(scores.argmax())] = np.inf
        order = np.argsort(-keys, kind="stable")[: CONSIDERED * count]
        order = order[np.isfinite(scores[order])]
        points = self.features.points(self.features.activated(rows[order]))
        apart = np.ones(len(order), dtype=np.bool_)
        starts: list[int] = []
        while len(starts) < count and apart.any():
            first = int(apart.argmax())
            starts.append(int(order[first]))
            apart &= np.abs(points - points[first]).max(axis=1) >= APART
        return starts

    def climbed(self, rows: Units) -> tuple[Units, Units]:
        """Return where climbs from rounded rows (s, d) end, and their heights, (s,).

        Ascents and sweeps alternate until no sweep changes anything. After the first round only the
        highest climbs go on.
        """
        rows, scores = rows.copy(), self.scores(rows)
        moving = np.arange(len(rows))
        for _ in range(ROUNDS):
            before = rows[moving]
            rows[moving], scores[moving] = self._swept(*self._ascended(before, scores[moving]))
            exchanged = ((rows[moving] != before) & ~self.features.real).any(axis=1)
            moving = moving[exchanged]
            moving = moving[np.argsort(-scores[moving], kind="stable")[:KEPT]]
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
        places = np.flatnonzero(self.features.real)
        if not len(places):
            return rows, scores
        snapped = self.features.activated(rows)
        columns = self.features.first[places]
        points = self.features.points(snapped)
        scales = np.minimum(self.scales[columns], LONGEST)
        active = ~np.isnan(snapped[:, places])

        def height(coordinates: Units) -> tuple[Units, Units]:
            points[:, columns] = np.where(active, coordinates * scales, CENTRE)
            heights, gradients = self.acquired.slopes(points)
            return heights, np.where(active, gradients[:, columns] * scales, 0.0)

        low, high = self.low[places] / scales, self.high[places] / scales
        ends, _ = ascended(height, rows[:, places] / scales, low, high, self.steps)
        climbed = rows.copy()
        inside = np.clip(ends * scales, self.low[places], self.high[places])
        climbed[:, places] = np.where(active, inside, rows[:, places])
        heights = self.scores(climbed)
        better = heights > scores
        return np.where(better[:, None], climbed, rows), np.where(better, heights, scores)


def repeated(known: set[bytes], features: Features) -> Callable[[Units], NDArray[np.bool_]]:
    """Return a function that tells which snapped rows (m, d) are among the known ones, (m,).

    A row with an active real parameter is taken as unknown.
    """

    def among(rows: Units) -> NDArray[np.bool_]:
        found = np.zeros(len(rows), dtype=np.bool_)
        for place in np.flatnonzero(~(features.real & ~np.isnan(rows)).any(axis=1)):
            found[place] = rows[place].tobytes() in known
        return found

    return among
