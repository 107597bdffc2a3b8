"""Tests of the standardisation of values for a model."""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest

from hpobench.models.levelling import Array, level, levelled, levelled_slopes, standardised

Transform: TypeAlias = Callable[[Array], tuple[Array, float]]


def test_bad_values_are_levelled_in_their_order() -> None:
    values = np.array([3.0, 1.0, math.nan, 1e12, 2.0, 2.5])
    found = level(values)
    assert found[2] == found[3] == found.max()
    finite = [1, 4, 5, 0, 3]
    assert np.all(np.diff(found[finite]) > 0)
    assert (found.mean(), found.std()) == pytest.approx((0.0, 1.0))
    ratio = (found[4] - found[1]) / (found[5] - found[4])
    assert ratio == pytest.approx(2.0, rel=1e-3)


def test_standard_values_keep_their_distances_and_put_the_worst_for_failures() -> None:
    found, _ = standardised(np.array([3.0, 1.0, math.nan, 7.0]))
    assert (found.mean(), found.std()) == pytest.approx((0.0, 1.0))
    assert found[2] == found[3]
    assert (found[3] - found[1]) / (found[0] - found[1]) == pytest.approx(3.0)


@pytest.mark.parametrize("transform", [standardised, levelled])
def test_the_derivatives_are_those_of_the_transformation(transform: Transform) -> None:
    """The shift and the scales count as constants, so all values are moved and scaled at once."""
    values = np.array([3.0, 1.0, 12.0, 2.0, 2.5, 5.0, 40.0])
    _, logarithm = transform(values)
    # Interleaved copies of the values, a hair apart, have the derivatives' ratios between them.
    hair = 1e-6
    both = np.concatenate([values, values + hair])
    shown: Array = transform(both)[0]
    slopes = (shown[7:] - shown[:7]) / hair
    assert logarithm == pytest.approx(float(np.log(slopes).sum()), abs=1e-2)


def test_slopes_are_levelled_by_the_derivative_that_their_value_has() -> None:
    values = np.array([3.0, 1.0, 12.0, 2.0, 2.5, 5.0, math.nan])
    slopes = np.arange(14.0).reshape(7, 2) + 1.0
    slopes[6] = math.nan
    standard, found = levelled_slopes(values, slopes)
    assert standard == pytest.approx(level(values))
    ratios = found / slopes
    assert ratios[:, 0] == pytest.approx(ratios[:, 1], nan_ok=True)
    # up to the median values are only standardised, and beyond it their slopes fall
    low = (standard[4] - standard[1]) / (values[4] - values[1])
    assert ratios[[1, 3, 4], 0] == pytest.approx([low] * 3)
    assert low > ratios[0, 0] > ratios[5, 0] > ratios[2, 0]
    _, logarithm = levelled(values)
    assert float(np.log(ratios[:6, 0]).sum()) == pytest.approx(logarithm)
    scaled = levelled_slopes(1e300 * values, 1e300 * slopes)[1]
    assert scaled == pytest.approx(found, nan_ok=True)
    assert np.isinf(levelled_slopes(1e-300 * values, 1e300 * slopes)[1][:6]).all()


@pytest.mark.parametrize("transform", [standardised, levelled])
def test_values_in_another_unit_are_the_same_to_a_model(transform: Transform) -> None:
    values = np.array([3.0, 1.0, 12.0, math.nan, 2.5])
    found, logarithm = transform(values)
    scaled, other = transform(1e300 * values)
    assert scaled == pytest.approx(found)
    assert logarithm - other == pytest.approx(4 * math.log(1e300))


@pytest.mark.parametrize("transform", [standardised, levelled])
@pytest.mark.parametrize("value", [0.0, -3.0, math.inf, -math.inf, 1e-300])
def test_equal_values_stay_finite(transform: Transform, value: float) -> None:
    found, logarithm = transform(np.array([value, value, math.nan]))
    assert found.tolist() == [0.0, 0.0, 0.0]
    assert math.isfinite(logarithm)
