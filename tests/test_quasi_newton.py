"""Tests of ascents from several points at once."""

import numpy as np
import pytest
from numpy.typing import NDArray

from hpobench.models.quasi_newton import ascended

Array = NDArray[np.float64]
LOW, HIGH = np.zeros(3), np.ones(3)


class _Hill:
    """A quadratic with a slanted ridge; counts its evaluations."""

    def __init__(self) -> None:
        self.bend = np.array([[9.0, 3.0, 0.0], [3.0, 4.0, 1.0], [0.0, 1.0, 2.0]])
        self.summit, self.calls = np.array([0.6, 0.4, 1.3]), 0

    def __call__(self, points: Array) -> tuple[Array, Array]:
        self.calls += 1
        offsets = points - self.summit
        pulls = offsets @ self.bend
        return -0.5 * np.einsum("sd,sd->s", offsets, pulls), -pulls


def _starts(count: int) -> Array:
    return np.random.default_rng(0).random((count, 3))


def test_ascents_end_where_scipy_finds_the_highest_point_within_the_bounds() -> None:
    from scipy.optimize import minimize

    hill = _Hill()
    ends, heights = ascended(hill, _starts(8), LOW, HIGH, 40)

    def depth(point: Array) -> float:
        return -float(hill(point[None])[0][0])

    oracle = minimize(depth, np.full(3, 0.5), bounds=[(0.0, 1.0)] * 3, tol=1e-12)
    assert oracle.x[2] == 1.0  # the bound holds
    assert ends == pytest.approx(np.tile(oracle.x, (8, 1)), abs=2e-2)
    assert heights == pytest.approx(-oracle.fun, abs=1e-3)


def test_an_ascent_is_the_same_alone_and_among_others() -> None:
    together, heights = ascended(_Hill(), _starts(5), LOW, HIGH, 6)
    for start, end, height in zip(_starts(5), together, heights, strict=True):
        alone, value = ascended(_Hill(), start[None], LOW, HIGH, 6)
        assert alone[0] == pytest.approx(end, abs=1e-12)
        assert value[0] == pytest.approx(height, abs=1e-12)


def test_no_ascent_ends_below_its_start_or_out_of_the_bounds() -> None:
    def waves(points: Array) -> tuple[Array, Array]:
        return np.sin(40.0 * points).sum(axis=1), 40.0 * np.cos(40.0 * points)

    starts = _starts(30)
    for iterations in range(12):
        ends, heights = ascended(waves, starts, LOW, HIGH, iterations)
        assert heights == pytest.approx(waves(ends)[0])
        assert np.all(heights >= waves(starts)[0])
        assert np.all((ends >= LOW) & (ends <= HIGH))


def test_the_function_is_evaluated_once_an_iteration_and_no_more_at_the_top() -> None:
    hill = _Hill()
    ascended(hill, _starts(4), LOW, HIGH, 5)
    assert hill.calls == 6
    ends, _ = ascended(hill, _starts(4), LOW, HIGH, 60)
    hill.calls = 0
    ascended(hill, ends, LOW, HIGH, 60)
    assert hill.calls <= 5
