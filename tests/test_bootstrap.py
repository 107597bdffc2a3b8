"""Intervals cover what they should, and say so where they can't."""

from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from hpobench import statistics
from hpobench.statistics import Interval

FloatArray: TypeAlias = NDArray[np.float64]
NAN = float("nan")


def suite(
    seed: int, problems: int, seeds: int, *, interaction: float = 0.15, noise: float = 0.3
) -> FloatArray:
    """Draw the runs of a strategy whose mean over all problems is 0, (problems, seeds)."""
    rng = np.random.default_rng(seed)
    levels = rng.normal(0, interaction, size=(problems, 1))
    return levels + rng.normal(0, noise, size=(problems, seeds))


def width(interval: Interval) -> float:
    return float(interval.high - interval.low)


def ends(interval: Interval) -> list[float]:
    return [float(interval.low), float(interval.high)]


def covers(interval: Interval, truth: float = 0.0) -> bool:
    return bool(interval.low <= truth <= interval.high)


def test_the_two_level_bootstrap_covers_new_problems_and_seeds_alone_do_not() -> None:
    both, alone = 0, 0
    for seed in range(300):
        runs = suite(seed, 20, 10)
        both += covers(statistics.two_level(runs, replicates=300, seed=seed))
        alone += covers(statistics.within_problems(runs, replicates=300, seed=seed))
    assert 0.91 <= both / 300 <= 0.98
    assert 0.58 <= alone / 300 <= 0.78


def test_the_within_problem_bootstrap_covers_this_suite() -> None:
    hits = 0
    for seed in range(300):
        noise = suite(seed, 10, 20, interaction=0.0)
        levels = np.random.default_rng(seed + 1000).normal(size=(10, 1))
        found = statistics.within_problems(noise + levels, replicates=300, seed=seed)
        hits += covers(found, levels.mean())
    assert 0.9 <= hits / 300 <= 0.97


def test_the_two_level_spread_is_that_of_both_levels() -> None:
    runs = suite(1, 40, 10)
    found = statistics.two_level(runs)
    between = runs.mean(axis=1).var() / 40
    within = runs.var(axis=1).mean() / 400
    assert width(found) == pytest.approx(2 * 1.96 * np.sqrt(between + within), rel=0.05)


def test_the_within_problem_spread_is_that_of_the_seeds() -> None:
    runs = suite(2, 12, 30, interaction=5.0)
    spread = np.sqrt(runs.var(axis=1).mean() / 360)
    assert width(statistics.within_problems(runs)) == pytest.approx(2 * 1.96 * spread, rel=0.05)


def test_doubling_the_seeds_by_copying_keeps_the_width_of_the_problems() -> None:
    runs = suite(3, 20, 5)
    doubled = np.concatenate([runs, runs], axis=1)
    problems_alone = statistics.two_level(runs.mean(axis=1, keepdims=True))
    assert width(statistics.two_level(doubled)) >= width(problems_alone)
    assert statistics.wilcoxon(doubled.mean(axis=1), np.zeros(20)) == statistics.wilcoxon(
        runs.mean(axis=1), np.zeros(20)
    )


def test_the_t_interval_equals_scipys() -> None:
    means = suite(4, 11, 1)[:, 0]
    found = statistics.t_interval(np.append(means, NAN))
    oracle = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high))


def test_the_t_interval_covers_with_ten_problems() -> None:
    hits = [covers(statistics.t_interval(suite(s, 10, 5).mean(axis=1))) for s in range(1000)]
    assert 0.93 <= np.mean(hits) <= 0.97


@pytest.mark.parametrize(
    ("problems", "method"), [(7, "none"), (8, "t"), (19, "t"), (20, "two-level bootstrap")]
)
def test_the_number_of_problems_decides_the_interval(problems: int, method: str) -> None:
    found = statistics.new_problems(suite(5, problems, 3), replicates=200)
    assert found.method == method
    assert np.isnan(found.low) == np.isnan(found.high) == (method == "none")


def test_the_mean_is_over_problems_and_not_over_runs() -> None:
    runs = np.array([[1.0, NAN, NAN], [3.0, 5.0, 7.0], [NAN, NAN, NAN]])
    assert statistics.within_problems(runs, replicates=50).mean == 3.0


def test_missing_runs_are_as_if_they_had_never_been_planned() -> None:
    runs = suite(6, 9, 4)
    padded = np.pad(runs, ((1, 1), (2, 1)), constant_values=NAN)
    whole, part = statistics.two_level(runs), statistics.two_level(padded)
    assert float(part.mean) == pytest.approx(float(whole.mean))
    assert ends(part) == pytest.approx(ends(whole), abs=0.02)


def test_a_column_is_resampled_alike_alone_and_among_others() -> None:
    runs = np.stack([suite(seed, 9, 4) for seed in range(300)], axis=-1)
    together = statistics.two_level(runs, replicates=100)
    alone = statistics.two_level(runs[..., 299], replicates=100)
    assert together.low[299] == pytest.approx(alone.low)
    assert together.high[299] == pytest.approx(alone.high)


def test_equal_arguments_give_equal_bytes_and_another_seed_others() -> None:
    runs = suite(7, 9, 4)
    first, again = (statistics.two_level(runs, replicates=200) for _ in range(2))
    other = statistics.two_level(runs, replicates=200, seed=1)
    assert first.low.tobytes() == again.low.tobytes() != other.low.tobytes()


def test_the_order_of_problems_does_not_matter_but_for_luck() -> None:
    runs = suite(8, 12, 5)
    forth, back = statistics.two_level(runs), statistics.two_level(runs[::-1])
    assert ends(forth) == pytest.approx(ends(back), abs=0.01)


def test_one_seed_has_no_interval_within_and_one_problem_none_for_others() -> None:
    one_seed = statistics.within_problems(suite(9, 9, 1), replicates=50)
    one_problem = statistics.two_level(suite(9, 1, 9), replicates=50)
    for found in (one_seed, one_problem):
        assert np.isfinite(found.mean)
        assert np.isnan([found.low, found.high]).all()
    assert covers(statistics.within_problems(suite(9, 1, 9)), suite(9, 1, 9).mean())


@pytest.mark.parametrize("shape", [(0, 0, 3), (3, 0, 2), (2, 5, 0)])
def test_nothing_to_resample_gives_nan(shape: tuple[int, int, int]) -> None:
    for interval in (statistics.two_level, statistics.within_problems, statistics.new_problems):
        found = interval(np.zeros(shape))
        assert found.low.shape == found.mean.shape == shape[2:]
        assert np.isnan(found.low).all()
