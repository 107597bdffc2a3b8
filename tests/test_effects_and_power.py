"""Effects, variance components and power agree with independent computations of the same."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.power import TTestPower

from hpobench import statistics

NAN = float("nan")


def luck(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_chances_equal_mann_whitneys_u() -> None:
    losses = luck(5).integers(0, 6, size=(2, 7, 8)).astype(float)
    losses[1, :, 6:] = NAN
    chances = statistics.superiority(losses)
    for problem in range(7):
        b, a = losses[1, problem, :6], losses[0, problem]
        assert chances[0, 1, problem] == pytest.approx(stats.mannwhitneyu(b, a).statistic / 48)
    assert chances[1, 0] == pytest.approx(1 - chances[0, 1])


def test_an_interval_of_the_chance_covers_it() -> None:
    hits = 0
    for seed in range(150):
        shifts = luck(seed).normal(0, 0.5, size=(12, 1))
        a, b = luck(1000 + seed).normal(size=(2, 12, 8))
        found = statistics.superiority_interval(a + shifts, b, replicates=300)
        hits += found.low <= 0.5 <= found.high
    assert 0.9 <= hits / 150 <= 1.0


def test_the_chance_is_the_mean_over_problems_and_few_of_them_give_no_interval() -> None:
    a, b = luck(6).normal(size=(2, 7, 5))
    found = statistics.superiority_interval(a, b)
    assert found.chance == pytest.approx(statistics.superiority(np.stack([a, b]))[0, 1].mean())
    assert np.isnan([found.low, found.high]).all()


def test_the_interval_of_the_chance_holds_the_luck_of_the_seeds() -> None:
    a, b = luck(8).normal(size=(2, 40, 10))
    found = statistics.superiority_interval(a, b)
    chances = statistics.superiority(np.stack([a, b]))[0, 1]
    # Without interaction the seeds are all there is: resampled once more, they double the variance.
    once = 2 * 1.96 * chances.std() / np.sqrt(40)
    assert found.high - found.low == pytest.approx(np.sqrt(2) * once, rel=0.1)


def test_swapping_strategies_mirrors_the_chance() -> None:
    a, b = luck(7).normal(size=(2, 10, 5))
    ab, ba = statistics.superiority_interval(a, b), statistics.superiority_interval(b, a)
    assert ab.chance == pytest.approx(1 - ba.chance)
    assert ab.low == pytest.approx(1 - ba.high, abs=0.03)


def test_differences_within_the_rope_tie() -> None:
    means = np.array([[0.5, 0.5, 0.5, 0.5, 0.5], [0.505, 0.495, 0.4, 0.6, NAN]])
    assert statistics.win_tie_loss(means, 0).tolist() == [[0, 5, 0], [1, 2, 1]]


def test_variance_components_equal_statsmodels_analysis_of_variance() -> None:
    runs = luck(8).normal(size=(4, 6, 5)) + 0.5 * luck(9).normal(size=(4, 6, 1))
    runs += luck(10).normal(size=(1, 6, 5))  # what a seed does to all strategies
    s, p, r = (index.ravel() for index in np.indices(runs.shape))
    frame = pd.DataFrame({"y": runs.ravel(), "s": s, "p": p, "r": r})
    table = anova_lm(ols("y ~ C(s)*C(p) + C(p):C(r)", frame).fit())
    found = statistics.components(runs)
    square = float(table["mean_sq"]["C(s):C(p)"])
    assert found.noise == pytest.approx(float(table["mean_sq"]["Residual"]))
    assert found.difference == pytest.approx(2 * square / 30)  # the balanced mixed model's
    assert found.interaction == pytest.approx((square - found.noise) / 5)


def test_variance_components_are_found_again_with_unequal_seeds() -> None:
    runs = 0.15 * luck(11).normal(size=(10, 60, 1)) + 0.3 * luck(12).normal(size=(10, 60, 8))
    runs[:, :30, 4:] = NAN
    found = statistics.components(runs)
    assert found.seeds == pytest.approx(16 / 3)
    assert found.noise == pytest.approx(0.09, rel=0.1)
    assert found.interaction == pytest.approx(0.0225, rel=0.25)
    assert found.enough_seeds == pytest.approx(16, abs=5)


def test_seeds_are_enough_when_noise_is_a_fifth_of_the_variance() -> None:
    found = statistics.Components(10, 5, spread=0.04, noise=0.1)
    assert found.interaction == pytest.approx(0.02)
    assert found.enough_seeds == pytest.approx(20, abs=1e-9)
    assert statistics.Components(10, 5, spread=0.01, noise=0.1).enough_seeds == np.inf


def test_one_seed_leaves_the_components_apart_unknown() -> None:
    found = statistics.components(luck().normal(size=(3, 9, 1)))
    assert np.isnan([found.noise, found.interaction]).all()
    assert found.spread > 0
    assert np.isnan(statistics.components(luck().normal(size=(1, 9, 4))).spread)


@pytest.mark.parametrize(("family", "fewest"), [(1, 6), (9, 9), (10, 9), (36, 11), (45, 11)])
def test_a_family_needs_so_many_problems_to_reject_at_all(family: int, fewest: int) -> None:
    enough = statistics.Components(fewest, 5, 1.0, 1.0)
    one_less = statistics.Components(fewest - 1, 5, 1.0, 1.0)
    assert statistics.power(enough, family).can_reject
    assert np.isfinite(statistics.power(enough, family).detectable)
    assert not statistics.power(one_less, family).can_reject
    assert statistics.power(one_less, family).detectable == np.inf


@pytest.mark.parametrize(("problems", "family"), [(39, 1), (66, 9)])
def test_half_a_standard_deviation_needs_the_published_number_of_problems(
    problems: int, family: int
) -> None:
    found = statistics.power(statistics.Components(problems, 5, 0.5, 1.0), family)
    oracle = TTestPower().solve_power(nobs=0.864 * problems, alpha=0.05 / family, power=0.8)
    assert found.detectable == pytest.approx(oracle, rel=1e-4)
    assert found.detectable == pytest.approx(0.5, abs=0.01)
