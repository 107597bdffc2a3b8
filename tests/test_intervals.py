"""Intervals cover as often as they should; where they can't, there is none."""

import numpy as np
import pytest
from scipy import stats

from hpobench import statistics
from hpobench.statistics import FloatArray, Interval

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


def studies(problems: int, seeds: int, draws: int, *, skewed: bool) -> tuple[FloatArray, ...]:
    """Draw effects and runs, (strategies, problems, seeds, draws), of two equal strategies."""
    rng = np.random.default_rng([problems, seeds, skewed])
    shape = (2, problems, 1, draws)
    effects = rng.exponential(0.15, shape) - 0.15 if skewed else rng.normal(0, 0.15, shape)
    return effects, effects + rng.normal(0, 0.3, size=(2, problems, seeds, draws))


def share(interval: Interval, truth: FloatArray | float = 0.0) -> float:
    return float(np.mean((interval.low <= truth) & (truth <= interval.high)))


@pytest.mark.parametrize("skewed", [False, True])
@pytest.mark.parametrize(("problems", "seeds"), [(8, 5), (8, 10), (20, 5), (20, 10)])
def test_every_interval_covers_what_it_says(problems: int, seeds: int, skewed: bool) -> None:  # noqa: FBT001  # pytest's
    effects, runs = studies(problems, seeds, 2000, skewed=skewed)
    instances = np.tile(np.arange(seeds), (problems, 1))
    levels = np.random.default_rng(1).normal(size=runs.shape[1:])
    means = statistics.instance_means(runs + levels, instances)
    ranks = statistics.instance_ranks(runs + levels, instances, np.zeros(instances.shape))
    found = {
        "mean": share(statistics.new_problems(runs[0])),
        "gain": share(statistics.new_problems(means[0] - means[1])),
        "rank": share(statistics.new_problems(ranks[0]), 1.5),
        "these": share(statistics.within_problems(runs[0]), effects[0, :, 0].mean(axis=0)),
    }
    assert all(0.93 <= each <= 0.97 for each in found.values()), found


def test_seeds_alone_do_not_cover_new_problems() -> None:
    _, runs = studies(20, 10, 500, skewed=False)
    assert 0.58 <= share(statistics.within_problems(runs[0])) <= 0.78


@pytest.mark.parametrize(("problems", "seeds"), [(1, 5), (1, 30), (4, 5), (4, 10)])
def test_few_seeds_on_few_problems_widen_the_interval_as_they_should(
    problems: int, seeds: int
) -> None:
    effects, runs = studies(problems, seeds, 2000, skewed=False)
    found = share(statistics.within_problems(runs[0]), effects[0, :, 0].mean(axis=0))
    assert 0.935 <= found <= 0.97


def test_the_interval_within_one_problem_equals_that_of_scipy() -> None:
    runs = suite(3, 1, 7)
    found = statistics.within_problems(runs)
    oracle = stats.ttest_1samp(runs[0], 0).confidence_interval(0.95)
    assert ends(found) == pytest.approx([oracle.low, oracle.high])


def test_the_interval_within_two_problems_has_the_degrees_of_freedom_of_welchs_test() -> None:
    runs = np.full((2, 9), NAN)
    runs[0, :6], runs[1] = suite(4, 1, 6)[0], 3 * suite(5, 1, 9)[0]
    found = statistics.within_problems(runs)
    # the mean of two problems is half of one's mean less that of the other turned around
    oracle = stats.ttest_ind(runs[0, :6], -runs[1], equal_var=False).confidence_interval(0.95)
    assert ends(found) == pytest.approx([oracle.low / 2, oracle.high / 2])


def test_with_fewer_than_five_seeds_on_a_problem_there_is_no_interval_for_these_problems() -> None:
    runs = suite(4, 3, 5)
    assert np.isfinite(ends(statistics.within_problems(runs))).all()
    runs[1, 2] = NAN
    assert np.isnan(ends(statistics.within_problems(runs))).all()
    runs[1] = NAN
    assert np.isfinite(ends(statistics.within_problems(runs))).all()


