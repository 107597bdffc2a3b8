"""How every figure looks: sizes in inches, fonts, colours; a strategy keeps its look everywhere."""

import io
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator, ScalarFormatter

from ...cards.card import StrategyCard
from ...statistics import FloatArray

LineStyle: TypeAlias = Literal["-"] | tuple[float, tuple[float, ...]]

MINUS = "\N{MINUS SIGN}"
SINGLE = 3.25
"""Width of a figure in one column, in inches; drawn at final size, never scaled."""
DOUBLE = 6.75
"""Width of a figure across two columns, in inches."""
DOTS = 220
"""Of the PNG, per inch: over twice what a page shows."""
BAND = 0.15
"""Opacity of a band."""

COLOURS: Mapping[str, str] = {
    "black": "#000000",
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "brown": "#8C564B",
    "yellow": "#CDBF1E",
    "grey": "#7F7F7F",
}
"""Okabe and Ito (2008), in the order in which free ones are given away; the yellow is darkened
for lines on white, brown and grey are added."""

FONTS = ("STIXGeneral", "DejaVu Sans")
"""The first one has what we write, the second one letters of more scripts; both come with
matplotlib."""
RC: Mapping[str, object] = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "font.family": [*FONTS],
    "font.size": 8,
    "grid.alpha": 0.3,
    "grid.linewidth": 0.3,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.2,
    "mathtext.fontset": "stix",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "savefig.pad_inches": 0.01,
    "svg.hashsalt": "hpobench",
    "text.parse_math": False,  # a name may hold dollars
    "xtick.labelsize": 7,
    "xtick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.labelsize": 7,
    "ytick.major.width": 0.6,
    "ytick.minor.width": 0.4,
}

MANY = 9
"""So many strategies can be told apart in one figure; of more, a few are highlighted."""
HIGHLIGHTED = 5
"""So many, beside random search."""
FAINT = "#B4B4B4"
"""The colour of all other ones."""

CLAIMED = {
    "default": "black",
    "random-search": "grey",
    "sobol": "sky",
    "grid-search": "brown",
    "manual-search": "purple",
    "genetic-algorithm": "green",
    "bayesian-optimization": "blue",
    "successive-halving": "orange",
    "hypergradient": "vermillion",
}
"""The colours of our strategies, whatever their fields are, family by family."""

_LINES: tuple[LineStyle, ...] = ("-", (0, (5, 1.5)), (0, (3, 1, 1, 1)), (0, (1, 1)))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "*", "h")
"""A marker a colour, in the order of COLOURS."""
_DASHED: LineStyle = (0, (4, 2))
DOTTED: LineStyle = (0, (1, 1.5))
"""The line of what is no strategy: random search with a multiple of the budget, a floor."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a strategy is drawn; line and marker repeat what the colour says."""

    colour: str
    line: LineStyle = "-"
    marker: str = ""
    hollow: bool = False
    faint: bool = False
    """Whether it is one of those that are not highlighted: thin, and without a name."""

    @property
    def filling(self) -> str:
        """The colour within its marker."""
        return "white" if self.hollow else self.colour

    @property
    def width(self) -> float:
        """Of its line, in points."""
        return 0.6 if self.faint else 1.2


def applied() -> AbstractContextManager[None]:
    """Return a context with the style and nothing of the user's own; draw and save within it."""
    # matplotlib types its settings by name: too fine for a mapping of our own
    settings: dict[Any, object] = {**mpl.rcParamsDefault, **RC}
    del settings["backend"]
    return mpl.rc_context(settings)


