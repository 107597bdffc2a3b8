"""Runs are compared on the same instance: differences between instances are in no comparison."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats

from hpobench import statistics
from hpobench.statistics import FloatArray

NAN = float("nan")
ONE = np.zeros((4, 3), dtype=np.int64)
"""Four problems of one instance, with three seeds."""
EXACT = np.zeros((4, 3))
"""A resolution of 0, with which only floats that are equal but for rounding tie."""

tables = arrays(float, (3, 4, 3), elements=st.integers(-4, 4).map(float))


def luck(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def mean_ranks(losses: FloatArray, instances: NDArray[np.int64]) -> FloatArray:
    none = np.zeros(instances.shape)
    return statistics.mean_ranks(statistics.instance_ranks(losses, instances, none))


def alone(values: list[float]) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return the losses of one run of each strategy, on one problem with one instance."""
    return np.array(values)[:, None, None], np.zeros((1, 1), dtype=np.int64)


@settings(max_examples=20, deadline=None)
@given(tables)
def test_ranks_are_the_mean_over_all_choices_of_runs_on_an_instance(losses: FloatArray) -> None:
    choices = itertools.product(range(3), repeat=3)
    picked = [[losses[s, :, r] for s, r in enumerate(choice)] for choice in choices]
    oracle = np.mean([stats.rankdata(runs, axis=0) for runs in picked], axis=0)
    assert statistics.instance_ranks(losses, ONE, EXACT)[..., 0] == pytest.approx(oracle)


@settings(max_examples=20, deadline=None)
@given(tables)
def test_where_every_seed_is_an_instance_ranks_are_seed_by_seed(losses: FloatArray) -> None:
    instances = np.tile(np.arange(3), (4, 1))
    found = statistics.instance_ranks(losses, instances, EXACT)
    assert found == pytest.approx(stats.rankdata(losses, axis=0))


@settings(max_examples=30, deadline=None)
@given(tables)
def test_ranks_and_chances_survive_a_monotone_transformation(losses: FloatArray) -> None:
    bent = np.exp(losses / 3)
    assert np.array_equal(mean_ranks(losses, ONE), mean_ranks(bent, ONE))
    one, other = (statistics.chances(each, ONE, EXACT) for each in (losses, bent))
    assert np.array_equal(one, other, equal_nan=True)


@settings(max_examples=30, deadline=None)
@given(tables, arrays(float, (4, 2), elements=st.integers(-9, 9).map(float)))
def test_the_difficulty_of_an_instance_changes_no_comparison(
    losses: FloatArray, levels: FloatArray
) -> None:
    instances = np.tile([0, 1, 0], (4, 1))
    moved = losses + levels[:, [0, 1, 0]]
    chances = [statistics.chances(each, instances, EXACT) for each in (losses, moved)]
    assert chances[0] == pytest.approx(chances[1], nan_ok=True)
    means = [statistics.instance_means(each, instances) for each in (losses, moved)]
    assert statistics.differences(means[0]) == pytest.approx(statistics.differences(means[1]))
    assert mean_ranks(losses, instances) == pytest.approx(mean_ranks(moved, instances))


def test_losing_seeds_on_hard_instances_makes_no_strategy_better() -> None:
    runs = np.tile([0.0, 5.0, 9.0], (3, 8, 1))
    runs[1] += 0.1
    runs[1, :, 1:] = NAN
    instances = np.tile(np.arange(3), (8, 1))
    found = statistics.differences(statistics.instance_means(runs, instances))
    assert found[0, 1] == pytest.approx(np.full(8, -0.1))
    chances = statistics.chances(runs, instances, np.zeros((8, 3)))
    assert statistics.superiority(chances[0, 1]) == 1
    assert mean_ranks(runs, instances) == pytest.approx([1.5, 3.0, 1.5])


