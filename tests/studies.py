"""Studies of made-up results whose truth is known, and what reports say of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from cards import problem_card, strategy_card
from numpy.typing import NDArray

from hpobench.cards.card import Anchors, ProblemCard, StrategyCard
from hpobench.report import rankings, selection, summary
from hpobench.report.compared import Compared
from hpobench.report.comparisons import Comparison, comparisons
from hpobench.report.looks.tables import Table
from hpobench.runner.finished_run import FinishedRun, in_columns
from hpobench.scores import Scores, scored
from hpobench.trial import Identity, Outcome, Proposal, Record, Run, Stop, Trial

RANDOM = "random-search"
NAN = float("nan")
Ends = Callable[[int, int], float]
"""What a strategy's run ends with, by the number of the problem and the seed."""


def strategy(name: str, version: str = "1", source: str | None = None) -> StrategyCard:
    return strategy_card(name, version, source=source)


def problem(
    number: int,
    *,
    anchors: Anchors | None = Anchors(0.0, 1.0),  # noqa: B008  # frozen
    optimum: float | None = 0.0,
    instances: int = 30,
) -> ProblemCard:
    scales = () if anchors is None else (anchors,)
    return problem_card(f"p{number}", scales, optimum=optimum, instances=instances)


def run(
    name: str, where: ProblemCard, seed: int, value: float, score: float | None = None
) -> Outcome:
    trial = Trial(0, Proposal({"x": 0.5}), (value,), 1.0)
    record = Record(trial, value if score is None else score, {}, 1.0)
    planned = Run(Identity(name, "1"), where.identity, seed, Fraction(1))
    return Outcome(planned, Stop("complete"), (record,))


def failed(outcome: Outcome, detail: str = "it broke") -> Outcome:
    return replace(outcome, stop=Stop("failed", detail), records=())


def outcomes(
    ends: Mapping[str, Ends], problems: Sequence[ProblemCard], seeds: int
) -> list[Outcome]:
    return [
        run(name, where, seed, end(p, seed))
        for name, end in ends.items()
        for p, where in enumerate(problems)
        for seed in range(seeds)
    ]


def about(found: Sequence[Outcome], problems: Sequence[ProblemCard]) -> Compared:
    names = sorted({outcome.run.strategy.name for outcome in found})
    return selected(found, [strategy(name) for name in names], problems)


def selected(
    found: Sequence[Outcome],
    strategies: Sequence[StrategyCard],
    problems: Sequence[ProblemCard],
    comparator: str = RANDOM,
) -> Compared:
    return selection.compared(finished(found), strategies, problems, comparator=comparator)


def brief(made: Compared) -> Table:
    """Return the ranking as a terminal shows it."""
    found = comparisons(made)
    return rankings.brief(made, found, rankings.ranking(made, found))


def finished(found: Sequence[Outcome]) -> list[FinishedRun]:
    """Return runs as a report reads them."""
    return [in_columns(outcome) for outcome in found]


def arranged(
    found: Sequence[Outcome], problems: Sequence[ProblemCard], shares: NDArray[np.float64]
) -> Scores:
    """Arrange runs with the strategies in the order of their names."""
    strategies = sorted({each.run.strategy for each in found}, key=lambda each: each.name)
    return scored(finished(found), strategies, problems, shares)


def luck(*seed: int) -> np.random.Generator:
    return np.random.default_rng(list(seed))


def noisy(level: float, *, key: int, spread: float = 0.1) -> Ends:
    return lambda p, seed: level + spread * float(luck(key, p, seed).normal())


def column(table: Table | str, heading: str) -> dict[str, str]:
    """Return what a column says of each row, by the row's first cell."""
    assert isinstance(table, Table)
    at = [each.heading for each in table.columns].index(heading)
    return {row[0].text: row[at].text for row in table.rows}


def words(made: Compared) -> str:
    return " ".join(summary.sentences(made, comparisons(made)))


def compared(made: Compared) -> dict[str, Comparison]:
    return {made.names[each.strategy]: each for each in comparisons(made).every}
