"""The look of all figures: sizes in inches, fonts, colours; a strategy has one look everywhere."""

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
"""The width of a figure in one column, in inches; figures are drawn at their final size."""
DOUBLE = 6.75
"""The width of a figure across two columns, in inches."""
DOTS = 220
"""The dots of a PNG per inch: over twice what a page shows."""
BAND = 0.15
"""The opacity of a band."""

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
"""The colours of Okabe and Ito (2008), in the order in which free ones are given to strategies. The
yellow is darkened for lines on white; brown and grey are added."""

FONTS = ("STIXGeneral", "DejaVu Sans")
"""The fonts: the first one is for what we write, the second one has letters of more scripts. Both
come with matplotlib."""
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
"""The most strategies that can be told apart in one figure; of more, a few are highlighted."""
HIGHLIGHTED = 5
"""How many strategies are highlighted, beside the comparator."""
FAINT = "#B4B4B4"
"""The colour of the strategies that are not highlighted."""

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
"""The colours that our strategies have claimed, by their names without fields."""

_LINES: tuple[LineStyle, ...] = ("-", (0, (5, 1.5)), (0, (3, 1, 1, 1)), (0, (1, 1)))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "*", "h")
"""The marker of each colour, in the order of COLOURS."""
_DASHED: LineStyle = (0, (4, 2))
DOTTED: LineStyle = (0, (1, 1.5))
"""The line of what is no strategy: random search with twice the budget, a floor."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a strategy is drawn: line and marker tell it in print without colours."""

    colour: str
    line: LineStyle = "-"
    marker: str = ""
    hollow: bool = False
    """Whether its marker is white inside."""
    faint: bool = False
    """Whether it is not highlighted: it has a thin line and no name in the legend."""

    @property
    def filling(self) -> str:
        """The colour inside its marker."""
        return "white" if self.hollow else self.colour

    @property
    def width(self) -> float:
        """The width of its line, in points."""
        return 0.6 if self.faint else 1.2


def applied() -> AbstractContextManager[None]:
    """Return a context with this style and no settings of the user, to draw and save within."""
    # Any, since matplotlib has a type for each of its settings
    settings: dict[Any, object] = {**mpl.rcParamsDefault, **RC}
    del settings["backend"]
    return mpl.rc_context(settings)


class Drawing(Figure):
    """A figure without a window, which knows which names it shows shortened."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height))
        FigureCanvasAgg(self)
        self.shortened: dict[str, str] = {}
        """How the figure shows the names that are not whole, by their whole names."""

    def note(self, names: Mapping[str, str]) -> None:
        """Keep the names that are shown shortened; `names`: how each name is shown, in lines."""
        for name, words in names.items():
            if "".join(words.split()) != "".join(name.split()):
                self.shortened[name] = " ".join(words.split())


def figure(width: float, height: float) -> Drawing:
    """Return an empty figure; its sizes are in inches."""
    return Drawing(width, height)


def looks(cards: Sequence[StrategyCard], comparator: str) -> dict[str, Look]:
    """Return each strategy's look by its name, whatever the order of the cards.

    A strategy has the colour that it claims, unless four others have it already. The other
    strategies, in the order of their names, get the colours that nobody has, and then all colours
    in turn. Strategies of one colour differ by line and marker; those that claim it come first, and
    from the second one on markers are hollow. The comparator is dashed grey.
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
    looks: Mapping[str, Look], order: Sequence[str], comparator: str
) -> dict[str, Look]:
    """Return the looks of a report; of too many strategies, only the first of the order stand out.

    Of these, each keeps its colour where no better one has the same, and else gets a free one. The
    comparator keeps its look, and all other strategies are faint.
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
    """Return names in the order of drawing: the faint ones first, and the first one of all last."""
    return sorted(names, key=lambda name: looks[name].faint)[::-1]


def _claimed(card: StrategyCard) -> str | None:
    """Return the name of the colour that a strategy claims; None: it claims none."""
    name = card.identity.name.partition(" ")[0].partition(":")[0]
    return CLAIMED.get(name) if card.source is None else None


def _marker(colour: str, variant: int) -> str:
    return _MARKERS[(list(COLOURS).index(colour) + 3 * variant) % len(_MARKERS)]


def band(axes: Axes, x: FloatArray, low: FloatArray, high: FloatArray, look: Look) -> None:
    """Fill the space between two step curves (n,), and draw them as fine edges."""
    axes.fill_between(x, low, high, step="post", color=look.colour, alpha=BAND, linewidth=0)
    for edge in (low, high):
        axes.step(x, edge, where="post", color=look.colour, linewidth=0.35, alpha=0.45)


def labelled_decades(axis: Axis) -> None:
    """Label a logarithmic axis, once all is drawn, with plain numbers that can be read when small.

    Where the axis spans less than a factor of 2.5, it has few decades, and its ticks are even.
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


def pdf(drawing: Figure, *, subject: str = "") -> bytes:
    """Return the figure as PDF in its final size, with Type-42 fonts, without dates; see `png`."""
    stamps = {"CreationDate": None, "ModDate": None, "Creator": "hpobench", "Producer": None}
    return _saved(drawing, "pdf", {**stamps, "Subject": subject or None})


def png(drawing: Figure, *, subject: str = "") -> bytes:
    """Return the figure as PNG; `subject`: what the file says of itself; empty: nothing."""
    return _saved(drawing, "png", {"Software": None, "Description": subject or None})


def _saved(drawing: Figure, kind: str, metadata: Mapping[str, str | None]) -> bytes:
    file = io.BytesIO()
    drawing.savefig(file, format=kind, dpi=DOTS, metadata=metadata)
    with mpl.rc_context({"figure.constrained_layout.use": False}):
        drawing.set_layout_engine(None)  # what was laid out once stays where it is
    return file.getvalue()
