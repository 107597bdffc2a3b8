"""Whether a problem tells strategies apart: the statistic, against its definition."""

import numpy as np
import pytest
from scipy.stats import f_oneway, rankdata

from hpobench.statistics import separation


def test_the_share_is_the_ratio_of_variances_between_ranks() -> None:
    rng = np.random.default_rng(0)
    groups = [rng.normal(i, 1, size=12) for i in range(4)]
    ranks = np.split(rankdata(np.concatenate(groups)), 4)
    between = sum(12 * (each.mean() - 24.5) ** 2 for each in ranks)
    total = sum(((each - 24.5) ** 2).sum() for each in ranks)
    # H = (n - 1) between / total, without ties
    h = 47 * between / total
    p, share = separation(groups)
    assert share == pytest.approx((h - 3) / 44)
    assert p < 1e-5
    assert f_oneway(*ranks).pvalue < 1e-5


def test_it_does_not_depend_on_the_scale_or_the_order() -> None:
    rng = np.random.default_rng(1)
    groups = [rng.normal(i, 2, size=10) for i in range(3)]
    assert separation(groups) == pytest.approx(separation([np.exp(each) for each in groups[::-1]]))


def test_where_strategies_do_not_differ_it_finds_nothing() -> None:
    rng = np.random.default_rng(2)
    found = [separation([rng.normal(size=10) for _ in range(5)]) for _ in range(400)]
    assert np.mean([share for _, share in found]) == pytest.approx(0.0, abs=0.02)
    assert 0.02 < np.mean([p < 0.05 for p, _ in found]) < 0.08


def test_a_failed_run_counts_as_the_worst() -> None:
    fine, failed = np.arange(10.0), np.full(10, np.inf)
    p, share = separation([fine, failed])
    assert p < 1e-3
    assert share > 0.6


def test_runs_that_all_come_to_the_same_are_not_told_apart() -> None:
    assert separation([np.ones(5), np.ones(5)]) == (1.0, 0.0)
