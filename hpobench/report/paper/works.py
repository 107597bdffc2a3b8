"""The works that hpobench cites, as BibTeX has them, and which of them a text names."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("works.bib")
_ENTRY = re.compile(r"^@(\w+)\{([^,\s]+),\n(.*?)^\}$", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^ {2}(\w+) = \{(.*)\},$", re.MULTILINE)
_DATA = re.compile(r"\b(UCI|OpenML) (\d+)\b")
_YEAR = re.compile(r"(?<![\d.:^-])(1[89]\d\d|20\d\d)(?![\d.]*\d|,\d{3}| US)")
"""A year, which is no number of an arXiv paper and no census."""


@dataclass(frozen=True, slots=True)
class Work:
    """A work with its entry in BibTeX."""

    key: str
    kind: str
    """What BibTeX calls such an entry, e.g. article."""
    fields: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """The surnames of its authors, or else of its editors, in plain letters."""
        listed = self.fields.get("author", self.fields.get("editor", ""))
        every = (each for each in listed.split(" and ") if each != "others")
        return tuple(plain(each if each.startswith("{{") else each.split(",")[0]) for each in every)

    @property
    def entry(self) -> str:
        """The entry as it stands in a file of BibTeX."""
        lines = (f"  {name} = {{{words}}},\n" for name, words in self.fields.items())
        return f"@{self.kind}{{{self.key},\n{''.join(lines)}}}\n"


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text that names a work."""

    work: Work
    start: int
    end: int


@cache
def works() -> Mapping[str, Work]:
    """Return the works by their keys."""
    text = _FILE.read_text(encoding="utf-8")
    found = (
        Work(key, kind, dict(_FIELD.findall(body))) for kind, key, body in _ENTRY.findall(text)
    )
    return {each.key: each for each in found}


def mentions(words: str) -> list[Mention]:
    """Return the places where a text names works of ours, from left to right.

    A work is named by its first author and its year, as in "Holm (1979)", or a table by its number
    in a repository. Of works that have both in common it is the one of which more authors, or else
    the title, are there.
    """
    text = plain(words)
    found = [*_by_author(text), *_by_number(text)]
    best: dict[int, Mention] = {}
    for each in found:
        rival = best.get(each.end)
        if rival is None or _fit(each, text) > _fit(rival, text):
            best[each.end] = each
    return [best[end] for end in sorted(best)]


def years(words: str) -> list[int]:
    """Return where the years of publications end in a text: each belongs to a work."""
    return [match.end() for match in _YEAR.finditer(plain(words))]


def plain(words: str) -> str:
    r"""Return a text in plain letters, without BibTeX's braces and accents, as long as a user's.

    >>> plain(r"Szeg{\"o}"), plain("Szegö")
    ('Szego', 'Szego')
    """
    bare = re.sub(r"\{?\\([\"'`^~]|[vc](?= ))\s*\{?\\?(\w)\}?\}?|[{}]", r"\2", words)
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in bare)


def _by_author(text: str) -> Iterator[Mention]:
    for work in works().values():
        if _is_table(work) or not (work.names[0] in text and work.fields["year"] in text):
            continue
        first, year = re.escape(work.names[0]), work.fields["year"]
        between = r"[^;:()\d]*\(?[^;:()\d]*(?:\d{4} and )?"
        for match in re.finditer(rf"(?<![\w-]){first}(?!\w){between}{year}(?!\d)", text):
            yield Mention(work, match.start(), match.end())


def _by_number(text: str) -> Iterator[Mention]:
    for match in _DATA.finditer(text):
        if work := works().get(f"{match[1].lower()}{match[2]}"):
            yield Mention(work, match.start(), match.end())


def _is_table(work: Work) -> bool:
    return work.key.startswith(("uci", "openml"))


def _fit(mention: Mention, text: str) -> tuple[int, bool]:
    """Return how well a work fits the place that may name it."""
    place = text[mention.start : mention.end]
    title = plain(mention.work.fields["title"]).lower()
    return sum(name in place for name in mention.work.names), title in text.lower()
