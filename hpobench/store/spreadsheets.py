"""Texts of users in the cells of a spreadsheet."""

import re

from ..errors import plain

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""What spreadsheets read as the beginning of a formula, in letters of either width."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def comma_separated(words: str) -> str:
    """Return a text for a cell of a spreadsheet, which never reads it as a formula.

    >>> comma_separated("=1+1"), comma_separated("-0.5")
    ("'=1+1", '-0.5')
    """
    shown = plain(words)
    harmless = _NUMBER.fullmatch(shown) or not _FORMULA.match(shown)
    return shown if harmless else f"'{shown}"
