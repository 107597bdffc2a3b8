"""The axes on which runs are arranged: strategies, problems and seeds."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from ..cards.card import ProblemCard
from ..runner.finished_run import FinishedRun, FloatArray
from ..trial import Identity

Place: TypeAlias = tuple[int, int, int]
"""The positions of a run's strategy, problem and seed."""


def strategies_of(runs: Sequence[FinishedRun], known: Collection[Identity]) -> tuple[Identity, ...]:
    """Return the strategies that have a run, in the order of `known`.

    Raises ValueError where a strategy with a run is not known.
    """
    needed = {each.run.strategy for each in runs}
    _check("strategy", needed.difference(known))
    return tuple(each for each in known if each in needed)


def problems_of(
    runs: Sequence[FinishedRun], cards: Sequence[ProblemCard]
) -> tuple[ProblemCard, ...]:
    """Return the problems that have a run, in the order of the cards.

    Raises ValueError where a problem with a run has no card.
    """
    needed = {each.run.problem for each in runs}
    _check("problem", needed.difference(card.identity for card in cards))
    return tuple(card for card in cards if card.identity in needed)


def seeds_of(runs: Sequence[FinishedRun]) -> tuple[int, ...]:
    """Return the seeds that have a run, ascending."""
    return tuple(sorted({each.run.seed for each in runs}))


def places(
    runs: Sequence[FinishedRun],
    strategies: Sequence[Identity],
    problems: Sequence[ProblemCard],
    seeds: Sequence[int],
) -> list[Place]:
    """Return where each run stands on the axes; raises ValueError where two stand in one place."""
    of_strategy = {identity: at for at, identity in enumerate(strategies)}
    of_problem = {card.identity: at for at, card in enumerate(problems)}
    of_seed = {seed: at for at, seed in enumerate(seeds)}
    found = dict[Place, None]()
    for run in (each.run for each in runs):
        place = of_strategy[run.strategy], of_problem[run.problem], of_seed[run.seed]
        if place in found:
            raise ValueError(
                "a strategy, a problem and a seed must name one run: "
                f"{run.strategy.name}, {run.problem.name}, {run.seed}"
            )
        found[place] = None
    return list(found)


def budgets_of(runs: Sequence[FinishedRun], problems: Sequence[ProblemCard]) -> FloatArray:
    """Return the budget that all runs of each problem share, (problems,).

    Raises ValueError where runs of one problem differ in their setting.
    """
    budgets, workers = (
        defaultdict[Identity, set[Fraction]](set),
        defaultdict[Identity, set[int]](set),
    )
    firsts = defaultdict[Identity, set[str]](set)
    for run in (each.run for each in runs):
        budgets[run.problem].add(run.budget)
        workers[run.problem].add(run.workers)
        firsts[run.problem].add(run.first)
    for identity in (card.identity for card in problems):
        if len(budgets[identity]) > 1:
            found = ", ".join(str(budget) for budget in sorted(budgets[identity]))
            raise ValueError(f"the runs of {identity.name} must have one budget: {found}")
        if len(workers[identity]) > 1:
            raise ValueError(
                f"the runs of {identity.name} must have one number of workers: "
                f"{sorted(workers[identity])}"
            )
        if len(firsts[identity]) > 1:
            raise ValueError(f"the runs of {identity.name} must all be told the same first")
    return np.array([float(next(iter(budgets[card.identity]))) for card in problems])


def _check(what: str, missing: Collection[Identity]) -> None:
    if missing:
        raise ValueError(f"no card for the {what}: {min(each.name for each in missing)}")
