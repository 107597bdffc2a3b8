"""The first screen: what to use, how sure that is, and what was run, for a practitioner."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import counted
from ...statistics import ALPHA, all_pairs, detectable, settling
from ..compared import Compared
from ..comparisons import Comparison, Comparisons
from ..looks.tables import decimals, said_of_p
from ..names import RANDOM_SEARCH
from ..verdicts import verdict
from ..words import all_of, spelled
from .standings import Standing, standings

MOST_NAMED = 3
"""The most strategies that the headline recommends."""
MOST_MORE = 200
"""The most further problems that are called a way to settle something."""
MATTERS = 1.5
"""The speed-up from which on the first screen tells it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence."""

    words: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class FirstScreen:
    """What a reader sees first."""

    headline: tuple[Part, ...]
    """What to use, in a sentence."""
    because: str
    """What speaks for it, in a sentence or two."""
    sure: str
    """How sure that is; empty: there is nothing to be sure of."""
    ran: tuple[str, ...]
    """What was run, in a few phrases."""
    standings: tuple[Standing, ...]
    """The strategies in the order of the ranking."""
    elsewhere: tuple[str, ...]
    """Who comes first on groups of the problems, on which strategies run that don't run on all."""
    comparator: str


def first_screen(compared: Compared, found: Comparisons, elsewhere: Sequence[str]) -> FirstScreen:
    """Return what the first screen says; `elsewhere`: what came out on groups of the problems."""
    used = _recommended(compared, found)
    return FirstScreen(
        headline=_headline(compared, used),
        because=_because(compared, found, used),
        sure=_sure(compared, found, used),
        ran=ran(compared),
        standings=standings(compared, found),
        elsewhere=tuple(elsewhere),
        comparator=compared.comparator,
    )


def ran(compared: Compared) -> tuple[str, ...]:
    """Say what was run, in a few phrases."""
    cards = compared.scores.problems
    seeds = sorted({int(each) for each in compared.scores.planned.sum(axis=1)})
    span = str(seeds[0]) if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"
    held_out = sum(card.split == "held-out" for card in cards)
    times = " \N{MULTIPLICATION SIGN} "
    sizes = (
        counted(len(compared.names), "strategy"),
        counted(len(cards), "problem"),
        f"{span} {'seed' if span == '1' else 'seeds'}",
    )
    workers = compared.setting.workers
    phrases = [
        times.join(sizes),
        f"{counted(compared.budget, 'evaluation')} each"
        + (f" on {counted(workers, 'worker')}" if workers > 1 else ""),
        f"{compared.ended:,} of {counted(compared.asked_runs, 'run')} done",
    ]
    failed = int((compared.scores.status == "failed").sum())
    if failed:
        phrases.append(f"{counted(failed, 'run')} failed")
    if held_out:
        of = "all" if held_out == len(cards) else f"{held_out} problems"
        phrases.append(f"{of} held out: nothing was tuned on them")
    return tuple(phrases)


