"""How a Gaussian process sees a space: points of the unit cube become features.

The feature of a number is its coordinate. A choice without an order has one feature for each of its
values, scaled so that any two values are 1 apart. An inactive number stands at the centre, and an
inactive choice at none of its values. So configurations that lack a parameter do not differ in it.
They differ from configurations that have it by the distance in its parent, whose length-scale is
learnt.
"""

import math

import numpy as np

from ..parameter import Categorical, Float, Int, Ordinal, Parameter, Units, typed
from ..space import Space

CENTRE = 0.5
MANY = 4096
"""Whole numbers of more values than this have no list of their values."""


class Features:
    """The p features of a space's d parameters, a group of features for each parameter.

    A point of the unit cube is *snapped* when it is the encoding of its own configuration, with nan
    for what is inactive; so equal configurations have equal points.
    """

    def __init__(self, space: Space) -> None:
        self._parameters = list(space.values())
        widths = [len(p.values) if isinstance(p, Categorical) else 1 for p in self._parameters]
        self.groups = np.repeat(np.arange(len(widths)), widths)
        """Shape (p,): the position of each feature's parameter in the space."""
        self.first = np.cumsum([0, *widths[:-1]])
        """Shape (d,): the first feature of each parameter."""
        self.real = np.array([isinstance(p, Float) for p in self._parameters])
        """Shape (d,): which parameters are real numbers."""
        self.choice = np.array([isinstance(p, Categorical) for p in self._parameters])
        """Shape (d,): which parameters are choices without order."""
        self.steps = np.array([_step(p) for p in self._parameters])
        """Shape (d,): the distance from a value to the next; 0 for a parameter that has no next
        value."""
        self.levels = [_levels(p) for p in self._parameters]
        """For each parameter, the coordinates of all its values in their order, shape (values,);
        empty for real numbers, and for whole numbers of more than MANY values."""
        names = list(space)
        self._conditions = [
            (child, names.index(parent), [space[parent].encode(value) for value in allowed])  # type: ignore[arg-type]  # the space checked them
            for child, parameter in enumerate(self._parameters)
            for parent, allowed in parameter.when.items()
        ]

    def snap(self, units: Units) -> Units:
        """Snap points of the unit cube, shape (n, d)."""
        return self.activated(self.rounded(units))

    def rounded(self, units: Units) -> Units:
        """Move points (n, d) to the coordinates of their values, active or not."""
        rounded = np.clip(units, 0.0, 1.0)
        for i, (parameter, levels) in enumerate(zip(self._parameters, self.levels, strict=True)):
            if not isinstance(parameter, Float):
                rounded[:, i] = _rounded(parameter, levels, rounded[:, i])
        return rounded

    def activated(self, rounded: Units) -> Units:
        """Return rounded points (n, d) with nan for what is inactive."""
        snapped = rounded.copy()
        for child, parent, allowed in self._conditions:
            snapped[~np.isin(snapped[:, parent], allowed), child] = math.nan
        return snapped

    def points(self, snapped: Units) -> Units:
        """Return the features, shape (n, p), of snapped points (n, d)."""
        columns: list[Units] = []
        for i, parameter in enumerate(self._parameters):
            column = snapped[:, i]
            if isinstance(parameter, Categorical):
                columns.append((column[:, None] == self.levels[i]) / math.sqrt(2.0))
            else:
                columns.append(np.where(np.isnan(column), CENTRE, column)[:, None])
        return np.hstack(columns)

    def snapped(self, points: Units) -> Units:
        """Return the snapped points, shape (n, d), that have these features, (n, p).

        The real numbers may be any; what else there is must be a value's.
        """
        rows = points[:, self.first].copy()
        for i in np.flatnonzero(self.choice):
            levels = self.levels[i]
            ones = points[:, self.first[i] : self.first[i] + len(levels)]
            rows[:, i] = np.where(ones.any(axis=1), levels[ones.argmax(axis=1)], math.nan)
        return self.activated(rows)


def _rounded(parameter: Parameter, levels: Units, units: Units) -> Units:
    if len(levels):
        ends = (levels[1:] + levels[:-1]) / 2.0
        if isinstance(parameter, Int) and parameter.log:
            start = math.log(parameter.low - 0.5)
            bounds = np.arange(parameter.low, parameter.high) + 0.5
            ends = (np.log(bounds) - start) / (math.log(parameter.high + 0.5) - start)
        nearest: Units = levels[np.searchsorted(ends, units, side="right")]
        return nearest
    keys = [typed(value) for value in parameter.decode_column(units)]
    codes = {key: parameter.encode(key[1]) for key in set(keys)}  # type: ignore[arg-type]  # decoded by itself
    return np.array([codes[key] for key in keys])


def _levels(parameter: Parameter) -> Units:
    match parameter:
        case Float():
            return np.empty(0)
        case Int():
            values = range(parameter.low, parameter.high + 1)
            if parameter.high - parameter.low >= MANY:
                return np.empty(0)
            return np.array([parameter.encode(value) for value in values])
        case _:
            return np.array([parameter.encode(value) for value in parameter.values])


def _step(parameter: Parameter) -> float:
    match parameter:
        case Float() | Categorical():
            return 0.0
        case Ordinal():
            return 1.0 / len(parameter.values)
        case Int():
            return 1.0 / (parameter.high - parameter.low + 1)


def counts(space: Space) -> Units:
    """Return how many values each parameter has, shape (d,); infinity for a real number."""
    return np.array([_count(parameter) for parameter in space.values()])


def _count(parameter: Parameter) -> float:
    if isinstance(parameter, Float):
        return math.inf
    if isinstance(parameter, Int):
        return float(parameter.high - parameter.low + 1)
    return float(len(parameter.values))
