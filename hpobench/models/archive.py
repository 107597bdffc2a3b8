"""The archive of what a run has proposed and was told, by which nothing is proposed twice."""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ..parameter import Float, Int, Parameter, Units, Value
from ..space import Config, Space, key_of

ATTEMPTS = 20
"""How many configurations are drawn at random before the space is gone through in order."""


class Archive:
    """The configurations that were proposed or told, and the values of those that were told."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._values: dict[tuple[object, ...], float | None] = {}

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, config: Config) -> bool:
        return key_of(config) in self._values

    def propose(self, config: Config) -> Config:
        """Note that a configuration is proposed, and return it."""
        self._values.setdefault(key_of(config), None)
        return config

    def tell(self, config: Config, value: float) -> None:
        """Note the value of a configuration, whoever has proposed it; nan: it failed."""
        self._values[key_of(config)] = value

    def value(self, config: Config) -> float | None:
        """Return the value told of a configuration; None: it was not told."""
        return self._values.get(key_of(config))

    def fresh(self, rng: np.random.Generator) -> Config | None:
        """Draw a configuration that is not in the archive; None: there is none left.

        It is uniform in the unit cube. Where ATTEMPTS draws find nothing new, the space is small,
        and is gone through in an order that begins at random.
        """
        for _ in range(ATTEMPTS):
            config = self._space.sample(rng)
            if config not in self:
                return config
        every = _combinations(self._space, list(self._space), {}, rng)
        return next((config for config in every if config not in self), None)

    def first_new(self, rows: Iterable[Units], rng: np.random.Generator) -> Config | None:
        """Return the first configuration of rows, (d,) each, that is not in the archive.

        Configurations are compared, not rows, since rows that differ may stand for the same one.
        Where all are in the archive, it is drawn as by `fresh`; None: there is none left.
        """
        configs = (self._space.decode(row) for row in rows)
        found = next((config for config in configs if config not in self), None)
        return found or self.fresh(rng)


def _combinations(
    space: Space, names: Sequence[str], config: Config, rng: np.random.Generator
) -> Iterator[Config]:
    """Yield the configurations that have these values and any for the parameters named."""
    if not names:
        yield config
        return
    name, *rest = names
    if not space.is_active(name, config):
        yield from _combinations(space, rest, config, rng)
        return
    for value in _values(space[name], rng):
        yield from _combinations(space, rest, {**config, name: value}, rng)


def _values(parameter: Parameter, rng: np.random.Generator) -> Iterator[Value]:
    """Yield all values of a parameter, from a random one on; of a real number, all floats."""
    luck = rng.random()
    if isinstance(parameter, Float):
        begin = parameter.decode(luck)
        yield from _floats(begin, parameter.high)
        yield from itertools.takewhile(lambda each: each < begin, _floats(parameter.low, begin))
        return
    if isinstance(parameter, Int):
        low, high = parameter.low, parameter.high
        start = low + int(luck * (high - low + 1))
        yield from itertools.chain(range(start, high + 1), range(low, start))
        return
    first = int(luck * len(parameter.values))
    yield from parameter.values[first:] + parameter.values[:first]


def _floats(low: float, high: float) -> Iterator[float]:
    """Yield all floats from the low end to the high end."""
    while low < high:
        yield low
        low = math.nextafter(low, math.inf)
    yield high
