"""Two texts side by side, where they differ: what is there, and what the runs give."""

LENGTH = 80
"""The most characters that are shown of a text."""
BEFORE = 30
"""How many characters are shown before the first that differs, where a text is cut."""


def versus(there: str, again: str) -> str:
    """Say what is there and what comes from the runs, around the first character that differs.

    >>> versus("0.031", "0.032"), versus("", "new")
    ('0.031 there, 0.032 from the runs', 'nothing there, new from the runs')
    """
    start = first_difference(there, again)
    return f"{_around(there, start)} there, {_around(again, start)} from the runs"


def first_difference(there: str | bytes, again: str | bytes) -> int:
    """Return the position from which on two texts differ.

    >>> first_difference("abc", "abd"), first_difference("ab", "abc")
    (2, 2)
    """
    pairs = zip(there, again, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(there), len(again)))


def _around(text: str, start: int) -> str:
    if len(text) <= LENGTH:
        return text or "nothing"
    first = max(0, min(start - BEFORE, len(text) - LENGTH))
    ends = "..." if first else "", "..." if first + LENGTH < len(text) else ""
    return f"{ends[0]}{text[first : first + LENGTH]}{ends[1]}"
