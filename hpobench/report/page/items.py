"""What the page holds, from top to bottom: sections of texts, pictures and tables."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ..looks.style import DOTS, DOUBLE
from ..looks.tables import Table
from .first_screen import FirstScreen


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure with its caption, or the reason why there is none."""

    name: str
    """The name of the figure's files in figures/."""
    title: str
    caption: str
    image: bytes
    """The figure as WebP; empty: there is no figure, and the caption says why."""
    width: int = 0
    """The width of the figure's PNG, in dots."""
    notes: str = ""
    """How the figure's numbers were made, folded; empty: the caption says all."""
    runs: str = ""
    """The hash of the runs behind the figure, for its tooltip; empty: none is told."""

    @property
    def share(self) -> float:
        """The image's width over that of a wide figure, so that all are enlarged alike."""
        return round(self.width / DOTS / DOUBLE, 3)

    @property
    def source(self) -> str:
        """The image as a data URL."""
        return "data:image/webp;base64," + base64.b64encode(self.image).decode("ascii")


@dataclass(frozen=True, slots=True)
class Listing:
    """A table on the page; a folded one opens on a click."""

    table: Table
    folded: bool = False
    runs: str = ""
    """The hash of the runs behind the table, for its tooltip; empty: none is told."""
    tabulars: tuple[str, ...] = ()
    """The names of the files in tables/ that hold the tabulars alone."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what is to be known of each, folded."""

    title: str
    entries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that are typed into a terminal."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """Paragraphs that a click unfolds."""

    title: str
    texts: tuple[str, ...]


Item: TypeAlias = str | Picture | Listing | Facts | Code | Aside
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
    first: FirstScreen
    """What the first screen says."""
    facts: Mapping[str, str]
    """The experiment in a few numbers."""
    sections: tuple[Section, ...]
    data: Mapping[str, object]
    """The numbers that the page's script draws from, as JSON; empty: there is no script."""
