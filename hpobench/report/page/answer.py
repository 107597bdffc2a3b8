"""The answer: what to use, what that gains, and how sure it is, for a practitioner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import counted
from ...statistics import ALPHA, all_pairs, detectable, settling, superiority
from ..compared import Compared
from ..comparisons import Comparison, Comparisons
from ..looks.tables import NONE, decimals, said_of_p
from ..names import DEFAULT, RANDOM_SEARCH
from ..primary_comparison import speedup
from ..rankings import bracketed
from ..verdicts import TEST, verdict
from ..words import about, all_of, listed, of_ten, spelled
from .needs import needs
from .sayings import said

MOST_NAMED = 3
"""The most strategies that are named in a row."""
MOST_MORE = 200
"""The most further problems that are called a way to settle something."""
MATTERS = 1.5
"""The speed-up from which on it is told."""


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
    computed: tuple[str, ...]
    """The numbers behind it, for who wants to know."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The answer as a terminal shows it: what to use and what for, and how sure that is."""
        use = "".join(part.words for part in self.headline)
        asked = f"{said('asked')} {self.sure}" if self.sure else ""
        found = (f"{use} {self.gain}", f"{asked} {self.why}")
        return tuple(line.strip() for line in found if line.strip())


def answer(compared: Compared, found: Comparisons, notice: str, read: str) -> Answer:
    """Return the answer.

    `notice`: how far to trust the results, and `read`: how runs were read; either may be empty.
    """
    used = _recommended(compared, found)
    rivals = {each.strategy: each for each in found.every}
    first = (
        rivals[used[0]] if used else next((rivals[s] for s in compared.ranked if s in rivals), None)
    )
    sure, why = _sure(compared, first, used, notice)
    return Answer(
        headline=_headline(compared, used),
        gain=_gain(compared, first, used),
        sure=sure,
        why=" ".join(
            each
            for each in (why, notice, read, _as_well(compared, used), *_needs(compared, used))
            if each
        ),
        computed=(*_computed(compared, found, first, used),),
    )


def _recommended(compared: Compared, found: Comparisons) -> list[int]:
    """Return the strategy to use, and those that may be as good; empty: none is known to be better.

    The first one is the first of the ranking that is better than the comparator; the others are
    those better ones that no test tells from it.
    """
    better = [each.strategy for each in found.every if verdict(each) == "better"]
    best = [s for s in compared.ranked if s in better]
    if not best:
        return []
    alike = _alike(compared, best[0])
    return [s for s in best if s == best[0] or s in alike]


def _alike(compared: Compared, first: int) -> list[int]:
    """Return the ranked strategies that no test of all pairs tells from the first one."""
    who = compared.ranked
    tests = all_pairs(compared.tested_differences[np.ix_(who, who)])
    apart = tests.adjusted[who.index(first)]
    return [s for s, p in zip(who, apart.tolist(), strict=True) if s != first and not p <= ALPHA]


def _headline(compared: Compared, used: Sequence[int]) -> tuple[Part, ...]:
    if used:
        return (Part("Use "), *_named(compared, _named_first(compared, used), " or "), Part("."))
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


def _named_first(compared: Compared, used: Sequence[int]) -> list[int]:
    """Return which of the strategies to use are named: those in the first place, or the first."""
    tied = [s for s in used if s in compared.first]
    return tied[:MOST_NAMED] or [used[0]]


def _named(compared: Compared, who: Sequence[int], last: str) -> tuple[Part, ...]:
    parts = list[Part]()
    for number, s in enumerate(who):
        if number:
            parts.append(Part(last if number == len(who) - 1 else ", "))
        parts.append(Part(compared.names[s], strong=True))
    return tuple(parts)


def _gain(compared: Compared, first: Comparison | None, used: Sequence[int]) -> str:
    """Say what speaks for the first strategy, or why there is none."""
    if not compared.problems or not compared.complete:
        return f"{(compared.no_regrets or 'no strategy has runs on every problem').capitalize()}."
    if compared.comparator_position is None:
        return f"{compared.comparator}, which strategies are compared with, was not run."
    if first is None:
        return "There is no second strategy to compare it with."
    named = _named_first(compared, used) if used else compared.first
    who = "It" if named == [first.strategy] else _name(compared, first)
    runs = of_ten(first.superiority.chance)
    beaten = said("beats", who=who, rival=compared.comparator, runs=runs)
    default = default_of(compared)
    if default is not None and default not in (first.strategy, compared.comparator_position):
        also = float(superiority(compared.chances[first.strategy, default]))
        if not np.isnan(also):
            beaten = said("also", beaten=beaten, rival=THE_DEFAULT, runs=of_ten(also))
    return f"{beaten}. {_saved(compared, first) if used else ''}".rstrip()


