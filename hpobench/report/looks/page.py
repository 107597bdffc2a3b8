"""The report's page: one HTML file that holds its pictures, without scripts or links to load."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from . import markup
from .style import DOTS, DOUBLE
from .tables import Table

_LENGTH = 2000
"""The most characters of a cell on the page: the CSV has all of them."""
_TEMPLATE = Path(__file__).with_name("page.html")


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure with its caption, or the reason why there is none."""

    name: str
    """The name of the figure's files in figures/."""
    title: str
    caption: str
    image: bytes
    """The figure as PNG; empty: there is no figure, and the caption says why."""
    notes: str = ""
    """How the figure's numbers were made, folded; empty: the caption says all."""
    runs: str = ""
    """The hash of the runs behind the figure, for its tooltip; empty: none is told."""

    @property
    def share(self) -> float:
        """The image's width over that of a wide figure, so that all are enlarged alike."""
        pixels = int.from_bytes(self.image[16:20])  # where PNG has its width (W3C, PNG, 11.2.1)
        return round(pixels / DOTS / DOUBLE, 3)

    @property
    def source(self) -> str:
        """The image as a data URL."""
        return "data:image/png;base64," + base64.b64encode(self.image).decode("ascii")


@dataclass(frozen=True, slots=True)
class Listing:
    """A table on the page; a folded one opens on a click."""

    table: Table
    folded: bool = False
    runs: str = ""
    """The hash of the runs behind the table, for its tooltip; empty: none is told."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what is to be known of each, folded."""

    title: str
    entries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that are typed into a terminal."""

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
    """All that is on the page, from top to bottom."""

    title: str
    notice: str
    """How far to trust the results; empty: there is nothing to say."""
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
    """Return what is put into the page: texts with all characters seen, our markup as it is."""
    return markup.plain(value) if type(value) is str else value
