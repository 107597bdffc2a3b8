"""Tests of ridge regression with a weight decay for each group of features."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from hpobench.training.ridge import prepare

WIDTHS = (2, 3, 1)


@pytest.fixture(name="groups")
def make_groups() -> list[np.ndarray]:
    rng = np.random.default_rng(3)
    return [rng.standard_normal((40, width)) for width in WIDTHS]


@pytest.fixture(name="target")
def make_target() -> np.ndarray:
    return np.random.default_rng(4).standard_normal(40)


def test_one_decay_for_all_is_the_ridge_regression_of_scikit_learn(
    groups: list[np.ndarray], target: np.ndarray
) -> None:
    weights, _ = prepare(groups, target).fit(np.full(3, 1.7))
    oracle = Ridge(alpha=1.7, fit_intercept=False).fit(np.hstack(groups), target)
    np.testing.assert_allclose(weights, oracle.coef_, rtol=1e-10)


def test_a_groups_decay_is_as_if_its_features_were_scaled(
    groups: list[np.ndarray], target: np.ndarray
) -> None:
    decays = np.array([0.5, 2.0, 30.0])
    scales = np.repeat(np.sqrt(decays), WIDTHS)
    weights, _ = prepare(groups, target).fit(decays)
    oracle = Ridge(alpha=1.0, fit_intercept=False).fit(np.hstack(groups) / scales, target)
    np.testing.assert_allclose(weights * scales, oracle.coef_, rtol=1e-10)


def test_the_slopes_agree_with_central_differences(
    groups: list[np.ndarray], target: np.ndarray
) -> None:
    ridge, decays = prepare(groups, target), np.array([0.5, 2.0, 30.0])
    pull = np.random.default_rng(5).standard_normal(sum(WIDTHS))
    differences = [
        pull @ (ridge.fit(decays + step)[0] - ridge.fit(decays - step)[0]) / (2.0 * step.sum())
        for step in np.diag(1e-5 * decays)
    ]
    np.testing.assert_allclose(ridge.fit(decays)[1](pull), differences, rtol=1e-7)
