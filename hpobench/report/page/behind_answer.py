"""The numbers behind the answer, for who wants to know."""

from collections.abc import Iterator, Sequence

import numpy as np

from ...errors import counted
from ...statistics import detectable, settling
from ..appendix.targets import TITLE, quicker
from ..compared import Compared
from ..comparisons import Comparison, Comparisons
from ..looks.tables import NONE, decimals, said_of_p
from ..names import RANDOM_SEARCH
from ..primary_comparison import speedup
from ..rankings import bracketed
from ..verdicts import LEVEL, TEST
from ..words import all_of, listed, some_of
from .recommended import untold
from .sayings import said

AT_LEAST = "\N{GREATER-THAN OR EQUAL TO}"
"""What a number begins with that is a lower bound."""
MOST_MORE = 200
"""The most further problems that are called a way to settle something."""


def computed(
    compared: Compared,
    found: Comparisons,
    first: Comparison | None,
    used: Sequence[int],
    begin: float,
) -> Iterator[str]:
    """Yield the numbers behind the answer.

    `begin`: from which budget on the first one is shown to be better; nan: it is not.
    """
    if first is None or not first.superiority.problems:
        return
    chance = bracketed(first.superiority.chance, first.superiority.low, first.superiority.high, 2)
    yield (
        f"Of ten runs: the chance that a run of {_name(compared, first)} is better than one of "
        f"{compared.comparator} on the same problem, {chance.text}, over "
        f"{counted(first.superiority.problems, 'problem')}."
    )
    if used:
        yield from _saved(compared, first)
    if not np.isnan(first.adjusted):
        yield (
            f"The test is a {TEST} on differences by problem: {said_of_p(first.adjusted)}, "
            f"corrected for {all_of(found.tests, 'test')} (Holm)."
        )
    if begin > 1 and not compared.cards[first.strategy].plans_for_budget:
        yield (
            f"From the end of the runs back, evaluation by evaluation, the same test at {LEVEL}"
            f"{f'/{found.tests}' * (found.tests > 1)} finds it better down to {begin:g} of them; "
            "a fixed order needs no further correction."
            f"{_untold(compared, first.strategy, begin)}"
        )
    if len(used) > 1:
        yield from _between(compared, used[0], used[1])
    elif not used and compared.scaled:
        finds = [each.detectable for each in found.every if np.isfinite(each.detectable)]
        if finds:
            most = decimals(max(finds), 2)
            yield f"Differences in mean regret under {most} could have been missed."


def _untold(compared: Compared, s: int, budget: float) -> str:
    """Say which of the others no test of all pairs tells from it after so many evaluations."""
    if not compared.scaled or s not in compared.ranked:
        return ""
    point = int(np.argmin(np.abs(compared.spent - budget)))
    alike = untold(compared, s, compared.differences_at(point))
    if not alike:
        return ""
    named = some_of([compared.names[each] for each in alike])
    return f" There, no test of all pairs, which are corrected for more, tells it from {named}."


def _saved(compared: Compared, first: Comparison) -> Iterator[str]:
    """Yield what its evaluations save of random search's, on the way and at the end."""
    found = quicker(compared, first.strategy)
    if found is not None:
        low, high = found.spread.low, found.spread.high
        after = bracketed(found.evaluations, low, high, 1).text
        sooner = [f"{compared.names[s]}'s {decimals(time, 1)}" for s, time in found.sooner]
        less = f" Less than its own is {listed(sooner)}." if sooner else ""
        yield (
            f"To what the anchors expect of random search after {found.effort} evaluations, its "
            f"expected running time is {after} evaluations, and {RANDOM_SEARCH}'s is "
            f"{decimals(found.of_random, 1)}: medians over {counted(found.problems, 'problem')} "
            f"(table: {TITLE}).{less}"
        )
    worth = speedup(first.speedup)[0].text
    if worth != NONE:
        yield (
            f"At the end, one of its evaluations is worth {worth} of {RANDOM_SEARCH}'s, the median "
            f"over {counted(first.speedup.problems, 'problem')}. That rises along the budget, and "
            "no search ends so much sooner: random search hardly gets better at its end."
            f"{said('bound') if worth.startswith(AT_LEAST) else ''}"
        )


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
