"""What is said of the very problems that were run holds for other seeds, and is no accident."""

import numpy as np
import pytest
from scipy import stats

from hpobench.statistics import (
    UNKNOWN,
    FloatArray,
    These,
    chances,
    instance_ranks,
    mean_over,
    run_ranks,
    these_problems,
)
from hpobench.statistics.arrays import IntArray

NAN = float("nan")


def found(first: FloatArray, second: FloatArray, instances: IntArray) -> These:
    tied = np.zeros(instances.shape)
    chance = chances(np.stack([first, second]), instances, tied)[0, 1]
    return these_problems(first, second, instances, chance)


def one_instance(problems: int, seeds: int) -> IntArray:
    return np.zeros((problems, seeds), dtype=np.int64)


@pytest.mark.parametrize(
    ("problems", "seeds", "splits", "advantage"),
    [(1, 10, 1, 0.0), (3, 5, 5, 0.5), (3, 10, 1, 1.5), (6, 5, 1, 0.0)],
)
def test_the_interval_covers_and_the_test_errs_as_often_as_they_say(
    problems: int, seeds: int, splits: int, advantage: float
) -> None:
    rng = np.random.default_rng([problems, seeds, splits])
    instances = np.tile(np.arange(seeds) % splits, (problems, 1))
    truth = stats.norm.cdf(advantage / np.sqrt(2))
    draws, covered, rejected = 200, 0, 0
    for _ in range(draws):
        level = rng.normal(0, 2, (problems, splits))[:, np.arange(seeds) % splits]
        one, other = level + rng.normal(size=(2, problems, seeds))
        these = found(one - advantage, other, instances)
        covered += these.low <= truth <= these.high
        rejected += these.p <= 0.05
    assert 0.93 - 0.046 <= covered / draws <= 0.99
    assert advantage or rejected / draws <= 0.05 + 0.046  # three standard errors


def test_on_one_problem_the_test_is_that_of_mann_and_whitney() -> None:
    one, other = np.random.default_rng(1).normal(size=(2, 1, 7))
    expected = stats.mannwhitneyu(one[0], other[0], method="exact").pvalue
    assert found(one, other, one_instance(1, 7)).p == pytest.approx(expected)


def test_the_interval_ends_where_the_observed_chance_is_a_quantile_away() -> None:
    instances = one_instance(1, 4)
    one, other = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[2.5, 3.5, 5.0, 6.0]])
    these = found(one, other, instances)
    chance = 13 / 16
    for end in (these.low, these.high):
        spread = 1 + 3 * ((1 - end) / (2 - end) + end / (1 + end))
        error = np.sqrt(end * (1 - end) * spread / 16)
        assert abs(end - chance) == pytest.approx(stats.norm.ppf(0.975) * error)
    assert these.low < chance < these.high


def test_exchanging_the_two_turns_the_interval_around_and_keeps_the_test() -> None:
    one, other = np.random.default_rng(2).normal(size=(2, 3, 5))
    instances = np.tile(np.array([0, 1, 0, 1, 0]), (3, 1))
    this, that = found(one, other, instances), found(other, one, instances)
    assert (this.low, this.high) == pytest.approx((1 - that.high, 1 - that.low))
    assert this.p == pytest.approx(that.p)


def test_without_runs_on_the_same_instance_nothing_is_known() -> None:
    one, other = np.array([[1.0, NAN]]), np.array([[NAN, 1.0]])
    these = found(one, other, np.array([[0, 1]]))
    assert these is UNKNOWN


def test_a_win_everywhere_has_the_smallest_p() -> None:
    one, other = np.zeros((2, 3)), np.ones((2, 3))
    these = found(one, other, one_instance(2, 3))
    assert (these.p, these.smallest) == pytest.approx((2 / 20**2, 2 / 20**2))
    assert these.high == 1.0


def test_the_mean_of_the_ranks_of_runs_is_the_rank_on_the_instance() -> None:
    rng = np.random.default_rng(3)
    losses = rng.integers(0, 4, (3, 2, 6)).astype(float)
    losses[0, 1, 2], losses[1, 0, :2] = np.inf, NAN
    instances = np.tile(np.array([0, 0, 0, 1, 1, 1]), (2, 1))
    tied = np.zeros(instances.shape)
    ranks = run_ranks(losses, instances, tied)
    assert np.isnan(ranks[0, :2, 1]).all()
    expected = instance_ranks(losses, instances, tied)[..., :2]
    means = [mean_over(ranks[:, 3 * i : 3 * i + 3], axis=1).T for i in range(2)]
    assert np.allclose(np.stack(means, axis=-1), expected)
