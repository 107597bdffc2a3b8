"""The report's page: one HTML file that holds its pictures and needs no network and no script."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from . import markup
from .style import DOTS, DOUBLE
from .tables import Table

_LENGTH = 2000
"""The most characters of a cell: the CSV has all of them."""
_TEMPLATE = Path(__file__).with_name("page.html")


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure with its caption, or the reason why there is none."""

    name: str
    """Of its files in figures/."""
    title: str
    caption: str
    image: bytes
    """PNG; empty: there is no figure, and the caption says why."""
    notes: str = ""
    """How its numbers were made, folded; empty: the caption says all."""

    @property
    def share(self) -> float:
        """The image's width over the paper's, so that all are enlarged alike."""
        pixels = int.from_bytes(self.image[16:20])  # where PNG has its width (W3C, PNG, 11.2.1)
        return round(pixels / DOTS / DOUBLE, 3)

    @property
    def source(self) -> str:
        """The image as a data URL."""
        return "data:image/png;base64," + base64.b64encode(self.image).decode("ascii")


@dataclass(frozen=True, slots=True)
class Listing:
    """A table, or a folded one that opens on a click."""

    table: Table
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they stand for, folded."""

    title: str
    entries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Code:
    """What is typed into a terminal."""

    lines: tuple[str, ...]


Item: TypeAlias = str | Picture | Listing | Facts | Code
"""What a section holds; a plain string is a paragraph."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page, reachable by its anchor."""

    anchor: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that is on it, from top to bottom."""

    title: str
    notice: str
    """How far to trust it; empty: nothing to say."""
    facts: Mapping[str, str]
    """The experiment in a few numbers."""
    sections: tuple[Section, ...]


def render(page: Page) -> str:
    """Return the page as HTML."""
    import jinja2  # a third of the time that the command line may take

    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["cut"] = _cut
    kinds = {str: "text", Picture: "picture", Listing: "listing", Facts: "facts", Code: "code"}
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(page=page, kind=lambda item: kinds[type(item)]) + "\n"


def _cut(words: str) -> str:
    return markup.cut(words, _LENGTH)


def _shown(value: object) -> object:
    """Return whatever is put into the page in characters that are seen; markup of our own stays."""
    return markup.plain(value) if type(value) is str else value
