"""All pairs of strategies, and the critical differences of their mean ranks."""

import csv
import io

import numpy as np
import pytest
from scipy import stats
from studies import NAN, RANDOM, Ends, about, column, noisy, outcomes, problem

from hpobench.report.appendix.critical_differences import critical_differences_table
from hpobench.report.appendix.pairs import pairs_table
from hpobench.report.looks.tables import Table, csv_of
from hpobench.statistics import (
    all_pairs,
    bonferroni_dunn_difference,
    nemenyi_difference,
    problem_ranks,
    win_tie_loss,
)

PROBLEMS = [problem(number, instances=1) for number in range(12)]
LEVELS = {"good": 0.2, "same": 0.5, "bad": 0.9, RANDOM: 0.5}
AREAS = """
0.763 0.768 0.771 0.798  0.599 0.591 0.590 0.569  0.954 0.971 0.968 0.967  0.628 0.661 0.654 0.657
0.882 0.888 0.886 0.898  0.936 0.931 0.916 0.931  0.661 0.668 0.609 0.685  0.583 0.583 0.563 0.625
0.775 0.838 0.866 0.875  1.000 1.000 1.000 1.000  0.940 0.962 0.965 0.962  0.619 0.666 0.614 0.669
0.972 0.981 0.9751 0.975  0.957 0.978 0.946 0.970
"""
"""Demsar, 2006, table 6: the areas of C4.5, with m, with cf, with both, on 14 data sets.

The two 0.975 have the ranks 2 and 3 there, so they differ by a digit that is not printed.
"""


def study(problems: int = 12, seeds: int = 5) -> tuple[Table, ...]:
    ends = {name: noisy(level, key=key) for key, (name, level) in enumerate(LEVELS.items())}
    return pairs_table(about(outcomes(ends, PROBLEMS[:problems], seeds), PROBLEMS[:problems]))


def test_pairs_that_differ_are_marked_from_both_sides() -> None:
    (table,) = study()
    names = [row[0].text for row in table.rows]
    assert (names[0], names[-1]) == ("good", "bad")
    cells = [[cell.text for cell in row[1:]] for row in table.rows]
    assert [cells[i][i] for i in range(4)] == [""] * 4
    assert all(text.endswith("+") for text in cells[0][1:])
    assert all(text.endswith("\N{MINUS SIGN}") for text in cells[3][:3])
    assert cells[1][2].isdigit()  # the two that are the same
    assert "12 problems, 5 seeds each" in table.caption
    assert "Holm over 6 pairs" in table.caption


def test_the_file_of_all_pairs_has_all_numbers() -> None:
    ends = {name: noisy(level, key=key) for key, (name, level) in enumerate(LEVELS.items())}
    made = about(outcomes(ends, PROBLEMS, 5), PROBLEMS)
    (table,) = pairs_table(made)
    rows = {row["Strategy"]: row for row in csv.DictReader(io.StringIO(csv_of(table)))}
    a, b = (made.names.index(name) for name in ("good", "bad"))
    differences = made.final_differences[a, b]
    row = rows["good"]
    assert float(row["P(better), bad"]) == pytest.approx(np.mean(made.chances[a, b][:, 0]))
    assert float(row["p, bad"]) == pytest.approx(stats.wilcoxon(differences).pvalue, rel=1e-9)
    family = all_pairs(made.final_differences)
    assert float(row["p (Holm), bad"]) == pytest.approx(family.adjusted[a, b], rel=1e-12)
    tally = [int(row[f"{part}, bad"]) for part in ("wins", "ties", "losses")]
    assert tally == win_tie_loss(differences).tolist()
    assert row["problems, bad"] == "12"
    assert float(row["P(better), bad"]) + float(rows["bad"]["P(better), good"]) == pytest.approx(1)


def test_too_few_problems_tell_no_pair_apart_and_the_caption_says_so() -> None:
    (table,) = study(problems=5)
    assert all(cell.text.isdigit() or not cell.text for row in table.rows for cell in row[1:])
    assert "No pair could have been told apart, with 5 problems and 6 pairs" in table.caption


