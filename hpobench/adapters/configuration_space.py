"""Spaces in the form of ConfigSpace, for the libraries that are built on it."""

from collections.abc import Mapping
from typing import Any

from ..parameter import Float, Int, Ordinal, Parameter, Value, default_of
from ..space import Config, Space
from .flat import Number, from_number, to_number

FINEST = 1e-4
"""ConfigSpace keeps 13 decimals of a real number, so a range finer than this is magnified."""


class ConfigurationSpace:
    """A space in ConfigSpace's own types, with its conditions.

    A choice becomes the position of its value among its values, in order for an ordinal. Inactive
    parameters are left out. A real number is given in multiples of a unit if its range is finer
    than FINEST: in multiples of the low end of a logarithmic range, or of the width of another
    range.
    """

    def __init__(self, space: Space, seed: int, *, ordinals_as_integers: bool = False) -> None:
        import ConfigSpace

        self.space = space
        self.native: Any = ConfigSpace.ConfigurationSpace(seed=seed)
        self._units = {name: _unit(parameter) for name, parameter in space.items()}
        made = {
            name: _made(name, parameter, self._units[name], integers=ordinals_as_integers)
            for name, parameter in space.items()
        }
        conditions = [_condition(space, made, name) for name in space if space[name].when]
        self.native.add(list(made.values()), conditions)

    def outward(self, config: Config) -> Any:
        """Turn a configuration into one of ConfigSpace's, which checks it."""
        import ConfigSpace

        numbers = {name: self._to_number(name, value) for name, value in config.items()}
        return ConfigSpace.Configuration(self.native, values=numbers)

    def inward(self, suggested: Mapping[str, Any]) -> Config:
        """Turn a configuration of ConfigSpace's, or its dictionary, into ours."""
        numbers = dict(suggested)
        return {
            name: self._from_number(name, numbers[name]) for name in self.space if name in numbers
        }

    def _to_number(self, name: str, value: Value) -> Number:
        number = to_number(self.space[name], value)
        if not isinstance(self.space[name], Float):
            return number
        low, high = float(self.native[name].lower), float(self.native[name].upper)
        return min(max(number / self._units[name], low), high)

    def _from_number(self, name: str, number: Any) -> Value:
        parameter, native = self.space[name], self.native[name]
        if not isinstance(parameter, Float):
            return from_number(parameter, number)
        if number >= native.upper:
            return parameter.high
        if number <= native.lower:
            return parameter.low
        return from_number(parameter, number * self._units[name])


def _unit(parameter: Parameter) -> float:
    """Return the unit that a number is given in multiples of."""
    if not isinstance(parameter, Float):
        return 1.0
    least = parameter.low if parameter.log else parameter.high - parameter.low
    return 1.0 if least >= FINEST else least


def _made(name: str, parameter: Parameter, unit: float, *, integers: bool) -> Any:
    import ConfigSpace

    default = to_number(parameter, default_of(parameter))
    if isinstance(parameter, Float):
        low, high = parameter.low / unit, parameter.high / unit
        return ConfigSpace.UniformFloatHyperparameter(
            name, low, high, default / unit, log=parameter.log
        )
    if isinstance(parameter, Int):
        return ConfigSpace.UniformIntegerHyperparameter(
            name, parameter.low, parameter.high, default, log=parameter.log
        )
    places = range(len(parameter.values))
    if isinstance(parameter, Ordinal) and not integers:
        return ConfigSpace.OrdinalHyperparameter(name, places, default)
    if isinstance(parameter, Ordinal) and len(places) > 1:
        return ConfigSpace.UniformIntegerHyperparameter(name, 0, places[-1], default)
    return ConfigSpace.CategoricalHyperparameter(name, places, default)


def _condition(space: Space, made: Mapping[str, Any], name: str) -> Any:
    import ConfigSpace

    clauses = [
        ConfigSpace.InCondition(
            made[name], made[parent], [to_number(space[parent], value) for value in allowed]
        )
        for parent, allowed in space[name].when.items()
    ]
    return clauses[0] if len(clauses) == 1 else ConfigSpace.AndConjunction(*clauses)
