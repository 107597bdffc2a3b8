"""Tests of scaled features and random waves."""

import numpy as np
import pytest

from hpobench.training.features import FARTHEST, scaled, waves

KNOWN = np.arange(400)


@pytest.fixture(name="features")
def make_features() -> np.ndarray:
    return np.random.default_rng(1).normal(7.0, 3.0, (500, 2))


def test_a_normal_feature_gets_median_0_and_deviation_1(features: np.ndarray) -> None:
    known = scaled(features, KNOWN)[KNOWN]
    np.testing.assert_allclose(np.median(known, axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(known.std(axis=0), 1.0, rtol=0.1)


def test_rows_that_are_not_known_do_not_move_the_scale(features: np.ndarray) -> None:
    other = features.copy()
    other[400:] *= 10.0
    np.testing.assert_array_equal(scaled(other, KNOWN)[KNOWN], scaled(features, KNOWN)[KNOWN])


def test_far_outliers_are_clipped(features: np.ndarray) -> None:
    features[3], features[4] = 1e6, -1e6
    far = scaled(features, KNOWN)[[3, 4]]
    np.testing.assert_array_equal(far, [[FARTHEST] * 2, [-FARTHEST] * 2])


def test_waves_of_what_lies_near_are_alike_and_of_what_lies_far_are_not() -> None:
    inputs = np.array([[0.0, 0.0], [0.3, 0.4], [30.0, 40.0]])
    many = waves(inputs, 20000, 1.0, np.random.default_rng(2))
    assert abs(many).max() <= 1.0
    products = many @ many.T / 20000
    # the mean of 2 cos(w'x + b) cos(w'y + b) is exp(-|x - y|^2 / 2) for normal w, frequency 1
    expected = [[1.0, np.exp(-0.125), 0.0], [np.exp(-0.125), 1.0, 0.0], [0.0, 0.0, 1.0]]
    np.testing.assert_allclose(2.0 * products, expected, atol=0.03)


def test_a_higher_frequency_is_as_if_the_inputs_were_farther_apart() -> None:
    inputs = np.random.default_rng(3).standard_normal((5, 2))
    one, two = (
        waves(*arguments, np.random.default_rng(4))
        for arguments in ((inputs, 6, 3.0), (3.0 * inputs, 6, 1.0))
    )
    np.testing.assert_allclose(one, two, rtol=1e-9)
