"""Names in figures: letters that the fonts have, and no more of them than there is room for."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import takewhile

from ..looks import markup
from ..looks.style import FONTS

SIZE = 7.0
"""The size of names, in points."""
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_LETTERS = 4000
"""The letters of a text that are measured: no figure has room for more."""


def shown(words: str) -> str:
    """Return a text of one line in letters that can be drawn."""
    return "".join(each if _drawable(each) else _UNKNOWN for each in markup.plain(words))


@cache
def inches(words: str, size: float = SIZE) -> float:
    """Return how wide a text is."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=[*FONTS], size=size)
    width, _, _ = text_to_path.get_text_width_height_descent(words, font, ismath=False)
    return float(width) / 72


def fitted(names: Iterable[str], room: float, size: float = SIZE) -> dict[str, str]:
    """Return each name as so many inches hold it: whole, or without its middle.

    Different names stay different: names that would look the same show the part in which they
    differ, and where that does not help, they get a number.
    """
    names = [*dict.fromkeys(names)]
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(_shortened(shown(name), room, size), []).append(name)
    found: dict[str, str] = {}
    for short, group in alike.items():
        begin, end = _differing([shown(name) for name in group])
        for name in group:
            words = shown(name)
            own = _around(words, begin, len(words) - end, room, size) if len(group) > 1 else short
            found[name] = _numbered(own, found.values(), room, size)
    return {name: found[name] for name in names}


def in_two_lines(words: str, room: float, size: float = SIZE) -> str:
    """Return a text from `shown` in one line, or in two where one has no room for it."""
    if inches(words, size) <= room:
        return words
    ends = [end for end in range(1, len(words)) if inches(words[:end], size) <= room]
    last = max(ends, default=1)
    breaks = [
        found.start() if found[0] in "+(" else found.end()
        for found in re.finditer(r"[-+(:,=_/ ]", words)
    ]
    good = [each for each in breaks if 0 < each <= last and inches(words[each:], size) <= room]
    end = max(good, default=last)
    rest = words[end:].strip()
    return f"{words[:end].strip()}\n{_shortened(rest, room, size)}"


def _shortened(words: str, room: float, size: float) -> str:
    words = markup.cut(words, _LETTERS)
    if inches(words, size) <= room:
        return words
    few, many = 0, len(words)
    while many - few > 1:
        kept = (few + many) // 2
        if inches(_without_middle(words, kept), size) <= room:
            few = kept
        else:
            many = kept
    return _without_middle(words, few)


def _without_middle(words: str, kept: int) -> str:
    """Keep so many letters, more of them at the end, where variants of a strategy differ."""
    head = kept * 2 // 5
    return words[:head] + _ELLIPSIS + words[len(words) - (kept - head) :]


def _differing(group: Sequence[str]) -> tuple[int, int]:
    """Return how many letters all names share at the beginning and at the end.

    What they share at the beginning ends with a whole setting.
    """
    begin = _shared(group)
    begin = max(group[0].rfind(mark, 0, begin) + 1 for mark in ":,(")
    end = _shared([words[::-1] for words in group])
    return begin, min(end, min(map(len, group)) - begin)


def _shared(group: Sequence[str]) -> int:
    """Return the number of equal letters with which all names begin."""
    return sum(
        1 for _ in takewhile(lambda letters: len({*letters}) == 1, zip(*group, strict=False))
    )


def _around(words: str, begin: int, end: int, room: float, size: float) -> str:
    """Return the letters between two places of a text, and as many before as there is room for."""
    core = words[begin:end] + (_ELLIPSIS if end < len(words) else "")
    rest = room - inches(core, size)
    few = inches(words[0] + _ELLIPSIS, size)
    return (
        _shortened(words[:begin], rest, size) + core
        if rest > few
        else _shortened(words, room, size)
    )


def _numbered(short: str, taken: Collection[str], room: float, size: float) -> str:
    number, found = 1, short
    while found in taken:
        number += 1
        mark = f" ({number})"
        found = _shortened(short, room - inches(mark, size), size) + mark
    return found


@cache
def _drawable(letter: str) -> bool:
    from matplotlib.font_manager import findfont, get_font

    return any(get_font(findfont(name)).get_char_index(ord(letter)) for name in FONTS)
