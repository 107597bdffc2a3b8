"""The answer: what to use, what that gains, and how sure it is, for a practitioner."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import counted
from ...statistics import superiority
from ..appendix.targets import quicker
from ..compared import Compared
from ..comparisons import Comparison, Comparisons
from ..names import DEFAULT
from ..words import of_ten
from .behind_answer import computed
from .needs import needs
from .recommended import MOST_NAMED, as_well, named_first, recommended
from .sayings import said
from .sides import SideAnswer, answer_on, sides
from .since import said_since, since


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence."""

    words: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What to use, what that gains, and how sure it is."""

    headline: tuple[Part, ...]
    """What to use, in a sentence."""
    gain: str
    """What speaks for it, in a sentence or two."""
    sure: str
    """How sure it is, in a word or two; empty: there is nothing to be sure of."""
    why: str
    """Why it is not surer, the notice included; empty: there is nothing to say."""
    sides: tuple[SideAnswer, ...]
    """How sure it is on test functions and for problems with models; empty: all are of one kind."""
    computed: tuple[str, ...]
    """The numbers behind it, for who wants to know."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The answer as a terminal shows it: what to use and what for, and how sure that is."""
        use = "".join(part.words for part in self.headline)
        asked = f"{said('asked')} {self.sure}" if self.sure else ""
        apart = (f"{side.head} {side.words}" for side in self.sides)
        found = (f"{use} {self.gain}", f"{asked} {self.why}", *apart)
        return tuple(line.strip() for line in found if line.strip())


def answer(compared: Compared, found: Comparisons, notice: str, read: str) -> Answer:
    """Return the answer.

    `notice`: how far to trust the results, and `read`: how runs were read; either may be empty.
    """
    used = recommended(compared, found)
    rivals = {each.strategy: each for each in found.every}
    first = (
        rivals[used[0]] if used else next((rivals[s] for s in compared.ranked if s in rivals), None)
    )
    begin = since(compared, used[0], found.tests) if used else math.nan
    sure, why = _sure(compared, first, used, notice, begin)
    both = sides(compared) if first else ()
    if not used and not any(recommended(side.compared, side.found) for side in both):
        both = ()  # all of it may be luck
    everywhere = [s for s in used if s == used[0] or not any(side.behind(s) for side in both)]
    others = as_well(compared, everywhere)
    planned = said("planned") if begin > 1 and compared.cards[used[0]].plans_for_budget else ""
    reasons = (why, planned, notice, read, others, *_needs(compared, used))
    return Answer(
        headline=_headline(compared, used, begin),
        gain=_gain(compared, first, used, begin),
        sure=sure,
        why=" ".join(each for each in reasons if each),
        sides=tuple(answer_on(side, used, notice) for side in both),
        computed=(
            *computed(compared, found, first, used, begin),
            *(said("sides"),) * bool(both),
        ),
    )


def _headline(compared: Compared, used: Sequence[int], begin: float) -> tuple[Part, ...]:
    if used:
        named = _named(compared, named_first(compared, used), " or ")
        return (Part("Use "), *named, Part(f"{_span(compared, begin)}."))
    if not compared.problems or not compared.complete:
        return (Part("There is no answer yet."),)
    if len(compared.complete) == 1:
        only = Part(compared.names[compared.complete[0]], strong=True)
        return (Part("Only "), only, Part(" was run on every problem."))
    first = compared.first
    if compared.comparator_position in first:
        return (Part(f"Nothing here is shown to beat {compared.comparator}."),)
    named = _named(compared, first[:MOST_NAMED], " and ")
    verb = "comes" if len(first) == 1 else "come"
    return (*named, Part(f" {verb} first here, but that may be luck."))


def _span(compared: Compared, begin: float) -> str:
    """Say for which numbers of evaluations the answer holds; empty: for all, up to the budget."""
    if begin <= 1:
        return ""
    if math.ceil(begin) >= compared.budget:
        return f" for {counted(compared.budget, 'evaluation')}"
    return f" from {math.ceil(begin)} evaluations on"


