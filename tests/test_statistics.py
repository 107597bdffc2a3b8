"""Tests, ranks, effects and power agree with independent computations."""

import itertools

import numpy as np
import pytest
import scikit_posthocs
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.stats.multitest import multipletests

from hpobench import statistics
from hpobench.statistics import FloatArray

NAN = float("nan")


def pairwise(means: FloatArray) -> FloatArray:
    """Return the differences (A, B, problems) of all pairs of (strategies, problems) means."""
    return means[:, None] - means[None]


levels = st.integers(-4, 4).map(float)
pairs = st.integers(1, 10).flatmap(lambda n: arrays(float, (2, n), elements=levels))


def spread(band: statistics.NoiseBand) -> float:
    """Return how far apart the first and the last mean rank are expected to be."""
    return band.high - band.low


def luck(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("problems", [5, 8, 13, 30, 50])
def test_wilcoxon_equals_scipys_exact_test_without_ties(problems: int) -> None:
    a, b = luck(problems).normal(size=(2, problems))
    assert statistics.wilcoxon(a - b) == pytest.approx(stats.wilcoxon(a, b, method="exact").pvalue)


@settings(max_examples=40, deadline=None)
@given(pairs)
def test_wilcoxon_equals_all_sign_flips_with_ties_and_zeros(means: FloatArray) -> None:
    a, b = means
    difference = a - b
    ranks = stats.rankdata(np.abs(difference))
    signs = np.array(list(itertools.product([-1, 1], repeat=len(a))))
    sums = np.abs(signs @ (ranks * (difference != 0)))
    assert statistics.wilcoxon(a - b) == pytest.approx(
        np.mean(sums >= abs(np.sum(np.sign(difference) * ranks)))
    )


def test_wilcoxon_splits_zeros_as_scipy_does() -> None:
    a = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])
    b = np.array([2.0, 1.0, 5.0, 0.0, 5.0, 5.0, 0.0, 3.0])
    every = stats.PermutationMethod(n_resamples=10**6)
    oracle = stats.wilcoxon(a, b, zero_method="zsplit", method=every)
    assert statistics.wilcoxon(a - b) == pytest.approx(oracle.pvalue)


def test_wilcoxon_is_scipys_normal_approximation_beyond_200_problems() -> None:
    a, b = luck().normal(size=(2, 400))
    oracle = stats.wilcoxon(a, b + 0.05, method="approx").pvalue
    assert statistics.wilcoxon(a - b - 0.05) == pytest.approx(oracle)


def test_identical_means_give_one_and_no_common_problem_gives_nan() -> None:
    assert statistics.wilcoxon(np.zeros(6)) == 1
    assert np.isnan(statistics.wilcoxon(np.array([NAN, NAN])))


def test_rounding_errors_break_no_ties() -> None:
    a = np.array([0.3, 0.5, 0.9, 0.2, 0.7, 0.4, 0.1, 0.6])
    steps = np.array([0.1, -0.1, 0.1, 0.1, 0.2, -0.2, 0.0, 0.1])
    noise = 1e-14 * luck().normal(size=8)
    assert statistics.wilcoxon(a - (a + steps + noise)) == statistics.wilcoxon(steps)


@given(pairs, st.floats(0.01, 100), st.floats(-10, 10), st.integers(0, 99))
def test_p_survives_swapping_scaling_and_reordering(
    means: FloatArray, scale: float, shift: float, seed: int
) -> None:
    a, b = means
    order = luck(seed).permutation(len(a))
    p = statistics.wilcoxon(a - b)
    assert statistics.wilcoxon(b - a) == p
    assert statistics.wilcoxon((a - b)[order]) == pytest.approx(p)
    moved = (scale * a + shift) - (scale * b + shift)
    assert statistics.wilcoxon(moved) == pytest.approx(p)


@pytest.mark.parametrize("tests", [1, 2, 9, 45])
def test_holm_equals_statsmodels(tests: int) -> None:
    p = np.round(luck(tests).random(tests) ** 4, 2)
    assert statistics.holm(p) == pytest.approx(multipletests(p, method="holm")[1])


@given(arrays(float, st.integers(1, 12), elements=st.integers(0, 100).map(lambda p: p / 100)))
def test_holm_lowers_no_p_and_keeps_their_order(p: FloatArray) -> None:
    adjusted = statistics.holm(p)
    assert np.all(adjusted >= p)
    assert np.all(np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0)


