"""Tests that assume less than the signed-rank test, and the critical differences of mean ranks."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from hpobench.statistics.robust_tests import (
    bonferroni_dunn_difference,
    median_interval,
    nemenyi_difference,
    sign_test,
)
from hpobench.statistics.within_problem import by_problem, stratified_rank_sum

NEMENYI = (1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164)
"""Demsar, 2006, table 5a: critical values of 2 to 10 classifiers at the level 0.05."""
DUNN = (1.960, 2.241, 2.394, 2.498, 2.576, 2.638, 2.690, None, 2.773)
"""Table 5b likewise; it prints 2.724 for 9 classifiers, which is no quantile of a normal."""


def test_the_sign_test_is_binomial_over_problems_that_differ() -> None:
    differences = np.array([-1.0, -2, -0.5, -1, -3, 2, 0, 1e-12, np.nan])
    assert sign_test(differences) == pytest.approx(stats.binomtest(5, 6).pvalue, rel=1e-12)
    assert sign_test(-differences) == sign_test(differences)


def test_the_sign_test_of_nothing_is_not_available_and_of_no_difference_certain() -> None:
    assert np.isnan(sign_test(np.array([np.nan])))
    assert sign_test(np.zeros(5)) == 1


@pytest.mark.parametrize("size", [6, 7, 10, 25, 40])
def test_the_interval_of_a_median_lies_between_the_ranks_of_a_binomial(size: int) -> None:
    values = np.random.default_rng(size).normal(size=size)
    found = median_interval(np.append(values, np.nan))
    known: Any = stats.quantile_test(values).confidence_interval(0.95)
    assert (found.median, found.low, found.high) == (np.median(values), known.low, known.high)


def test_five_numbers_are_too_few_for_an_interval_of_a_median() -> None:
    found = median_interval(np.arange(5.0))
    assert found.median == 2
    assert np.isnan([found.low, found.high]).all()
    assert np.isnan(median_interval(np.array([])).median)


def test_critical_differences_are_those_of_published_tables() -> None:
    for strategies, nemenyi, dunn in zip(range(2, 11), NEMENYI, DUNN, strict=True):
        error = np.sqrt(strategies * (strategies + 1) / (6 * 14))
        assert nemenyi_difference(strategies, 14) / error == pytest.approx(nemenyi, abs=1e-3)
        if dunn is not None:
            found = bonferroni_dunn_difference(strategies, 14) / error
            assert found == pytest.approx(dunn, abs=6e-4)


def seeded(*sizes: int) -> list[NDArray[np.float64]]:
    rng = np.random.default_rng(3)
    return [rng.normal(size=size) for size in sizes]


def padded(values: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    return np.append(values, np.full(length - len(values), np.nan))


def test_on_one_instance_it_is_the_test_of_mann_and_whitney() -> None:
    first, second = seeded(7, 9)
    found = stratified_rank_sum(padded(first, 9), second, np.zeros(9, dtype=np.int64))
    assert found == pytest.approx(stats.mannwhitneyu(first, second).pvalue, rel=1e-12)


def test_with_ties_and_instances_it_counts_all_exchanges_within_instances() -> None:
    first, second = np.array([0.0, 1, 1, 4, np.inf]), np.array([1.0, 2, 2, 4, 5])
    instances = np.array([0, 0, 0, 1, 1])
    found = stratified_rank_sum(first, second, instances)
    sums = [0.0]
    for here in (instances == 0, instances == 1):
        ranks = stats.rankdata(np.concatenate([first[here], second[here]]))
        chosen = itertools.combinations(ranks - ranks.mean(), int(here.sum()))
        sums = [a + sum(b) for a, b in itertools.product(sums, list(chosen))]
    observed = sum(
        (stats.rankdata(np.concatenate([first[h], second[h]]))[: h.sum()]).sum()
        - (2 * h.sum() + 1) / 2 * h.sum()
        for h in (instances == 0, instances == 1)
    )
    extreme = np.abs(sums) >= abs(observed) - 1e-9
    assert found == pytest.approx(np.mean(extreme), rel=1e-12)


def test_many_runs_have_the_normal_distribution_of_the_exact_one() -> None:
    first, second = seeded(61, 61)
    exact = stratified_rank_sum(first[:60], second[:60], np.zeros(60, dtype=np.int64))
    normal = stats.mannwhitneyu(first, second, method="asymptotic", use_continuity=False).pvalue
    found = stratified_rank_sum(first, second, np.zeros(61, dtype=np.int64))
    assert found == pytest.approx(normal, rel=1e-9)
    assert exact == pytest.approx(
        stats.mannwhitneyu(first[:60], second[:60], method="exact").pvalue, rel=1e-9
    )


def test_without_runs_on_the_same_instance_there_is_no_test() -> None:
    first, second = np.array([1.0, np.nan]), np.array([np.nan, 1.0])
    assert np.isnan(stratified_rank_sum(first, second, np.array([0, 1])))
    assert stratified_rank_sum(np.ones(4), np.ones(4), np.zeros(4, dtype=np.int64)) == 1


def test_problems_are_corrected_together_and_those_without_a_test_are_not_counted() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(3, 8)), rng.normal(1, size=(3, 8))
    second[2] = np.nan
    instances = np.zeros((3, 8), dtype=np.int64)
    raw = [stratified_rank_sum(a, b, instances[0]) for a, b in zip(first, second, strict=True)]
    low, high = sorted(raw[:2])
    corrected = by_problem(first, second, instances)
    assert np.isnan(corrected[2])
    assert sorted(corrected[:2]) == pytest.approx([2 * low, max(2 * low, high)], rel=1e-12)