def _named(compared: Compared, who: Sequence[int], last: str) -> tuple[Part, ...]:
    parts = list[Part]()
    for number, s in enumerate(who):
        if number:
            parts.append(Part(last if number == len(who) - 1 else ", "))
        parts.append(Part(compared.names[s], strong=True))
    return tuple(parts)


def _gain(compared: Compared, first: Comparison | None, used: Sequence[int], begin: float) -> str:
    """Say what speaks for the first strategy, and after how many evaluations, or why nothing is."""
    if not compared.problems or not compared.complete:
        return f"{(compared.no_regrets or 'no strategy has runs on every problem').capitalize()}."
    if compared.comparator_position is None:
        return f"{compared.comparator}, which strategies are compared with, was not run."
    if first is None:
        return "There is no second strategy to compare it with."
    named = named_first(compared, used) if used else compared.first
    alone = named == [first.strategy]
    end = f"After {counted(compared.budget, 'evaluation')}, where runs end, "
    who = ("it" if begin > 1 else "It") if alone else compared.names[first.strategy]
    if not first.superiority.problems:
        name = compared.names[first.strategy]
        return f"{said('apart', who=name, rival=compared.comparator)}."
    runs = of_ten(first.superiority.chance)
    beaten = said("beats", who=who, rival=compared.comparator, runs=runs)
    default = default_of(compared)
    if default is not None and default not in (first.strategy, compared.comparator_position):
        also = float(superiority(compared.chances[first.strategy, default]))
        if not np.isnan(also):
            words, runs = ("also", of_ten(also)) if also >= 0.5 else ("lost", of_ten(1 - also))
            beaten = said(words, beaten=beaten, rival=THE_DEFAULT, runs=runs)
    quick = _reached(compared, first) if used else ""
    return f"{end if begin > 1 else ''}{beaten}. {quick}".rstrip()


THE_DEFAULT = "the default settings"
"""How the strategy of the default is called in a sentence."""


def default_of(compared: Compared) -> int | None:
    """Return the position of our strategy that evaluates the default; None: it was not run."""
    ours = [card.family == DEFAULT and card.source is None for card in compared.cards]
    return ours.index(True) if True in ours else None


def _reached(compared: Compared, first: Comparison) -> str:
    """Say after how many evaluations it reaches what random search reaches later; empty: no."""
    found = quicker(compared, first.strategy)
    if found is None:
        return ""
    evaluations = counted(max(round(found.evaluations), 1), "evaluation")
    effort = str(round(found.of_random))
    return said("reached", rival=compared.comparator, evaluations=evaluations, effort=effort)


def _sure(
    compared: Compared, first: Comparison | None, used: Sequence[int], notice: str, begin: float
) -> tuple[str, str]:
    """Say how sure the headline is, in a word and at length; empty where there is none."""
    if first is None or not compared.problems or not compared.complete:
        return "", ""
    names = {"who": compared.names[first.strategy], "rival": compared.comparator}
    problems = counted(first.problems, "problem")
    if used:
        shown = said_since(compared, first.strategy, begin)
        better = said("better", problems=problems, since=shown, **names)
        return said("unproven" if notice else "proven"), better
    if not first.possible:
        return said("open"), _untested(first, problems)
    return said("open"), said("=", **names)


def _untested(first: Comparison, problems: str) -> str:
    """Say why no test of the first one against the comparator could have found anything."""
    if first.problems:
        return said("?", problems=problems)
    return said("unscaled" if first.superiority.problems else "unshared")


def _needs(compared: Compared, used: Sequence[int]) -> Iterator[str]:
    """Yield what each strategy that the headline names needs of one's own function."""
    for s in named_first(compared, used) if used else ():
        for each in needs(compared, s):
            yield f"{compared.names[s]} {each[0].lower()}{each[1:]}"
