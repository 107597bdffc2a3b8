"""Intervals and bands end where what they bound does, in every table and figure."""

from collections.abc import Sequence

import numpy as np
import pytest
from studies import RANDOM, Ends, about, luck, outcomes, problem

from hpobench.cards.card import ProblemCard
from hpobench.report import at_the_end, bounds, finals, over_budget, primary_comparison, rankings
from hpobench.report.bounds import FLOOR_OF_BEST, FLOOR_OF_KNOWN
from hpobench.report.compared import Compared
from hpobench.report.comparisons import comparisons
from hpobench.report.looks.tables import Table
from hpobench.statistics import Bounds, new_problems, within_problems

TINY = 1e-9
"""The size that a rounding error may have."""


def extreme(ends: dict[str, Ends], cards: Sequence[ProblemCard], seeds: int = 6) -> Compared:
    return about(outcomes(ends, cards, seeds), cards)


def near_the_ends(p: int, seed: int, key: int, *, low: float = 0.0) -> float:
    """Draw regrets that are mostly the lowest possible, and sometimes the highest possible."""
    rng = luck(key, p, seed)
    return 3.0 if p == 0 else low + 0.001 * float(rng.random())


@pytest.fixture(scope="module", params=[8, 20])
def made(request: pytest.FixtureRequest) -> Compared:
    """Return runs in which one strategy is best on all problems but one, where another is worst."""
    cards = [problem(p) for p in range(int(request.param))]
    ends: dict[str, Ends] = {
        "a": lambda p, seed: near_the_ends(p, seed, 1),
        "b": lambda p, seed: 3.0 - near_the_ends(p, seed, 2),
        RANDOM: lambda p, seed: 1.0 + 0.5 * float(luck(3, p, seed).normal()) ** 2,
    }
    return extreme(ends, cards)


def intervals(table: Table | str, parts: Sequence[str]) -> list[tuple[float, float]]:
    """Return the ends of the intervals in a table's columns, by the names of the lower ends."""
    assert isinstance(table, Table)
    return [
        (cell.values[-2], cell.values[-1])
        for row in table.rows
        for cell, column in zip(row, table.columns, strict=True)
        if set(parts) & set(column.parts)
    ]


def test_no_interval_of_a_regret_is_below_a_known_optimum(made: Compared) -> None:
    ends = intervals(finals.final(made), ["100%", "these low"])
    ends += intervals(rankings.ranking(made, comparisons(made)), ["mean regret"])
    assert len(ends) == 9
    assert all(0 <= low <= high <= 2 for low, high in ends)
    assert min(low for low, _ in ends) == 0
    assert max(high for _, high in ends) == 2


def test_no_band_of_a_regret_is_below_the_floor_or_an_optimum(made: Compared) -> None:
    drawn = [row for row in over_budget.regret(made).numbers if not np.isnan(float(str(row[4])))]
    for panel, least in (("mean", 0.0), ("geometric mean", FLOOR_OF_KNOWN)):
        lows = [float(str(row[4])) for row in drawn if row[0] == panel]
        highs = [float(str(row[5])) for row in drawn if row[0] == panel]
        assert lows
        assert min(lows) >= least - TINY * least
        assert max(highs) <= 2 + TINY


def test_no_band_of_a_rank_goes_beyond_the_first_or_the_last(made: Compared) -> None:
    drawn = [
        (float(str(row[4])), float(str(row[5]))) for row in over_budget.mean_rank(made).numbers
    ]
    ends = [each for each in drawn if not np.isnan(each).any()]
    assert ends
    assert all(1 <= low <= high <= 3 for low, high in ends)
    assert min(low for low, _ in ends) == 1
    assert max(high for _, high in ends) == 3


def test_no_chance_and_no_gain_goes_beyond_its_bounds(made: Compared) -> None:
    found = comparisons(made)
    table = primary_comparison.primary(made, found)
    assert all(0 <= low <= high <= 1 for low, high in intervals(table, ["chance"]))
    assert all(-2 <= low <= high <= 2 for low, high in intervals(table, ["gain"]))
    drawn = at_the_end.against_comparator(made, found)
    assert all(0 <= float(str(row[2])) <= float(str(row[3])) <= 1 for row in drawn.numbers)


def test_where_the_best_is_only_the_best_known_an_interval_goes_below_it() -> None:
    cards = [problem(p, optimum=None) for p in range(8)]
    made = extreme({"a": lambda p, seed: near_the_ends(p, seed, 1)}, cards)
    ends = intervals(finals.final(made), ["100%"])
    assert all(low < 0 for low, _ in ends)
    assert bounds.of_logs(made.scores, range(8)).least.tolist() == [np.log10(FLOOR_OF_BEST)] * 8


def test_an_optimum_that_a_run_has_beaten_bounds_nothing() -> None:
    cards = [problem(p) for p in range(8)]
    made = extreme({"a": lambda p, seed: near_the_ends(p, seed, 1, low=-0.1)}, cards)
    assert all(low < 0 for low, _ in intervals(finals.final(made), ["100%"]))


def test_each_problem_has_its_own_bound_whether_its_optimum_is_known_or_not() -> None:
    cards = [problem(p, optimum=None if p else 0.0) for p in range(4)]
    made = extreme({"a": lambda p, seed: near_the_ends(p, seed, 1)}, cards)
    assert bounds.of_regrets(made.scores, range(4)).least.tolist() == [0, -1, -1, -1]
    assert bounds.of_gains(made.scores, range(4)).most.tolist() == [2, 3, 3, 3]


@pytest.mark.parametrize("problems", [8, 20])
def test_no_possible_mean_is_cut_off_an_interval(problems: int) -> None:
    runs = np.random.default_rng(1).exponential(size=(problems, 5, 400)) ** 3
    ends = Bounds(np.zeros(problems), np.full(problems, np.inf))
    for bound in (new_problems, within_problems):
        whole, cut = bound(runs), bound(runs, ends)
        assert np.array_equal(cut.low, np.maximum(whole.low, 0))
        assert np.array_equal(cut.high, whole.high)
        assert np.array_equal(cut.mean, whole.mean)
    assert np.any(cut.low == 0)


def test_a_column_with_runs_on_some_problems_ends_at_their_bounds() -> None:
    runs = np.random.default_rng(2).exponential(size=(12, 5, 2)) ** 8
    runs[:4, :, 1] = np.nan
    least = np.where(np.arange(12) < 4, -1.2, 0.0)
    found = new_problems(runs, Bounds(least, np.full(12, np.inf)))
    assert found.low == pytest.approx([-0.4, 0.0])


def test_a_mean_beyond_a_bound_by_rounding_stays_in_its_interval() -> None:
    runs = np.full((8, 5), -1e-17)
    found = new_problems(runs, Bounds(np.zeros(8), np.ones(8)))
    assert found.low <= found.mean <= found.high