def test_strategies_without_a_common_instance_are_not_compared() -> None:
    runs = np.array([[[1.0, NAN]], [[NAN, 2.0]], [[3.0, 3.0]]])
    instances = np.array([[0, 1]])
    means = statistics.instance_means(runs, instances)
    assert np.isnan(statistics.differences(means)[0, 1, 0])
    assert statistics.differences(means)[0, 2, 0] == -2
    assert np.isnan(statistics.chances(runs, instances, np.zeros((1, 2)))[0, 1]).all()
    assert np.isnan(statistics.common_means(means)).all()
    assert mean_ranks(runs, instances) == pytest.approx([1.5, 1.5, 3.0])


def test_runs_that_hold_nothing_rank_last_and_missing_runs_have_no_rank() -> None:
    losses = np.array([[[1.0], [2.0]], [[np.inf], [np.inf]], [[np.inf], [np.inf]], [[0.0], [NAN]]])
    ranks = statistics.instance_ranks(losses, np.zeros((2, 1), dtype=np.int64), np.zeros((2, 1)))
    assert ranks[:, 0, 0] == pytest.approx([2, 3.5, 3.5, 1])
    assert ranks[:, 1, 0] == pytest.approx([1, 2.5, 2.5, NAN], nan_ok=True)


def test_another_strategy_changes_no_chance_of_the_others() -> None:
    few = luck(1).normal(size=(3, 4, 3))
    many = statistics.chances(np.concatenate([few, np.full((1, 4, 3), 1e12)]), ONE, EXACT)
    assert np.array_equal(many[:3, :3], statistics.chances(few, ONE, EXACT), equal_nan=True)


@pytest.mark.parametrize("offset", [0.0, 1e9, -1e9, 1e12])
def test_neither_an_offset_nor_an_outlier_makes_ties(offset: float) -> None:
    runs = [1.0 + offset, 1.3 + offset, 1.9 + offset, 1e308, 1.3 + offset]
    assert mean_ranks(*alone(runs)) == pytest.approx([1, 2.5, 4, 5, 2.5])


def test_differences_by_rounding_or_below_the_resolution_are_ties() -> None:
    runs, instance = alone([0.1 + 0.2, 0.3, 0.3 + 5e-9, 0.3 + 5e-8])
    exact = statistics.chances(runs, instance, np.array([[0.0]]))[0, :, 0, 0]
    assert exact.tolist() == [0.5, 0.5, 1, 1]
    coarse = statistics.chances(runs, instance, np.array([[1e-8]]))[0, :, 0, 0]
    assert coarse.tolist() == [0.5, 0.5, 0.5, 1]


def test_enormous_numbers_keep_their_order() -> None:
    runs = [-1.7e308, 1.6e308, 1.7e308, np.inf]
    assert mean_ranks(*alone(runs)) == pytest.approx([1, 2, 3, 4])


def test_common_means_are_over_the_instances_that_all_have() -> None:
    runs = luck(2).normal(size=(3, 2, 4))
    runs[1, 0, 2] = NAN
    instances = np.tile([0, 1, 2, 0], (2, 1))
    found = statistics.common_means(statistics.instance_means(runs, instances))
    first = (runs[0, 0, [0, 3]].mean() + runs[0, 0, 1]) / 2
    second = (runs[0, 1, [0, 3]].mean() + runs[0, 1, 1] + runs[0, 1, 2]) / 3
    assert found[0] == pytest.approx([first, second])


def test_tests_keep_their_level_though_splits_differ_and_seeds_are_lost() -> None:
    rejected = 0
    instances = np.tile(np.arange(10) % 5, (12, 1))
    for seed in range(400):
        rng = luck(seed)
        runs = rng.normal(0, 0.15, (2, 12, 1)) + rng.normal(0, 0.3, (2, 12, 10))
        runs += np.sort(rng.normal(0, 2, (12, 5)))[:, np.arange(10) % 5]
        runs[1, :, 3:] = NAN
        differences = statistics.differences(statistics.instance_means(runs, instances))
        rejected += int(statistics.wilcoxon(differences[0, 1]) <= 0.05)
    assert 0.03 <= rejected / 400 <= 0.06
