"""Boxes around a configuration, in which a search is local."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..parameter import Units
from .features import Features

MARGIN = 1.001
"""A box reaches so far beyond the next value of a whole number, which rounding must not exclude."""


@dataclass(frozen=True, slots=True)
class Box:
    """The points near a centre: numbers within bounds, and few choices that differ."""

    centre: Units
    """A rounded row, (d,); see models.candidates."""
    low: Units
    """The lower bounds of the coordinates, (d,); those of choices without order have no effect."""
    high: Units
    """The upper bounds, (d,)."""
    choice: NDArray[np.bool_]
    """Which parameters are choices without order, (d,)."""
    most: int
    """How many of these may differ from the centre."""

    def holds(self, rows: Units) -> NDArray[np.bool_]:
        """Tell which rows (m, d) lie in the box, shape (m,); what is inactive does not matter."""
        absent = np.isnan(rows)
        near = ((rows >= self.low) & (rows <= self.high)) | absent | self.choice
        differ = (rows != self.centre) & self.choice & ~absent
        found: NDArray[np.bool_] = near.all(axis=1) & (differ.sum(axis=1) <= self.most)
        return found


def around(features: Features, centre: Units, length: float, scales: Units) -> Box:
    """Return the box around a rounded row (d,) whose sides have a geometric mean of `length`.

    The sides are in proportion to the length-scales (d,) of the parameters (Eriksson et al., 2019,
    Scalable global optimization via local Bayesian optimization, NeurIPS, section 2). Discrete
    numbers can always move to their nearest value. At most a share `length` of the choices may
    differ, and at least one choice.
    """
    sides = length * scales / np.exp(np.log(scales).mean())
    gaps = [
        np.abs(levels[levels != unit] - unit).min(initial=1.0) if len(levels) else step
        for levels, unit, step in zip(features.levels, centre, features.steps, strict=True)
    ]
    half = np.maximum(sides / 2.0, MARGIN * np.array(gaps))
    most = max(1, round(min(1.0, length) * int(features.choice.sum())))
    low, high = np.clip(centre - half, 0.0, 1.0), np.clip(centre + half, 0.0, 1.0)
    return Box(centre, low, high, features.choice, most)
