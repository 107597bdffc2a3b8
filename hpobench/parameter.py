"""The kinds of parameters; each maps to and from the unit interval.

Values are JSON scalars and are compared with their type: 1 is neither True nor 1.0.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .errors import shown
from .scalars import OWN, is_scalar, scalar

Value: TypeAlias = float | int | str | bool | None
Condition: TypeAlias = Mapping[str, tuple[Value, ...]]
Units: TypeAlias = NDArray[np.float64]
EXACT = 2**53
"""A float holds every whole number below this one exactly."""


def _no_condition() -> dict[str, tuple[Value, ...]]:
    return {}


@dataclass(frozen=True, slots=True)
class Float:
    """A real number in [low, high]; `log` spreads it evenly over its logarithm.

    >>> round(Float(1e-4, 1.0, log=True).decode(0.5), 6)
    0.01
    """

    low: float
    high: float
    log: bool = False
    default: float | None = field(default=None, kw_only=True)
    """None: the middle of the range."""
    when: Condition = field(default_factory=_no_condition, kw_only=True)
    """For each parent (a parameter that this one depends on), the values that make this one active;
    empty: it is always active."""

    def __post_init__(self) -> None:
        _check_range(self)
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))
        if self.default is not None:
            object.__setattr__(self, "default", self.check(self.default))

    def decode(self, unit: float) -> float:
        """Return the value at a coordinate; one outside [0, 1] is moved to the nearer end."""
        if unit <= 0.0:
            return self.low
        if unit >= 1.0:
            return self.high
        if self.log:
            start = math.log(self.low)
            value = math.exp(start + unit * (math.log(self.high) - start))
        else:
            value = self.low + unit * (self.high - self.low)
        return self.low if value < self.low else min(value, self.high)

    def decode_column(self, units: Units) -> list[float]:
        """Return what `decode` returns for each entry of an array (n,), identical to the bit."""
        units = np.clip(units, 0.0, 1.0)
        if self.log:
            start = math.log(self.low)
            exponents = start + units * (math.log(self.high) - start)
            values = np.array([math.exp(exponent) for exponent in exponents.tolist()])
        else:
            values = self.low + units * (self.high - self.low)
        values = np.where(units >= 1.0, self.high, np.clip(values, self.low, self.high))
        column: list[float] = np.where(units <= 0.0, self.low, values).tolist()
        return column

    def encode(self, value: float) -> float:
        """Return the coordinate, in [0, 1], of a value in the range."""
        if self.log:
            start = math.log(self.low)
            unit = (math.log(value) - start) / (math.log(self.high) - start)
        else:
            unit = (value - self.low) / (self.high - self.low)
        return min(max(unit, 0.0), 1.0)

    def check(self, value: Value) -> float:
        """Return a value as a float; raises ValueError unless it is a number in the range."""
        if type(value) is float and self.low <= value <= self.high:
            return value
        number = scalar(value)
        if (
            isinstance(number, int | float)
            and not isinstance(number, bool)
            and self.low <= number <= self.high
        ):
            return float(number)
        raise ValueError(f"must be a number in [{self.low:g}, {self.high:g}]: {shown(value)}")


@dataclass(frozen=True, slots=True)
class Int:
    """A whole number from low to high; v covers v - 0.5 to v + 0.5, on a log scale if `log`.

    >>> [Int(1, 4).decode(u) for u in (0.0, 0.3, 1.0)]
    [1, 2, 4]
    """

    low: int
    high: int
    log: bool = False
    default: int | None = field(default=None, kw_only=True)
    """None: the middle of the range."""
    when: Condition = field(default_factory=_no_condition, kw_only=True)
    """For each parent (a parameter that this one depends on), the values that make this one active;
    empty: it is always active."""

    def __post_init__(self) -> None:
        _check_range(self)
        if self.default is not None:
            object.__setattr__(self, "default", self.check(self.default))

    def decode(self, unit: float) -> int:
        """Return the value at a coordinate; one outside [0, 1] is moved to the nearer end."""
        if unit <= 0.0:
            return self.low
        if unit >= 1.0:
            return self.high
        if self.log:
            start = math.log(self.low - 0.5)
            value = math.exp(start + unit * (math.log(self.high + 0.5) - start)) + 0.5
        else:
            value = self.low + unit * (self.high - self.low + 1)
        whole = math.floor(value)
        return self.low if whole < self.low else min(whole, self.high)

    def decode_column(self, units: Units) -> list[int]:
        """Return what `decode` returns for each entry of an array (n,), identical to the bit."""
        if self.log or max(-self.low, self.high) >= EXACT:
            return [self.decode(unit) for unit in units.tolist()]
        values = np.floor(self.low + np.clip(units, 0.0, 1.0) * (self.high - self.low + 1))
        column: list[int] = np.clip(values, self.low, self.high).astype(np.int64).tolist()
        return column

    def encode(self, value: int) -> float:
        """Return the coordinate at the middle of the value's share."""
        if self.log:
            start = math.log(self.low - 0.5)
            return (math.log(value) - start) / (math.log(self.high + 0.5) - start)
        return (value - self.low + 0.5) / (self.high - self.low + 1)

    def check(self, value: Value) -> int:
        """Return a value as an int; raises ValueError unless it is a whole number in the range."""
        if type(value) is int and self.low <= value <= self.high:
            return value
        number = scalar(value)
        if (
            isinstance(number, int)
            and not isinstance(number, bool)
            and self.low <= number <= self.high
        ):
            return number
        raise ValueError(f"must be a whole number in [{self.low}, {self.high}]: {shown(value)}")


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of several values, each with an equal share of the unit interval."""

    values: tuple[Value, ...]
    default: Value = field(default=None, kw_only=True)
    """None: the first of the values."""
    when: Condition = field(default_factory=_no_condition, kw_only=True)
    """For each parent (a parameter that this one depends on), the values that make this one active;
    empty: it is always active."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(map(scalar, self.values)))
        for value in self.values:
            if type(value) not in OWN:
                raise ValueError(f"must be a number, a text, a truth value or None: {shown(value)}")
            if not is_scalar(value):
                raise ValueError(f"must be finite: {shown(value)}")
        if not self.values or len({typed(value) for value in self.values}) < len(self.values):
            raise ValueError(f"a choice needs different values, at least one: {shown(self.values)}")
        if self.default is not None:
            self.check(self.default)

    def decode(self, unit: float) -> Value:
        """Return the value at a coordinate; one outside [0, 1] is moved to the nearer end."""
        last = len(self.values) - 1
        return self.values[min(max(int(unit * (last + 1)), 0), last)]

    def decode_column(self, units: Units) -> list[Value]:
        """Return what `decode` returns for each entry of an array (n,), identical to the bit."""
        last = len(self.values) - 1
        places = np.clip((units * (last + 1)).astype(np.int64), 0, last)
        return [self.values[place] for place in places.tolist()]

    def encode(self, value: Value) -> float:
        """Return the coordinate at the middle of the value's share."""
        return (self.index(value) + 0.5) / len(self.values)

    def index(self, value: Value) -> int:
        """Return the index of a value in `values`; values of different types are different."""
        key = typed(value)
        return next(i for i, other in enumerate(self.values) if typed(other) == key)

    def check(self, value: Value) -> Value:
        """Return the one of `values` that equals `value`, with its type, or raise ValueError."""
        given = scalar(value)
        for other in self.values:
            if type(given) is type(other) and given == other:
                return other
        raise ValueError(f"must be one of {_listed(self.values)}: {shown(value)}")


