"""The layers of nets of blocks compute their definitions; `test_blocks` checks their gradients."""

import math

import numpy as np
import pytest

from hpobench.training.layers import (
    EPSILON,
    BatchNorm,
    Dropout,
    Floats,
    Function,
    LayerNorm,
    Linear,
    Parameter,
    activate,
)


def parameter(value: Floats) -> Parameter:
    return Parameter(value, np.empty_like(value))


def test_a_layer_norm_is_its_definition() -> None:
    x, gain, bias = np.random.default_rng(0).normal(2.0, 3.0, (3, 7, 4))
    units = LayerNorm(parameter(gain[0]), parameter(bias[0])).forward(x, None)
    for row, unit in zip(x, units, strict=True):
        normal = (row - row.mean()) / math.sqrt(row.var() + EPSILON)
        assert unit == pytest.approx(normal * gain[0] + bias[0], rel=1e-12)


def test_a_batch_norm_is_its_definition_over_the_rows_that_are_known() -> None:
    x, gain, bias = np.random.default_rng(0).normal(2.0, 3.0, (3, 7, 4))
    for known in (None, 5):
        units = BatchNorm(parameter(gain[0]), parameter(bias[0]), known).forward(x, None)
        mean, variance = x[:known].mean(axis=0), x[:known].var(axis=0)
        normal = (x - mean) / np.sqrt(variance + EPSILON)
        assert units == pytest.approx(normal * gain[0] + bias[0], rel=1e-12)


def test_the_activations_are_their_definitions() -> None:
    x = np.linspace(-4.0, 4.0, 40)
    assert np.array_equal(activate("relu", x)[0], np.where(x > 0.0, x, 0.0))
    assert activate("tanh", x)[0] == pytest.approx(np.sinh(x) / np.cosh(x), rel=1e-12)
    assert activate("silu", x)[0] == pytest.approx(x / (1.0 + np.exp(-x)), rel=1e-12)


@pytest.mark.parametrize("function", ["relu", "tanh", "silu"])
def test_an_activation_of_large_numbers_is_finite(function: Function) -> None:
    for numbers in activate(function, np.array([-1e30, 1e30], np.float32)):
        assert np.isfinite(numbers).all()


def test_dropout_leaves_the_mean_as_it_is_and_predictions_alone() -> None:
    layer, x = Dropout(0.3), np.ones((200, 500))
    units = layer.forward(x, np.random.default_rng(0))
    assert units.mean() == pytest.approx(1.0, abs=0.01)
    assert np.mean(units == 0.0) == pytest.approx(0.3, abs=0.01)
    assert np.array_equal(layer.forward(x, None), x)


def test_initial_weights_fill_their_range() -> None:
    linear = Linear(parameter(np.zeros((30, 50))))
    linear.begin(np.random.default_rng(0))
    assert np.abs(linear.weight.value).max() == pytest.approx(math.sqrt(6 / 80), rel=0.01)
    assert linear.weight.value.std() == pytest.approx(math.sqrt(2 / 80), rel=0.05)
