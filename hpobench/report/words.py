"""How numbers and names are put into words."""

from collections.abc import Sequence

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def plural(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> plural(1, "seed"), plural(5, "seed"), plural(2, "entry")
    ('1 seed', '5 seeds', '2 entries')
    """
    if number == 1:
        return f"{number} {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("try") else f"{number} {noun}s"


def spelled(number: int) -> str:
    """Return a whole number as it stands in a sentence.

    >>> spelled(3), spelled(12)
    ('three', '12')
    """
    return _SMALL[number] if number < len(_SMALL) else str(number)


def percent(share: float, digits: int = 0) -> str:
    """Return a share in percent.

    >>> percent(0.95), percent(0.123, 1)
    ('95 %', '12.3 %')
    """
    return f"{share:.{digits}%}".replace("%", " %")


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
