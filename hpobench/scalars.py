"""What others' code hands over, as Python's own numbers, texts and truth values."""

import math

import numpy as np

from .errors import shown

NAME = "1 to 100 printable characters"
"""What a name must be."""


def scalar(value: object) -> object:
    """Return a scalar of numpy's, or of a subclass, as Python's own; all else as it is.

    >>> scalar(np.float32(0.5)), scalar(np.True_), scalar(np.str_("a"))
    (0.5, True, 'a')
    """
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        value = float(value) if isinstance(value, np.longdouble) else value.item()
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
    """Return what can be taken for a finite real number as one, or raise ValueError."""
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


def is_scalar(value: object) -> bool:
    """Tell whether a value can be written as a scalar of JSON, and read back the same."""
    if isinstance(value, int):
        return value.bit_length() < 1024
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str)


def is_name(text: object) -> bool:
    """Tell whether something is fit for a name."""
    return type(text) is str and text.isprintable() and 1 <= len(text) <= 100
