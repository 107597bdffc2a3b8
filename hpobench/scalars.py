"""Values from others' code are checked and made Python's own numbers, texts and truth values."""

import math
from collections.abc import Mapping
from types import NoneType
from typing import TypeGuard

import numpy as np

from .errors import shown

OWN = frozenset((float, int, str, bool, NoneType))
"""Python's own types for the scalars of JSON."""
NAME = "1 to 100 printable characters"
"""What a name must be."""


def scalar(value: object) -> object:
    """Convert a scalar of numpy, or of a subclass, to Python's own type; return all else as it is.

    >>> scalar(np.float32(0.5)), scalar(np.True_), scalar(np.str_("a"))
    (0.5, True, 'a')
    """
    if type(value) in OWN:
        return value
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        value = float(value) if isinstance(value, np.floating) else value.item()
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, str):
        return str.__str__(value)
    return value


def number(what: str, value: object) -> float:
    """Return a value as a finite float, or raise ValueError; `what` names it in the error."""
    if type(value) is float and math.isfinite(value):
        return value
    if isinstance(value, str | bytes | bytearray) or (isinstance(value, np.ndarray) and value.ndim):
        raise ValueError(f"the {what} must be a number: {shown(value)}")
    try:
        found = float(scalar(value))  # type: ignore[arg-type]  # others may know how to become one
    except OverflowError:
        raise ValueError(f"the {what} must be finite: {shown(value)}") from None
    except (TypeError, ValueError):
        raise ValueError(f"the {what} must be a number: {shown(value)}") from None
    if not math.isfinite(found):
        raise ValueError(f"the {what} must be finite: {found}")
    return found


def whole(what: str, value: object, *, least: int) -> int:
    """Return a value as a whole number of Python's own, or raise ValueError; `what` names it."""
    found = scalar(value)
    if isinstance(found, int) and not isinstance(found, bool) and found >= least:
        return found
    raise ValueError(f"{what} must be a whole number, {least} or more: {shown(value)}")


def text(what: str, value: object) -> str:
    """Return a value as a text of Python's own, or raise ValueError; `what` names it."""
    found = scalar(value)
    if isinstance(found, str):
        return found
    raise ValueError(f"{what} must be a text: {shown(value)}")


def truth(what: str, value: object) -> bool:
    """Return a value as a truth value of Python's own, or raise ValueError; `what` names it."""
    found = scalar(value)
    if isinstance(found, bool):
        return found
    raise ValueError(f"{what} must be True or False: {shown(value)}")


def check_whole(
    name: str, value: object, *, least: int, most: int | None = None, null: bool = False
) -> None:
    """Raise ValueError unless a field is a whole number from `least` to `most`.

    `most`: None for no upper limit. `null`: whether None is allowed, too.
    """
    if value is None and null:
        return
    if type(value) is int and least <= value and (most is None or value <= most):
        return
    range_ = f"{least} or more" if most is None else f"from {least} to {most}"
    end = ", or null" if null else ""
    raise ValueError(f"{name} must be a whole number, {range_}{end}: {shown(value)}")


def check_real(
    name: str,
    value: object,
    *,
    least: float,
    most: float = math.inf,
    above: bool = False,
    null: bool = False,
) -> None:
    """Raise ValueError unless a field is a finite number from `least` to `most`.

    `above`: whether it must be more than `least`. `null`: whether None is allowed, too.
    """
    if value is None and null:
        return
    if is_number(value) and least <= value <= most and not (above and value == least):
        return
    if math.isinf(most):
        range_ = f"more than {least:g}" if above else f"{least:g} or more"
    else:
        range_ = f"in {'(' if above else '['}{least:g}, {most:g}]"
    end = ", or null" if null else ""
    raise ValueError(f"{name} must be {range_}{end}: {shown(value)}")


def is_scalar(value: object) -> bool:
    """Tell whether a value can be written as a scalar of JSON and is the same when read back."""
    if isinstance(value, int):
        return value.bit_length() < 1024
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str)


def is_number(value: object) -> TypeGuard[float]:
    """Tell whether a value is a finite number; a truth value is not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and is_scalar(value)


def is_mapping(value: object) -> bool:
    """Tell whether an object maps keys to values."""
    return type(value) is dict or isinstance(value, Mapping)


def is_name(text: object) -> bool:
    """Tell whether an object can be a name: a text of 1 to 100 printable characters."""
    return type(text) is str and text.isprintable() and 1 <= len(text) <= 100
