"""Spaces for libraries that know numbers alone."""

from collections.abc import Mapping

from ..parameter import Float, Int, Parameter, Value, default_of
from ..space import Config, Space

Number = float | int


def to_number(parameter: Parameter, value: Value) -> Number:
    """Return a number as it is, or the position of a choice's value among its values, from 0."""
    if isinstance(parameter, Float | Int):
        return value  # type: ignore[return-value]  # a number, as the space has checked
    return parameter.index(value)


def from_number(parameter: Parameter, number: Number) -> Value:
    """Do the inverse of `to_number`; clamp what is out of range, round what is between."""
    if isinstance(parameter, Float):
        return min(max(float(number), parameter.low), parameter.high)
    if isinstance(parameter, Int):
        return min(max(round(number), parameter.low), parameter.high)
    return parameter.values[min(max(round(number), 0), len(parameter.values) - 1)]


class Flat:
    """A space without conditions, for libraries that know none.

    Every parameter has a number. An inactive one has that of its default, so that configurations
    with the same active values have the same numbers. On the way back, an inactive parameter is
    dropped.

    >>> from hpobench import Ordinal
    >>> space = Space({"size": Ordinal((16, 32)), "rate": Float(0, 1, when={"size": (32,)})})
    >>> Flat(space).outward({"size": 16}), Flat(space).inward({"size": 1, "rate": 0.2})
    ({'size': 0, 'rate': 0.5}, {'size': 32, 'rate': 0.2})
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        self._defaults = {name: default_of(parameter) for name, parameter in space.items()}

    def outward(self, config: Config) -> dict[str, Number]:
        """Turn a configuration into a number for each parameter."""
        full = self._defaults | config
        return {name: to_number(parameter, full[name]) for name, parameter in self.space.items()}

    def inward(self, numbers: Mapping[str, Number]) -> Config:
        """Turn a number for each parameter into a configuration of the active parameters."""
        return self.space.active(
            {name: from_number(parameter, numbers[name]) for name, parameter in self.space.items()}
        )
