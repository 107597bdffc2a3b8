"""The convolution is that of scipy; `test_blocks` checks its gradient where no pixels are equal."""

import math

import numpy as np
import pytest

from hpobench.training.convolution import Convolution, Reduction, Stem
from hpobench.training.layers import Floats, Parameter


def parameter(value: Floats) -> Parameter:
    return Parameter(value, np.empty_like(value))


@pytest.mark.parametrize("reduction", ["none", "stride", "max-pool"])
def test_a_convolution_is_that_of_scipy(reduction: Reduction) -> None:
    from scipy.signal import correlate2d

    rng = np.random.default_rng(0)
    pictures, weight, bias = rng.normal(size=(5, 8, 8)), rng.normal(size=(9, 3)), rng.normal(size=3)
    stem = Stem(Convolution(8, 3, reduction), parameter(weight), parameter(bias))
    expected = np.array(
        [
            [correlate2d(picture, kernel.reshape(3, 3), mode="same") for kernel in weight.T]
            for picture in pictures
        ]
    )  # (pictures, channels, rows, columns)
    if reduction == "stride":
        expected = expected[:, :, ::2, ::2]
    if reduction == "max-pool":
        expected = expected.reshape(5, 3, 4, 2, 4, 2).max(axis=(3, 5))
    units = np.maximum(expected.transpose(0, 2, 3, 1) + bias, 0.0).reshape(5, -1)
    assert stem.forward(pictures.reshape(5, 64)) == pytest.approx(units, rel=1e-12)
    assert units.shape[1] == stem.convolution.outputs


def test_no_gradient_of_a_pool_is_counted_twice_where_its_pixels_are_equal() -> None:
    """Among equal products the first one wins, which is the one that a stride looks at."""
    strided, pooled = (
        Stem(convolution, parameter(np.zeros((9, 1))), parameter(np.ones(1)))
        for convolution in (Convolution(4, 1, "stride"), Convolution(4, 1, "max-pool"))
    )
    for stem in (strided, pooled):
        stem.forward(np.ones((1, 16)))
        stem.backward(np.ones((1, 4)))
    assert np.array_equal(pooled.weight.gradient, strided.weight.gradient)


def test_initial_weights_fill_their_range() -> None:
    stem = Stem(Convolution(8, 99, "none"), parameter(np.zeros((9, 99))), parameter(np.zeros(99)))
    stem.begin(np.random.default_rng(0))
    assert np.abs(stem.weight.value).max() == pytest.approx(math.sqrt(6 / (9 * 100)), rel=0.01)
    assert not stem.bias.value.any()