def test_a_pair_whose_mean_and_chance_disagree_has_a_mark_of_its_own() -> None:
    """`a` is a little worse in most runs, and much better in the rest, on every problem."""
    ends: dict[str, Ends] = {
        "a": lambda p, seed: 0.5 if seed else 0.0,
        RANDOM: lambda p, seed: 0.49 - 0.001 * p,
    }
    (table,) = pairs_table(about(outcomes(ends, PROBLEMS, 5), PROBLEMS))
    assert table.rows[0][2].text == "20\N{PLUS-MINUS SIGN}"


def test_without_anchors_chances_are_tested_and_runs_ranked() -> None:
    cards = [problem(number, anchors=None) for number in range(8)]
    made = about(outcomes({"a": noisy(1, key=1), RANDOM: noisy(2, key=2)}, cards, 3), cards)
    (table,) = pairs_table(made)
    assert table.rows[0][2].text == "100+"
    assert "per-problem differences of chances from one half" in table.caption
    assert "There are no regrets: no problem has anchors" in table.notes
    (table,) = critical_differences_table(made)
    assert column(table, "Rank of means") == {"a": "1.00", RANDOM: "2.00"}
    assert "by their mean rank of final scores (1 is best)" in table.caption
    assert "over the 8 problems" in table.caption


def test_one_strategy_makes_no_pair() -> None:
    made = about(outcomes({RANDOM: noisy(0.5, key=1)}, PROBLEMS, 2), PROBLEMS)
    assert pairs_table(made) == critical_differences_table(made) == ()


def test_ranks_and_critical_differences_are_those_of_demsars_example() -> None:
    ranks = problem_ranks(-np.array(AREAS.split(), dtype=float).reshape(14, 4).T)
    assert ranks.mean(axis=0) == pytest.approx([3.143, 2.000, 2.893, 1.964], abs=5e-4)
    assert nemenyi_difference(4, 14) == pytest.approx(1.25, abs=5e-3)
    assert nemenyi_difference(4, 14, alpha=0.10) == pytest.approx(1.12, abs=5e-3)
    assert bonferroni_dunn_difference(4, 14) == pytest.approx(1.16, abs=1e-2)


@pytest.mark.parametrize("strategies", [2, 7, 30])
def test_nemenyis_quantile_is_that_of_the_studentized_range(strategies: int) -> None:
    error = np.sqrt(strategies * (strategies + 1) / (6 * 10))
    quantile = nemenyi_difference(strategies, 10) / error * np.sqrt(2)
    assert stats.studentized_range.sf(quantile, strategies, np.inf) == pytest.approx(0.05, abs=1e-9)


def test_ranks_are_over_the_problems_where_all_have_a_mean() -> None:
    found = problem_ranks(np.array([[1.0, 2, NAN], [1.0, 1, 3]]))
    assert found.tolist() == [[1.5, 1.5], [2, 1]]
    assert problem_ranks(np.full((3, 2), NAN)).shape == (0, 3)


def test_critical_differences_are_judged_against_the_best_and_the_comparator() -> None:
    ends = {name: noisy(level, key=key) for key, (name, level) in enumerate(LEVELS.items())}
    (table,) = critical_differences_table(about(outcomes(ends, PROBLEMS, 5), PROBLEMS))
    assert column(table, "Rank of means")["good"] == "1.00"
    assert column(table, "Nemenyi") == {
        "good": "\N{EN DASH}",
        "same": "not told apart"
        if float(column(table, "Rank of means")["same"]) < 2.354
        else "worse",
        RANDOM: "worse",
        "bad": "worse",
    }
    assert column(table, "Bonferroni-Dunn")["good"] == "better"
    assert column(table, "Bonferroni-Dunn")["bad"] == "worse"
    assert f"{nemenyi_difference(4, 12):.2f} or more apart" in table.caption
    assert "mean ranks depend on who takes part" in table.notes


def test_where_no_difference_can_be_critical_the_caption_says_so() -> None:
    ends = {name: noisy(level, key=key) for key, (name, level) in enumerate(LEVELS.items())}
    made = about(outcomes(ends, PROBLEMS[:2], 2), PROBLEMS[:2])
    (table,) = critical_differences_table(made)
    assert "No two mean ranks of 4 strategies can be so far apart" in table.caption
