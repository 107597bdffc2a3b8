"""Searches by steps from a point, over numbers and ordinals, and their restarts."""

from collections.abc import Callable, Generator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..parameter import Categorical, Float, Int, Ordinal, Parameter, Units
from ..space import Config, Space
from ..strategy import Unsupported
from .archive import Archive

Values: TypeAlias = NDArray[np.float64]
Search: TypeAlias = Generator[Units, tuple[Units, Values], None]
"""A search yields points, (k, d), and is sent what was evaluated in their place, (k, d), with the
values, (k,), nan for a failure. What is evaluated lies in the unit cube, and where it is a whole
number or an ordinal, at the centre of its share."""
NUMBERS_ONLY = "needs numbers or ordinals that are always active"


class Restarts:
    """Asks one search after the other, each from a new point, and evaluates nothing twice.

    The first search begins at the best configuration that was told before the first is asked for,
    and at a random one if there is none; each later search begins at a random one. Points have a
    coordinate for each parameter that has more than one value. Raises Unsupported where a parameter
    is categorical or conditional.
    """

    def __init__(
        self, space: Space, rng: np.random.Generator, begin: Callable[[Units, float], Search]
    ) -> None:
        if space.conditional or any(isinstance(each, Categorical) for each in space.values()):
            raise Unsupported(NUMBERS_ONLY)
        self._space, self._rng, self._begin = space, rng, begin
        self._free = np.array([_has_several(parameter) for parameter in space.values()])
        several = [parameter for parameter in space.values() if _has_several(parameter)]
        self._discrete = [
            (place, parameter)
            for place, parameter in enumerate(several)
            if isinstance(parameter, Int | Ordinal)
        ]
        self._archive = Archive(space)
        self._search: Search | None = None
        self._batch: list[tuple[Units, Config]] = []
        """The points that the search waits for, or the start of the next search."""
        self._told: list[tuple[float, Config]] = []
        """What was told before the first configuration was asked for."""

    def next(self) -> Config | None:
        """Return the next configuration; None: a result must be awaited, or nothing is left."""
        if not self._batch and not self._restart():
            return None
        while True:
            for _, config in self._batch:
                if config not in self._archive:
                    return self._archive.propose(config)
            values = [self._archive.value(config) for _, config in self._batch]
            if None in values or not self._advance(np.array(values, dtype=np.float64)):
                return None

    def tell(self, config: Config, value: float) -> None:
        """Take in a value, nan for a failure, of a configuration, whoever has proposed it."""
        if not self._batch and not np.isnan(value):
            self._told.append((value, config))
        self._archive.tell(config, value)

    def is_known(self, point: Units) -> bool:
        """Tell whether what would be evaluated in a point's place was evaluated before."""
        return self._config(point) in self._archive

    def placed(self, point: Units) -> Units:
        """Return what would be evaluated in a point's place."""
        point = np.clip(point, 0.0, 1.0)
        for place, parameter in self._discrete:
            point[place] = parameter.encode(parameter.decode(point[place]))  # type: ignore[arg-type]  # decoded by itself
        return point

    def shares(self, point: Units) -> Units:
        """Return the distance from a point's values to their next ones, (d,); 0 for reals."""
        distances = np.zeros(len(point))
        for place, parameter in self._discrete:
            distances[place] = _share(parameter, point[place])
        return distances

    def _config(self, point: Units) -> Config:
        row = np.full(len(self._free), 0.5)
        row[self._free] = point
        return self._space.decode(row)

    def _restart(self) -> bool:
        """Make the start of the next search the batch; return False if there is none."""
        self._search = None
        told = min(self._told, key=lambda each: each[0])[1] if self._told else None
        start = self._archive.fresh(self._rng) if told is None else told
        self._told = []
        self._batch = [] if start is None else [(self._space.encode(start)[self._free], start)]
        return start is not None

    def _advance(self, values: Values) -> bool:
        """Let the search go on, or begin it at the batch; return False if nothing is left."""
        points = np.array([point for point, _ in self._batch])
        try:
            if self._search is None:
                self._search = self._begin(points[0], float(values[0]))
                wanted = next(self._search)
            else:
                wanted = self._search.send((points, values))
        except StopIteration:
            return self._restart()
        placed = [self.placed(point) for point in wanted]
        self._batch = [(point, self._config(point)) for point in placed]
        return True


def _has_several(parameter: Parameter) -> bool:
    return isinstance(parameter, Float | Int) or len(parameter.values) > 1


def _share(parameter: Int | Ordinal, unit: float) -> float:
    if isinstance(parameter, Ordinal):
        return 1.0 / len(parameter.values)
    whole = parameter.decode(unit)
    other = whole + 1 if whole < parameter.high else whole - 1
    return abs(parameter.encode(other) - parameter.encode(whole))
