"""Tests of Gaussian processes, of expected improvement, and of the features of a space."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from hpobench import Categorical, Config, Float, Int, Ordinal, Space
from hpobench.models import gaussian_process
from hpobench.models.acquisition import BEYOND, FAR, Acquisition, log_expected_improvement, log_h
from hpobench.models.evidence import Evidence, condition, fit, prior_mode
from hpobench.models.features import Features
from hpobench.models.gaussian_process import GaussianProcess

Array = NDArray[np.float64]

GROUPS = np.array([0, 1, 1, 2])
HYPERPARAMETERS = np.log([0.4, 0.9, 1.7, 1e-3])

SPACE = Space(
    {
        "model": Categorical(("net", "forest", None)),
        "rate": Float(1e-5, 1.0, log=True, when={"model": ("net",)}),
        "width": Int(2, 300, log=True, when={"model": ("net",)}),
        "nesterov": Categorical((True, 1, 1.0), when={"width": tuple(range(10, 301))}),
        "depth": Int(1, 9, when={"model": ("forest", None)}),
        "batch": Ordinal((8, 16, 64)),
    }
)


def _data(n: int = 20) -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    points = rng.random((n, 4))
    values = np.sin(5 * points[:, 0]) + points[:, 1] * points[:, 2] + 0.1 * rng.standard_normal(n)
    return points, (values - values.mean()) / values.std()


def _process() -> GaussianProcess:
    points, values = _data()
    return condition(HYPERPARAMETERS, GROUPS, points, values)


def _slope(function: Callable[[Array], float], at: Array, step: float) -> Array:
    """Return a gradient by central differences of fourth order."""
    moves = step * np.eye(len(at))
    return np.array(
        [
            (
                8 * (function(at + m) - function(at - m))
                - function(at + 2 * m)
                + function(at - 2 * m)
            )
            / (12 * step)
            for m in moves
        ]
    )


def _kernel(left: Array, right: Array) -> Array:
    """Return the correlations by the textbook, entry by entry."""
    scales = np.exp(HYPERPARAMETERS[GROUPS])
    r = np.array([[math.dist(a / scales, b / scales) for b in right] for a in left])
    k: Array = (1 + math.sqrt(5) * r + 5 * r**2 / 3) * np.exp(-math.sqrt(5) * r)
    return k


@pytest.mark.parametrize("seed", range(5))
def test_the_gradient_of_the_evidence_agrees_with_differences(seed: int) -> None:
    evidence = Evidence(GROUPS, *_data())
    rng = np.random.default_rng(seed)
    at = HYPERPARAMETERS + rng.uniform(-1.0, 1.0, len(HYPERPARAMETERS))
    _, gradient = evidence.loss(at)
    differences = _slope(lambda h: evidence.loss(h)[0], at, 1e-3)
    assert gradient == pytest.approx(differences, rel=1e-5, abs=1e-8)


def test_the_evidence_is_the_density_of_the_values_and_the_priors() -> None:
    points, values = _data()
    evidence = Evidence(GROUPS, points, values)

    def density(h: Array) -> float:
        process = evidence.condition(h)
        precision = process.whitener.T @ process.whitener / process.variance
        residuals = values - process.mean
        normal = 0.5 * np.linalg.slogdet(precision)[1] - 0.5 * residuals @ precision @ residuals
        # The logarithm of the prior of s², which counts as two observations around 1.
        variance = -math.log(process.variance) - 1.0 / process.variance
        lengths = -((h[:-1] + 0.5) ** 2) / (2.0 * 1.5**2)
        noise = -((h[-1] - math.log(1e-4)) ** 2) / (2.0 * 9.0)
        return float(normal + variance + lengths.sum() + noise)

    other = np.log([1.3, 0.2, 0.8, 1e-2])
    expected = density(other) - density(HYPERPARAMETERS)
    assert evidence.loss(HYPERPARAMETERS)[0] - evidence.loss(other)[0] == pytest.approx(expected)
    assert evidence.condition(other).evidence == -evidence.loss(other)[0]


def test_length_scales_are_longer_a_priori_in_more_than_ten_dimensions() -> None:
    lengths = np.exp(prior_mode(10)[:-1])
    assert lengths == pytest.approx(np.exp(prior_mode(2)[0]))
    assert np.exp(prior_mode(40)[:-1]) == pytest.approx(np.full(40, 2.0 * lengths[0]))
    distances = np.random.default_rng(0).random((2, 40))
    evidence = Evidence(np.arange(40), distances, np.zeros(2))
    slopes = evidence.loss(prior_mode(40))[1]
    differences = _slope(lambda h: evidence.loss(h)[0], prior_mode(40), 1e-3)
    assert slopes == pytest.approx(differences, rel=1e-5, abs=1e-8)


def test_mean_and_variance_maximise_the_evidence() -> None:
    points, values = _data()
    process = _process()
    n = len(values)
    covariance = _kernel(points, points) + math.exp(HYPERPARAMETERS[-1]) * np.eye(n)

    def density(mean: float, variance: float) -> float:
        quadratic = (values - mean) @ np.linalg.solve(covariance, values - mean)
        return float(-0.5 * ((n + 2) * math.log(variance) + (quadratic + 2) / variance))

    best = density(process.mean, process.variance)
    for factor in (0.99, 1.01):
        assert density(process.mean * factor, process.variance) < best
        assert density(process.mean, process.variance * factor) < best


def test_the_posterior_is_that_of_the_dense_formula() -> None:
    points, values = _data()
    process = _process()
    fresh = np.random.default_rng(1).random((30, 4))
    covariance = _kernel(points, points) + math.exp(HYPERPARAMETERS[-1]) * np.eye(len(points))
    cross = _kernel(fresh, points)
    mean = process.mean + cross @ np.linalg.solve(covariance, values - process.mean)
    share = 1.0 - np.einsum("mn,nm->m", cross, np.linalg.solve(covariance, cross.T))
    means, deviations = process.posterior(fresh)
    assert means == pytest.approx(mean, rel=1e-9)
    assert deviations == pytest.approx(np.sqrt(process.variance * share), rel=1e-9)


def test_the_posterior_at_many_points_is_that_at_each(monkeypatch: pytest.MonkeyPatch) -> None:
    process, fresh = _process(), np.random.default_rng(1).random((7, 4))
    whole = process.posterior(fresh)
    monkeypatch.setattr(gaussian_process, "BLOCK", 3)
    for expected, found in zip(whole, process.posterior(fresh), strict=True):
        assert found == pytest.approx(expected, rel=1e-12)
    assert [found.shape for found in process.posterior(fresh[:0])] == [(0,), (0,)]


def test_the_posterior_is_that_of_scikit_learn() -> None:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    points, values = _data()
    process = _process()
    scales = np.exp(HYPERPARAMETERS[GROUPS])
    matern = Matern(scales, nu=2.5)  # pyright: ignore[reportArgumentType]  # one for each feature
    noise = process.variance * math.exp(HYPERPARAMETERS[-1])
    oracle = GaussianProcessRegressor(
        ConstantKernel(process.variance) * matern,
        alpha=noise,
        optimizer=None,  # pyright: ignore[reportArgumentType]  # None: the kernel stays as it is
    )
    oracle.fit(points, values - process.mean)
    fresh = np.random.default_rng(1).random((30, 4))
    expected, spread = oracle.predict(fresh, return_std=True)
    means, deviations = process.posterior(fresh)
    assert means == pytest.approx(expected + process.mean, rel=1e-8)
    assert deviations == pytest.approx(spread, rel=1e-8)


def test_the_gradients_of_the_posterior_agree_with_differences() -> None:
    process = _process()
    points = np.random.default_rng(2).random((5, 4))
    means, deviations, rises, widenings = process.slopes(points)
    posterior = process.posterior(points)
    assert np.stack([means, deviations]) == pytest.approx(np.stack(posterior))
    for point, rise, widening in zip(points, rises, widenings, strict=True):
        by_mean = _slope(lambda p: float(process.posterior(p[None])[0][0]), point, 1e-3)
        by_deviation = _slope(lambda p: float(process.posterior(p[None])[1][0]), point, 1e-3)
        assert rise == pytest.approx(by_mean, rel=1e-5)
        assert widening == pytest.approx(by_deviation, rel=1e-5)


@pytest.mark.parametrize("below", [0.7, 1.0])
def test_the_gradient_of_the_acquisition_agrees_with_differences(below: float) -> None:
    process = _process()
    succeeded = (process.points[:, 1] < below).astype(np.float64)
    success = condition(HYPERPARAMETERS, GROUPS, process.points, succeeded)
    acquisition = Acquisition(process, -1.0, None if succeeded.all() else success)
    points = np.random.default_rng(3).random((5, 4))
    scores, gradients = acquisition.slopes(points)
    assert scores == pytest.approx(acquisition.scores(points), rel=1e-9)
    for point, gradient in zip(points, gradients, strict=True):
        differences = _slope(lambda p: float(acquisition.scores(p[None])[0]), point, 1e-4)
        assert gradient == pytest.approx(differences, rel=1e-5, abs=1e-6)


def test_an_improvement_is_less_likely_where_trials_fail() -> None:
    from scipy.stats import norm

    process = _process()
    succeeded = (process.points[:, 1] < 0.7).astype(np.float64)
    success = condition(HYPERPARAMETERS, GROUPS, process.points, succeeded)
    points = np.random.default_rng(4).random((20, 4))
    lower = Acquisition(process, -1.0, success).scores(points)
    lower -= Acquisition(process, -1.0, None).scores(points)
    means, deviations = success.posterior(points)
    assert np.exp(lower) == pytest.approx(norm.sf(0.5, means, deviations), rel=1e-9)
    assert lower[points[:, 1] > 0.8].mean() < lower[points[:, 1] < 0.6].mean()


def test_a_believed_point_keeps_the_means_and_narrows_the_deviations() -> None:
    process = _process()
    rng = np.random.default_rng(3)
    points, fresh = rng.random((3, 4)), rng.random((30, 4))
    believer = process.believe(points)
    assert believer.posterior(fresh)[0] == pytest.approx(process.posterior(fresh)[0], rel=1e-9)
    assert np.all(believer.posterior(fresh)[1] < process.posterior(fresh)[1])
    everything, values = np.vstack([_data()[0], points]), _data()[1]
    told = condition(
        HYPERPARAMETERS, GROUPS, everything, np.append(values, process.posterior(points)[0])
    )
    ratio = told.posterior(fresh)[1] / believer.posterior(fresh)[1]
    assert ratio == pytest.approx(math.sqrt(told.variance / process.variance), rel=1e-6)


def test_a_fit_is_where_the_evidence_has_its_peak() -> None:
    points, values = _data(40)
    evidence = Evidence(GROUPS, points, values)
    process = fit(GROUPS, points, values)
    peak, gradient = evidence.loss(process.hyperparameters)
    assert np.abs(gradient).max() < 0.1
    rng = np.random.default_rng(4)
    starts = process.hyperparameters + rng.uniform(-1, 1, (20, 4))
    assert all(evidence.loss(start)[0] > peak for start in starts)
    again = fit(GROUPS, points, values, process.hyperparameters)
    assert evidence.loss(again.hyperparameters)[0] <= peak


def test_a_fit_finds_what_matters_and_how_noisy_it_is() -> None:
    rng = np.random.default_rng(5)
    points = rng.random((80, 4))
    signal = np.sin(6 * points[:, 0])
    noisy = signal + 0.3 * rng.standard_normal(80)
    lengths, exact = [], []
    for values in (signal, noisy):
        values = (values - values.mean()) / values.std()  # noqa: PLW2901  # one name is clearer
        hyperparameters = fit(GROUPS, points, values).hyperparameters
        lengths.append(hyperparameters[:-1])
        exact.append(hyperparameters[-1])
    assert all(length[0] + 1.0 < min(length[1:]) for length in lengths)
    assert exact[0] < math.log(1e-5) < math.log(1e-2) < exact[1]


def test_points_that_coincide_and_values_that_are_constant_give_a_process() -> None:
    points = np.full((6, 4), 0.5)
    process = fit(GROUPS, points, np.zeros(6), prior_mode(3))
    means, deviations = process.posterior(np.vstack([points[:1], np.zeros((1, 4))]))
    assert means == pytest.approx(0.0)
    assert 0 < deviations[0] < deviations[1]


def test_log_expected_improvement_agrees_with_integration() -> None:
    from scipy.integrate import quad

    # h(z) = ∫₀^∞ t·φ(t - z) dt; it is divided by φ(z), so that nothing vanishes.
    for z in (-1e4, -300.0, -100.1, -99.9, -20.0, -5.0, -1.0, 0.0, 2.0, 29.9, 30.1):
        scale = max(1.0, -z)
        integral, _ = quad(
            lambda s, z=z, c=scale: s * math.exp(s * z / c - 0.5 * (s / c) ** 2),
            0, math.inf, epsabs=0, epsrel=1e-12, limit=500,
        )  # fmt: skip
        expected = math.log(integral) - 2 * math.log(scale) - 0.5 * math.log(2 * math.pi)
        value, _ = log_h(np.array(z))
        assert float(value) + 0.5 * z * z == pytest.approx(expected, rel=1e-9, abs=1e-11 * z * z)


def test_log_expected_improvement_is_the_logarithm_of_the_improvement() -> None:
    from scipy.stats import norm

    mean, deviation, best = np.array([0.3, -1.0, 2.0, -40.0]), np.array([0.5, 0.1, 3.0, 0.7]), 0.1
    z = (best - mean) / deviation
    expected = np.log((best - mean) * norm.cdf(z) + deviation * norm.pdf(z))
    value, _, _ = log_expected_improvement(mean, deviation, best)
    assert value == pytest.approx(expected, rel=1e-12)


def test_log_expected_improvement_is_smooth_where_its_forms_meet() -> None:
    for seam in (FAR, BEYOND):
        below, above = np.nextafter(seam, -math.inf), np.nextafter(seam, math.inf)
        values, slopes = log_h(np.array([below, above]))
        assert values[0] == pytest.approx(values[1], rel=1e-13)
        assert slopes[0] == pytest.approx(slopes[1], rel=1e-11)


def test_log_expected_improvement_stays_finite_and_rising_in_the_far_tails() -> None:
    z = np.concatenate([-np.logspace(150, -3, 400), np.logspace(-3, 150, 400)])
    values, slopes = log_h(z)
    assert np.all(np.isfinite(values))
    assert np.all(np.diff(values) >= 0)
    assert np.all(slopes > 0)
    # For very negative z the derivative is -z + O(1/z), for very positive z it is 1/z.
    assert slopes[z < -1e6] == pytest.approx(-z[z < -1e6], rel=1e-9)
    assert slopes[z > 1e6] == pytest.approx(1 / z[z > 1e6], rel=1e-9)


def test_the_derivatives_of_log_expected_improvement_agree_with_differences() -> None:
    for mean, deviation in ((0.0, 1.0), (3.0, 0.5), (20.0, 0.1), (-2.0, 0.7), (100.0, 0.5)):
        at = np.array([mean, deviation])
        _, *derivatives = log_expected_improvement(at[:1], at[1:], 0.4)
        differences = _slope(
            lambda p: float(log_expected_improvement(p[:1], p[1:], 0.4)[0][0]), at, 1e-4
        )
        assert np.ravel(derivatives) == pytest.approx(differences, rel=1e-6)


def test_a_snapped_point_is_where_its_configuration_is_encoded() -> None:
    units = np.random.default_rng(6).random((500, len(SPACE)))
    snapped = Features(SPACE).snap(units)
    expected = SPACE.encode_all(SPACE.decode_all(units))
    assert np.array_equal(np.isnan(snapped), np.isnan(expected))
    assert np.allclose(snapped, expected, rtol=0, atol=1e-12, equal_nan=True)
    discrete = [i for i, name in enumerate(SPACE) if name != "rate"]
    assert snapped[:, discrete].tobytes() == expected[:, discrete].tobytes()
    assert [SPACE.decode(row) for row in snapped] == SPACE.decode_all(units)


def test_any_two_values_of_a_choice_are_one_apart() -> None:
    space = Space({"a": Categorical(("x", "y", "z")), "b": Float(0.0, 1.0)})
    features = Features(space)
    points = features.points(features.snap(np.array([[0.1, 0.5], [0.5, 0.5], [0.9, 0.5]])))
    distances = [math.dist(points[i], points[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert distances == pytest.approx([1.0, 1.0, 1.0])
    assert list(features.groups) == [0, 0, 0, 1]


def test_configurations_that_lack_a_parameter_coincide_in_it() -> None:
    features = Features(SPACE)
    forests: list[Config] = [
        {"model": "forest", "depth": 3, "batch": 8},
        {"model": "forest", "depth": 5, "batch": 8},
    ]
    points = features.points(SPACE.encode_all(forests))
    depth = list(SPACE).index("depth")
    assert np.all((points[0] == points[1]) == (features.groups != depth))
