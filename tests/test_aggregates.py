"""Summaries of all runs: the middle half, the gap, the distribution, quantiles; the jackknife."""

import numpy as np
import pytest
from scipy import stats

from hpobench.statistics import t_interval
from hpobench.statistics.aggregates import (
    interquartile_mean,
    optimality_gap,
    quantile_differences,
    score_distribution,
)
from hpobench.statistics.jackknife import jackknife
from hpobench.statistics.rank_ranges import rank_ranges


def test_the_interquartile_mean_is_a_trimmed_mean_of_all_runs() -> None:
    runs = np.random.default_rng(0).normal(size=(6, 4, 2))
    for column in range(2):
        known = stats.trim_mean(runs[..., column], 0.25, axis=None)
        assert interquartile_mean(runs)[column] == pytest.approx(known, rel=1e-12)


def test_a_run_at_the_edge_of_the_middle_half_counts_in_part() -> None:
    assert interquartile_mean(np.arange(1.0, 7)[None]) == pytest.approx(3.5)
    assert interquartile_mean(np.array([[0.0, 3, 9]])) == pytest.approx(
        (0 * (1 / 12) + 3 * (1 / 3) + 9 * (1 / 12)) / 0.5
    )


def test_problems_weigh_the_same_however_many_seeds_they_have() -> None:
    few = np.array([[1.0, 2, 3, 4], [5.0, np.nan, np.nan, np.nan]])
    many = np.array([[1.0, 2, 3, 4], [5.0, 5, 5, 5]])
    assert interquartile_mean(few) == pytest.approx(float(interquartile_mean(many)))
    thresholds = np.array([0.0, 2, 5])
    assert score_distribution(few, thresholds) == pytest.approx([0, 0.25, 1])
    assert np.isnan(interquartile_mean(np.full((2, 3), np.nan)))


def test_the_gap_to_the_reference_does_not_reward_what_is_below_it() -> None:
    assert optimality_gap(np.array([[-1.0, 0.5], [0.25, np.nan]])) == pytest.approx(0.25)


def test_quantiles_of_two_strategies_are_compared_problem_by_problem() -> None:
    first = np.array([[1.0, 2, 3], [np.nan, np.nan, np.nan]])
    second = np.array([[1.0, 1, 5], [1.0, 2, 3]])
    found = quantile_differences(first, second, np.array([0.0, 0.5, 1]))
    assert found[0] == pytest.approx([0, 1, -2])
    assert np.isnan(found[1]).all()


def test_the_jackknife_of_a_mean_is_the_t_interval() -> None:
    means = np.random.default_rng(1).normal(size=(12, 3))
    found, known = jackknife(lambda each: each.mean(axis=0), means), t_interval(means)
    for ours, theirs in (
        (found.mean, known.mean),
        (found.low, known.low),
        (found.high, known.high),
    ):
        assert ours == pytest.approx(theirs, rel=1e-12)


def test_the_jackknife_of_an_interquartile_mean_covers_it() -> None:
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(400):
        runs = rng.normal(0, 0.3, (12, 1)) + rng.normal(0, 0.3, (12, 5))
        found = jackknife(interquartile_mean, runs)
        covered += bool(found.low <= 0 <= found.high)
    assert 0.92 <= covered / 400 <= 0.98  # 0.95, within 3 standard errors


def test_few_problems_have_no_interval() -> None:
    found = jackknife(interquartile_mean, np.ones((7, 2)))
    assert np.isnan(found.low)
    assert found.mean == 1


def test_a_strategy_that_is_always_ahead_is_first_and_the_rest_share_places() -> None:
    rng = np.random.default_rng(3)
    runs = rng.normal(size=(12, 5, 4))
    runs[..., 2] -= 100
    found = rank_ranges(runs, replicates=500)
    assert (found.best[2], found.worst[2]) == (1, 1)
    assert set(found.best[[0, 1, 3]]) == {2}
    assert set(found.worst[[0, 1, 3]]) == {4}


def test_the_order_of_strategies_changes_no_rank_range() -> None:
    runs = np.random.default_rng(4).normal(size=(9, 3, 3))
    runs[0, 1:, 1] = np.nan
    found, turned = rank_ranges(runs, replicates=300), rank_ranges(runs[..., ::-1], replicates=300)
    assert found.best.tolist() == turned.best[::-1].tolist()
    assert found.worst.tolist() == turned.worst[::-1].tolist()


@pytest.mark.parametrize("problems", [8, 20])
def test_the_range_of_the_best_of_many_that_hardly_differ_holds_the_first_place(
    problems: int,
) -> None:
    rng = np.random.default_rng(5)
    effects = rng.normal(size=(100, problems, 1, 6))
    runs = effects + 0.5 * rng.normal(size=(100, problems, 3, 6)) + 1e-4 * np.arange(6)
    first = [rank_ranges(each, replicates=200).best[0] == 1 for each in runs]
    assert np.mean(first) >= 0.95 - 0.065  # three standard errors


def test_of_two_strategies_the_range_says_what_the_t_interval_of_the_difference_says() -> None:
    rng = np.random.default_rng(6)
    for advantage in np.linspace(0.0, 1.5, 16).tolist():
        runs = rng.normal(size=(10, 4, 2)) + rng.normal(size=(10, 1, 2)) + [0.0, advantage]
        means = runs.mean(axis=1)
        p = stats.ttest_1samp(means[:, 0] - means[:, 1], 0).pvalue
        if not 0.03 < p < 0.08:  # the bootstrap's quantile is about the normal one
            assert (rank_ranges(runs).worst[0] == 1) == (p < 0.05)


def test_identical_strategies_may_have_any_place() -> None:
    found = rank_ranges(np.ones((8, 2, 3)), replicates=100)
    assert (found.best.tolist(), found.worst.tolist()) == ([1, 1, 1], [3, 3, 3])
    assert np.isnan(rank_ranges(np.ones((7, 2, 3))).best).all()
