"""The column of speed-ups: strategies that fail, random search itself, and single problems."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import pytest
from cards import problem_card, strategy_card
from studies import selected

from hpobench.cards.card import Anchors, ProblemCard
from hpobench.report.comparisons import comparisons
from hpobench.report.looks.tables import Table
from hpobench.report.primary_comparison import primary
from hpobench.trial import Identity, Outcome, Proposal, Record, Run, Stop, Trial

RANDOM = "random-search"
BUDGET, POOL = 10, 100
UNIFORM = Anchors(
    0.0, 0.5, tuple(range(1, POOL + 1)), tuple(1 / (m + 1) for m in range(1, POOL + 1))
)
"""The expected least of m uniform draws, by m."""
Final = Callable[[int, int], float | None]
"""What a run ends with, by its problem and its seed; None: it fails."""


def problem(number: int, scale: Anchors = UNIFORM) -> ProblemCard:
    return problem_card(f"p{number:02}", (scale,), optimum=0.0, anchors_version="1")


def outcome(name: str, number: int, seed: int, final: float | None) -> Outcome:
    identity = problem(number).identity
    run = Run(Identity(name, "1"), identity, seed, Fraction(BUDGET))
    if final is None:
        return Outcome(run, Stop("failed", "it broke"), ())
    records = tuple(
        Record(Trial(i, Proposal({"x": 0.5}), (final,), 1.0), final, {}, i + 1.0, {})
        for i in range(BUDGET)
    )
    return Outcome(run, Stop("complete"), records)


def table(
    finals: dict[str, Final], *, problems: int, seeds: int = 2, scale: Anchors = UNIFORM
) -> Table:
    """Return the table of the primary comparison of made-up runs."""
    outcomes: Sequence[Outcome] = [
        outcome(name, p, seed, final(p, seed))
        for name, final in finals.items()
        for p in range(problems)
        for seed in range(seeds)
    ]
    found = selected(
        outcomes,
        [strategy_card(name) for name in finals],
        [problem(p, scale) for p in range(problems)],
    )
    table = primary(found, comparisons(found))
    assert isinstance(table, Table)
    return table


def cells(shown: Table, name: str) -> tuple[str, str]:
    """Return a strategy's speed-up, and on how many problems it is a bound or under 1."""
    (row,) = [row for row in shown.rows if row[0].text == name]
    headings = [column.heading for column in shown.columns]
    return (
        row[headings.index("Speed-up")].text,
        row[headings.index("Beyond the pool; slower")].text,
    )


def steady(_problem: int, _seed: int) -> float:
    """Return what random search is expected to hold at its end."""
    return 1 / (BUDGET + 1)


def quick(problem: int, _seed: int) -> float:
    """Return what random search holds after 1.6, 1.8, 2.0, ... times as many evaluations."""
    return 1 / (BUDGET * (1.6 + problem / 5) + 1)


def test_the_median_stands_with_its_interval_and_over_how_many_problems() -> None:
    shown = table({RANDOM: steady, "quick": quick}, problems=11)
    assert cells(shown, "quick") == ("2.6 [2.0, 3.2]", "0; 0 of 11")


def test_under_eight_problems_there_is_no_interval() -> None:
    shown = table({RANDOM: steady, "quick": quick}, problems=3)
    assert cells(shown, "quick") == ("1.8", "0; 0 of 3")


def test_a_strategy_that_fails_on_half_of_the_problems_claims_nothing() -> None:
    def half(problem: int, _seed: int) -> float | None:
        return None if problem % 2 else 1e-4

    shown = table({RANDOM: steady, "half": half}, problems=10)
    assert cells(shown, "half") == ("\N{EN DASH} [0.0, \N{INFINITY}]", "5; 5 of 10")
    shown = table({RANDOM: steady, "half": half}, problems=11)
    assert cells(shown, "half") == (
        "\N{GREATER-THAN OR EQUAL TO} 10.0 [0.0, \N{INFINITY}]",
        "6; 5 of 11",
    )


def test_one_failed_seed_makes_a_problem_an_upper_bound() -> None:
    def fragile(problem: int, seed: int) -> float | None:
        return None if problem == 0 and seed == 1 else quick(problem, seed)

    shown = table({RANDOM: steady, "fragile": fragile}, problems=11)
    assert cells(shown, "fragile")[0].startswith("2.6 [")
    assert cells(shown, "fragile")[1] == "0; 1 of 11"


def test_a_strategy_better_than_the_whole_pool_everywhere_has_a_lower_bound() -> None:
    shown = table({RANDOM: steady, "best": lambda *_: 1e-6}, problems=8)
    assert cells(shown, "best") == (
        "\N{GREATER-THAN OR EQUAL TO} 10.0 [10.0, \N{INFINITY}]",
        "8; 0 of 8",
    )


def test_a_strategy_worse_than_one_evaluation_everywhere_has_an_upper_bound() -> None:
    shown = table({RANDOM: steady, "worst": lambda *_: 0.9}, problems=8)
    assert cells(shown, "worst") == ("\N{LESS-THAN OR EQUAL TO} 0.10 [0.0, 0.10]", "0; 8 of 8")


def test_the_speedup_of_random_search_stands_in_the_notes_and_is_about_1() -> None:
    rng = np.random.default_rng(0)
    draws = rng.random((20, 5, BUDGET)).min(axis=2)
    shown = table(
        {RANDOM: lambda p, seed: float(draws[p, seed]), "quick": quick}, problems=20, seeds=5
    )
    own = shown.how.partition("random-search's own is ")[2]
    assert float(own.split(" ")[0]) == pytest.approx(1.0, abs=0.15)


def test_there_is_no_speedup_without_a_curve_of_random_search() -> None:
    bare = Anchors(UNIFORM.reference, UNIFORM.random)
    shown = table({RANDOM: steady, "quick": quick}, problems=8, scale=bare)
    assert cells(shown, "quick") == ("\N{EN DASH}", "\N{EN DASH}")
