"""What differs between two texts, line by line."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from .excerpts import versus


def differing_lines(there: str, again: str) -> Iterator[str]:
    r"""Yield what differs between the lines of two texts; a line has its number in the first one.

    >>> [*differing_lines("a\nb\n", "a\nc\n")]
    ['line 2: b there, c from the runs']
    """
    for number, old, new in differing(there.split("\n"), again.split("\n")):
        yield f"line {number + 1}: {versus(old, new)}"


def differing(there: Sequence[str], again: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Yield the position of each line that differs, and the line there and again.

    The position is that of the line there, or of the line before which one is missing. A line that
    only one of them has is empty in the other.
    """
    if len(there) == len(again):
        for i, (old, new) in enumerate(zip(there, again, strict=True)):
            if old != new:
                yield i, old, new
        return
    for kind, i, end, j, last in SequenceMatcher(None, there, again, autojunk=False).get_opcodes():
        if kind != "equal":
            pairs = zip_longest(there[i:end], again[j:last], fillvalue="")
            for step, (old, new) in enumerate(pairs):
                yield min(i + step, end), old, new
