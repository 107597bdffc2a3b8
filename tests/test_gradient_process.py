"""Tests of the Gaussian process that learns from values and gradients."""

import math
from dataclasses import replace

import numpy as np
import pytest

from hpobench.models.evidence import condition as condition_plain
from hpobench.models.evidence import prior_mode
from hpobench.models.gradient_correlations import Array, Correlations, Observed, squares
from hpobench.models.gradient_process import Evidence, condition, fit

GROUPS = np.array([0, 1, 2, 2, 3])
ALONG = np.array([0, 1, 4])
SLOPED = np.array([0, 2, 3, 6])
HYPERPARAMETERS = np.array([-0.5, 0.2, -0.1, 0.4, -3.0, -2.0])
"""The logarithms of four length-scales, of λ and of λ'."""
INVERSE = np.exp(-2.0 * HYPERPARAMETERS[GROUPS])
NOISES = np.exp(HYPERPARAMETERS[-2:])
MODE = prior_mode(4, 2)


def _observed(seed: int = 0) -> Observed:
    rng = np.random.default_rng(seed)
    points, values = rng.random((7, 5)), rng.standard_normal(7)
    return Observed(points, values, SLOPED, ALONG, rng.standard_normal((4, 3)))


def _kernel(left: Array, right: Array) -> float:
    r = math.sqrt(float((left - right) ** 2 @ INVERSE))
    return (1 + math.sqrt(5) * r + 5 / 3 * r * r) * math.exp(-math.sqrt(5) * r)


def _differenced(left: Array, right: Array, i: int | None, j: int | None) -> float:
    """Return the kernel, differenced along i at the left and along j at the right point."""
    step = 1e-4
    ends = []
    for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        moved = [left.copy(), right.copy()]
        for point, place, sign in zip(moved, (i, j), signs, strict=True):
            if place is not None:
                point[place] += sign * step
        ends.append(_kernel(*moved))
    if i is None and j is None:
        return ends[0]
    if i is None:
        return (ends[0] - ends[1]) / (2 * step)
    if j is None:
        return (ends[0] - ends[2]) / (2 * step)
    return (ends[0] - ends[1] - ends[2] + ends[3]) / (4 * step**2)


def test_the_correlations_are_the_differences_of_the_kernel_and_noise_on_the_diagonal() -> None:
    known = _observed()
    found = Correlations(known).square(INVERSE, NOISES)
    every: list[tuple[Array, int | None]] = [(point, None) for point in known.points]
    every += [(known.points[place], i) for place in SLOPED for i in ALONG.tolist()]
    expected = np.array([[_differenced(a, b, i, j) for b, j in every] for a, i in every])
    noise = [NOISES[0] if i is None else NOISES[1] * INVERSE[i] for _, i in every]
    # at one point the kernel's second derivative has a kink, which differences smooth a little
    assert found == pytest.approx(expected + np.diag(noise), abs=2e-3)
    apart = np.array([[(a != b).any() for b, _ in every] for a, _ in every])
    assert found[apart] == pytest.approx(expected[apart], abs=1e-6)


def test_without_derivatives_it_is_the_plain_process() -> None:
    known = _observed()
    few = replace(known, sloped=SLOPED[:0], slopes=np.empty((0, 3)))
    found = condition(HYPERPARAMETERS, GROUPS, few)
    plain = condition_plain(HYPERPARAMETERS[:-1], GROUPS, known.points, known.values)
    points = np.random.default_rng(1).random((6, 5))
    for one, other in zip(found.slopes(points), plain.slopes(points), strict=True):
        assert one == pytest.approx(other)
    z = (HYPERPARAMETERS[-1] - MODE[-1]) / 3.0
    assert found.evidence == pytest.approx(plain.evidence - 0.5 * z * z)


def test_the_gradient_of_the_evidence_agrees_with_differences() -> None:
    evidence = Evidence(GROUPS, _observed())
    _, slope = evidence.loss(HYPERPARAMETERS)
    for place, found in enumerate(slope):
        step = np.where(np.arange(6) == place, 1e-6, 0.0)
        ends = [evidence.loss(HYPERPARAMETERS + sign * step)[0] for sign in (1, -1)]
        assert found == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-6)


