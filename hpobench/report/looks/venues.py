"""The styles of venues: how wide figures and tables are, and how large their letters are."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...errors import InputError, hint, shown

_SERIF = ("STIXGeneral", "DejaVu Sans")
_SANS = ("DejaVu Sans", "STIXGeneral")


@dataclass(frozen=True, slots=True)
class Font:
    """How letters look: families, the first one for what we write, and their size in points."""

    families: tuple[str, ...]
    """The second one has letters of more scripts. All come with matplotlib."""
    size: float


@dataclass(frozen=True, slots=True)
class Style:
    """How figures and tables are laid out for a venue; widths and heights are in inches.

    Figures are drawn at their final size. Sizes of letters are in points.
    """

    name: str
    single: float
    """The width of a figure in one column; where text has one column, of one of two figures that
    stand side by side."""
    double: float
    """The width of a figure across all columns: that of the text, LaTeX's textwidth."""
    columns: int
    """How many columns the text has: with two, what is wider than `single` spans both (figure*)."""
    height: float = 8.8
    """The greatest height of a figure."""
    fonts: tuple[str, ...] = _SERIF
    label: float = 8.0
    """The size of the names of axes."""
    tick: float = 7.0
    """The size of names and of the numbers along axes."""
    least: float = 6.0
    """The size of the smallest letters."""

    @property
    def column(self) -> float:
        """The width of a column of text: what a table without a star may have."""
        return self.single if self.columns > 1 else self.double

    @property
    def alone(self) -> float:
        """The width of a figure of one panel: one column or, on a slide, all of the text."""
        return self.single if self.scale == 1 else self.double

    @property
    def scale(self) -> float:
        """How large letters are, over those in print: distances between them grow with it."""
        return self.tick / 7.0

    @property
    def names(self) -> Font:
        """The letters of names."""
        return Font(self.fonts, self.tick)

    @property
    def small(self) -> Font:
        """The smallest letters."""
        return Font(self.fonts, self.least)


STYLES: Mapping[str, Style] = {
    each.name: each
    for each in (
        Style("neurips", 2.65, 5.5, 1),
        Style("icml", 3.25, 6.75, 2),
        Style("acm", 3.33, 7.0, 2),
        Style("automl", 2.9, 6.0, 1),
        Style("ieee", 3.48, 7.13, 2),
        Style("slide", 2.65, 5.5, 1, 2.9, _SANS, label=9.5, tick=8.5, least=8.0),
    )
}
"""The styles by their names.

- neurips: the text of NeurIPS and ICLR is 5.5 in wide (neurips_2024.sty: "textwidth=5.5in").
- icml: columns of 3.25 in with 0.25 in between (icml2024.sty: "textwidth 6.75in").
- acm: two columns of 3.33 in, 0.33 in apart, in 7 in of text (the ACM's template for SIG
  proceedings; acmart's sigconf: 506.3 pt and 241.1 pt).
- automl: text of 6 in (AutoML-Conf's automl.sty).
- ieee: columns of 21 picas, 252 pt, one pica apart (IEEEtran), rounded down; the IEEE's guide for
  authors says 3.5 and 7.16 in.
- slide: beamer's slide of 160 by 90 mm (aspectratio=169) with margins of 10 mm, below a title.
"""

DEFAULT = STYLES["icml"]
"""The style where none is asked for."""


def style_called(name: str) -> Style:
    """Return the style of a name, the usual one of an empty name; raises InputError otherwise."""
    if name and name not in STYLES:
        raise InputError(f"no style {shown(name)}; {hint(name, STYLES)}")
    return STYLES[name] if name else DEFAULT
