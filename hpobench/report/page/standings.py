"""The ranking as picture and table in one: a line for each strategy, with its interval drawn."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ...statistics.summaries import median
from ..compared import Compared
from ..comparisons import Comparison, Comparisons
from ..looks.tables import NONE
from ..names import RANDOM_SEARCH
from ..primary_comparison import between, speedup
from ..rankings import ranking
from ..verdicts import in_words, verdict
from ..words import about, brief_seconds
from .needs import needs
from .sayings import said

Sign: TypeAlias = Literal["better", "=", "worse", "?", ""]
"""A strategy against the comparator; "?": too few problems to say; empty: it is the comparator."""
_SIGNS: dict[str, Sign] = {
    "better": "better",
    "worse": "worse",
    "not told apart": "=",
    "differs": "=",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A strategy's line of the ranking, in the words of the report's tables."""

    strategy: int
    """Its position in the scores."""
    name: str
    summary: str
    """What it does, in a sentence; empty: its card does not say."""
    needs: str
    """What it needs beyond values, in sentences; empty: nothing."""
    colour: str
    place: str
    range: str
    mean: str
    """What it is ranked by: the mean regret, or the mean rank."""
    interval: str
    """The interval of the mean; empty: there is none."""
    whisker: tuple[float, float, float] | None
    """Low, mean and high as shares of the axis's length; None: nothing is drawn."""
    worth: str
    """How many evaluations of random search are worth one of its own: the interval."""
    worth_note: str
    """The median of that, or why there is no interval; empty: there is nothing to say."""
    seconds: str
    """The real seconds of a suggestion, the median."""
    sign: Sign
    words: str
    """What the comparison with the comparator came to."""


def standings(compared: Compared, found: Comparisons) -> tuple[Standing, ...]:
    """Return the lines of the ranking, in its order."""
    rows = ranking(compared, found).rows
    rivals = {each.strategy: each for each in found.every}
    low, high = axis(compared)
    lines = list[Standing]()
    for s, row in zip(compared.order, rows, strict=True):
        mean, _, interval = row[3].text.partition(" ")
        worth, worth_note = _worth(compared, s, rivals, found)
        lines.append(
            Standing(
                strategy=s,
                name=compared.names[s],
                summary=compared.cards[s].summary,
                needs=" ".join(needs(compared, s)),
                colour=compared.page_looks[compared.names[s]].colour,
                place=row[1].text,
                range=row[2].text,
                mean=mean if compared.scaled else row[4].text,
                interval=interval,
                whisker=_whisker(row[3].values, low, high) if compared.scaled else None,
                worth=worth,
                worth_note=worth_note,
                seconds=_seconds(compared, s),
                sign=_sign(rivals.get(s)),
                words=in_words(rivals[s]) if s in rivals else "",
            )
        )
    return tuple(lines)


def axis(compared: Compared) -> tuple[float, float]:
    """Return the ends of the axis on which the means and their intervals are drawn."""
    ends = [end for row in compared.final_regrets.values() for end in row if not np.isnan(end)]
    return min([0.0, *ends]), max([*ends, 1e-9])


def _whisker(
    values: tuple[float, ...], low: float, high: float
) -> tuple[float, float, float] | None:
    mean, least, most = values
    if np.isnan(mean):
        return None
    ends = (mean, mean) if np.isnan(least) else (least, most)
    at = [round((each - low) / (high - low), 4) for each in (ends[0], mean, ends[1])]
    return at[0], at[1], at[2]


def unit_of_worth(compared: Compared) -> int | None:
    """Return the position of random search, by whose evaluations others are counted; None: none."""
    ours = [card.identity.name == RANDOM_SEARCH and card.source is None for card in compared.cards]
    return ours.index(True) if True in ours else None


def _worth(
    compared: Compared, s: int, rivals: dict[int, Comparison], found: Comparisons
) -> tuple[str, str]:
    """Return a speed-up's interval, and its median; random search is its own unit."""
    speed = rivals[s].speedup if s in rivals else found.itself
    if speed is None or not speed.problems:
        return NONE, ""
    central = speedup(speed)[0].text
    if s == unit_of_worth(compared):
        return "1\N{MULTIPLICATION SIGN}", said("unit", found=central)
    if np.isnan(speed.median.low):
        return NONE, said("no interval", median=central)
    return between(speed.median, about), said("median", median=central)


def _seconds(compared: Compared, s: int) -> str:
    seconds = step_seconds(compared, s)
    return NONE if np.isnan(seconds) else brief_seconds(seconds)


def step_seconds(compared: Compared, s: int) -> float:
    """Return the median of the seconds that a strategy's suggestions took; nan: not measured."""
    taken = compared.tallies.ask_seconds[s]
    return median(np.where(taken > 0, taken, np.nan))


def _sign(each: Comparison | None) -> Sign:
    return "" if each is None else _SIGNS.get(verdict(each), "?")
