"""A ranking of its own for each group of problems on which strategies run that don't run on all.

A strategy that needs a fidelity, or gradients, has no place in a ranking over problems without. On
the problems that have them it is compared with all others there, random search among them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..cards.card import OWN
from ..cards.groups import belongs
from ..errors import counted
from . import rankings, summary
from .compared import Compared
from .comparisons import Comparisons, comparisons
from .looks.style import MINUS
from .looks.tables import Table
from .page.items import Listing
from .verdicts import in_words
from .words import listed

GROUPS: Mapping[str, str] = {
    "fidelity": "with a fidelity",
    "gradient": "with gradients",
    OWN: "of users' own",
}
"""The groups of problems that may have a ranking of their own, and what their problems are."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What came out on a group of the problems."""

    group: str
    compared: Compared
    found: Comparisons

    @property
    def line(self) -> str:
        """Who comes first on the group, and what that is worth, in a line."""
        compared, rivals = self.compared, {each.strategy: each for each in self.found.every}
        size = len(compared.problems)
        many = "only problem" if size == 1 else counted(size, "problem")
        where = f"On the {many} {GROUPS[self.group]}"
        first = compared.first
        if not first:
            return f"{where}: no strategy has runs on all of them."
        verb = "comes" if len(first) == 1 else "come"
        by, number = summary.criterion(compared, first[0])
        named = listed([compared.names[s] for s in first])
        some = len(compared.scaled)
        over = f" over the {some} with regrets" * (0 < some < len(compared.problems))
        below = " (below 0: better than the best known)" * number.startswith(MINUS)
        answer = f"{where}, {named} {verb} first, with a {by} of {number}{below}{over}"
        said = {in_words(rivals[s]) for s in first if s in rivals}
        if len(said) != 1:
            return f"{answer}."
        return f"{answer}; against {compared.comparator}: {said.pop()}."

    @property
    def ranking(self) -> Table:
        """The ranking on the group."""
        table = rankings.ranking(self.compared, self.found)
        return replace(
            table,
            name=f"{table.name}-{self.group}",
            title=f"On the problems {GROUPS[self.group]}: {table.title}",
        )


def headlines(compared: Compared) -> tuple[Headline, ...]:
    """Return a headline for each group that needs one.

    That is the group of users' own problems, and each other one with a strategy that has runs on
    all of it, but not on all problems. A group that is all problems needs none.
    """
    return tuple(_headlines(compared))


def _headlines(compared: Compared) -> Iterator[Headline]:
    cards = compared.scores.problems
    families = {card.about.family for card in cards}
    for group in GROUPS:
        inside = belongs(group, families)
        members = [p for p in compared.problems if inside(cards[p])]
        if not 0 < len(members) < len(compared.problems):
            continue
        there = compared.over(members)
        if group == OWN or set(there.complete) - set(compared.complete):
            yield Headline(group, there, comparisons(there))


def shown(headline: Headline) -> tuple[str | Listing, ...]:
    """Return what a page shows of a headline: its line, and its ranking in a fold."""
    return headline.line, Listing(headline.ranking, folded=True)
