"""How an effect changes with what a problem is like: a straight line over problems."""

from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray
from .intervals import CONFIDENCE, FEWEST_PROBLEMS

_ALONE = 1 - 1e-9
"""The leverage from which on a problem alone decides the slope: the line passes through it."""


@dataclass(frozen=True, slots=True)
class Slope:
    """The slope of a straight line through problems, and its interval."""

    slope: float
    """The change of the effect for 1 of the property; nan: the problems do not differ in it."""
    low: float
    """nan below 8 problems, and where one problem alone decides the slope."""
    high: float
    problems: int


def slope(property_: FloatArray, effects: FloatArray, *, level: float = CONFIDENCE) -> Slope:
    """Fit effects (problems,) to a property (problems,) by least squares; nan is left out.

    The standard error allows that some problems scatter more than others: it is HC3 of MacKinnon
    and White (1985, Journal of Econometrics 29). The interval is Student's t with two degrees of
    freedom less than problems; it covered 96 to 97 % in simulations with 8 and 20 problems.
    """
    there = ~np.isnan(effects)
    x, y = property_[there], effects[there]
    n = len(y)
    if n < 2 or np.ptp(x) == 0:
        return Slope(np.nan, np.nan, np.nan, n)
    centred = x - x.mean()
    spread = float(centred @ centred)
    steepness = float(centred @ y / spread)
    leverage = 1 / n + centred**2 / spread
    if n < FEWEST_PROBLEMS or leverage.max() > _ALONE:
        return Slope(steepness, np.nan, np.nan, n)
    from scipy import stats

    residuals = (y - y.mean() - steepness * centred) / (1 - leverage)
    half = float(stats.t.ppf(0.5 + level / 2, n - 2) * np.sqrt(centred**2 @ residuals**2) / spread)
    return Slope(steepness, steepness - half, steepness + half, n)
