"""Printing for people: every text is shown as it is, on every terminal."""

import io
import os
import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import IO, final

from rich.console import Console, HighlighterType, JustifyMethod, OverflowMethod
from rich.style import Style
from rich.text import Text

from ..errors import seen

STAND_INS = {
    "\N{HORIZONTAL ELLIPSIS}": "~", "\N{EN DASH}": "-", "\N{EM DASH}": "-", "\N{MINUS SIGN}": "-",
    "\N{PLUS-MINUS SIGN}": "+-", "\N{MULTIPLICATION SIGN}": "x", "\N{MIDDLE DOT}": ".",
    "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LESS-THAN OR EQUAL TO}": "<=", "\N{GREATER-THAN OR EQUAL TO}": ">=",
}  # fmt: skip
"""What is printed where the terminal's encoding lacks a character; for other characters: a '?'."""

BOUNDLESS = 10_000
"""The width of a file or a pipe, where nothing has to be cut."""


@final
class Printer(Console):
    """A console that reads no markup in texts, and prints no control character of theirs."""

    def __init__(self, file: IO[str] | None = None, width: int | None = None) -> None:
        super().__init__(file=file, width=width, markup=False, emoji=False, highlight=False)
        told = width or os.environ.get("COLUMNS", "").strip("0")
        if not self.is_terminal and not told:
            self.width = BOUNDLESS
        elif not self.width:  # COLUMNS=0 says that nobody knows
            self.width = get_terminal_size().columns

    def render_str(  # every text that is printed passes here
        self,
        text: str,
        *,
        style: str | Style = "",
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        emoji: bool | None = None,
        markup: bool | None = None,
        highlight: bool | None = None,
        highlighter: HighlighterType | None = None,
    ) -> Text:
        """Return a text as it is shown."""
        return super().render_str(
            plain(text, self.encoding),
            style=style,
            justify=justify,
            overflow=overflow,
            emoji=emoji,
            markup=markup,
            highlight=highlight,
            highlighter=highlighter,
        )

    def on_broken_pipe(self) -> None:
        """Leave it to the program what happens when nobody reads its output any more."""
        raise BrokenPipeError

    def say(self, words: str, style: str = "") -> None:
        """Print a line; a terminal breaks it between words, a file gets it whole."""
        self.print(words, style=style, soft_wrap=not self.is_terminal)

    @property
    def moves(self) -> bool:
        """Whether what was printed can be drawn over."""
        return self.is_terminal and not self.is_dumb_terminal


def plain(words: str, encoding: str = "utf-8") -> str:
    r"""Return a text of one line that steers no terminal, in characters that it can show.

    >>> plain("\x1b]0;title\x07 1 ± 2", "ascii")
    '\\x1b]0;title\\x07 1 +- 2'
    """
    return "".join(_shown(letter, encoding) for letter in words)


def forgive() -> None:
    """Make standard output and error replace what their encodings lack; open a closed output."""
    if sys.stdout is None:  # it was closed before we began
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def hush() -> None:
    """Drop everything that is still to be printed."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def duration(seconds: float) -> str:
    """Say a time in the unit that suits it.

    >>> duration(400)
    '7 min'
    """
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _shown(letter: str, encoding: str) -> str:
    if " " <= letter <= "~":
        return letter
    if (escape := seen(letter)) != letter:
        return escape
    try:
        letter.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return STAND_INS.get(letter, "?")
    return letter
