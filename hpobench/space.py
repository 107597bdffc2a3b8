"""Spaces: named parameters, some active only while others hold given values."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TypeAlias

import numpy as np

from .errors import shown
from .parameter import (
    Categorical,
    Float,
    Int,
    Ordinal,
    Parameter,
    Units,
    Value,
    default_of,
    typed,
)
from .scalars import NAME, is_mapping, is_name

Config: TypeAlias = dict[str, Value]


class Space(Mapping[str, Parameter]):
    """Named parameters, each active always or only while others hold given values.

    >>> from hpobench import Categorical
    >>> space = Space({
    ...     "model": Categorical(("svm", "forest")),
    ...     "gamma": Float(1e-5, 1.0, log=True, when={"model": ("svm",)}),
    ... })
    >>> space.decode(np.array([0.9, 0.5]))
    {'model': 'forest'}
    """

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._parameters = dict(parameters)
        if not self._parameters:
            raise ValueError("a space needs at least one parameter: {}")
        for name, parameter in self._parameters.items():
            _check_parameter(name, parameter)
        self._conditions = {
            name: [
                (parent, frozenset(map(typed, allowed)))
                for parent, allowed in parameter.when.items()
            ]
            for name, parameter in self._parameters.items()
        }
        self.conditional = any(self._conditions.values())
        """Whether any parameter depends on another."""
        self._check_conditions()

    def __getitem__(self, name: str) -> Parameter:
        return self._parameters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __repr__(self) -> str:
        return f"Space({self._parameters!r})"

    def decode(self, unit: Units) -> Config:
        """Turn a point of the unit cube, (d,), into a configuration of the active parameters."""
        units: list[float] = unit.tolist()
        pairs = zip(self._parameters.items(), units, strict=True)
        if not self.conditional:
            return {name: parameter.decode(u) for (name, parameter), u in pairs}
        config: Config = {}
        for (name, parameter), u in pairs:
            if self.is_active(name, config):
                config[name] = parameter.decode(u)
        return config

    def decode_all(self, units: Units) -> list[Config]:
        """Return what `decode` returns for each row of an array (n, d), identical to the bit."""
        if units.ndim != 2 or units.shape[1] != len(self):
            raise ValueError(f"must have the shape (n, {len(self)}): {units.shape}")
        columns = [
            parameter.decode_column(units[:, i]) for i, parameter in enumerate(self.values())
        ]
        rows = [dict(zip(self, row, strict=True)) for row in zip(*columns, strict=True)]
        return [self.active(row) for row in rows] if self.conditional else rows

    def encode(self, config: Mapping[str, Value]) -> Units:
        """Turn a configuration into its point, (d,), with nan for each inactive parameter."""
        config = self.check(config)
        return np.array(
            [
                parameter.encode(config[name])  # type: ignore[arg-type]  # checked above
                if name in config
                else math.nan
                for name, parameter in self._parameters.items()
            ]
        )

    def encode_all(self, configs: Sequence[Mapping[str, Value]]) -> Units:
        """Return the points of several configurations as an array (n, d); see `encode`."""
        return np.array([self.encode(config) for config in configs]).reshape(-1, len(self))

    def sample(self, rng: np.random.Generator) -> Config:
        """Draw a configuration uniformly from the unit cube."""
        return self.decode(rng.random(len(self)))

    def default(self) -> Config:
        """Return the configuration of the parameters' defaults."""
        return self.active({name: default_of(p) for name, p in self.items()})

    def is_active(self, name: str, config: Mapping[str, Value]) -> bool:
        """Tell whether a parameter is active, given the active parameters that stand before it."""
        return all(
            parent in config and typed(config[parent]) in allowed
            for parent, allowed in self._conditions[name]
        )

    def active(self, row: Config) -> Config:
        """Return the active part of a row, which has a value for every parameter."""
        config: Config = {}
        for name, value in row.items():
            if self.is_active(name, config):
                config[name] = value
        return config

    def check(self, config: Mapping[str, Value]) -> Config:
        """Return a configuration in the space's order, with Python's own values.

        Raises ValueError unless it has a valid value for each active parameter, and no other.
        """
        if not is_mapping(config):
            raise ValueError(f"a configuration must map names to values: {shown(config)}")
        checked: Config = {}
        for name, parameter in self._parameters.items():
            if self._conditions[name] and not self.is_active(name, checked):
                if name in config:
                    needed = " and ".join(f"{k} in {v!r}" for k, v in parameter.when.items())
                    raise ValueError(
                        f"{name!r} is inactive, it needs {needed}: {shown(dict(config))}"
                    )
                continue
            if name not in config:
                raise ValueError(
                    f"{name!r} is missing from the configuration: {shown(dict(config))}"
                )
            try:
                checked[name] = parameter.check(config[name])
            except ValueError as error:
                raise ValueError(f"{name!r} {error}") from None
        if len(checked) < len(config):
            unknown = next(name for name in config if name not in self)
            raise ValueError(f"no such parameter, there are {_listed(self)}: {shown(unknown)}")
        return checked

    def to_json(self) -> dict[str, dict[str, object]]:
        """Describe the space in JSON: each parameter's kind and fields."""
        return {
            name: {"kind": type(parameter).__name__.lower(), **asdict(parameter)}
            for name, parameter in self.items()
        }

    def _check_conditions(self) -> None:
        seen: set[str] = set()
        for name, parameter in self.items():
            for parent, allowed in parameter.when.items():
                if parent not in seen:
                    raise ValueError(
                        f"{name!r} depends on a parameter that must stand before it: {parent!r}"
                    )
                if isinstance(self[parent], Float):
                    raise ValueError(f"{name!r} can't depend on a real number: {parent!r}")
                for value in allowed:
                    try:
                        self[parent].check(value)
                    except ValueError as error:
                        raise ValueError(f"{name!r} depends on {parent!r}, which {error}") from None
            seen.add(name)


def key_of(config: Config) -> tuple[object, ...]:
    """Return what tells configurations apart: 1 is neither True nor 1.0 there."""
    values = config.values()
    return (*config, *values, *map(type, values))


def _check_parameter(name: object, parameter: object) -> None:
    if not is_name(name):
        raise ValueError(f"a parameter's name must be {NAME}: {shown(name)}")
    if not isinstance(parameter, Float | Int | Ordinal | Categorical):
        raise ValueError(
            f"{name!r} must be a Float, an Int, an Ordinal or a Categorical: {shown(parameter)}"
        )


def _listed(space: Space) -> str:
    first = ", ".join(list(space)[:10])
    return f"{first} and {len(space) - 10} more" if len(space) > 10 else first
