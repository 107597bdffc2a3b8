"""Which runs a report is about: those of one setting, with what is known of them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import TypeVar

from ..cards.card import ProblemCard, StrategyCard
from ..runner.finished_run import FinishedRun
from ..scores import grid, scored
from ..trial import Identity, Run, Setting
from .compared import Compared
from .names import RANDOM_SEARCH, labels
from .system_runs import SystemRuns
from .tallies import tallied

Card = TypeVar("Card", StrategyCard, ProblemCard)


def compared(
    runs: Sequence[FinishedRun],
    strategies: Sequence[StrategyCard],
    problems: Sequence[ProblemCard],
    planned: Collection[Run] = (),
    *,
    comparator: str = RANDOM_SEARCH,
    elsewhere: Collection[Run] = frozenset(),
) -> Compared:
    """Select the runs of the setting that the last session asked for.

    Where it has none that ended, or nothing tells it, it is the setting that most runs have; of
    several, that of the largest budget, and then that without a first trial.
    `planned`: the runs that the last session was to make; `comparator`: the name of the strategy of
    ours that every other one is compared with; `elsewhere`: the runs that other shares of the plan
    make. Raises ValueError where there is no run, or one without the card of its strategy or
    problem.
    """
    systems = {card.identity for card in strategies if card.system}
    setting, others = _settings(runs, systems, planned)
    chosen = [each for each in runs if each.run.setting == setting]
    ended = {each.run for each in runs}
    left = [run for run in planned if run not in ended]
    others_make = sum(run in elsewhere for run in left)
    asked = frozenset(run for run in (*ended, *planned) if run.setting == setting)
    cards, who = _ordered(strategies, {each.run.strategy for each in chosen}, comparator)
    suite, where = _ordered(problems, {each.run.problem for each in chosen}, comparator)
    suite.sort(key=lambda card: card.about.family)
    shown = [each for each in chosen if each.run.strategy not in systems]
    scores = scored(shown, [card.identity for card in cards], suite, grid(setting.budget))
    of_identity = {card.identity: card for card in cards}
    return Compared(
        cards=tuple(of_identity[identity] for identity in scores.strategies),
        names=tuple(who[identity] for identity in scores.strategies),
        called=tuple(who[identity] for identity in scores.strategies),
        problem_names=tuple(where[card.identity] for card in scores.problems),
        scores=scores,
        tallies=tallied(shown, scores),
        setting=setting,
        others=others,
        asked=asked,
        asked_runs=_asked([run for run in asked if run.strategy not in systems], ended),
        unfinished=(len(left) - others_make, len(planned) - others_make),
        elsewhere=others_make,
        comparator=comparator,
        apart=_apart(chosen, cards, suite, {**who, **where}),
    )


def _settings(
    runs: Sequence[FinishedRun], systems: Collection[Identity], planned: Collection[Run]
) -> tuple[Setting, tuple[tuple[Setting, int], ...]]:
    """Return the setting that a report is about, and how many runs have each other one.

    A setting counts that runs of strategies have: that of the planned ones or, where they have
    none, that of the most.
    """
    counts, ranked = Counter[Setting](), Counter[Setting]()
    for run in (each.run for each in runs):
        counts[run.setting] += 1
        ranked[run.setting] += run.strategy not in systems
    if not ranked.total():
        raise ValueError("a report needs at least one run of a strategy that ended")
    asked = {run.setting for run in planned}
    there = [each for each, number in ranked.items() if number]
    setting = max(there, key=lambda each: (each in asked, ranked[each], each))
    others = sorted((each, number) for each, number in counts.items() if each != setting)
    return setting, tuple(others)


def _ordered(
    cards: Sequence[Card], present: Collection[Identity], comparator: str
) -> tuple[list[Card], dict[Identity, str]]:
    """Return the cards of what is present, in the order of their names, and these names."""
    ours = [card.identity for card in cards if card.source is None]
    names = labels(present, ours, comparator)
    kept = [card for card in cards if card.identity in names]
    return sorted(kept, key=lambda card: (names[card.identity], card.identity.version)), names


def _asked(asked: Collection[Run], ended: Collection[Run]) -> int:
    """Count the runs that were asked for, and those that a strategy lacks where another's ended."""
    there = [run for run in asked if run in ended]
    where = {(run.problem, run.seed) for run in there}
    crossed = set(product({run.strategy for run in there}, where))
    return len(crossed.union((run.strategy, (run.problem, run.seed)) for run in asked))


def _apart(
    runs: Sequence[FinishedRun],
    cards: Sequence[StrategyCard],
    problems: Sequence[ProblemCard],
    names: Mapping[Identity, str],
) -> SystemRuns | None:
    """Return the systems with all runs of the setting; None where there are no systems."""
    systems = tuple(card for card in cards if card.system)
    if not systems:
        return None
    budget = runs[0].run.budget
    scores = scored(runs, [card.identity for card in cards], problems, grid(budget))
    return SystemRuns(
        cards=systems,
        scores=scores,
        tallies=tallied(runs, scores),
        names=tuple(names[identity] for identity in scores.strategies),
        problem_names=tuple(names[card.identity] for card in scores.problems),
    )
