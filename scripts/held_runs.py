"""The held-out runs as numbers for each problem, and as the cells of tables.

A chance is P(a run of ours ends lower than one of theirs on the same instance), ties counted half;
it is averaged over instances, over the forms of a function (plain and moved), and then over
functions. Its interval is Student's t over functions, and is there from eight on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import held_record
import numpy as np

from hpobench.cards.card import ProblemCard
from hpobench.cards.groups import functions
from hpobench.registry import resolve_problem
from hpobench.registry.describing import problem_card
from hpobench.scores import Kind, Scores, grid, scored
from hpobench.statistics import (
    Bounds,
    FloatArray,
    IntArray,
    chances,
    differences,
    instance_means,
    mean_over,
    new_problems,
)


@dataclass(frozen=True, slots=True)
class Table:
    """The runs of an experiment that are there."""

    scores: Scores
    asks: dict[str, float]
    """The median of the seconds of a suggestion, by strategy."""

    def rows(self, *names: str) -> list[int] | None:
        """Return the positions of strategies; None: one of them has no run."""
        there = [each.name for each in self.scores.strategies]
        return [there.index(name) for name in names] if {*names} <= {*there} else None


@dataclass(frozen=True, slots=True)
class OnProblems:
    """A number for each problem."""

    problems: tuple[ProblemCard, ...]
    found: FloatArray
    """(problems,); nan: not all strategies that it takes have a run."""
    runs: IntArray
    """(problems,): how many seeds it takes in."""


def read(name: str) -> Table | None:
    """Read the kept runs of an experiment; None: there are none.

    Raises InputError where one is of another version of a problem than the present one.
    """
    runs = held_record.kept(name)
    if not runs:
        return None
    problems = sorted({each.run.problem for each in runs}, key=lambda each: each.name)
    cards = [problem_card(resolve_problem(each)) for each in problems]
    entrants = sorted({each.run.strategy for each in runs}, key=lambda each: each.name)
    asks = {
        entrant.name: float(
            np.median([each.ask_seconds[0] for each in runs if each.run.strategy == entrant])
        )
        for entrant in entrants
    }
    return Table(scored(runs, entrants, cards, grid(runs[0].run.budget)), asks)


def better(
    table: Table | None, ours: str, theirs: str, kind: Kind = "scores", at: int = -1
) -> OnProblems:
    """Return the chance that ours is better on each problem, at a point of the grid."""
    rows = table and table.rows(ours, theirs)
    if not table or not rows:
        return OnProblems((), np.empty(0), np.empty(0, dtype=int))
    scores, quantity = table.scores, table.scores.quantity(kind)
    losses = quantity.comparable[rows][..., at]
    found = chances(losses, scores.instances, quantity.resolution)[0, 1]
    runs = (~np.isnan(losses)).all(axis=0).sum(axis=1)
    return OnProblems(scores.problems, mean_over(found, axis=1), runs)


def lower(table: Table | None, ours: str, theirs: str) -> OnProblems:
    """Return how much lower the mean final regret of ours is on each problem, instance by instance.

    It is below 0 where ours is worse.
    """
    rows = table and table.rows(ours, theirs)
    if not table or not rows:
        return OnProblems((), np.empty(0), np.empty(0, dtype=int))
    scores = table.scores
    ends = scores.reported.bounded[rows][..., -1]
    found = differences(instance_means(ends, scores.instances))[1, 0]
    return OnProblems(scores.problems, found, (~np.isnan(ends)).all(axis=0).sum(axis=1))


def together(parts: Sequence[OnProblems]) -> OnProblems:
    """Join numbers for problems of several experiments, which stay apart."""
    problems = tuple(card for part in parts for card in part.problems)
    found = np.concatenate([np.empty(0), *(part.found for part in parts)])
    runs = np.concatenate([np.empty(0, dtype=int), *(part.runs for part in parts)])
    return OnProblems(problems, found, runs)


def of_functions(numbers: OnProblems) -> FloatArray:
    """Average over the forms of each function: (functions,); without those that have no number."""
    there = ~np.isnan(numbers.found)
    cards = [card for card, known in zip(numbers.problems, there.tolist(), strict=True) if known]
    same = np.array(functions(cards), dtype=int)
    found = numbers.found[there]
    return np.array([found[same == each].mean() for each in np.unique(same)])


def chance(parts: Sequence[OnProblems]) -> str:
    """Return the chance over the functions of these problems, with its interval, as a cell."""
    numbers = together(parts)
    found = of_functions(numbers)
    if not len(found):
        return "no runs"
    bounds = Bounds(np.zeros(len(found)), np.ones(len(found)))
    return f"{cell(found, bounds, 2)} of {len(found)} ({numbers.runs.sum()} runs)"


def cell(found: FloatArray, bounds: Bounds | None = None, digits: int = 3) -> str:
    """Return a mean over problems with its interval; none is written below eight problems."""
    over = new_problems(found[:, None], bounds)
    interval = "" if np.isnan(over.low) else f" [{over.low:.{digits}f}, {over.high:.{digits}f}]"
    return f"{over.mean:.{digits}f}{interval}"


def show_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table of cells."""
    print(f"\n**{title}**\n\n| {' | '.join(head)} |\n|{' --- |' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


class Held:
    """The tables of all experiments, read when they are asked for."""

    def __init__(self) -> None:
        self._tables = dict[str, Table | None]()

    def __getitem__(self, name: str) -> Table | None:
        if name not in self._tables:
            self._tables[name] = read(name)
        return self._tables[name]

    def on_functions(self, ours: str, theirs: str) -> list[OnProblems]:
        """Compare two on functions and grids, where both have run."""
        names = ("functions", "moved", "half", "half-moved")
        return [found for each in names if len((found := better(self[each], ours, theirs)).found)]


def discrete_of(numbers: OnProblems) -> OnProblems:
    """Return the numbers of problems with categories or conditions, and of grids."""
    kept = [
        p
        for p, card in enumerate(numbers.problems)
        if "categorical" in card.dimensions or card.conditional or card.about.family == "tabulated"
    ]
    return OnProblems(
        tuple(numbers.problems[p] for p in kept), numbers.found[kept], numbers.runs[kept]
    )
