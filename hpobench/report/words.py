"""Numbers and names as they stand in sentences."""

import math
from collections.abc import Sequence

from ..cards.digits import significant
from ..errors import counted
from .looks.tables import decimals

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ROUNDING = 1e-9
"""How far a chance may be below a half of a tenth by rounding alone."""
_NEARLY = 0.005
"""How far from 0 or 1 a chance is said to be neither."""
NAMED = 9
"""The most names that a sentence lists."""


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


def of_ten(chance: float) -> str:
    """Return how many of ten runs a chance is; it is never said to be all or none that is not.

    >>> of_ten(0.79), of_ten(0.97), of_ten(1.0)
    ('8 of 10 runs', 'more than 9 of 10 runs', '10 of 10 runs')
    """
    tens = math.floor(10 * chance + 0.5 + _ROUNDING)
    if tens == 10 and chance < 1 - _NEARLY:
        return "more than 9 of 10 runs"
    if tens == 0 and chance > _NEARLY:
        return "fewer than 1 of 10 runs"
    return f"{tens} of 10 runs"


def about(factor: float) -> str:
    """Return a factor in two digits, as a reader remembers it.

    >>> about(37.5), about(5.23), about(0.148), about(1234.0)
    ('38', '5.2', '0.15', '1200')
    """
    if not 0 < factor < math.inf or factor < 9.95:
        return decimals(factor, 1 if factor >= 0.995 or not factor else 2)
    size = 10.0 ** max(math.floor(math.log10(factor)) - 1, 0)
    return f"{int(decimals(factor / size, 0)) * int(size)}"


def brief_seconds(seconds: float) -> str:
    """Return seconds in two digits, in a unit that suits them; nan: they are not known.

    >>> brief_seconds(12.34), brief_seconds(0.0123)
    ('12 s', '12 ms')
    """
    if math.isnan(seconds):
        return "an unknown time"
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{float(significant(seconds / size, 2)):g} {unit}"
    return f"{float(significant(seconds / 1e-6, 2)):g} \N{MICRO SIGN}s"


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def some_of(names: Sequence[str], most: int = NAMED) -> str:
    """Return names as a sentence has them; of more than `most`, the first few and how many more.

    >>> some_of(["a", "b", "c"], 2), some_of(["a", "b"], 2)
    ('a and 2 more', 'a and b')
    """
    if len(names) <= most:
        return listed(names)
    few = max(2 * most // 3, 1)
    return f"{', '.join(names[:few])} and {len(names) - few} more"