def _recommended(compared: Compared, found: Comparisons) -> list[int]:
    """Return the strategies to use; empty: none is known to be better than the comparator.

    They are the first one that is better, and those better ones that no test tells from it.
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
        named = _named(compared, used[:MOST_NAMED], " or ")
        more = len(used) - MOST_NAMED
        if more > 0:
            return (Part("Use "), *named, Part(f", or one of {spelled(more)} more."))
        return (Part("Use "), *named, Part("."))
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


def _named(compared: Compared, who: Sequence[int], last: str) -> tuple[Part, ...]:
    parts = list[Part]()
    for number, s in enumerate(who):
        if number:
            parts.append(Part(last if number == len(who) - 1 else ", "))
        parts.append(Part(compared.names[s], strong=True))
    return tuple(parts)


def _because(compared: Compared, found: Comparisons, used: Sequence[int]) -> str:
    """Say what speaks for the strategies that are recommended, or why none is."""
    if not compared.problems or not compared.complete:
        return f"{(compared.no_regrets or 'no strategy has runs on every problem').capitalize()}."
    rivals = {each.strategy: each for each in found.every}
    if used:
        return _recommending(compared, [rivals[s] for s in used])
    if compared.comparator_position is None:
        return f"{compared.comparator}, which strategies are compared with, was not run."
    first = next((s for s in compared.ranked if s in rivals), None)
    if first is None:
        return "There is no second strategy to compare it with."
    return _undecided(compared, rivals[first])


def _recommending(compared: Compared, used: Sequence[Comparison]) -> str:
    shown = used[:MOST_NAMED]
    they = "it beats" if len(shown) == 1 else "they beat"
    chances = [each.superiority.chance for each in shown]
    said = f"In {_tenths(chances)} {they} {compared.comparator}{_saved(compared, shown)}"
    if len(used) == 1:
        return f"{said}."
    apart = "the two" if len(used) == 2 else f"the {spelled(len(used))}"
    return f"{said}; these {counted(len(compared.tested), 'problem')} can't tell {apart} apart."


def _undecided(compared: Compared, first: Comparison) -> str:
    """Say why the first one is not recommended."""
    name, chance = compared.names[first.strategy], first.superiority.chance
    better = f"{name} does better than {compared.comparator} in {_tenths([chance])}"
    if not first.possible:
        problems = counted(first.problems, "problem")
        return f"{better}, but {problems} are too few for any test to tell that from luck."
    tested = counted(len(compared.tested), "problem")
    return f"{better}, which these {tested} can't tell from luck."


def _tenths(chances: Sequence[float]) -> str:
    """Return how many of ten runs are better, ties counted half.

    >>> _tenths([0.8, 0.79]), _tenths([0.66, 0.81])
    ('8 of 10 runs', '7 to 8 of 10 runs')
    """
    tens = sorted({round(10 * chance) for chance in chances})
    return f"{tens[0]} of 10 runs" if len(tens) == 1 else f"{tens[0]} to {tens[-1]} of 10 runs"


def _saved(compared: Compared, rivals: Sequence[Comparison]) -> str:
    """Say how many times the evaluations random search needs to do as well, the median.

    Empty where strategies are compared with another one, of which this is not known.
    """
    if not _by_random_search(compared):
        return ""
    factors = [each.speedup.median for each in rivals if each.speedup.problems]
    least = min((each.least for each in factors), default=0.0)
    if len(factors) < len(rivals) or not least >= MATTERS:
        return ""
    exact = len(factors) == 1 and factors[0].least == factors[0].most
    times = f"{decimals(least, 1)} times the evaluations{'' if exact else ' or more'}"
    return f", which would typically need {times} to do as well"


def _by_random_search(compared: Compared) -> bool:
    """Tell whether strategies are compared with random search, which is one of ours."""
    position = compared.comparator_position
    return position is not None and compared.cards[position].identity.name == RANDOM_SEARCH


def _sure(compared: Compared, found: Comparisons, used: Sequence[int]) -> str:
    """Say how sure the headline is."""
    rivals = {each.strategy: each for each in found.every}
    if not used:
        finds = [each.detectable for each in found.every if np.isfinite(each.detectable)]
        if not finds or not compared.scaled:
            return ""
        return f"Differences in mean regret under {decimals(max(finds), 2)} could have been missed."
    p = max(rivals[s].adjusted for s in used[:MOST_NAMED])
    tests = all_of(found.tests, "test")
    said = f"Against {compared.comparator}: yes ({said_of_p(p)} at most, corrected for {tests})."
    if len(used) == 1:
        return said
    return f"{said} {_between(compared, used[0], used[1])}"


def _between(compared: Compared, a: int, b: int) -> str:
    """Say how far the first two are from being told apart."""
    differences = compared.tested_differences[a, b]
    pairs = len(compared.ranked) * (len(compared.ranked) - 1) // 2
    least = detectable(differences, pairs)
    if not np.isfinite(least) or not compared.scaled:
        return "Between the first two: no."
    said = (
        "Between the first two: no; differences in regret under "
        f"{decimals(least, 2)} could have been missed"
    )
    needed = settling(differences, np.nan, np.nan).problems
    more = needed - int((~np.isnan(differences)).sum())
    if np.isfinite(more) and 0 < more <= MOST_MORE:
        return f"{said}, and about {counted(int(more), 'problem')} more might settle it."
    return f"{said}."
