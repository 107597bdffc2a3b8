"""How a Gaussian process sees a space: points of the unit cube as features with distances.

A number is its coordinate, snapped to the value that it decodes to, so that equal configurations
coincide. A choice without order has an indicator for each of its values, scaled so that any two
differ by 1. What is inactive stands at the centre: two configurations without it coincide in
it, and what tells them from those that have it is the parent's distance.
"""

import numpy as np
from numpy.typing import NDArray

from hpobench import Categorical, Float, Ordinal, Parameter, Space

Array = NDArray[np.float64]

CENTRE = 0.5


class Features:
    """The features of a space with d parameters, p of them in all."""

    def __init__(self, space: Space) -> None:
        self._names = list(space)
        self._parameters = list(space.values())
        widths = [
            len(parameter.values) if isinstance(parameter, Categorical) else 1
            for parameter in self._parameters
        ]
        self.groups = np.repeat(np.arange(len(widths)), widths)
        """Shape (p,): the place of each feature's parameter."""
        self.starts = np.concatenate([[0], np.cumsum(widths)[:-1]])
        """Shape (d,): the first feature of each parameter."""
        self.real = np.array([isinstance(parameter, Float) for parameter in self._parameters])
        """Shape (d,): whether a parameter is a real number."""
        self._conditions = [
            [
                (self._names.index(parent), [space[parent].encode(value) for value in allowed])
                for parent, allowed in parameter.when.items()
            ]
            for parameter in self._parameters
        ]

    def snap(self, units: Array) -> Array:
        """Move points (n, d) to where their configurations are encoded; nan for the inactive."""
        snapped = np.column_stack(
            [_snap(p, units[:, i]) for i, p in enumerate(self._parameters)]
        )
        for i, conditions in enumerate(self._conditions):
            for parent, allowed in conditions:
                snapped[~np.isin(snapped[:, parent], allowed), i] = np.nan
        return snapped

    def points(self, snapped: Array) -> Array:
        """Return the features (n, p) of snapped points (n, d)."""
        columns = []
        for i, parameter in enumerate(self._parameters):
            column = snapped[:, i]
            if isinstance(parameter, Categorical):
                codes = np.array([parameter.encode(value) for value in parameter.values])
                columns.append((column[:, None] == codes) / np.sqrt(2.0))
            else:
                columns.append(np.where(np.isnan(column), CENTRE, column)[:, None])
        return np.hstack(columns)


def _snap(parameter: Parameter, units: Array) -> Array:
    if isinstance(parameter, Float):
        return np.clip(units, 0.0, 1.0)
    values = parameter.decode_column(units)
    codes = {(type(value),value): parameter.encode(value) for value in values}
    return np.array([codes[type(value),value] for value in values])