THE_DEFAULT = "the default configuration"
"""How the strategy of the default is called in a sentence."""


def default_of(compared: Compared) -> int | None:
    """Return the position of our strategy that evaluates the default; None: it was not run."""
    ours = [card.family == DEFAULT and card.source is None for card in compared.cards]
    return ours.index(True) if True in ours else None


def _saved(compared: Compared, first: Comparison) -> str:
    """Say how many times the evaluations random search needs to do as well, the median.

    Empty where strategies are compared with another one, of which this is not known.
    """
    median, position = first.speedup.median, compared.comparator_position
    by_random = position is not None and compared.cards[position].identity.name == RANDOM_SEARCH
    if not by_random or not first.speedup.problems or not median.least >= MATTERS:
        return ""
    more = "" if median.least == median.most else ", or more"
    return said("saved", rival=compared.comparator, times=about(median.least), more=more)


def _sure(
    compared: Compared, first: Comparison | None, used: Sequence[int], notice: str
) -> tuple[str, str]:
    """Say how sure the headline is, in a word and at length; empty where there is none."""
    if first is None or not compared.problems or not compared.complete:
        return "", ""
    names = {"who": _name(compared, first), "rival": compared.comparator}
    if used:
        return said("unproven" if notice else "proven"), said("better", **names)
    if not first.possible:
        problems = counted(first.problems, "problem")
        return said("open"), said("?", problems=problems, **names)
    return said("open"), said("=", **names)


def _as_well(compared: Compared, used: Sequence[int]) -> str:
    """Say who may be as good as the first one; empty: nobody."""
    others = used[1:]
    if not others:
        return ""
    more = len(others) - MOST_NAMED
    names = [compared.names[s] for s in others[: MOST_NAMED + (more == 1)]]
    named = listed([*names, f"{spelled(more)} more"] if more > 1 else names)
    they = "the two" if len(used) == 2 else f"the {spelled(len(used))}"
    problems = counted(len(compared.tested), "problem")
    return f"{named} may do as well: these {problems} can't tell {they} apart."


def _needs(compared: Compared, used: Sequence[int]) -> Iterator[str]:
    """Yield what each strategy that the headline names needs of one's own function."""
    for s in _named_first(compared, used) if used else ():
        for each in needs(compared, s):
            yield f"{compared.names[s]} {each[0].lower()}{each[1:]}"


def _computed(
    compared: Compared, found: Comparisons, first: Comparison | None, used: Sequence[int]
) -> Iterator[str]:
    """Yield the numbers behind the answer."""
    if first is None or not first.superiority.problems:
        return
    chance = bracketed(first.superiority.chance, first.superiority.low, first.superiority.high, 2)
    yield (
        f"Of ten runs: the chance that a run of {_name(compared, first)} is better than one of "
        f"{compared.comparator} on the same problem, {chance.text}, over "
        f"{counted(first.superiority.problems, 'problem')}."
    )
    worth = speedup(first.speedup)[0].text
    if used and worth != NONE:
        yield (
            f"Evaluations of {RANDOM_SEARCH} that one of its own is worth, the median over "
            f"{counted(first.speedup.problems, 'problem')}: {worth}."
        )
    if not np.isnan(first.adjusted):
        yield (
            f"The test is a {TEST} on differences by problem: {said_of_p(first.adjusted)}, "
            f"corrected for {all_of(found.tests, 'test')} (Holm)."
        )
    if len(used) > 1:
        yield from _between(compared, used[0], used[1])
    elif not used and compared.scaled:
        finds = [each.detectable for each in found.every if np.isfinite(each.detectable)]
        if finds:
            most = decimals(max(finds), 2)
            yield f"Differences in mean regret under {most} could have been missed."


def _between(compared: Compared, a: int, b: int) -> Iterator[str]:
    """Yield how far the first two are from being told apart."""
    differences = compared.tested_differences[a, b]
    pairs = len(compared.ranked) * (len(compared.ranked) - 1) // 2
    least = detectable(differences, pairs)
    if not np.isfinite(least) or not compared.scaled:
        return
    both = listed([compared.names[a], compared.names[b]])
    words = (
        f"Between {both}, differences in regret under {decimals(least, 2)} could have been missed"
    )
    needed = settling(differences, np.nan, np.nan).problems
    more = needed - int((~np.isnan(differences)).sum())
    if np.isfinite(more) and 0 < more <= MOST_MORE:
        yield f"{words}, and about {counted(int(more), 'problem')} more might settle it."
    else:
        yield f"{words}."


def _name(compared: Compared, each: Comparison) -> str:
    return compared.names[each.strategy]
