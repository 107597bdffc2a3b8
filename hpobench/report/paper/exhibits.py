"""The figures and tables of a paper: which stand in its text, and how each is set."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..captioned_figure import SHORTENED
from ..looks import markup
from ..looks.latex import CAPTION
from ..looks.venues import Style
from ..page.items import Listing, Picture, Section
from . import prose
from .content import Content
from .layouts import LAYOUTS, POINTS

Exhibit: TypeAlias = Picture | Listing

_BOX = re.compile(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]")
_PER_INCH = 72
"""The units of a PDF per inch."""
_FEW = 200
"""The most letters that a caption may take to explain shortened names."""
_LETTERS = 2.2
"""How many letters of a caption stand on the width of a letter's height, with room to spare."""


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a figure, in inches."""

    width: float
    height: float


def exhibits(section: Section) -> list[Exhibit]:
    """Return the figures and tables of a section; a figure that could not be drawn is none."""
    return [
        each
        for each in section.items
        if isinstance(each, Listing) or (isinstance(each, Picture) and each.image)
    ]


def name(exhibit: Exhibit) -> str:
    """Return the name of an exhibit's files."""
    return exhibit.table.name if isinstance(exhibit, Listing) else exhibit.name


def notes(picture: Picture) -> str:
    """Return how a figure's numbers were made; empty: its caption says all."""
    return f"{picture.notes} {_caption(picture)[1]}".strip()


def _caption(picture: Picture) -> tuple[str, str]:
    """Return the caption of a figure, and the part of it that stands among the notes."""
    caption, lead, names = picture.caption.partition(SHORTENED)
    if len(names) <= _FEW:
        return picture.caption, ""
    return caption, f"{lead.strip()} {names}"


def reference(exhibit: Exhibit) -> str:
    """Return a reference to an exhibit."""
    return prose.reference("tab" if isinstance(exhibit, Listing) else "fig", name(exhibit))


def references(every: Sequence[Exhibit]) -> str:
    """Return references to several exhibits, as a sentence has them."""
    return prose.listed([reference(each) for each in every])


def placed(exhibit: Exhibit, content: Content, *, columns: int) -> Iterator[str]:
    """Yield the lines that put an exhibit into a text of so many columns."""
    if isinstance(exhibit, Listing):
        yield rf"\input{{tables/{exhibit.table.name}}}"
        return
    style, drawn = content.style, size(content.drawn(exhibit.name))
    kind = "figure*" if columns > 1 and drawn.width > style.column + 0.01 else "figure"
    caption, moved = _caption(exhibit)
    words = prose.cited(markup.cut(f"{exhibit.title}. {caption}", CAPTION))
    if moved:
        words += f" Names are shortened: {prose.reference('sec', 'notes')}."
    image = rf"\includegraphics{{figures/{exhibit.name}.pdf}}"
    label = rf"\label{{fig:{exhibit.name}}}"
    if drawn.height + _height(words, style) < LAYOUTS[style.name].height:
        yield from (rf"\begin{{{kind}}}", r"\centering", image)
        yield from (rf"\caption{{{words}}}", label, rf"\end{{{kind}}}")
        return
    # it fills a page by itself, so that its caption stands before it, in the text
    yield rf"\noindent\begin{{minipage}}{{\linewidth}}\captionof{{figure}}{{{words}}}{label}"
    yield r"\end{minipage}"
    yield from (rf"\begin{{{kind}}}[p]", r"\centering", image, rf"\end{{{kind}}}")


def size(drawing: bytes) -> Size:
    """Return the size of a figure that is a PDF of ours."""
    found = _BOX.search(drawing)
    assert found is not None, "matplotlib writes the size of a figure in plain text"
    return Size(float(found[1]) / _PER_INCH, float(found[2]) / _PER_INCH)


def _height(words: str, style: Style) -> float:
    """Return the greatest height that a caption may take across the page, in inches."""
    height = LAYOUTS[style.name].type / POINTS
    lines = len(words) * height / _LETTERS / style.double
    return 1.2 * height * (lines + 3)
