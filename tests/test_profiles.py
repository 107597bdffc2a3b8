"""The distribution of runs with its band, and quantiles of the first strategy against others."""

import numpy as np
import pytest
from studies import RANDOM, Ends, about, column, failed, luck, noisy, outcomes, problem

from hpobench.report.appendix.distributions import distributions_table
from hpobench.report.appendix.quantiles import quantiles_table
from hpobench.statistics import score_distribution, score_profile

PROBLEMS = [problem(number, instances=1) for number in range(9)]


def test_shares_are_those_of_the_distribution_and_lie_in_their_band() -> None:
    runs = luck(1).random((4, 7, 3))
    runs[1, 5:, 2] = np.nan
    thresholds = np.array([0.0, 0.2, 0.5, 1.0])
    found = score_profile(runs, thresholds)
    for s in range(3):
        assert found.share[s] == pytest.approx(score_distribution(runs[..., s], thresholds))
    assert (found.low <= found.share).all()
    assert (found.share <= found.high).all()
    assert (np.diff(found.low, axis=1) >= 0).all()
    assert found.high[:, 0] == pytest.approx(0)


def test_the_band_is_as_wide_as_the_unbiased_variance_of_the_shares() -> None:
    below = np.zeros((3, 10, 1))
    for row, many in zip(below, (3, 5, 6), strict=True):
        row[many:] = 1.0
    found = score_profile(below, np.array([0.5]), level=0.6827, replicates=20000)
    p = np.array([0.3, 0.5, 0.6])
    error = np.sqrt(np.sum(p * (1 - p) / 9)) / 3
    half = float((found.high - found.low)[0, 0]) / 2
    assert half == pytest.approx(error, abs=1 / 27)  # shares are multiples of that


@pytest.mark.parametrize(("problems", "seeds"), [(8, 5), (20, 5)])
def test_the_band_covers_the_truth(problems: int, seeds: int) -> None:
    levels = luck(problems).uniform(0.2, 0.8, problems)
    covered = 0
    for number in range(60):
        runs = (luck(2, number).random((problems, seeds)) > levels[:, None]).astype(float)
        found = score_profile(runs[..., None], np.array([0.5]), replicates=400, seed=number)
        covered += bool(found.low[0, 0] <= levels.mean() <= found.high[0, 0])
    assert covered >= 52  # 57, less 3 standard errors


def test_few_seeds_on_some_problem_have_no_band() -> None:
    runs = luck(3).random((3, 5, 1))
    assert not np.isnan(score_profile(runs, np.array([0.5])).low).any()
    runs[1, 0] = np.nan
    found = score_profile(runs, np.array([0.5]))
    assert np.isnan([found.low, found.high]).all()
    assert not np.isnan(found.share).any()


def test_a_table_says_how_many_runs_end_how_near_to_the_reference() -> None:
    ends: dict[str, Ends] = {
        "half": lambda p, seed: 0.0 if seed % 2 else 0.3,
        RANDOM: lambda *_: 0.7,
    }
    found = outcomes(ends, PROBLEMS, 4)
    found[1] = failed(found[1])
    (table,) = distributions_table(about(found, PROBLEMS))
    assert column(table, "\N{LESS-THAN OR EQUAL TO} 0")["half"] == "47"  # 17 of 36
    assert column(table, "\N{LESS-THAN OR EQUAL TO} 0.25")["half"] == "47"
    assert column(table, "\N{LESS-THAN OR EQUAL TO} 0.5")["half"] == "97"
    assert column(table, "\N{LESS-THAN OR EQUAL TO} 1")[RANDOM] == "100"
    assert "9 problems, 4 seeds each" in table.caption
    (table,) = distributions_table(about(outcomes(ends, PROBLEMS, 6), PROBLEMS))
    assert column(table, "\N{LESS-THAN OR EQUAL TO} 0")["half"].startswith("50 [")


def test_without_anchors_there_is_no_distribution_and_no_quantile() -> None:
    cards = [problem(number, anchors=None) for number in range(3)]
    made = about(outcomes({"a": noisy(1, key=1), RANDOM: noisy(2, key=2)}, cards, 5), cards)
    assert distributions_table(made) == ()
    assert quantiles_table(made) == ()


def test_lucky_and_unlucky_runs_are_compared_apart() -> None:
    """`steady` equals `wild` where that is lucky, and is far ahead where it is unlucky."""
    ends: dict[str, Ends] = {
        "steady": lambda *_: 0.1,
        "wild": lambda p, seed: 0.1 + 0.1 * seed + 0.01 * p,
        RANDOM: lambda *_: 0.9,
    }
    (table,) = quantiles_table(about(outcomes(ends, PROBLEMS, 5), PROBLEMS))
    assert [row[0].text for row in table.rows] == [RANDOM, "wild"]
    by = {heading: column(table, heading) for heading in ("10 %", "50 %", "90 %", "Problems")}
    assert by["10 %"]["wild"].startswith("0.080 [")
    assert by["50 %"]["wild"].startswith("0.240 [")
    assert by["90 %"]["wild"].startswith("0.400 [")
    assert by["10 %"][RANDOM].startswith("0.800 ")
    assert by["Problems"]["wild"] == "9"


def test_quantiles_are_over_the_seeds_that_both_ran_and_none_where_these_are_few() -> None:
    ends: dict[str, Ends] = {
        "a": lambda p, seed: 0.1 * seed,
        RANDOM: lambda p, seed: 0.1 * seed + 0.1,
    }
    found = outcomes(ends, PROBLEMS[:2], 6)
    (table,) = quantiles_table(about([*found[:1], *found[2:]], PROBLEMS[:2]))  # a lacks a seed
    assert column(table, "50 %")[RANDOM] == "0.100"
    (table,) = quantiles_table(about([*found[:1], *found[3:]], PROBLEMS[:2]))  # and another one
    assert column(table, "Problems")[RANDOM] == "1"
    assert quantiles_table(about(outcomes(ends, PROBLEMS, 4), PROBLEMS)) == ()
