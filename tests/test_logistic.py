"""Tests of multinomial logistic regression and of the derivatives of its solution."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from hpobench.training import logistic
from hpobench.training.logistic import Logistic, log_losses, probabilities
from hpobench.training.unrolled import Floats, Rows

DECAYS = np.array([0.5, 2.0, 30.0, 0.1])


@pytest.fixture(name="rows")
def make_rows() -> Rows:
    rng = np.random.default_rng(1)
    inputs = np.column_stack([rng.standard_normal((60, 3)), np.ones(60)])
    return Rows(inputs, np.eye(3)[rng.integers(3, size=60)])


@pytest.fixture(name="shares")
def make_shares() -> Floats:
    return np.random.default_rng(2).uniform(size=60)


def test_one_decay_for_all_is_the_logistic_regression_of_scikit_learn(
    rows: Rows, shares: Floats
) -> None:
    solution = Logistic(rows, shares, np.full(4, 1.7)).solve()
    oracle = LogisticRegression(C=1 / 1.7, fit_intercept=False, solver="newton-cg", tol=1e-12)
    oracle.fit(rows.inputs, rows.targets.argmax(axis=1), sample_weight=shares)
    np.testing.assert_allclose(solution.weights, oracle.coef_, rtol=1e-6, atol=1e-9)


def test_a_features_decay_is_as_if_it_were_scaled(rows: Rows, shares: Floats) -> None:
    solution = Logistic(rows, shares, DECAYS).solve()
    scaled = Rows(rows.inputs / np.sqrt(DECAYS), rows.targets)
    oracle = Logistic(scaled, shares, np.ones(4)).solve()
    np.testing.assert_allclose(solution.weights * np.sqrt(DECAYS), oracle.weights, rtol=1e-9)


def test_a_row_that_counts_twice_is_as_if_it_were_there_twice(rows: Rows) -> None:
    twice = np.ones(60)
    twice[:20] = 2.0
    again = rows[np.concatenate([np.arange(60), np.arange(20)])]
    np.testing.assert_allclose(
        Logistic(rows, twice, DECAYS).solve().weights,
        Logistic(again, np.ones(80), DECAYS).solve().weights,
        rtol=1e-9,
    )


def test_rows_that_do_not_count_leave_even_chances(rows: Rows) -> None:
    solution = Logistic(rows, np.zeros(60), DECAYS).solve()
    assert not solution.weights.any()
    assert solution.passes == 1
    np.testing.assert_allclose(log_losses(solution.weights, rows), np.log(3.0))


def test_log_losses_are_of_the_probabilities_however_far_the_outputs(rows: Rows) -> None:
    weights = 5.0 * np.random.default_rng(3).standard_normal((3, 4))
    likely = np.sum(probabilities(weights, rows.inputs) * rows.targets, axis=1)
    np.testing.assert_allclose(log_losses(weights, rows), -np.log(likely), rtol=1e-9, atol=1e-12)
    assert np.isfinite(log_losses(1e4 * weights, rows)).all()


def test_steps_that_go_too_far_are_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1758)
    inputs = rng.standard_normal((8, 2)) * np.exp(rng.normal(0.0, 2.5, (8, 1)))
    rows = Rows(inputs, np.eye(3)[rng.integers(3, size=8)])
    uneven = Logistic(rows, np.ones(8), np.full(2, 1e-2))
    solution = uneven.solve()
    slope = (probabilities(solution.weights, inputs) - rows.targets).T @ inputs
    np.testing.assert_allclose(slope + 1e-2 * solution.weights, 0.0, atol=1e-8)
    monkeypatch.setattr(logistic, "NEAR", np.inf)
    with pytest.raises(ArithmeticError):
        uneven.solve()


def test_what_takes_too_many_steps_is_an_error(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logistic, "MOST_STEPS", 2)
    with pytest.raises(ArithmeticError, match="steps: 2"):
        Logistic(rows, np.ones(60), DECAYS).solve()


def test_the_slopes_by_the_decays_agree_with_central_differences(
    rows: Rows, shares: Floats
) -> None:
    pull = np.random.default_rng(5).standard_normal((3, 4))
    differences = [
        np.sum(pull * (ahead.weights - behind.weights)) / (2.0 * step.sum())
        for step in np.diag(1e-4 * DECAYS)
        for ahead in [Logistic(rows, shares, DECAYS + step).solve()]
        for behind in [Logistic(rows, shares, DECAYS - step).solve()]
    ]
    slopes = Logistic(rows, shares, DECAYS).solve().slopes(pull)[1]
    np.testing.assert_allclose(slopes, differences, rtol=1e-6)


def test_the_slopes_by_the_shares_agree_with_central_differences(
    rows: Rows, shares: Floats
) -> None:
    pull = np.random.default_rng(5).standard_normal((3, 4))
    differences = [
        np.sum(pull * (ahead.weights - behind.weights)) / 2e-4
        for step in 1e-4 * np.eye(60)
        for ahead in [Logistic(rows, shares + step, DECAYS).solve()]
        for behind in [Logistic(rows, shares - step, DECAYS).solve()]
    ]
    slopes = Logistic(rows, shares, DECAYS).solve().slopes(pull)[0]
    np.testing.assert_allclose(slopes, differences, rtol=1e-6, atol=1e-10)