@dataclass(frozen=True, slots=True)
class Ordinal(_Choice):
    """One of several values that have an order."""


@dataclass(frozen=True, slots=True)
class Categorical(_Choice):
    """One of several values that have no order."""


Parameter: TypeAlias = Float | Int | Ordinal | Categorical


def default_of(parameter: Parameter) -> Value:
    """Return a parameter's default: its own, else the middle of its range or its first value."""
    if parameter.default is not None:
        return parameter.default
    if isinstance(parameter, Float | Int):
        return parameter.decode(0.5)
    return parameter.values[0]


def typed(value: Value) -> tuple[type, Value]:
    """Return a key that is equal for two values only if they are equal and of the same type."""
    return type(value), value


def _listed(values: tuple[Value, ...]) -> str:
    first = ", ".join(map(shown, values[:10]))
    return f"{first} and {len(values) - 10} more" if len(values) > 10 else first


def _check_range(parameter: Float | Int) -> None:
    """Make the ends Python's own numbers; raise ValueError unless they make a valid range."""
    kind, what = (
        ((float, int), "finite numbers") if isinstance(parameter, Float) else (int, "whole numbers")
    )
    ends = tuple(map(scalar, (parameter.low, parameter.high)))
    told = f"[{', '.join(map(shown, ends))}]"
    for name, end in zip(("low", "high"), ends, strict=True):
        if not isinstance(end, kind) or isinstance(end, bool) or not is_scalar(end):
            raise ValueError(f"the ends must be {what}: {told}")
        object.__setattr__(parameter, name, end)
    low, high = parameter.low, parameter.high
    if not low < high:
        raise ValueError(f"the low end must be below the high end: {told}")
    if not is_scalar(float(high) - float(low)):
        raise ValueError(f"the high end must be less than 1.8e308 above the low end: {told}")
    if parameter.log and low <= 0:
        raise ValueError(f"a logarithmic range must be positive: {told}")
    half = 0.0 if isinstance(parameter, Float) else 0.5
    if parameter.log and not math.log(low - half) < math.log(high + half):
        raise ValueError(f"the range is too narrow to be logarithmic: {told}")
