"""Errors are told in one line that says where; what a user got wrong is one of its own kind."""

import traceback
from pathlib import Path

from .guards import is_a_persons

OWN = "hpobench.registry.own."
"""What the name of every module begins with that a user's own file or its neighbours became."""
LINE = 500
"""Characters that an error's line may have."""
SHOWN = 100
"""Characters that a value may have in an error's line."""
GLANCE, END = 240, 60
"""Characters of an error where several are listed, and how many of them are its end."""
TRACEBACK = 10_000
"""Characters that are kept of a traceback."""


class InputError(Exception):
    """What a user gave can't be used; its text is one line: what was wrong, the value, the mend."""

    def __init__(self, text: str) -> None:
        super().__init__(glance(text, most=2 * LINE))


def described(error: BaseException, *, before: str = "", place: str | None = None) -> str:
    """Say in one line what was raised, after `before`, and where.

    `place` is where; None: the last line of a user's own file that it came through, if any.
    """
    text, kind = said(error), _kind(error)
    where = own_place(error) if place is None else place
    end = f" ({where})" if where else ""
    return line(f"{before}{kind}: {text}" if text else f"{before}{kind}", end)


def said(error: BaseException) -> str:
    """Return an error's text in one line, even where its class can't say it."""
    try:
        return line(str(error))
    except BaseException as another:
        if is_a_persons(another):
            raise
        return "its text can't be had"  # the class is a user's, and may raise anything


def traceback_of(error: BaseException) -> str:
    """Return an error's whole traceback; of one that is very long the beginning and the end."""
    try:
        text = "".join(traceback.format_exception(error))
    except BaseException as another:
        if is_a_persons(another):
            raise
        text = described(error)  # what is formatted is a user's
    return cleaned(text)


def own_place(error: BaseException) -> str:
    """Return the last line of a user's own file that an error came through; empty: none."""
    return _place(error, OWN)


def last_place(error: BaseException) -> str:
    """Return the line that raised an error."""
    return _place(error, "")


def cleaned(text: str) -> str:
    """Return a text of several lines that can be printed, its middle left out if it is long."""
    lines = (_printable(each.expandtabs(4)) for each in _cut(text, 10 * TRACEBACK).split("\n"))
    return _cut("\n".join(lines).rstrip(), TRACEBACK)


def line(text: str, end: str = "", *, most: int = LINE) -> str:
    """Return a text as one line that can be printed, cut where it is long, and `end` after it."""
    end = _printable(end)[:most]
    flat = _printable(" ".join(str.__str__(text)[: 4 * most].split()))
    room = most - len(end)
    return (flat if len(flat) <= room else f"{flat[: max(room - 3, 0)]}...") + end


def glance(text: str, *, most: int = GLANCE) -> str:
    """Return a text as one line that can be printed, without its middle where it is long.

    Its end often says where it was, or why.
    """
    text = str.__str__(text)
    ends = text if len(text) <= 8 * LINE else f"{text[: 4 * LINE]} {text[-4 * LINE :]}"
    flat = line(ends, most=100 * LINE)
    return flat if len(flat) <= most else f"{flat[: most - END - 3]}...{flat[-END:]}"


def shown(value: object) -> str:
    """Return a value as an error shows it: cut where it is long, whatever it is."""
    if type(value) is int and value.bit_length() > 4 * SHOWN:
        return f"a whole number of {value.bit_length()} bits"
    try:
        text = line(repr(value))
    except BaseException as error:
        if is_a_persons(error):
            raise
        text = f"<{line(type(value).__name__)}>"  # it is a user's, and may raise anything
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


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
    """Write control characters, lone surrogates and their like as Python would."""
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
