"""The answer on test functions and on problems with models, where the results hold both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...cards.groups import is_test_function
from ...errors import counted
from ...statistics import problems_needed
from ..compared import Compared
from ..comparisons import Comparison, Comparisons, comparisons
from ..verdicts import HERE, verdict
from ..words import of_ten
from .recommended import may_do_as_well, recommended
from .sayings import said
from .since import said_since, since


@dataclass(frozen=True, slots=True)
class SideAnswer:
    """How sure the answer is on one kind of problems."""

    head: str
    """On which problems, and how sure."""
    words: str
    """What speaks for it, and against it."""


@dataclass(frozen=True, slots=True)
class Side:
    """The problems of one of the two kinds, and what the comparisons on them came to."""

    name: str
    """What its problems are called, with their number."""
    compared: Compared
    found: Comparisons

    def behind(self, strategy: int) -> bool:
        """Return whether a strategy comes after the comparator in the ranking of the side."""
        order, rival = self.compared.ranked, self.compared.comparator_position
        return rival in order and strategy in order[order.index(rival) :]

    def said_behind(self, used: Sequence[int]) -> Iterator[str]:
        """Yield which of the strategies that the answer is about come after the comparator."""
        for s in used:
            if self.behind(s):
                yield f"{self.compared.names[s]} comes after {self.compared.comparator} there."


def sides(compared: Compared) -> tuple[Side, ...]:
    """Return the two kinds of problems; empty where all are of one kind, or nothing is compared."""
    cards = compared.scores.problems
    made_up = [p for p in compared.problems if is_test_function(cards[p])]
    others = [p for p in compared.problems if p not in made_up]
    if not made_up or not others or compared.comparator_position is None:
        return ()
    trained = all(cards[p].about.trained for p in others)
    other = ("problem that trains a model", "problems that train models")
    kinds = (
        (("test function", "test functions"), made_up),
        (other if trained else ("other problem", "other problems"), others),
    )
    there = [(_named(*kind, len(members)), compared.over(members)) for kind, members in kinds]
    return tuple(Side(name, each, comparisons(each)) for name, each in there)


def _named(one: str, several: str, number: int) -> str:
    return f"the only {one}" if number == 1 else f"the {number} {several}"


def answer_on(side: Side, used: Sequence[int], notice: str) -> SideAnswer:
    """Say how sure it is on a side that the first one there is better than the comparator.

    `used`: the strategies that the whole answer names; `notice`: how far to trust the results.
    """
    there = side.compared
    best = recommended(there, side.found)
    rivals = {each.strategy: each for each in side.found.every}
    where = f"On {side.name}: "
    if not there.ranked:
        return SideAnswer(f"{where}not known.", "No strategy has runs on all of them.")
    first = best[0] if best else there.ranked[0]
    if first not in rivals:
        return SideAnswer(f"{where}no.", f"Nothing is shown to beat {there.comparator}.")
    who, each = there.names[first], rivals[first]
    end = f"After {counted(there.budget, 'evaluation')}, "
    leads = f"{end}{who} comes first and" if first in there.first else f"{end}{who}"
    if each.superiority.problems:
        runs = of_ten(each.superiority.chance)
        beats = said("beats", who=leads, rival=there.comparator, runs=runs)
    else:
        beats = said("apart", who=who, rival=there.comparator)
    sure, why = _sure(side, each, notice)
    others = f"{may_do_as_well(there, best)}." if best[1:] else ""
    words = (f"{beats}{why}", others, *side.said_behind(used))
    return SideAnswer(f"{where}{sure}", " ".join(each for each in words if each))


def _sure(side: Side, first: Comparison, notice: str) -> tuple[str, str]:
    """Say how sure it is that the first one of a side beats the comparator there, and why."""
    found = verdict(first)
    if found == "better":
        begin = since(side.compared, first.strategy, side.found.tests)
        shown = said_since(side.compared, first.strategy, begin)
        better = said("better there", since=shown)
        return said("unproven there" if notice else "proven there"), better
    if first.possible:
        return said("open there"), said("= there")
    if not first.superiority.problems:  # that they share none was said
        return said("open there"), "."
    needed = str(problems_needed(len(side.found.every)))
    here = "here alone" if found == HERE[0] else "short"
    return said("open there"), said(here, needed=needed)