class Drawing(Figure):
    """A figure that belongs to no window system, and knows which names do not stand whole in it."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height))
        FigureCanvasAgg(self)
        self.shortened: dict[str, str] = {}
        """How these stand, by their whole names."""

    def note(self, names: Mapping[str, str]) -> None:
        """Keep those names that do not stand whole; `names`: how each stands, in lines."""
        for name, words in names.items():
            if "".join(words.split()) != "".join(name.split()):
                self.shortened[name] = " ".join(words.split())


def figure(width: float, height: float) -> Drawing:
    """Return an empty figure, in inches."""
    return Drawing(width, height)


def looks(cards: Sequence[StrategyCard], comparator: str = "random-search") -> dict[str, Look]:
    """Return each strategy's look by its name, whatever the order and the results.

    Those without a colour get the free ones in the order of their names, then all in turn, and so
    do those that come late to one that four have claimed. Several of one colour differ by line and
    marker, who has claimed it first, and the second one on has hollow markers. The comparator is
    dashed grey.
    """
    rest = sorted(
        (card for card in cards if card.identity.name != comparator),
        key=lambda card: (_claimed(card) is None, card.identity.name),
    )
    claims: Counter[str] = Counter()
    chosen: dict[str, str] = {}
    for card in rest:
        if (colour := _claimed(card)) and claims[colour] < len(_LINES):
            claims[colour] += 1
            chosen[card.identity.name] = colour
    given = [name for name in COLOURS if name != "grey"]
    spare = itertools.chain((n for n in given if n not in claims), itertools.cycle(given))
    for card in rest:
        if card.identity.name not in chosen:
            chosen[card.identity.name] = next(spare)
    found: dict[str, Look] = {}
    drawn: Counter[str] = Counter()
    for name, colour in chosen.items():
        variant = drawn[colour]
        drawn[colour] += 1
        found[name] = Look(
            COLOURS[colour], _LINES[variant % len(_LINES)], _marker(colour, variant), variant > 0
        )
    if comparator in {card.identity.name for card in cards}:
        found[comparator] = Look(COLOURS["grey"], _DASHED)
    return found


def highlighted(
    looks: Mapping[str, Look], order: Sequence[str], comparator: str = "random-search"
) -> dict[str, Look]:
    """Return the looks of a report; of too many strategies, only the first of the order stand out.

    These keep their colours where no better one has the same, and get free ones elsewhere; the
    comparator keeps its look, and all other ones are faint.
    """
    if len(order) <= MANY:
        return dict(looks)
    chosen = [each for each in order if each != comparator][:HIGHLIGHTED]
    names = {code: name for name, code in COLOURS.items() if name != "grey"}
    owners = {looks[each].colour: each for each in reversed(chosen)}
    free = [code for code in (*names,)[1:] if code not in owners]  # black would look like an axis
    found = dict.fromkeys(looks, Look(FAINT, faint=True))
    for strategy in chosen:
        own = looks[strategy].colour
        colour = own if owners[own] == strategy and own in names else free.pop(0)
        found[strategy] = Look(colour, "-", _marker(names[colour], 0))
    if comparator in looks:
        found[comparator] = looks[comparator]
    return found


def back_to_front(names: Iterable[str], looks: Mapping[str, Look]) -> list[str]:
    """Return names in the order of drawing: those that are faint first, and the first one last."""
    return sorted(names, key=lambda name: looks[name].faint)[::-1]


def _claimed(card: StrategyCard) -> str | None:
    """Return the name of a strategy's colour, by its name without fields and version, or None."""
    name = card.identity.name.partition(" ")[0].partition(":")[0]
    return CLAIMED.get(name) if card.source is None else None


def _marker(colour: str, variant: int) -> str:
    return _MARKERS[(list(COLOURS).index(colour) + 3 * variant) % len(_MARKERS)]


def band(axes: Axes, x: FloatArray, low: FloatArray, high: FloatArray, look: Look) -> None:
    """Fill between steps (n,), between fine edges."""
    axes.fill_between(x, low, high, step="post", color=look.colour, alpha=BAND, linewidth=0)
    for edge in (low, high):
        axes.step(x, edge, where="post", color=look.colour, linewidth=0.35, alpha=0.45)


def labelled_decades(axis: Axis) -> None:
    """Label a logarithmic axis, once all is drawn, without mathtext, whose exponents are too small.

    Where it spans less than a factor of 2.5, decades say nothing, and its ticks are even.
    """
    low, high = axis.get_view_interval()
    if high < 2.5 * low:
        axis.set_major_locator(MaxNLocator(4))
        axis.set_major_formatter(ScalarFormatter(useOffset=False))
        axis.set_minor_locator(NullLocator())
        return

    def label(number: float, _: object) -> str:
        low, high = axis.get_view_interval()
        if not 0 < number < math.inf:
            return ""
        exponent = math.floor(math.log10(number) + 1e-9)
        digit = round(number / 10**exponent)
        wanted = (1, 2, 3, 4, 6, 8) if high < 6 * low else (1, 2, 5) if high < 60 * low else (1,)
        return power(number) if digit in wanted else ""

    axis.set_major_formatter(FuncFormatter(label))
    axis.set_minor_formatter(FuncFormatter(label))


def power(number: float) -> str:
    """Return a small multiple of a power of ten as plain text.

    >>> power(0.01), power(2e-6).replace(MINUS, "-")
    ('0.01', '2e-6')
    """
    if 1e-3 <= number < 1e4:
        return f"{number:g}"
    exponent = math.floor(math.log10(number) + 1e-9)
    return f"{round(number / 10**exponent)}e{exponent}".replace("-", MINUS)


def pdf(drawing: Figure) -> bytes:
    """Return the figure as PDF at its very size, with Type-42 fonts and without dates."""
    stamps = {"CreationDate": None, "ModDate": None, "Creator": "hpobench", "Producer": None}
    return _saved(drawing, "pdf", stamps)


def png(drawing: Figure) -> bytes:
    """Return the figure as PNG."""
    return _saved(drawing, "png", {"Software": None})


def _saved(drawing: Figure, kind: str, metadata: Mapping[str, str | None]) -> bytes:
    file = io.BytesIO()
    drawing.savefig(file, format=kind, dpi=DOTS, metadata=metadata)
    with mpl.rc_context({"figure.constrained_layout.use": False}):
        drawing.set_layout_engine(None)  # what was laid out once stays
    return file.getvalue()
