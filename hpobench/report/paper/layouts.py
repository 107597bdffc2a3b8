"""The pages of venues, set with LaTeX's own class: no file of a conference is needed."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..looks.latex import Room
from ..looks.venues import Style

POINTS = 72.27
"""TeX's points per inch."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a venue's pages have beside the widths of its style; lengths are in inches."""

    venue: str
    """Whose pages these are."""
    instead: str
    """What stands in the place of LaTeX's class and its sizes in a paper for the venue."""
    height: float
    """The height of the text."""
    type: int
    """The size of the text, in points: what LaTeX's class has."""
    leading: float = 1.0
    """The factor of the distance from line to line."""


LAYOUTS: Mapping[str, Layout] = {
    "neurips": Layout("NeurIPS", r"\documentclass{article} \usepackage{neurips_2026}", 9.0, 10),
    "icml": Layout("ICML", r"\documentclass{article} \usepackage{icml2026}", 9.0, 10),
    "acm": Layout("the ACM", r"\documentclass[sigconf]{acmart}", 9.16, 10),
    "automl": Layout("AutoML-Conf", r"\documentclass{article} \usepackage{automl}", 9.0, 11),
    "ieee": Layout("the IEEE", r"\documentclass[conference]{IEEEtran}", 9.24, 10),
}
"""The layouts by the names of their styles; slides are no paper."""

_FLOAT = 0.76
"""The greatest part of a page that a float takes where its caption has one line."""


def room(style: Style) -> Room:
    """Return the room that the pages of a style have for a table."""
    layout = LAYOUTS.get(style.name)
    height, size = (layout.height, layout.type) if layout else (style.height, 10)
    return Room(
        column=POINTS * style.column,
        page=POINTS * style.double,
        height=_FLOAT * POINTS * height,
        type=float(size),
    )