def test_equal_seeds_give_an_interval_without_width() -> None:
    found = statistics.within_problems(np.full((2, 5), 0.25))
    assert ends(found) == [0.25, 0.25]


def test_the_interval_within_problems_has_the_spread_of_the_seeds() -> None:
    runs = suite(2, 12, 30, interaction=5.0)
    spread = np.sqrt(runs.var(axis=1).mean() / 360)
    assert width(statistics.within_problems(runs)) == pytest.approx(2 * 1.96 * spread, rel=0.05)


def test_doubling_the_seeds_by_copying_keeps_the_width_of_the_problems() -> None:
    runs = suite(3, 20, 5)
    doubled = np.concatenate([runs, runs], axis=1)
    assert ends(statistics.new_problems(doubled)) == pytest.approx(
        ends(statistics.new_problems(runs))
    )
    assert statistics.wilcoxon(doubled.mean(axis=1)) == statistics.wilcoxon(runs.mean(axis=1))


def test_the_t_interval_equals_scipys() -> None:
    means = suite(4, 11, 1)[:, 0]
    found = statistics.t_interval(np.append(means, NAN))
    oracle = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high))


def test_the_t_interval_covers_with_ten_problems() -> None:
    hits = [covers(statistics.t_interval(suite(s, 10, 5).mean(axis=1))) for s in range(1000)]
    assert 0.93 <= np.mean(hits) <= 0.97


@pytest.mark.parametrize(
    ("problems", "method"),
    [
        (7, "none"),
        (8, "t over problems"),
        (30, "t over problems"),
    ],
)
def test_the_number_of_problems_decides_the_interval(problems: int, method: str) -> None:
    found = statistics.new_problems(suite(5, problems, 3))
    assert found.method == method
    assert np.isnan(found.low) == np.isnan(found.high) == (method == "none")


def test_columns_with_runs_on_fewer_problems_are_bounded_by_their_own_number() -> None:
    runs = np.stack([suite(seed, 20, 3) for seed in range(3)], axis=-1)
    runs[12:, :, 1], runs[7:, :, 2] = NAN, NAN
    found = statistics.new_problems(runs)
    alone = [statistics.new_problems(runs[..., column]) for column in range(3)]
    assert [float(each.low) for each in alone] == pytest.approx(found.low, nan_ok=True)
    assert ends(alone[1]) == ends(statistics.t_interval(runs[:12, :, 1].mean(axis=1)))
    assert np.isnan(found.high[2])


def test_the_mean_is_over_problems_and_not_over_runs() -> None:
    runs = np.array([[1.0, NAN, NAN], [3.0, 5.0, 7.0], [NAN, NAN, NAN]])
    assert statistics.within_problems(runs).mean == 3.0


def test_the_order_of_problems_and_seeds_does_not_matter() -> None:
    runs = suite(8, 12, 5)
    forth, back = (statistics.new_problems(each) for each in (runs, runs[::-1, ::-1]))
    assert ends(forth) == pytest.approx(ends(back))


def test_one_seed_gives_no_interval_within_problems_and_one_problem_none_for_others() -> None:
    one_seed = statistics.within_problems(suite(9, 9, 1))
    one_problem = statistics.new_problems(suite(9, 1, 9))
    for found in (one_seed, one_problem):
        assert np.isfinite(found.mean)
        assert np.isnan([found.low, found.high]).all()
    assert covers(statistics.within_problems(suite(9, 1, 9)), suite(9, 1, 9).mean())


@pytest.mark.parametrize("shape", [(0, 0, 3), (3, 0, 2), (2, 5, 0)])
def test_nothing_to_resample_gives_nan(shape: tuple[int, int, int]) -> None:
    for interval in (statistics.within_problems, statistics.new_problems):
        found = interval(np.zeros(shape))
        assert found.low.shape == found.mean.shape == shape[2:]
        assert np.isnan(found.low).all()
