"""The look of each strategy, which is the same in all figures: its colour, line and marker."""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ...cards.card import StrategyCard

LineStyle: TypeAlias = Literal["-"] | tuple[float, tuple[float, ...]]

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
_FAINT_LINES: tuple[LineStyle, ...] = ((0, (6, 2)), (0, (1, 1)), (0, (3, 1, 1, 1)), (0, (8, 3)))
"""The lines of strategies that have no colour of their own."""
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

    @property
    def drawn(self) -> dict[str, Any]:
        """The keywords with which matplotlib draws its line and marker."""
        return {
            "color": self.colour,
            "linestyle": self.line,
            "linewidth": self.width,
            "marker": self.marker,
            "markerfacecolor": self.filling,
        }


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
    looks: Mapping[str, Look], order: Sequence[str], comparator: str, asked: Sequence[str] = ()
) -> dict[str, Look]:
    """Return the looks of a report; of too many strategies, only the first of the order stand out.

    Of these, each keeps its colour where none that claims it and no better one has the same, and
    else gets a free one. The comparator keeps its look, and all other strategies are faint.
    `asked`: those that stand out, however many strategies there are; empty: the best do.
    """
    if len(order) <= MANY and not asked:
        return dict(looks)
    some = [each for each in order if each != comparator]
    chosen = [each for each in some if each in asked] if asked else some[:HIGHLIGHTED]
    found = dict.fromkeys(looks, Look(FAINT, faint=True))
    found |= _coloured(looks, chosen)
    if comparator in looks:
        found[comparator] = looks[comparator]
    return found


def told_apart(
    looks: Mapping[str, Look], order: Sequence[str], comparator: str, asked: Sequence[str] = ()
) -> dict[str, Look]:
    """Return looks that tell strategies apart by colour alone, for pictures without markers.

    As many strategies as there are colours have one of their own: those that were `asked` to stand
    out, and then the first ones of the order. The comparator keeps its look, and all others are
    faint, with dashes that differ from one to the next.
    """
    rivals = [each for each in order if each != comparator]
    ranked = sorted(rivals, key=lambda each: each not in asked)
    chosen = ranked[: len(COLOURS) - 1]
    found = dict(looks)
    found |= _coloured(looks, chosen)
    for number, name in enumerate(ranked[len(chosen) :]):
        found[name] = Look(FAINT, _FAINT_LINES[number % len(_FAINT_LINES)], faint=True)
    return found


def _coloured(looks: Mapping[str, Look], chosen: Sequence[str]) -> dict[str, Look]:
    """Give each of the strategies a colour of its own: its own, or one that none of them has."""
    names = {code: name for name, code in COLOURS.items() if name != "grey"}
    owners = {looks[each].colour: each for each in reversed(chosen)}
    plain = [each for each in reversed(chosen) if looks[each].line == "-"]
    owners |= {looks[each].colour: each for each in plain}  # who claims it has it in a plain line
    free = [code for code in (*names,)[1:] if code not in owners]  # black would look like an axis
    free += [code for code in (*names,)[:1] if code not in owners]
    found = dict[str, Look]()
    for strategy in chosen:
        own = looks[strategy].colour
        colour = own if owners[own] == strategy and own in names else free.pop(0)
        found[strategy] = Look(colour, "-", _marker(names[colour], 0))
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
