"""Means, spreads and quantiles of raw numbers are numpy's, of any size."""

import numpy as np
import pytest

from hpobench.statistics import summaries


def test_summaries_of_ordinary_numbers_equal_those_of_numpy() -> None:
    values = np.random.default_rng(0).normal(size=(9, 4))
    assert summaries.mean(values[:, 0]) == values[:, 0].mean()
    assert summaries.deviation(values[:, 0]) == values[:, 0].std(ddof=1)
    assert np.array_equal(
        summaries.quantiles(values, [0.25, 0.5]), np.quantile(values, [0.25, 0.5], axis=0)
    )


def test_equal_numbers_have_no_spread_though_their_mean_is_rounded() -> None:
    assert summaries.deviation(np.full(7, 67.56)) == 0.0
    assert summaries.deviation(np.array([0.1 + 0.2, 0.3, 0.3])) == 0.0
    assert summaries.deviation(np.array([0.0, 1e-30])) > 0.0


def test_enormous_numbers_overflow_nowhere() -> None:
    values = np.array([1.7e308, 1.5e308, -1.7e308])
    assert summaries.mean(values) == pytest.approx(0.5e308)
    assert summaries.deviation(values / 2) == pytest.approx(1e300 * (values / 2e300).std(ddof=1))
    assert summaries.deviation(values) == np.inf
    assert summaries.quantiles(values, [0.0, 0.5, 1.0]).tolist() == sorted(values.tolist())


def test_a_quantile_next_to_infinity_is_infinite_and_one_of_nan_is_nan() -> None:
    values = np.array([[1.0, 1.0], [2.0, np.nan], [np.inf, 3.0], [np.inf, 4.0]])
    found = summaries.quantiles(values, [0.0, 0.5])
    assert found[:, 0].tolist() == [1.0, np.inf]
    assert np.isnan(found[:, 1]).all()


def test_no_numbers_have_no_mean_and_one_number_has_no_spread() -> None:
    assert np.isnan(summaries.mean(np.empty(0)))
    assert np.isnan(summaries.deviation(np.ones(1)))
