"""Users' texts as they are seen: no character of theirs steers a terminal or a spreadsheet."""

import re
import unicodedata

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""The categories of characters that are not seen but have an effect: control characters, marks that
turn the direction of text, halves of surrogate pairs, separators of lines."""
_JOINERS = frozenset("\u200c\u200d")
"""The invisible characters that some scripts and emoji can't be written without."""
_ENDS_OF_LINES = re.compile(r"[ ]*[\t\n\v\f\r\x85\u2028\u2029]+[ ]*")

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""What spreadsheets read as the beginning of a formula, in letters of either width."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def plain(words: str) -> str:
    r"""Return a text in one line, with an escape for every character that is not seen.

    >>> plain("a\x1b[31m\n b\udcff")
    'a\\x1b[31m b\\udcff'
    """
    if words.isascii() and words.isprintable():
        return words
    return "".join(map(seen, _ENDS_OF_LINES.sub(" ", words)))


def seen(letter: str) -> str:
    r"""Return a character, or its escape where the character is not seen.

    >>> seen("a"), seen("\x07")
    ('a', '\\x07')
    """
    if unicodedata.category(letter) in _HARMFUL and letter not in _JOINERS:
        return letter.encode("unicode-escape").decode("ascii")
    return letter


def comma_separated(words: str) -> str:
    """Return a text for a cell of a spreadsheet, which never reads it as a formula.

    >>> comma_separated("=1+1"), comma_separated("-0.5")
    ("'=1+1", '-0.5')
    """
    shown = plain(words)
    harmless = _NUMBER.fullmatch(shown) or not _FORMULA.match(shown)
    return shown if harmless else f"'{shown}"