def test_the_evidence_is_the_density_of_what_was_observed_and_of_the_priors() -> None:
    from scipy.stats import multivariate_normal, norm

    known = _observed()

    def constant(hyperparameters: Array) -> float:
        process = condition(hyperparameters, GROUPS, known)
        inverse = np.exp(-2.0 * hyperparameters[GROUPS])
        square = Correlations(known).square(inverse, np.exp(hyperparameters[-2:]))
        targets = np.append(known.values - process.mean, known.slopes.ravel())
        density = multivariate_normal(cov=process.variance * square).logpdf(targets)
        spread = [1.5] * 4 + [3.0] * 2
        priors = norm(MODE, spread).logpdf(hyperparameters).sum()
        # scaled-inverse-chi-square around 1 with two observations, up to a constant
        of_variance = -math.log(process.variance) - 1.0 / process.variance
        return float(process.evidence - density - priors - of_variance)

    first, second = constant(HYPERPARAMETERS), constant(HYPERPARAMETERS + 0.3)
    assert first == pytest.approx(second)


def test_the_gradients_of_the_posterior_agree_with_differences() -> None:
    process = condition(HYPERPARAMETERS, GROUPS, _observed())
    points = np.random.default_rng(1).random((6, 5))
    means, deviations, rises, widenings = process.slopes(points)
    assert np.array(process.posterior(points)) == pytest.approx(np.array([means, deviations]))
    for place in range(5):
        step = np.where(np.arange(5) == place, 1e-6, 0.0)
        above, below = process.posterior(points + step), process.posterior(points - step)
        assert rises[:, place] == pytest.approx((above[0] - below[0]) / 2e-6, abs=1e-6)
        assert widenings[:, place] == pytest.approx((above[1] - below[1]) / 2e-6, abs=1e-6)


def test_with_little_noise_it_has_the_values_and_the_slopes_that_were_observed() -> None:
    known = _observed()
    exact = HYPERPARAMETERS.copy()
    exact[-2:] = math.log(1e-8)
    process = condition(exact, GROUPS, known)
    means, deviations, rises, _ = process.slopes(known.points)
    assert means == pytest.approx(known.values, abs=1e-4)
    assert deviations.max() < 1e-3
    assert rises[SLOPED][:, ALONG] == pytest.approx(known.slopes, abs=1e-3)


def test_what_is_believed_keeps_the_means_and_narrows_the_deviations() -> None:
    process = condition(HYPERPARAMETERS, GROUPS, _observed())
    points = np.random.default_rng(1).random((3, 5))
    means, deviations = process.posterior(points)
    after, narrower = process.believe(points).posterior(points)
    assert after == pytest.approx(means, abs=0.05)
    assert (narrower < 0.7 * deviations).all()


def test_a_fit_is_more_probable_than_its_start_and_gradients_make_it_exact() -> None:
    rng = np.random.default_rng(0)
    groups = np.arange(4)
    points, others = rng.random((10, 4)), rng.random((50, 4))

    def function(rows: Array) -> tuple[Array, Array]:
        return (rows[:, 0] - 0.3) ** 2 * 9 + np.sin(4 * rows[:, 1]), np.column_stack(
            [18 * (rows[:, 0] - 0.3), 4 * np.cos(4 * rows[:, 1]), np.zeros((len(rows), 2))]
        )

    values, slopes = function(points)
    known = Observed(points, values, np.arange(10), groups, slopes)
    process = fit(groups, known)
    assert process.evidence > condition(MODE, groups, known).evidence
    plain = fit(groups, replace(known, sloped=groups[:0], slopes=slopes[:0]))
    errors = [
        float(np.sqrt(np.mean((each.posterior(others)[0] - function(others)[0]) ** 2)))
        for each in (process, plain)
    ]
    assert errors[0] < 0.25 * errors[1]
    assert process.scales[[2, 3]].min() > 3 * process.scales[[0, 1]].max()


def test_points_that_coincide_and_values_that_are_constant_give_a_process() -> None:
    points = np.full((4, 2), 0.5)
    along = np.arange(2)
    known = Observed(points, np.zeros(4), np.arange(4), along, np.zeros((4, 2)))
    means, deviations = fit(along, known).posterior(np.random.default_rng(0).random((5, 2)))
    assert means == pytest.approx(np.zeros(5))
    assert np.isfinite(deviations).all()


def test_squares_are_distances_divided_by_the_length_scales() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.random((3, 5)), rng.random((2, 5))
    expected = [[float((a - b) ** 2 @ INVERSE) for b in right] for a in left]
    assert squares(left, right, INVERSE) == pytest.approx(np.array(expected))
