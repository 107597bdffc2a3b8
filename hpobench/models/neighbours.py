"""Neighbours: configurations that differ in the value of one parameter."""

import numpy as np

from ..parameter import Categorical, Float, Int, Ordinal, Parameter, Value, typed
from ..space import Config, Space


def stepped(parameter: Float | Int | Ordinal, value: Value, step: float) -> Value:
    """Return the value a step away in the unit interval, or the end of the range before that.

    Whole numbers and ordinals move by at least one value, unless they are at the end already.
    """
    if isinstance(parameter, Ordinal):
        sign = 1 if step > 0.0 else -1
        place = parameter.index(value) + sign * max(1, round(abs(step) * len(parameter.values)))
        return parameter.values[min(max(place, 0), len(parameter.values) - 1)]
    if isinstance(parameter, Float):
        return parameter.decode(parameter.encode(parameter.check(value)) + step)
    whole = parameter.check(value)
    moved = parameter.decode(parameter.encode(whole) + step)
    if moved != whole:
        return moved
    return min(max(whole + (1 if step > 0.0 else -1), parameter.low), parameter.high)


def neighbour(parameter: Parameter, value: Value, spread: float, rng: np.random.Generator) -> Value:
    """Draw another value: of a category any, else one a normal step away.

    `spread` is the standard deviation of the step in the unit interval. A step that can't be taken,
    from the end of the range, is taken in the other direction. Where there is no other value, the
    same is returned.
    """
    if isinstance(parameter, Categorical):
        if len(parameter.values) == 1:
            return value
        place = int(rng.random() * (len(parameter.values) - 1))
        return parameter.values[place + (place >= parameter.index(value))]
    step = spread * rng.standard_normal()
    moved = stepped(parameter, value, step)
    return moved if typed(moved) != typed(value) else stepped(parameter, value, -step)


def full_row(space: Space, config: Config, rng: np.random.Generator) -> Config:
    """Return a value for every parameter: the configuration's, and random ones for the inactive."""
    units: list[float] = rng.random(len(space)).tolist()
    return {
        name: config[name] if name in config else parameter.decode(unit)
        for (name, parameter), unit in zip(space.items(), units, strict=True)
    }
