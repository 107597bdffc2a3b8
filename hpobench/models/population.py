"""What evolutionary strategies share: the points of a run, new ones among them, and variation."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..parameter import Float, Int, Parameter, Units
from ..space import Config, Space, key_of
from ..trial import Pending

ATTEMPTS = 20
"""How often a known configuration is replaced by another offspring, and then by a random one."""
COUNTABLE = 1_000
"""Spaces with at most this many combinations are gone through for what is left of them."""


class Points:
    """The points of a run: one, of shape (d,), for each configuration that was proposed or told.

    A point has a coordinate for each parameter, active or not, so that offspring inherit the
    inactive ones, too. Its length is the number of different configurations.
    """

    def __init__(self, space: Space, rng: np.random.Generator) -> None:
        self._space = space
        self._rng = rng
        self._points: dict[tuple[object, ...], Units] = {}
        self._left = _combinations(space)

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
            units = self._space.encode(config)
            self._points[key] = np.where(np.isnan(units), self.random(), units)
        return self._points[key]

    def fresh(self, draw: Callable[[], Units], pending: Sequence[Pending]) -> Config | None:
        """Return a configuration that is neither known nor pending; it is known from now on.

        It is the first new one among ATTEMPTS points that `draw` returns, else among as many random
        ones, else one of those that are left. None: the space is finite and nothing is left. Where
        there are more than COUNTABLE combinations, the last random one may be known.
        """
        for one in pending:
            self.point(one.proposal.config)
        for attempt in range(2 * ATTEMPTS):
            point = draw() if attempt < ATTEMPTS else self.random()
            config = self._space.decode(point)
            key = key_of(config)
            if key not in self._points:
                self._points[key] = point
                return config
        return self._rest() if self._left is not None else config

    def _rest(self) -> Config | None:
        assert self._left is not None
        for point in self._left:
            config = self._space.decode(point)
            if key_of(config) not in self._points:
                self._points[key_of(config)] = point
                return config
        return None


def rank_value(value: float) -> float:
    """Return the value by which a trial is ranked: a failed trial is as bad as can be."""
    return math.inf if math.isnan(value) else value


def latin_hypercube(count: int, dimensions: int, rng: np.random.Generator) -> Units:
    """Draw points, shape (count, dimensions), one in each of `count` slices along every axis."""
    cells = np.argsort(rng.random((count, dimensions)), axis=0)
    points: Units = (cells + rng.random(cells.shape)) / count
    return points


def reflected(units: Units) -> Units:
    """Reflect coordinates at the faces of the unit cube until they lie in it."""
    folded = np.abs(units) % 2.0
    inside: Units = np.where(folded > 1.0, 2.0 - folded, folded)
    return inside


def counts(space: Space) -> NDArray[np.float64]:
    """Return how many values each parameter has, shape (d,); infinity for a real number."""
    return np.array([_count(parameter) for parameter in space.values()])


def _count(parameter: Parameter) -> float:
    if isinstance(parameter, Float):
        return math.inf
    if isinstance(parameter, Int):
        return float(parameter.high - parameter.low + 1)
    return float(len(parameter.values))


def _combinations(space: Space) -> Iterator[Units] | None:
    """Yield a point for each combination of values; None: there are more than COUNTABLE."""
    sizes = counts(space)
    if sizes.prod() > COUNTABLE:
        return None
    levels = [
        [p.encode(p.low + i) if isinstance(p, Int) else (i + 0.5) / n for i in range(n)]
        for p, n in zip(space.values(), sizes.astype(int).tolist(), strict=True)
    ]
    return (np.array(point) for point in itertools.product(*levels))