def test_a_test_that_can_not_reject_alone_costs_the_others_nothing() -> None:
    means = np.array([np.zeros(12), np.arange(1.0, 13), np.arange(2.0, 14)])
    means[2, 5:] = NAN
    found = statistics.against(pairwise(means), 0)
    assert found.problems.tolist() == [0, 12, 5]
    assert found.tests == 1
    assert found.adjusted[1] == found.raw[1] == 2.0**-11
    assert found.raw[2] == 2.0**-4
    assert np.isnan(found.adjusted[[0, 2]]).all()
    assert found.possible.tolist() == [False, True, False]


def test_a_test_with_too_few_problems_after_the_correction_has_no_p_unless_it_rejects() -> None:
    """With 3 tests, 6 problems are too few for Holm's first step and enough for its last."""
    means = np.array([np.zeros(12), *(np.arange(1.0, 13) + s for s in range(3))])
    means[3, 6:] = NAN
    agreeing = statistics.against(pairwise(means), 0)
    assert agreeing.possible.tolist() == [False, True, True, False]
    assert agreeing.adjusted[3] == pytest.approx(2.0**-5)
    means[3, 0] = -1.0
    split = statistics.against(pairwise(means), 0)
    assert split.raw[3] == pytest.approx(2.0**-4)
    assert np.isnan(split.adjusted[3])


def test_a_family_too_large_for_its_problems_can_reject_nothing() -> None:
    found = statistics.all_pairs(pairwise(luck().normal(size=(6, 8))))
    assert found.tests == 15
    assert not found.possible.any()
    assert statistics.all_pairs(pairwise(luck().normal(size=(5, 9)))).possible[0, 1]


def test_holm_leaves_out_what_was_not_tested() -> None:
    assert statistics.holm(np.array([0.02, NAN, 0.01])) == pytest.approx(
        [0.02, NAN, 0.02], nan_ok=True
    )


def test_all_pairs_equal_scikit_posthocs() -> None:
    means = luck(3).normal(size=(4, 12)) + np.arange(4)[:, None] / 2
    ours = statistics.all_pairs(pairwise(means)).adjusted
    theirs = scikit_posthocs.posthoc_wilcoxon(list(means), p_adjust="holm").to_numpy()
    upper = np.triu_indices(4, 1)
    assert ours[upper] == pytest.approx(theirs[upper])
    assert np.array_equal(ours, ours.T, equal_nan=True)


def test_another_strategy_changes_no_raw_p() -> None:
    means = luck(4).normal(size=(4, 9))
    few = statistics.against(pairwise(means[:3]), 0)
    all_of_them = statistics.against(pairwise(means), 0)
    assert np.array_equal(few.raw, all_of_them.raw[:3], equal_nan=True)
    assert np.isnan(few.raw[0])
    assert np.all(all_of_them.adjusted[1:3] >= few.adjusted[1:])


@settings(max_examples=40, deadline=None)
@given(arrays(float, (4, 6), elements=levels))
def test_friedman_equals_scipys_and_the_analysis_of_variance_of_ranks(means: FloatArray) -> None:
    found = statistics.friedman(means)
    ranks = stats.rankdata(means, axis=0)
    rest = ranks - ranks.mean(axis=1, keepdims=True)
    between, within = 6 * np.sum((ranks.mean(axis=1) - 2.5) ** 2) / 3, np.sum(rest**2) / 15
    if np.isclose(np.sum((ranks - 2.5) ** 2), 0):
        assert (found.chi_square, found.p) == (0, 1)
        return
    oracle = stats.friedmanchisquare(*means)
    assert found.chi_square == pytest.approx(oracle.statistic)
    assert found.p == pytest.approx(oracle.pvalue, rel=1e-6, abs=24.0**-5)
    assert found.f == (pytest.approx(between / within) if within > 1e-9 else np.inf)
    assert found.f_p == pytest.approx(stats.f.sf(found.f, 3, 15), rel=1e-6, abs=24.0**-5)


def test_the_p_of_complete_agreement_is_its_exact_chance() -> None:
    found = statistics.friedman(np.arange(3.0)[:, None] + np.zeros(4))
    assert found.f == np.inf
    assert found.f_p == pytest.approx(6.0**-3)


def test_friedman_leaves_out_problems_with_gaps_and_needs_two() -> None:
    means = np.array([[1.0, 2.0, NAN], [2.0, 1.0, 3.0]])
    assert statistics.friedman(means).problems == 2
    assert np.isnan(statistics.friedman(means[:, 1:]).p)


