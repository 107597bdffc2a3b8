"""What the small problems make of their values, so that strategies meet all kinds of them."""

import math

HUGE = 1e300
"""A value whose square overflows, while the sum of 10^8 such values does not."""
TINY = 1e-300
"""A value whose square is 0 in floating point."""


def failing_region(value: float) -> float:
    """Return the value, or raise ArithmeticError in about half of the space."""
    if value > 0.25:
        raise ArithmeticError("out of the region")
    return value


def failing(_value: float) -> float:
    """Return nan, with which the evaluation fails."""
    return math.nan


def huge(value: float) -> float:
    """Return values of both signs, of which most have a square that overflows."""
    return HUGE * (value - 0.2)


def tiny(value: float) -> float:
    """Return values whose differences have squares that are 0."""
    return TINY * value


def in_turn(value: float) -> float:
    """Return enormous and tiny values of both signs in turn, as far as chance has it."""
    return (HUGE, TINY, -HUGE, -TINY)[_digit(value) % 4] * value


def every_other_infinite(value: float) -> float:
    """Return no finite value, which makes the evaluation fail, for about every other trial."""
    return math.inf if _digit(value) % 2 else value


def _digit(value: float) -> int:
    """Return a whole number that is as good as random, and the same for the same value."""
    return int(value * 1e9)


def constant(_value: float) -> float:
    """Return the same for all values."""
    return 1.0
