"""An error is reported in one line that says where it arose; a user's mistake is an InputError."""

import difflib
import errno
import re
import traceback
import unicodedata
from collections.abc import Collection
from pathlib import Path

from .guards import is_a_persons

OWN = "hpobench.registry.own."
"""The prefix of the names under which Python knows a user's file and the modules beside it."""
LINE = 500
"""The most characters that the line of an error has."""
SHOWN = 100
"""The most characters that the line of an error shows of a value."""
GLANCE, END = 240, 60
"""The most characters of an error in a list of several, and how many of them are from its end."""
FULL = {errno.ENOSPC, errno.EDQUOT}
"""The errors by which the system says that there is no room on a disk."""
TRACEBACK = 10_000
"""The most characters that are kept of a traceback."""
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""The categories of characters that are not seen but have an effect: control characters, marks that
turn the direction of text, halves of surrogate pairs, separators of lines."""
_JOINERS = frozenset("\u200c\u200d")
"""The invisible characters that some scripts and emoji can't be written without."""
_ENDS_OF_LINES = re.compile(r"[ ]*[\t\n\v\f\r\x85\u2028\u2029]+[ ]*")


class InputError(Exception):
    """Raised where something that a user gave can't be used.

    The text is one line: what was wrong, the value, and what would be right.
    """

    def __init__(self, text: str) -> None:
        super().__init__(glance(text, most=2 * LINE))


class NobodysFault(Exception):  # noqa: N818  # it is told apart from errors
    """Raised where a run can't go on, for no reason of its strategy or its problem.

    The text is one line that says why. The run stays incomplete; a failed one would count.
    """


class ProcessLost(NobodysFault):
    """Raised where a process that a run needs was killed; the run is tried again."""


def raise_if_nobodys(error: BaseException) -> None:
    """Raise NobodysFault where a strategy's or a problem's code raised it, or found a full disk."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, NobodysFault):
            raise cause
        if isinstance(cause, OSError) and cause.errno in FULL:
            raise NobodysFault(described(cause, before="there was no room on a disk: ")) from error
        cause = cause.__cause__


def described(error: BaseException, *, before: str = "", place: str | None = None) -> str:
    """Return one line with `before`, the error's class and text, and the place where it arose.

    `place` is that place; None: the last line of a user's own file that the error came through. If
    it came through none, or `place` is empty, the line names no place.
    """
    text, kind = said(error), _kind(error)
    where = own_place(error) if place is None else place
    end = f" ({where})" if where else ""
    return line(f"{before}{kind}: {text}" if text else f"{before}{kind}", end)


def said(error: BaseException) -> str:
    """Return an error's text in one line, and a substitute where its class fails to give it."""
    try:
        text = line(str(error))
        return text or ("no memory was left" if isinstance(error, MemoryError) else "")
    except BaseException as another:
        if is_a_persons(another):
            raise
        return "its text can't be read"  # the class is a user's, and may raise anything


def traceback_of(error: BaseException) -> str:
    """Return an error's traceback; the middle of a very long one is left out."""
    try:
        text = "".join(traceback.format_exception(error))
    except BaseException as another:
        if is_a_persons(another):
            raise
        text = described(error)  # formatting runs a user's code, which may raise anything
    return cleaned(text)


def own_place(error: BaseException) -> str:
    """Return the last line of a user's own file that an error came through; empty if none."""
    return _place(error, OWN)


def last_place(error: BaseException) -> str:
    """Return the file and the line that raised an error."""
    return _place(error, "")


def cleaned(text: str) -> str:
    """Return a text of several lines made printable; the middle of a long one is left out."""
    lines = (_printable(each.expandtabs(4)) for each in _cut(text, 10 * TRACEBACK).split("\n"))
    return _cut("\n".join(lines).rstrip(), TRACEBACK)


def line(text: str, end: str = "", *, most: int = LINE) -> str:
    """Return a text and then `end` as one printable line; a long text is cut to fit into `most`."""
    end = _printable(end)[:most]
    flat = _printable(" ".join(str.__str__(text)[: 4 * most].split()))
    room = most - len(end)
    return (flat if len(flat) <= room else f"{flat[: max(room - 3, 0)]}...") + end


def glance(text: str, *, most: int = GLANCE) -> str:
    """Return a text as one printable line of at most `most` characters, without its middle if long.

    The end is kept, because it often says where an error arose, or why.
    """
    text = str.__str__(text)
    ends = text if len(text) <= 8 * LINE else f"{text[: 4 * LINE]} {text[-4 * LINE :]}"
    flat = line(ends, most=100 * LINE)
    return flat if len(flat) <= most else f"{flat[: most - END - 3]}...{flat[-END:]}"


def shown(value: object) -> str:
    """Return any value as the text of an error shows it, cut to SHOWN characters."""
    if type(value) is int and value.bit_length() > 4 * SHOWN:
        return f"a whole number of {value.bit_length()} bits"
    try:
        text = line(repr(value))
    except BaseException as error:
        if is_a_persons(error):
            raise
        text = f"<{line(type(value).__name__)}>"  # a user's class may raise anything
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def hint(typed: str, names: Collection[str]) -> str:
    """Return which of the names was meant, or what names there are.

    >>> hint("alhpa", ["alpha", "beta"]), hint("x", ["alpha", "beta"])
    ("did you mean 'alpha'?", 'there are alpha, beta')
    """
    close = difflib.get_close_matches(typed[:100], names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names)}"


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


def counted(number: float, noun: str) -> str:
    """Return a number with its noun in the singular or the plural.

    >>> counted(1, "seed"), counted(1260, "run"), counted(2, "study"), counted(2.5, "process")
    ('1 seed', '1,260 runs', '2 studies', '2.5 processes')
    """
    shown = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    if number == 1:
        return f"{shown} {noun}"
    if noun.endswith("y"):
        return f"{shown} {noun[:-1]}ies"
    return f"{shown} {noun}{'es' if noun.endswith('s') else 's'}"


def _cut(text: str, most: int) -> str:
    half = most // 2 - 25
    if len(text) <= most:
        return text
    return f"{text[:half]}\n[{len(text) - 2 * half} characters left out]\n{text[-half:]}"


def _printable(text: str) -> str:
    """Replace characters that can't be printed, such as control characters, by Python's escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _kind(error: BaseException) -> str:
    name = line(type.__dict__["__name__"].__get__(type(error)))
    return name if len(name) <= SHOWN else f"{name[: SHOWN - 3]}..."


def _place(error: BaseException, beginning: str) -> str:
    place, trace = "", error.__traceback__
    while trace is not None:
        code, name = trace.tb_frame.f_code, trace.tb_frame.f_globals.get("__name__")
        if isinstance(name, str) and name.startswith(beginning):
            place = f"{Path(code.co_filename).name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