@pytest.mark.parametrize(("problems", "expected"), [(5, 2.1), (10, 1.5), (20, 1.1), (50, 0.7)])
def test_six_identical_strategies_spread_as_the_simulations_say(
    problems: int, expected: float
) -> None:
    assert spread(statistics.noise_band(6, [[1]] * problems)) == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize("seeds", [1, 5])
def test_the_noise_band_is_as_wide_as_for_normal_mean_ranks(seeds: int) -> None:
    k, problems = 6, 20
    variance = (k - 1) * (k * seeds + 1) / (12 * seeds**2) / problems  # of one mean rank
    normal = luck().normal(size=(20_000, k))
    expected = np.ptp(normal, axis=1).mean() * np.sqrt(variance * k / (k - 1))
    band = statistics.noise_band(k, [[seeds]] * problems)
    assert spread(band) == pytest.approx(expected, rel=0.03)
    assert (band.low + band.high) / 2 == pytest.approx((k + 1) / 2, abs=0.02)


def test_the_noise_band_holds_simulated_ranks() -> None:
    losses = luck().normal(size=(5, 200, 6, 40))
    instances = np.tile([0, 0, 0, 1, 1, 1], (200, 1))
    ranks = statistics.mean_ranks(
        statistics.instance_ranks(losses, instances, np.zeros(instances.shape))
    )
    band = statistics.noise_band(5, [[3, 3]] * 200)
    assert np.ptp(ranks, axis=0).mean() == pytest.approx(spread(band), rel=0.1)


def test_cliques_are_the_longest_groups_in_rank_order_that_no_test_separates() -> None:
    adjusted = np.ones((5, 5))
    for i, j in [(3, 0), (3, 1), (4, 1), (2, 1)]:
        adjusted[i, j] = adjusted[j, i] = 0.01
    ranks = np.array([3.0, 4.0, 2.0, 1.0, NAN])
    assert statistics.cliques(ranks, adjusted) == ((3, 2), (2, 0), (0, 1))
    assert statistics.cliques(ranks, np.ones((5, 5))) == ((3, 2, 0, 1),)
    assert statistics.cliques(ranks, np.zeros((5, 5))) == ()


def test_the_signed_rank_test_keeps_its_level_under_interactions() -> None:
    rejected = 0
    for seed in range(1000):
        effects, noise = luck(seed).normal(0, 0.15, (2, 12, 1)), luck(seed + 5000)
        a, b = (effects + noise.normal(0, 0.3, (2, 12, 10))).mean(axis=2)
        rejected += int(statistics.wilcoxon(a - b) <= 0.05)
    assert 0.03 <= rejected / 1000 <= 0.07


def test_holm_keeps_the_level_of_the_family() -> None:
    wrong = 0
    for seed in range(400):
        found = statistics.against(pairwise(luck(seed).normal(size=(6, 12))), 0).adjusted
        wrong += int(np.nanmin(found) <= 0.05)
    assert wrong / 400 <= 0.07


def test_calibration_finds_the_level_on_ordinary_data() -> None:
    a, b = luck(13).normal(size=(2, 12, 10)) + luck(14).normal(size=(2, 12, 1))
    assert 0.03 <= statistics.split_rejections(a) <= 0.07
    assert 0.03 <= statistics.swap_rejections((a - b).mean(axis=1)) <= 0.07


def test_calibration_needs_eight_problems() -> None:
    assert np.isnan(statistics.split_rejections(np.zeros((7, 4))))
    assert np.isnan(statistics.swap_rejections(np.ones(7)))


@pytest.mark.parametrize("shape", [(0, 3, 2), (1, 3, 2), (2, 1, 1), (2, 0, 2), (2, 3, 0)])
def test_studies_too_small_give_nan_and_no_error(shape: tuple[int, int, int]) -> None:
    losses = np.zeros(shape)
    means = np.full(shape[:2], NAN) if shape[2] == 0 else losses[..., 0]
    found = statistics.components(losses)
    omnibus, tests = statistics.friedman(means), statistics.all_pairs(pairwise(means))
    assert np.isnan(found.spread) or min(shape[:2]) > 1
    assert np.isnan(omnibus.p) or min(shape[:2]) > 1
    assert np.isnan(np.diag(tests.raw)).all()
    instances = np.zeros(shape[1:], dtype=np.int64)
    ranks = statistics.instance_ranks(losses, instances, np.zeros(shape[1:]))
    assert statistics.mean_ranks(ranks).shape == shape[:1]
    assert statistics.detectable(np.ones(shape[1]), 1) == np.inf
