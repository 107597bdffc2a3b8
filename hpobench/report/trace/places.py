"""What differs between two pages of a report, by the figure, table or section where it stands."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from .excerpts import versus
from .lines import differing

_HEAD = "the head of the page"
_OPENED = re.compile(r'<(section|figure) id="(?:(figure|table)-)?([^"]*)">')
_CELL = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>")
_PICTURE = re.compile(r'src="data:[^"]*"')
_TAG = re.compile(r"<[^>]*>")


def differing_places(there: str, again: str) -> Iterator[str]:
    """Yield what differs between two pages, the figure, table or section first."""
    old, new = _by_place(there), _by_place(again)
    for place in (*new, *(each for each in old if each not in new)):
        if place not in old or place not in new:
            yield f"{place}: {'extra' if place in old else 'missing'}"
            continue
        headings = next((_CELL.findall(each) for each in new[place] if "<th " in each), [])
        for _, before, after in differing(old[place], new[place]):
            yield f"{place}{_said(before, after, headings)}"


def _by_place(page: str) -> dict[str, list[str]]:
    """Return the lines of a page by where they stand; texts of users have no tag and no line."""
    found = defaultdict[str, list[str]](list)
    section = place = _HEAD
    for line in page.split("\n"):
        if opened := _OPENED.fullmatch(line):
            kind, exhibit, name = opened.groups()
            place = f"{exhibit or kind} {name}"
            section = place if kind == "section" else section
        found[place].append(line)
        if line == "</figure>":
            place = section
    return dict(found)


def _said(there: str, again: str, headings: Sequence[str]) -> str:
    """Say how two lines of one place differ: by cells, by a picture, by words, or by markup.

    `headings`: the headings of the columns where the place is a table.
    """
    old, new = _CELL.findall(there), _CELL.findall(again)
    if len(old) == len(new) == len(headings):
        cells = [
            f"column {_words(heading)}: {versus(_words(a), _words(b))}"
            for heading, a, b in zip(headings, old, new, strict=True)
            if _words(a) != _words(b)
        ]
        if cells:
            return f", row {_words(new[0])}, {'; '.join(cells)}"
    if _PICTURE.sub("", there) == _PICTURE.sub("", again):
        return ", the picture"
    words = _words(there), _words(again)
    return f": {versus(*words if words[0] != words[1] else (there, again))}"


def _words(markup: str) -> str:
    """Return what a reader sees of a line."""
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())
