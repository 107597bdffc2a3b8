"""Which runs of two strategies are compared: those with seeds that both have on a problem."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..cards.card import ProblemCard, StrategyCard
from ..runner.finished_run import FinishedRun
from ..trial import Identity
from . import selection
from .compared import Compared


@dataclass(frozen=True, slots=True)
class Paired:
    """The runs of two strategies that are compared; the second one is the comparator."""

    compared: Compared
    first: int
    """The position of the first strategy in the scores."""
    second: int
    unpaired: tuple[int, int]
    """How many runs of each strategy are left out, on problems where the two share other seeds."""


def paired(
    runs: Sequence[FinishedRun],
    strategies: Sequence[StrategyCard],
    problems: Sequence[ProblemCard],
    first: Identity,
    second: Identity,
) -> Paired | None:
    """Select the runs of two strategies; None: one of them has no run, or they share no seed.

    On a problem where they share no seed, only one has its runs kept: so the problem is known, and
    nothing on it is compared.
    """
    where = {
        who: {(each.run.problem, each.run.seed) for each in runs if each.run.strategy == who}
        for who in (first, second)
    }
    both = where[first] & where[second]
    shared = {problem for problem, _ in both}
    second_has = {problem for problem, _ in where[second]}
    kept, unpaired = list[FinishedRun](), defaultdict[Identity, int](int)
    for each in runs:
        who, problem = each.run.strategy, each.run.problem
        alone = problem not in shared and (who == second or problem not in second_has)
        if alone or (problem, each.run.seed) in both:
            kept.append(each)
        elif problem in shared:
            unpaired[who] += 1
    if {first, second} - {each.run.strategy for each in kept}:
        return None
    found = selection.compared(kept, strategies, problems, comparator="")
    a, b = (found.scores.strategies.index(each) for each in (first, second))
    named = replace(found, comparator=found.names[b])
    return Paired(named, a, b, (unpaired[first], unpaired[second]))
