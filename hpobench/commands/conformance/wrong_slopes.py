"""What is likely wrong with the slopes of a parameter, by what they are and what they should be."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...parameter import Float

CLOSE = 1e-3
"""How far a factor may be from the one that a cause explains, as a share; differences are more
exact than this."""


@dataclass(frozen=True, slots=True)
class Slopes:
    """Two slopes of a parameter at one configuration, both by its coordinate in the unit cube."""

    value: float
    """The parameter's value there."""
    given: float
    """The slope that the problem gives."""
    right: float
    """The slope by differences of the value."""


def likely_cause(parameter: Float, slopes: Sequence[Slopes]) -> str:
    """Say what all of the slopes have in common that is wrong with them; empty: nothing is seen.

    The slope v' by the coordinate u in the unit cube follows from the one by the parameter's value
    x: v' = dv/dx (high - low), or for a logarithmic parameter v' = dv/dx x ln(high / low).
    """
    if all(each.given == 0 for each in slopes):
        return "it is 0"
    if any(each.right == 0 or each.given == 0 for each in slopes):
        return ""
    factors = [each.given / each.right for each in slopes]
    flipped = all(factor < 0 for factor in factors)
    sizes = [abs(factor) for factor in factors] if flipped else factors
    sign = "its sign is wrong" if flipped else ""
    if _alike(sizes, [1.0] * len(sizes)):
        return sign
    for mistake in _mistakes(parameter):
        if _alike(sizes, [mistake.at(each.value) for each in slopes]):
            return "; ".join(filter(None, (sign, mistake.words)))
    if len(factors) > 1 and _alike(factors, [factors[0]] * len(factors)):
        return f"it is {factors[0]:.4g} times as large, at {len(factors)} configurations"
    return sign


@dataclass(frozen=True, slots=True)
class _Mistake:
    """A mistake that multiplies the right slope by a factor, or by the factor / value."""

    factor: float
    over_value: bool
    words: str

    def at(self, value: float) -> float:
        """Return what it multiplies the slope by, at a value of the parameter."""
        return self.factor / value if self.over_value else self.factor


def _mistakes(parameter: Float) -> list[_Mistake]:
    width = parameter.high - parameter.low
    own = "it seems to be by the parameter's own value: multiply it by"
    if not parameter.log:
        return [_Mistake(1 / width, over_value=False, words=f"{own} high - low = {width:.4g}")]
    logarithm = math.log(parameter.high / parameter.low)
    right = f"that value and by ln(high / low) = {logarithm:.4g}"
    taken = (
        "it seems to take the logarithmic parameter for a linear one: multiply the slope by the"
        f" parameter's own value by {right}, not by high - low"
    )
    lacks = "it seems to lack a factor: the parameter's own value"
    return [
        _Mistake(1 / logarithm, over_value=True, words=f"{own} {right}"),
        *(_of_logarithm(logarithm, *each) for each in (("ln", math.e), ("log10", 10), ("log2", 2))),
        _Mistake(width / logarithm, over_value=True, words=taken),
        _Mistake(1.0, over_value=True, words=lacks),
    ]


def _of_logarithm(logarithm: float, name: str, base: float) -> _Mistake:
    span = logarithm / math.log(base)
    words = f"it seems to be by {name} of the parameter: multiply it by"
    return _Mistake(1 / span, over_value=False, words=f"{words} {name}(high / low) = {span:.4g}")


def _alike(factors: Sequence[float], others: Sequence[float]) -> bool:
    return all(
        math.isclose(one, other, rel_tol=CLOSE) for one, other in zip(factors, others, strict=True)
    )
