"""The answer on test functions and on problems with models, where the results hold both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...cards.groups import is_test_function
from ...statistics import problems_needed
from ..compared import Compared
from ..comparisons import Comparison, Comparisons, comparisons
from ..summary import criterion
from ..verdicts import HERE, verdict
from ..words import of_ten
from .recommended import as_well, recommended
from .sayings import said


@dataclass(frozen=True, slots=True)
class Side:
    """The problems of one of the two kinds, and what the comparisons on them came to."""

    kind: str
    """What its problems are called."""
    compared: Compared
    found: Comparisons

    @property
    def name(self) -> str:
        """What its problems are called, with their number."""
        return f"{len(self.compared.problems)} {self.kind}"

    def behind(self, strategy: int) -> bool:
        """Return whether a strategy comes after the comparator in the ranking of the side."""
        order, rival = self.compared.ranked, self.compared.comparator_position
        return rival in order and strategy in order[order.index(rival) :]

    def shown_worse(self, used: Sequence[int]) -> Iterator[str]:
        """Yield which of the strategies that the answer is about come after the comparator."""
        for s in used:
            if self.behind(s):
                by, number = criterion(self.compared, s)
                rival = self.compared.comparator_position
                assert rival is not None  # it comes before
                yield (
                    f"{self.compared.names[s]} does worse than {self.compared.comparator} there: "
                    f"its {by} is {number} against {criterion(self.compared, rival)[1]}."
                )


def sides(compared: Compared) -> tuple[Side, ...]:
    """Return the two kinds of problems; empty where all problems are of one kind.

    So it is where there is nothing to compare with.
    """
    cards = compared.scores.problems
    made_up = [p for p in compared.problems if is_test_function(cards[p])]
    others = [p for p in compared.problems if p not in made_up]
    if not made_up or not others or compared.comparator_position is None:
        return ()
    trained = all(cards[p].about.trained for p in others)
    kinds = {
        "test functions": made_up,
        "problems that train models" if trained else "other problems": others,
    }
    there = {kind: compared.over(members) for kind, members in kinds.items()}
    return tuple(Side(kind, each, comparisons(each)) for kind, each in there.items())


def line(side: Side, used: Sequence[int], notice: str) -> str:
    """Say who comes first on a side, and how sure that is there.

    `used`: the strategies that the whole answer names; `notice`: how far to trust the results.
    """
    there = side.compared
    best = recommended(there, side.found)
    rivals = {each.strategy: each for each in side.found.every}
    if not there.ranked:
        return f"On the {side.name}, no strategy has runs on all of them."
    first = best[0] if best else there.ranked[0]
    if first not in rivals:
        return f"On the {side.name}, nothing is shown to beat {there.comparator}."
    who, each = there.names[first], rivals[first]
    leads = f"{who} comes first and" if first in there.first else who
    runs = of_ten(each.superiority.chance)
    beats = said("beats", who=leads, rival=there.comparator, runs=runs)
    parts = [f"On the {side.name}, {beats}.", said("asked"), *_sure(side, each, notice)]
    parts += [as_well(there, best), *side.shown_worse(used)]
    return " ".join(part for part in parts if part)


def _sure(side: Side, first: Comparison, notice: str) -> tuple[str, str]:
    """Say how sure it is that the first one of a side beats the comparator there."""
    names = {"who": side.compared.names[first.strategy], "rival": side.compared.comparator}
    found = verdict(first)
    if found == "better":
        return said("unproven" if notice else "proven"), said("better", **names)
    if first.possible:
        return said("open"), said("=", **names)
    needed = str(problems_needed(len(side.found.every)))
    few = said("short", needed=needed, problems=str(first.problems))
    here = f" {said('here')}" if found == HERE[0] else ""
    return said("open"), f"{few}{here}"
