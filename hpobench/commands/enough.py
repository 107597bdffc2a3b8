"""How many problems a comparison needs, and how its two numbers differ: a line for each."""

import math
from collections.abc import Collection, Sequence
from itertools import permutations

from ..cards.card import SPLITS, ProblemCard
from ..cards.groups import ALL
from ..errors import counted
from ..experiment.planning import Plan
from ..registry.describing import problem_card
from ..registry.ours import problem_groups
from ..report.looks.tables import NONE, Cell, Table
from ..report.names import RANDOM_SEARCH
from ..report.rankings import AGAINST, BETTER, PROBLEMS, REGRET
from ..report.verdicts import HERE, TOO_FEW
from ..statistics import FEWEST_PROBLEMS, problems_needed
from ..strategy import Strategy

TWO_NUMBERS = "Regret weighs how much, Better counts how often; here they disagree."
EVEN = 0.5
"""The chance to be better than a strategy like oneself."""


def said_of_plan(planned: Plan) -> str:
    """Say where a plan has too few problems, and how many would do; empty where it has enough."""
    strategies = [each.identity for each in planned.strategies if isinstance(each.item, Strategy)]
    if not any(each.name == RANDOM_SEARCH for each in strategies):
        return ""
    cards = [card for card in map(problem_card, planned.problems) if not card.unmeasured]
    on = [
        [card for card in cards if (strategy, card.identity) not in planned.unsupported]
        for strategy in strategies
        if strategy.name != RANDOM_SEARCH
    ]
    most = max(on, key=len, default=[])
    rivals = sum(len(each) == len(most) for each in on)  # who does fewer is not tested before them
    return too_few(len(most), _with_regrets(most), rivals=rivals)


def said_of_ranking(ranking: Table, problems: Collection[ProblemCard]) -> list[str]:
    """Return what is to be known of a ranking, a line for each thing.

    `problems`: the cards of the problems on which the ranked strategies were run.
    """
    headings = [column.heading for column in ranking.columns]
    compared = [row for row in ranking.rows if row[-1].text != NONE]
    untested = [row for row in compared if row[-1].text in (TOO_FEW, *HERE)]
    counts = [int(_number(row[headings.index(PROBLEMS)])) for row in untested or compared]
    shared = max(counts, default=0)
    if compared and not shared:
        rival = headings[-1].removeprefix(AGAINST)
        return [f"n/a: no strategy has runs on the same problems and seeds as {rival}"]
    rivals = len(compared) if untested else min(len(compared), 1)  # else tests had enough
    said = too_few(shared, min(shared, _with_regrets(problems)), rivals=rivals)
    here = any(row[-1].text in HERE for row in untested)
    said = f"{'here: on these alone;' if here else f'{TOO_FEW}:'} {said}" if untested else said
    places = headings.index(REGRET), headings.index(BETTER)
    return [each for each in (said, _disagreement(ranking.rows, *places)) if each]


def too_few(problems: int, scaled: int, *, rivals: int) -> str:
    """Say how many problems comparisons need, where there are too few; empty where there are not.

    `scaled`: how many of the problems have regrets (where most have none, tests need none);
    `rivals`: how many strategies are compared with one.

    >>> too_few(5, 5, rivals=1)
    '5 problems: a test needs 6, an interval 8; -p synthetic has 28'
    """
    wants, without = list[str](), problems - scaled
    if without > scaled:
        without = 0  # regrets are averaged where at least half have some; else all are tested
    if rivals and problems - without < (needed := problems_needed(rivals)):
        wants.append(f"a test needs {needed}{' with regrets' * bool(without)}")
    if rivals and problems < FEWEST_PROBLEMS:
        wants.append(f"an interval {'' if wants else 'needs '}{FEWEST_PROBLEMS}")
    if not wants:
        return ""
    some = f", {without} of them without regrets" if without else ""
    group, number = _largest_family()
    there = counted(problems, "problem") if problems else "no shared problem"
    return f"{there}{some}: {', '.join(wants)}; -p {group} has {number}"


def _with_regrets(cards: Collection[ProblemCard]) -> int:
    return sum(card.has_regrets for card in cards)


def _largest_family() -> tuple[str, int]:
    """Return the name of the family with the most problems, and how many it has."""
    families = {
        name: len(members)
        for name, members in problem_groups().items()
        if name not in (*SPLITS, ALL)
    }
    return max(families.items(), key=lambda pair: pair[1])


def _disagreement(rows: Sequence[Sequence[Cell]], regret: int, better: int) -> str:
    """Say that regret and the chance to be better order two strategies differently, if they do.

    Numbers count as they are printed. Who is compared with nobody is what others are compared with.
    """
    numbers = [
        (
            round(_number(row[regret]), 3),
            EVEN if row[-1].text == NONE else round(_number(row[better]), 2),
        )
        for row in rows
    ]
    disagree = any(
        one[0] < other[0] and one[1] < other[1] for one, other in permutations(numbers, 2)
    )
    return TWO_NUMBERS if disagree else ""


def _number(cell: Cell) -> float:
    return cell.values[0] if cell.values else math.nan
