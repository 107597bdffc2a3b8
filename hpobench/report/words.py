"""Numbers and names as they stand in sentences."""

import math
from collections.abc import Sequence

from ..errors import counted

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def all_of(number: int, noun: str) -> str:
    """Return a phrase for all things of a kind, by their number.

    >>> all_of(1, "run"), all_of(5, "run")
    ('the only run', 'all 5 runs')
    """
    return f"the only {noun}" if number == 1 else f"all {counted(number, noun)}"


def spelled(number: int) -> str:
    """Return a whole number as it stands in a sentence.

    >>> spelled(3), spelled(12)
    ('three', '12')
    """
    return _SMALL[number] if number < len(_SMALL) else str(number)


def percent(share: float, digits: int = 0) -> str:
    """Return a share as a percentage.

    >>> percent(0.95), percent(0.123, 1)
    ('95 %', '12.3 %')
    """
    return f"{share:.{digits}%}".replace("%", " %")


def brief_seconds(seconds: float) -> str:
    """Return seconds in two digits, in a unit that suits them; nan: they are not known.

    >>> brief_seconds(12.34), brief_seconds(0.0123)
    ('12 s', '12 ms')
    """
    if math.isnan(seconds):
        return "an unknown time"
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{float(f'{seconds / size:.2g}'):g} {unit}"
    return f"{float(f'{seconds / 1e-6:.2g}'):g} \N{MICRO SIGN}s"


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
