"""Tests of a small net's training and of the derivatives through it."""

import gc

import numpy as np
import pytest

from hpobench.training.unrolled import HYPERPARAMETERS, Descent, Net, Rows

NET = Net(inputs=4, hidden=5, classes=3)
SETTINGS = np.array([0.3, 0.5, 1e-2, 2e-2, 1.2, 0.7, 0.8, 0.1])


@pytest.fixture(name="rows")
def make_rows() -> Rows:
    rng = np.random.default_rng(1)
    inputs = np.column_stack([rng.standard_normal((30, 3)), np.ones(30)])
    return Rows(inputs, np.eye(3)[rng.integers(3, size=30)])


@pytest.fixture(name="descent")
def make_descent(rows: Rows) -> Descent:
    batches = [rows[np.arange(start, 30, 3)] for start in (0, 1, 2)] * 4
    return Descent(NET, NET.draw(np.random.default_rng(2)), batches)


def test_the_nets_gradient_agrees_with_central_differences(rows: Rows) -> None:
    weights = NET.draw(np.random.default_rng(2))
    differences = [
        (NET.loss(weights + step, rows) - NET.loss(weights - step, rows)) / 2e-5
        for step in 1e-5 * np.eye(len(weights))
    ]
    np.testing.assert_allclose(NET.gradient(weights, rows), differences, rtol=1e-5, atol=1e-9)


def test_the_curvature_is_the_gradients_derivative_along_a_vector(rows: Rows) -> None:
    weights = NET.draw(np.random.default_rng(2))
    vector = np.random.default_rng(3).standard_normal(len(weights))
    ahead, behind = (NET.gradient(weights + h * vector, rows) for h in (1e-5, -1e-5))
    curvature = NET.curvature(weights, rows, vector)
    np.testing.assert_allclose(curvature, (ahead - behind) / 2e-5, rtol=1e-6, atol=1e-9)


def test_without_momentum_and_decay_a_step_follows_the_gradient(rows: Rows) -> None:
    start = NET.draw(np.random.default_rng(2))
    settings = np.array([0.3, 0.3, 0.0, 0.0, 1.0, 1.0, 0.0, 0.5])
    middle = start - 0.3 * NET.gradient(start, rows)
    end = middle - 0.15 * NET.gradient(middle, rows)
    np.testing.assert_allclose(Descent(NET, start, [rows, rows]).train(settings), end, rtol=1e-12)


def test_biases_start_at_zero() -> None:
    weights = NET.draw(np.random.default_rng(2))
    assert not weights[NET.first - NET.hidden : NET.first].any()
    assert not weights[-NET.classes :].any()
    assert np.count_nonzero(weights) == NET.first + NET.second - NET.hidden - NET.classes


def test_a_training_is_the_same_with_and_without_slopes(descent: Descent) -> None:
    weights, _ = descent.train_with_slopes(SETTINGS)
    np.testing.assert_array_equal(weights, descent.train(SETTINGS))


def test_a_training_with_slopes_leaves_no_rows_behind(rows: Rows) -> None:
    def alive() -> int:
        gc.collect()
        return sum(type(each) is Rows for each in gc.get_objects())

    def train() -> None:
        batches = [rows[np.arange(start, 30, 3)] for start in (0, 1, 2)]
        Descent(NET, NET.draw(np.random.default_rng(2)), batches).train_with_slopes(SETTINGS)

    train()
    before = alive()
    train()
    assert alive() == before


@pytest.mark.parametrize("place", range(len(HYPERPARAMETERS)), ids=HYPERPARAMETERS)
def test_a_slope_agrees_with_central_differences(descent: Descent, place: int) -> None:
    weights, slopes = descent.train_with_slopes(SETTINGS)
    pull = np.random.default_rng(5).standard_normal(len(weights))
    step = 1e-5 * SETTINGS * np.eye(len(SETTINGS))[place]
    change = descent.train(SETTINGS + step) - descent.train(SETTINGS - step)
    assert slopes(pull)[place] == pytest.approx(pull @ change / (2.0 * step[place]), rel=1e-6)
