"""The statistic of whether a problem tells strategies apart agrees with its definition."""

import numpy as np
import pytest
from scipy.stats import f_oneway, kruskal, rankdata

from hpobench.statistics import separation

ONE = [0] * 12
SPLITS = [seed % 5 for seed in range(20)]


def test_on_one_instance_the_p_is_that_of_kruskal_and_wallis() -> None:
    rng = np.random.default_rng(0)
    groups = [np.round(rng.normal(i / 3, 1, size=12), 1) for i in range(4)]  # it has ties
    assert separation(groups, ONE)[0] == pytest.approx(kruskal(*groups).pvalue)


def test_the_share_is_the_ratio_of_variances_between_ranks() -> None:
    rng = np.random.default_rng(0)
    groups = [rng.normal(i, 1, size=12) for i in range(4)]
    ranks = np.split(rankdata(np.concatenate(groups)), 4)
    between = sum(12 * (each.mean() - 24.5) ** 2 for each in ranks)
    total = sum(((each - 24.5) ** 2).sum() for each in ranks)
    # H = (n - 1) between / total, without ties
    h = 47 * between / total
    p, share = separation(groups, ONE)
    assert share == pytest.approx((h - 3) / 44)
    assert p < 1e-5
    assert f_oneway(*ranks).pvalue < 1e-5


def test_on_one_instance_neither_scale_nor_order_changes_the_separation() -> None:
    rng = np.random.default_rng(1)
    groups = [rng.normal(i, 2, size=12) for i in range(3)]
    again = separation([np.exp(each) for each in groups[::-1]], ONE)
    assert separation(groups, ONE) == pytest.approx(again)


@pytest.mark.parametrize("spread", [0.0, 10.0])
def test_equal_strategies_are_not_separated(spread: float) -> None:
    rng = np.random.default_rng(2)
    found = []
    for _ in range(1_000):
        difficulty = spread * rng.normal(size=5)[SPLITS]
        found.append(separation([difficulty + rng.normal(size=20) for _ in range(5)], SPLITS))
    assert np.mean([share for _, share in found]) == pytest.approx(0.0, abs=0.005)
    assert 0.035 < np.mean([p < 0.05 for p, _ in found]) < 0.065


def test_the_difficulty_of_instances_hides_no_difference() -> None:
    rng = np.random.default_rng(3)
    groups = [i + rng.normal(size=20) for i in range(5)]
    hard = 100 * np.array(SPLITS)
    p, share = separation([hard + each for each in groups], SPLITS)
    assert (p, share) == pytest.approx(separation(groups, SPLITS))
    assert p < 1e-9
    assert separation([hard + each for each in groups], [0] * 20)[0] > 0.01


def test_a_failed_run_counts_as_the_worst() -> None:
    fine, failed = np.arange(10.0), np.full(10, np.inf)
    p, share = separation([fine, failed], [0, 1] * 5)
    assert p < 1e-3
    assert share > 0.6


def test_runs_that_all_come_to_the_same_are_not_told_apart() -> None:
    assert separation([np.ones(5), np.ones(5)], [0, 0, 1, 1, 1]) == (1.0, 0.0)
