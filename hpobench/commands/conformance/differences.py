"""Where two things differ that should be the same, said in one line."""

from collections.abc import Sequence
from itertools import zip_longest

MOST = 90
"""Characters that are shown of each text."""
BEFORE = 30
"""How many of these may stand before the first character that differs."""


def difference(one: Sequence[str], two: Sequence[str], when: str) -> str:
    """Say which trial of two runs is the first that differs; empty: none does.

    `when`: what was different about the second run, such as "in another process".

    >>> difference(["a: 1", "b: 2"], ["a: 1", "b: 3"], "then")
    'trial 1 was b: 2, then b: 3'
    """
    for place, (here, there) in enumerate(zip_longest(one, two)):
        if here != there:
            first, second = _shown(here, there), _shown(there, here)
            return f"trial {place} was {first}, {when} {second}"
    return ""


def apart(one: object, two: object, when: str) -> str:
    """Say how two things differ in their texts; empty: they do not.

    `when`: what was different about the second one.

    >>> apart("value 1.0", "value 2.0", "started again")
    'value 1.0, and started again value 2.0'
    """
    first, second = str(one), str(two)
    if first == second:
        return ""
    return f"{_shown(first, second)}, and {when} {_shown(second, first)}"


def _shown(text: str | None, other: str | None) -> str:
    """Return as much of a text as shows where it differs from the other; None: no such text."""
    if text is None:
        return "missing"
    same = next((i for i, (a, b) in enumerate(zip(text, other or "", strict=False)) if a != b), 0)
    start = max(same - BEFORE, 0) if len(text) > MOST else 0
    end = start + MOST
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"
