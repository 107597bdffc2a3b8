"""What evolutionary strategies share: the points of a run, new ones among them, and variation."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from ..parameter import Units
from ..space import Config, Space, key_of
from ..trial import Pending
from .archive import Archive

ATTEMPTS = 20
"""How often a known configuration is replaced by another offspring, before a random one is."""


class Points:
    """The points of a run: one, of shape (d,), for each configuration that was proposed or told.

    A point has a coordinate for each parameter, active or not, so that offspring inherit the
    inactive ones, too. Its length is the number of different configurations.
    """

    def __init__(self, space: Space, rng: np.random.Generator) -> None:
        self._space = space
        self._rng = rng
        self._archive = Archive(space)
        self._points: dict[tuple[object, ...], Units] = {}

    def __len__(self) -> int:
        return len(self._points)

    def random(self) -> Units:
        """Draw a point uniformly from the unit cube."""
        return self._rng.random(len(self._space))

    def point(self, config: Config) -> Units:
        """Return the point of a configuration, which is known from now on.

        If the strategy did not propose it, the inactive coordinates are drawn at random.
        """
        key = key_of(config)
        if key not in self._points:
            self._archive.propose(config)
            units = self._space.encode(config)
            self._points[key] = np.where(np.isnan(units), self.random(), units)
        return self._points[key]

    def tell(self, config: Config, value: float) -> Units:
        """Note the value of a configuration, and return its point."""
        self._archive.tell(config, value)
        return self.point(config)

    def value(self, config: Config) -> float | None:
        """Return the value noted of a configuration; None: there is none."""
        return self._archive.value(config)

    def fresh(self, draw: Callable[[], Units], pending: Sequence[Pending]) -> Config | None:
        """Return a configuration that is neither known nor pending; it is known from now on.

        It is the first new one among ATTEMPTS points that `draw` returns, else a random one; None:
        nothing is left.
        """
        for one in pending:
            self.point(one.proposal.config)
        for _ in range(ATTEMPTS):
            point = draw()
            config = self._space.decode(point)
            if config not in self._archive:
                self._points[key_of(config)] = point
                return self._archive.propose(config)
        left = self._archive.fresh(self._rng)
        if left is not None:
            self.point(left)
        return left


def rank_value(value: float) -> float:
    """Return the value by which a trial is ranked: a failed trial is as bad as can be."""
    return math.inf if math.isnan(value) else value


def reflected(units: Units) -> Units:
    """Reflect coordinates at the faces of the unit cube until they lie in it."""
    folded = np.abs(units) % 2.0
    inside: Units = np.where(folded > 1.0, 2.0 - folded, folded)
    return inside
