"""Tests of the rules by which descents step."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from hpobench import Units
from hpobench.models.descents import Adam, QuasiNewton, Rule, SignSteps, two_loops

CURVES = np.array([1.0, 10.0, 100.0, 3.0])
"""The second derivatives of a bowl along its axes, before it is turned."""
RULES = [SignSteps, Adam, QuasiNewton]
every_rule = pytest.mark.parametrize("rule", RULES)


def next_of(rule: Rule, point: list[float], value: float, slopes: list[float]) -> list[float]:
    """Return where a rule steps."""
    after = rule.step(np.array(point), value, np.array(slopes))
    assert after is not None
    found: list[float] = after.tolist()
    return found


def descended(
    rule: Rule, function: Callable[[Units], tuple[float, Units]], start: Units, steps: int
) -> list[tuple[Units, float]]:
    """Return the points (d,) that a rule evaluates, with their values."""
    point: Units | None = start
    made: list[tuple[Units, float]] = []
    while point is not None and len(made) < steps:
        value, slopes = function(point)
        made.append((point, value))
        point = rule.step(point, value, slopes)
    return made


def turned_bowl(bottom: float) -> Callable[[Units], tuple[float, Units]]:
    """Return a bowl whose axes are not those of the cube, with its gradient."""
    axes = np.linalg.qr(np.random.default_rng(3).standard_normal((4, 4)))[0]
    hessian = axes @ np.diag(CURVES) @ axes.T

    def function(point: Units) -> tuple[float, Units]:
        rest = point - bottom
        return float(rest @ hessian @ rest) / 2, hessian @ rest

    return function


@every_rule
def test_the_first_step_has_the_length_of_the_rate(rule: type[SignSteps]) -> None:
    after = next_of(rule(0.07), [0.5, 0.5, 0.5], 1.0, [-5.0, 5.0, 0.0])
    np.testing.assert_allclose(after, [0.57, 0.43, 0.5], rtol=1e-12)


@every_rule
def test_a_rule_has_nowhere_to_go_where_the_value_falls_only_out_of_the_cube(
    rule: type[SignSteps],
) -> None:
    assert rule(0.1).step(np.array([0.0, 1.0, 0.3]), 1.0, np.array([2.0, -3.0, 0.0])) is None


@every_rule
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_no_rule_steps_from_a_failure_at_the_start(rule: type[SignSteps], value: float) -> None:
    assert rule(0.1).step(np.full(2, 0.5), value, np.ones(2)) is None


def test_rprops_steps_grow_while_the_sign_stays_and_are_halved_when_it_changes() -> None:
    rule, point = SignSteps(0.1), np.array([0.5, 0.5])
    lengths = list[list[float]]()
    for slopes in ([1.0, 1.0], [9.0, -1.0], [0.1, 1.0], [0.0, 2.0]):
        after = rule.step(point, 1.0, np.array(slopes))
        assert after is not None
        lengths.append((point - after).tolist())
    expected = [[0.1, 0.1], [0.12, -0.05], [0.144, 0.025], [0.0, 0.03]]
    np.testing.assert_allclose(lengths, expected, atol=1e-12)


def test_adams_steps_are_those_of_its_formulas() -> None:
    slopes, rule, point = np.array([3.0, -1.0, 2.0]), Adam(0.01), np.array([0.5])
    for count in range(1, 4):
        after = rule.step(point, 1.0, slopes[count - 1 : count])
        assert after is not None
        past = slopes[:count][::-1]
        mean = np.average(past, weights=0.8 ** np.arange(count))
        square = np.average(past**2, weights=0.95 ** np.arange(count))
        np.testing.assert_allclose(point - after, 0.01 * mean / math.sqrt(square), rtol=1e-12)
        point = after


def test_the_two_loops_multiply_by_the_matrix_of_bfgs() -> None:
    rng = np.random.default_rng(0)
    hessian = np.diag([1.0, 4.0, 9.0, 2.0, 0.5])
    pairs = [(step, hessian @ step) for step in rng.standard_normal((3, 5))]
    step, change = pairs[-1]
    inverse = np.eye(5) * (step @ change) / (change @ change)
    for step, change in pairs:  # BFGS (Nocedal and Wright, 2006, eq. 6.17)
        left = np.eye(5) - np.outer(step, change) / (step @ change)
        inverse = left @ inverse @ left.T + np.outer(step, step) / (step @ change)
    slopes = rng.standard_normal(5)
    np.testing.assert_allclose(two_loops(slopes, pairs), inverse @ slopes, rtol=1e-9)


def test_quasi_newton_steps_go_on_where_hardly_anything_changes() -> None:
    def function(point: Units) -> tuple[float, Units]:
        return 1.0 - 1e-300 * float(point.sum()), np.full(2, -1e-300) + 1e-290 * (point - 0.2)

    points = descended(QuasiNewton(0.05), function, np.full(2, 0.2), 4)
    assert len(points) == 4


def test_quasi_newton_steps_find_the_bottom_of_a_turned_bowl_to_many_digits() -> None:
    made = descended(QuasiNewton(0.1), turned_bowl(0.4), np.full(4, 0.9), 25)
    assert made[-1][1] < 1e-9 * made[0][1]


def test_quasi_newton_steps_find_the_lowest_point_of_the_cube_as_scipy_does() -> None:
    from scipy.optimize import minimize

    function, start = turned_bowl(1.1), np.array([0.1, 0.9, 0.3, 0.6])
    expected = minimize(function, start, jac=True, method="L-BFGS-B", bounds=[(0.0, 1.0)] * 4)
    made = descended(QuasiNewton(0.1), function, start, 40)
    assert min(value for _, value in made) == pytest.approx(expected.fun, rel=1e-6)


def test_a_step_that_gains_too_little_is_shortened_to_the_bottom_of_a_parabola() -> None:
    rule = QuasiNewton(0.4)
    np.testing.assert_allclose(next_of(rule, [0.5], 1.0, [-1.0]), [0.9])
    # 1 - x + c x^2 at x = 0.4 is 1.2 where c = 3.75, and is lowest at x = 1 / (2 c)
    lowest = 0.5 + 1.0 / 7.5
    np.testing.assert_allclose(next_of(rule, [0.9], 1.2, [2.0]), [lowest])
    np.testing.assert_allclose(next_of(rule, [lowest], math.nan, [0.0]), [0.5 + 0.1 / 7.5])
