"""Which runs a report is about: those of one setting, with what is known of them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import product

from ..cards.card import ProblemCard, StrategyCard
from ..scores import grid, standings
from ..trial import Identity, Outcome, Run
from .names import comparator, told_apart
from .study import Apart, Setting, Study


def study(
    outcomes: Sequence[Outcome],
    strategies: Sequence[StrategyCard],
    problems: Sequence[ProblemCard],
    planned: Collection[Run] = (),
) -> Study:
    """Take the setting that most runs have (of several, the largest budget).

    `planned`: the runs that the last session was to make. Raises ValueError where there is no
    outcome, or one without the card of its strategy or problem.
    """
    systems = {card.identity for card in strategies if card.system}
    counts = Counter((each.run.budget, each.run.workers) for each in outcomes)
    ranked = Counter(
        (each.run.budget, each.run.workers) for each in outcomes if each.run.strategy not in systems
    )
    if not ranked:
        raise ValueError("a report needs at least one run of a strategy that ended")
    setting = max(ranked, key=lambda each: (ranked[each], each))
    chosen = [each for each in outcomes if (each.run.budget, each.run.workers) == setting]
    ended = {each.run for each in outcomes}
    unfinished = [run for run in planned if run not in ended]
    asked = frozenset(run for run in (*ended, *planned) if (run.budget, run.workers) == setting)
    here = {each.run.strategy for each in chosen}
    who = told_apart(here, [c.identity for c in strategies if c.source is None])
    used = {each.run.problem for each in chosen}
    where = told_apart(used, [c.identity for c in problems if c.source is None])
    against = comparator([card for card in strategies if card.identity in here])
    kept = tuple(
        replace(
            each,
            run=replace(each.run, strategy=who[each.run.strategy], problem=where[each.run.problem]),
        )
        for each in chosen
    )
    known = [replace(c, identity=where[c.identity]) for c in problems if c.identity in where]
    ordered = sorted(known, key=lambda card: (card.about.family, card.identity.name))
    cards = {
        who[c.identity]: replace(c, identity=who[c.identity])
        for c in strategies
        if c.identity in who
    }
    missing = sorted({each.name for each in who.values() if each not in cards})
    if missing:
        raise ValueError(f"no card for the strategy: {missing[0]}")
    compared = tuple(each for each in kept if not cards[each.run.strategy].system)
    table = standings(compared, ordered, grid(setting[0]))
    return Study(
        outcomes=compared,
        cards=tuple(cards[identity] for identity in table.strategies),
        table=table,
        setting=setting,
        asked=asked,
        cells=_cells([run for run in asked if run.strategy not in systems], ended),
        unfinished=(len(unfinished), len(planned)),
        others=tuple(sorted((each, number) for each, number in counts.items() if each != setting)),
        comparator=who[against] if against else None,
        apart=_apart(kept, cards, ordered, setting),
    )


def _cells(asked: Collection[Run], ended: Collection[Run]) -> int:
    """Count the runs that were asked for, or that a strategy lacks where another's has ended."""
    there = [run for run in asked if run in ended]
    where = {(run.problem, run.seed) for run in there}
    crossed = set(product({run.strategy for run in there}, where))
    return len(crossed.union((run.strategy, (run.problem, run.seed)) for run in asked))


def _apart(
    outcomes: Sequence[Outcome],
    cards: Mapping[Identity, StrategyCard],
    problems: Sequence[ProblemCard],
    setting: Setting,
) -> Apart | None:
    systems = sorted(
        (card for card in cards.values() if card.system), key=lambda card: card.identity.name
    )
    if not systems:
        return None
    table = standings(outcomes, problems, grid(setting[0]))
    return Apart(tuple(outcomes), tuple(systems), table)
