"""Names in figures: letters that the fonts have, and no more of them than there is room for."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import takewhile

from ..looks import markup
from ..looks.venues import Font

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_LETTERS = 4000
"""The letters of a text that are measured: no figure has room for more."""


def shown(words: str, font: Font) -> str:
    """Return a text of one line in letters that can be drawn."""
    plain = markup.plain(words)
    return "".join(each if _drawable(each, font.families) else _UNKNOWN for each in plain)


@cache
def inches(words: str, font: Font) -> float:
    """Return how wide a text is."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    letters = FontProperties(family=[*font.families], size=font.size)
    width, _, _ = text_to_path.get_text_width_height_descent(words, letters, ismath=False)
    return float(width) / 72


def fitted(names: Iterable[str], room: float, font: Font) -> dict[str, str]:
    """Return each name as so many inches hold it: whole, or without its middle.

    Different names stay different: names that would look the same show the part in which they
    differ, and where that does not help, they get a number.
    """
    names = [*dict.fromkeys(names)]
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(_shortened(shown(name, font), room, font), []).append(name)
    found: dict[str, str] = {}
    for short, group in alike.items():
        begin, end = _differing([shown(name, font) for name in group])
        for name in group:
            words = shown(name, font)
            own = _around(words, begin, len(words) - end, room, font) if len(group) > 1 else short
            found[name] = _numbered(own, found.values(), room, font)
    return {name: found[name] for name in names}


def in_two_lines(words: str, room: float, font: Font) -> str:
    """Return a text from `shown` in one line, or in two where one has no room for it."""
    if inches(words, font) <= room:
        return words
    ends = [end for end in range(1, len(words)) if inches(words[:end], font) <= room]
    last = max(ends, default=1)
    breaks = [
        found.start() if found[0] in "+(" else found.end()
        for found in re.finditer(r"[-+(:,=_/ ]", words)
    ]
    good = [each for each in breaks if 0 < each <= last and inches(words[each:], font) <= room]
    end = max(good, default=last)
    rest = words[end:].strip()
    return f"{words[:end].strip()}\n{_shortened(rest, room, font)}"


def _shortened(words: str, room: float, font: Font) -> str:
    words = markup.cut(words, _LETTERS)
    if inches(words, font) <= room:
        return words
    few, many = 0, len(words)
    while many - few > 1:
        kept = (few + many) // 2
        if inches(_without_middle(words, kept), font) <= room:
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


def _around(words: str, begin: int, end: int, room: float, font: Font) -> str:
    """Return the letters between two places of a text, and as many before as there is room for."""
    core = words[begin:end] + (_ELLIPSIS if end < len(words) else "")
    rest = room - inches(core, font)
    few = inches(words[0] + _ELLIPSIS, font)
    return (
        _shortened(words[:begin], rest, font) + core
        if rest > few
        else _shortened(words, room, font)
    )


def _numbered(short: str, taken: Collection[str], room: float, font: Font) -> str:
    number, found = 1, short
    while found in taken:
        number += 1
        mark = f" ({number})"
        found = _shortened(short, room - inches(mark, font), font) + mark
    return found


@cache
def _drawable(letter: str, families: tuple[str, ...]) -> bool:
    from matplotlib.font_manager import findfont, get_font

    return any(get_font(findfont(name)).get_char_index(ord(letter)) for name in families)
