"""From a proposal whose parameters are all real to the arrays that trainings take, and back."""

import math

import numpy as np
from numpy.typing import NDArray

from ..parameter import Float
from ..space import Space
from ..trial import Proposal


def settings(space: Space, proposal: Proposal) -> NDArray[np.float64]:
    """Return the parameters' values, (d,), in the space's order."""
    return np.array([proposal.config[name] for name in space], dtype=np.float64)


def by_unit(space: Space, proposal: Proposal, slopes: NDArray[np.float64]) -> dict[str, float]:
    """Turn derivatives by the parameters, (d,), into those by their unit-cube coordinates."""
    gradient: dict[str, float] = {}
    for (name, parameter), slope in zip(space.items(), slopes.tolist(), strict=True):
        value = proposal.config[name]
        assert isinstance(parameter, Float)
        assert isinstance(value, float)
        width = parameter.high - parameter.low
        if parameter.log:
            width = value * math.log(parameter.high / parameter.low)
        gradient[name] = slope * width
    return gradient
