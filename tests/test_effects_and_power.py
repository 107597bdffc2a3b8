"""Effects, variance components and power agree with independent computations."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
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
    found = statistics.chances(losses, *one_instance(7, 8))
    for problem in range(7):
        b, a = losses[1, problem, :6], losses[0, problem]
        oracle = stats.mannwhitneyu(b, a).statistic / 48
        assert found[0, 1, problem, 0] == pytest.approx(oracle)
    assert found[1, 0] == pytest.approx(1 - found[0, 1], nan_ok=True)


def one_instance(problems: int, seeds: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    return np.zeros((problems, seeds), dtype=np.int64), np.zeros((problems, seeds))


def test_an_interval_of_the_chance_covers_it() -> None:
    hits = 0
    for seed in range(60):
        shifts = luck(seed).normal(0, 0.5, size=(12, 1))
        a, b = luck(1000 + seed).normal(size=(2, 12, 8))
        chances = statistics.chances(np.stack([a + shifts, b]), *one_instance(12, 8))
        found = statistics.superiorities(chances[:, 1])[0]
        hits += found.low <= 0.5 <= found.high
    assert 0.9 <= hits / 60 <= 1.0


def test_the_chance_is_the_mean_over_problems_and_few_of_them_give_no_interval() -> None:
    chances = statistics.chances(luck(6).normal(size=(2, 7, 5)), *one_instance(7, 5))[:, 1]
    found = statistics.superiorities(chances)[0]
    assert found.chance == pytest.approx(np.nanmean(chances[0]))
    assert found.chance == pytest.approx(float(statistics.superiority(chances[0])))
    assert np.isnan([found.low, found.high]).all()
    assert found.problems == 7


def test_swapping_strategies_mirrors_the_chance_and_its_interval() -> None:
    chances = statistics.chances(luck(7).normal(size=(2, 10, 5)), *one_instance(10, 5))
    ab = statistics.superiorities(chances[:, 1])[0]
    ba = statistics.superiorities(chances[:, 0])[1]
    assert ab.chance == pytest.approx(1 - ba.chance)
    assert ab.low == pytest.approx(1 - ba.high)


def test_a_chance_is_bounded_by_nothing_and_by_certainty() -> None:
    chances = np.concatenate([np.ones(8), [0.0]])[None, :, None]
    found = statistics.superiorities(chances)[0]
    assert 0 <= found.low < found.chance < found.high == 1


def test_differences_within_the_rope_tie() -> None:
    differences = np.array([[0.0, 0.0, 0.0, 0.0, 0.0], [0.005, -0.005, -0.1, 0.1, NAN]])
    assert statistics.win_tie_loss(differences).tolist() == [[0, 5, 0], [1, 2, 1]]


def test_variance_components_equal_statsmodels_analysis_of_variance() -> None:
    runs = luck(8).normal(size=(4, 6, 5)) + 0.5 * luck(9).normal(size=(4, 6, 1))
    runs += luck(10).normal(size=(1, 6, 5))  # what a seed does to all strategies
    s, p, r = (index.ravel() for index in np.indices(runs.shape))
    frame = pd.DataFrame({"y": runs.ravel(), "s": s, "p": p, "r": r})
    table = anova_lm(ols("y ~ C(s)*C(p) + C(p):C(r)", frame).fit())
    found = statistics.components(runs)
    square = float(table["mean_sq"]["C(s):C(p)"])
    assert found.noise == pytest.approx(float(table["mean_sq"]["Residual"]))
    assert found.spread == pytest.approx(square / 5)  # the balanced mixed model's
    assert found.interaction == pytest.approx((square - found.noise) / 5)


def test_true_variance_components_are_estimated_with_unequal_seeds() -> None:
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
    assert statistics.problems_needed(family) == fewest
    differences = luck().normal(size=fewest)
    assert np.isfinite(statistics.detectable(differences, family))
    assert statistics.detectable(differences[1:], family) == np.inf


@pytest.mark.parametrize(("problems", "family"), [(39, 1), (66, 9)])
def test_half_a_standard_deviation_needs_the_published_number_of_problems(
    problems: int, family: int
) -> None:
    differences = luck().normal(size=problems)
    found = statistics.detectable(differences, family) / differences.std(ddof=1)
    oracle = TTestPower().solve_power(nobs=0.864 * problems, alpha=0.05 / family, power=0.8)
    assert found == pytest.approx(oracle, rel=1e-4)
    assert found == pytest.approx(0.5, abs=0.01)


def test_the_detectable_difference_depends_on_the_spread_of_the_pair() -> None:
    differences = luck().normal(size=12)
    narrow = statistics.detectable(differences / 5, 2)
    assert narrow == pytest.approx(statistics.detectable(differences, 2) / 5)
    assert statistics.detectable(np.append(differences, NAN), 2) == pytest.approx(5 * narrow)
