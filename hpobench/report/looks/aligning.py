"""Numbers of a column below each other, point below point: room is left for what a cell lacks."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from .tables import NONE

_NUMBER = re.compile(
    "(\N{MINUS SIGN}?)(\\d{1,3}(?:,\\d{3})+|\\d+|\N{INFINITY})"
    "((?:\\.\\d+)?(?:e[\N{MINUS SIGN}+]?\\d+)?)(?!\\w)"
)
"""A number: its sign, its whole part, and its decimals with the power of ten."""
_DIGIT, _WIDE = "0", "\N{INFINITY}"
"""What is as wide as any digit, and the number that is as wide as two digits."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a cell's text."""

    text: str
    shown: bool = True
    """Whether it is there; if not, room is left that is as wide."""


@dataclass(frozen=True, slots=True)
class _Number:
    sign: str
    whole: str
    rest: str

    @property
    def digits(self) -> int:
        """The width of the whole part, in digits."""
        return 2 if self.whole == _WIDE else len(self.whole)


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A text: before each number the words between it and the last one, then what ends it."""

    words: tuple[str, ...]
    numbers: tuple[_Number, ...]


def aligned(texts: Sequence[str]) -> list[tuple[Piece, ...]]:
    """Return the texts of a column in pieces, so that their numbers stand below each other.

    Texts that stand at the right get all the same width; one without numbers, or with other words
    between them than most have, stays as it is.

    >>> ["".join(p.text if p.shown else "_" for p in each) for each in aligned(["9.5", "10.25"])]
    ['_9.5_', '10.25']
    """
    parsed = [_parsed(each) for each in texts]
    most = max((len(each.numbers) for each in parsed), default=0)
    if not most:
        return [(Piece(each),) for each in texts]
    forms = Counter(each.words[1:most] for each in parsed if len(each.numbers) == most)
    between = forms.most_common(1)[0][0]
    fitting = [each for each in parsed if _fits(each, between)]
    widest = _Widest.of(fitting, most)
    return [
        tuple(_joined(widest.pieces(each, between))) if each in fitting else (Piece(text),)
        for each, text in zip(parsed, texts, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Widest:
    """The widest of what the texts of a column have."""

    lead: str
    tail: str
    numbers: tuple[_Number, ...]
    """Each has the widest sign, as many zeros as the widest whole part, and the widest decimals."""

    @staticmethod
    def of(fitting: Sequence[_Parsed], most: int) -> "_Widest":
        """Return the widest parts of texts, of which the longest have so many numbers."""
        numbers = tuple(
            _Number(
                max((n.sign for n in there if n), key=len),
                _DIGIT * max(n.digits for n in there if n),
                max((n.rest for n in there if n), key=len),
            )
            for there in zip_longest(*(each.numbers for each in fitting))
        )
        lead = max((each.words[0] for each in fitting), key=len)
        tails = (each.words[-1] for each in fitting if len(each.numbers) == most)
        return _Widest(lead, max(tails, key=len), numbers)

    def pieces(self, text: _Parsed, between: Sequence[str]) -> list[Piece]:
        """Return a text in pieces; `between`: the words between the numbers of the longest ones.

        Room stands at spaces, where there are some, and not within a range such as 1 to 3.
        """
        found, lacking = [Piece("" if text.words[0] else self.lead, shown=False)], ""
        for words, own, wide in zip(text.words, text.numbers, self.numbers, strict=False):
            end = words.rfind(" ") + 1 or len(words)
            room = _DIGIT * (len(wide.whole) - own.digits)
            before = Piece(room if own.sign else wide.sign + room, shown=False)
            number = Piece(own.sign + own.whole + own.rest)
            found += _beside(Piece(words[:end]), lacking)
            found += [number, before] if words == NONE else [before, Piece(words[end:]), number]
            lacking = wide.rest[len(own.rest) :]
        found += _beside(Piece(text.words[-1]), lacking)
        rest = [*between, self.tail][len(text.numbers) - 1 :]
        numbers = [each.sign + each.whole + each.rest for each in self.numbers[len(text.numbers) :]]
        missing = "".join(a + b for a, b in zip_longest(rest, numbers, fillvalue=""))
        return [*found, Piece(missing.removeprefix(text.words[-1]), shown=False)]


def _beside(words: Piece, lacking: str) -> list[Piece]:
    """Put the room of decimals that a number lacks before words, if at a space, or after them."""
    room = Piece(lacking, shown=False)
    return [room, words] if words.text.startswith(" ") else [words, room]


def _parsed(text: str) -> _Parsed:
    found = [*_NUMBER.finditer(text)]
    ends = [0, *(each.end() for each in found)]
    starts = [*(each.start() for each in found), len(text)]
    words = tuple(text[end:start] for end, start in zip(ends, starts, strict=True))
    return _Parsed(words, tuple(_Number(each[1], each[2], each[3]) for each in found))


def _fits(text: _Parsed, between: Sequence[str]) -> bool:
    """Tell whether a text is as the longest ones are, or as the beginning of one is."""
    number = len(text.numbers)
    if not number or text.words[1:number] != tuple(between[: number - 1]):
        return False
    return number > len(between) or between[number - 1].startswith(text.words[-1])


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Join pieces that are alike and follow each other; empty ones are left out."""
    some = (each for each in pieces if each.text)
    return [
        Piece("".join(each.text for each in group), shown)
        for shown, group in groupby(some, key=lambda each: each.shown)
    ]
