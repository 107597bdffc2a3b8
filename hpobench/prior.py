"""What a person believes of where good configurations are: a density over the unit cube."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeAlias

import numpy as np

from .errors import shown
from .parameter import Categorical, Units, default_of
from .scalars import is_mapping, number
from .space import Config, Space

NARROWEST, WIDEST = 1e-3, 1e3
"""The least and the greatest standard deviation of a belief; the unit interval has the width 1."""
SUREST = 1e9
"""The greatest weight of a value is at most so many times the least one."""
_BELOW_ONE = math.nextafter(1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Normal:
    """A belief about a number or an ordinal: a normal density, cut off at the ends of [0, 1]."""

    centre: float
    """The coordinate in the unit interval that is most likely to be good."""
    deviation: float
    """The standard deviation before the ends are cut off: the lower, the more confident."""

    def __post_init__(self) -> None:
        centre, deviation = number("centre", self.centre), number("deviation", self.deviation)
        if not 0 <= centre <= 1:
            raise ValueError(f"the centre of a belief must be in [0, 1]: {centre}")
        if not NARROWEST <= deviation <= WIDEST:
            raise ValueError(
                f"the deviation of a belief must be in [{NARROWEST:g}, {WIDEST:g}]: {deviation:g}"
            )
        object.__setattr__(self, "centre", centre)
        object.__setattr__(self, "deviation", deviation)

    @property
    def mode(self) -> float:
        """The most likely coordinate."""
        return self.centre

    def coordinate(self, uniform: float) -> float:
        """Return the coordinate below which lies this share, in [0, 1), of the density."""
        curve = NormalDist(self.centre, self.deviation)
        low, high = curve.cdf(0.0), curve.cdf(1.0)
        share = min(max(low + uniform * (high - low), 5e-324), _BELOW_ONE)
        return min(max(curve.inv_cdf(share), 0.0), 1.0)

    def log_density(self, units: Units) -> Units:
        """Return the logarithm of the density at coordinates in [0, 1], (n,)."""
        curve = NormalDist(self.centre, self.deviation)
        inside = curve.cdf(1.0) - curve.cdf(0.0)
        scale = math.log(self.deviation * math.sqrt(2 * math.pi) * inside)
        return np.asarray(-0.5 * ((units - self.centre) / self.deviation) ** 2 - scale)

    def log_slope(self, units: Units) -> Units:
        """Return the derivative of the density's logarithm at coordinates in [0, 1], (n,)."""
        return np.asarray((self.centre - units) / self.deviation**2)


@dataclass(frozen=True, slots=True)
class Weights:
    """A belief about a category: how likely each of its values is to be good."""

    weights: tuple[float, ...]
    """A positive number for each value, in their order; only their ratios count."""

    def __post_init__(self) -> None:
        found = tuple(number("weight", each) for each in self.weights)
        if not found or min(found) <= 0 or math.isinf(sum(found)):
            raise ValueError(
                "the weights of a belief must be positive, with a finite sum:"
                f" {shown(self.weights)}"
            )
        if max(found) / SUREST > min(found):
            raise ValueError(
                f"the greatest weight of a belief must be at most {SUREST:g} times the least one:"
                f" {shown(self.weights)}"
            )
        object.__setattr__(self, "weights", found)

    @property
    def mode(self) -> float:
        """The coordinate at the middle of the likeliest value's share."""
        return (self.weights.index(max(self.weights)) + 0.5) / len(self.weights)

    def coordinate(self, uniform: float) -> float:
        """Return the coordinate below which lies this share, in [0, 1), of the density."""
        ends = np.concatenate(([0.0], np.cumsum(self.weights) / sum(self.weights)))
        return float(np.interp(uniform, ends, np.linspace(0.0, 1.0, len(ends))))

    def log_density(self, units: Units) -> Units:
        """Return the logarithm of the density at coordinates in [0, 1], (n,)."""
        shares = np.array(self.weights) / sum(self.weights)
        places = np.clip((units * len(shares)).astype(np.int64), 0, len(shares) - 1)
        return np.asarray(np.log(shares * len(shares))[places])

    def log_slope(self, units: Units) -> Units:
        """Return the derivative inside of a value's share of [0, 1], which is 0, (n,)."""
        return np.zeros_like(units)


Belief: TypeAlias = Normal | Weights


@dataclass(frozen=True, slots=True)
class Prior:
    """Beliefs about the parameters of a space, independent of each other.

    It is the kind of prior of piBO (Hvarfner et al., 2022, ICLR) and of PriorBand (Mallik et al.,
    2023, NeurIPS): a product of densities, one for each coordinate of the unit cube. A parameter
    without a belief may be anywhere: its density is 1.

    >>> from hpobench import Float
    >>> space = Space({"x": Float(0.0, 10.0)})
    >>> Prior(space, {"x": Normal(0.25, 0.1)}).centre()
    {'x': 2.5}
    """

    space: Space
    beliefs: Mapping[str, Belief]
    """By the parameter's name: Weights for a categorical one, Normal for any other."""

    def __post_init__(self) -> None:
        if not is_mapping(self.beliefs):
            raise ValueError(f"beliefs must map names to beliefs: {shown(self.beliefs)}")
        for name, belief in self.beliefs.items():
            if name not in self.space:
                raise ValueError(f"a belief is about a parameter that there is not: {shown(name)}")
            parameter = self.space[name]
            if not isinstance(parameter, Categorical):
                if not isinstance(belief, Normal):
                    raise ValueError(f"the belief about {name!r} must be a Normal: {shown(belief)}")
            elif not isinstance(belief, Weights) or len(belief.weights) != len(parameter.values):
                raise ValueError(
                    f"the belief about {name!r} must be Weights, one for each of its"
                    f" {len(parameter.values)} values: {shown(belief)}"
                )

    def sample(self, rng: np.random.Generator) -> Config:
        """Draw a configuration; it takes a random number for each parameter of the space."""
        uniforms = rng.random(len(self.space)).tolist()
        units = [
            self.beliefs[name].coordinate(uniform) if name in self.beliefs else uniform
            for name, uniform in zip(self.space, uniforms, strict=True)
        ]
        return self.space.decode(np.array(units))

    def centre(self) -> Config:
        """Return the most likely configuration; what has no belief has its default there."""
        row = {
            name: parameter.decode(self.beliefs[name].mode)
            if name in self.beliefs
            else default_of(parameter)
            for name, parameter in self.space.items()
        }
        return self.space.active(row)

    def log_density(self, units: Units) -> Units:
        """Return the logarithm of the density at points of the unit cube, (n, d): (n,).

        A coordinate that is nan, as of an inactive parameter, adds nothing.
        """
        total = np.zeros(len(units))
        for column, name in enumerate(self.space):
            if name in self.beliefs:
                inactive = np.isnan(units[:, column])
                given = np.where(inactive, 0.5, units[:, column])
                total += np.where(inactive, 0.0, self.beliefs[name].log_density(given))
        return total

    def log_slopes(self, units: Units) -> Units:
        """Return the gradient of `log_density` at points of the unit cube, (n, d): (n, d)."""
        slopes = np.zeros(units.shape)
        for column, name in enumerate(self.space):
            if name in self.beliefs:
                slopes[:, column] = self.beliefs[name].log_slope(units[:, column])
        return np.where(np.isnan(units), 0.0, slopes)
