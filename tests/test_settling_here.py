"""How many seeds show a difference on very few problems, and how often they really do."""

import numpy as np
import pytest
from scipy import stats

from hpobench.statistics import fewest_seeds, seeds_for_rank_sums, stratified_rank_sum
from hpobench.statistics.within_problem import smallest_rank_sum_p


def strata(instances: list[int], seeds: int) -> np.ndarray:
    """Return the problem and the instance of each run, as one number."""
    return np.concatenate([100 * p + np.arange(seeds) % m for p, m in enumerate(instances)])


@pytest.mark.parametrize(
    ("chance", "instances"), [(0.7, [1, 1, 1]), (0.8, [3]), (0.2, [10, 10]), (0.9, [1])]
)
def test_with_the_seeds_that_are_said_the_test_finds_the_difference_four_times_in_five(
    chance: float, instances: list[int]
) -> None:
    seeds = int(seeds_for_rank_sums(chance, np.array(instances)))
    where, rng = strata(instances, seeds), np.random.default_rng(0)
    shift = np.sqrt(2) * stats.norm.ppf(chance)
    runs = rng.normal(size=(150, 2, len(where)))
    p = [stratified_rank_sum(one - shift, other, where) for one, other in runs]
    assert 0.73 <= np.mean(np.array(p) <= 0.05) <= 0.9


@pytest.mark.parametrize("chance", [0.55, 0.6, 0.65])
def test_on_one_instance_it_is_about_noethers_number(chance: float) -> None:
    """He takes the variance without a difference, and n for n + 1."""
    quantiles = stats.norm.isf(0.025) + stats.norm.isf(0.2)
    noether = quantiles**2 / (12 * 0.25 * (chance - 0.5) ** 2) / 2  # of each strategy
    assert seeds_for_rank_sums(chance, np.array([1])) == pytest.approx(noether, rel=0.03)
    assert seeds_for_rank_sums(1 - chance, np.array([1])) == pytest.approx(noether, rel=0.03)


@pytest.mark.parametrize("instances", [[1], [3], [30], [1, 1, 1], [30, 2]])
def test_with_a_seed_less_than_the_fewest_no_outcome_is_significant(instances: list[int]) -> None:
    seeds = fewest_seeds(np.array(instances))
    least, less = (
        smallest_rank_sum_p(np.zeros(len(where)), np.zeros(len(where)), where)
        for where in (strata(instances, seeds), strata(instances, seeds - 1))
    )
    assert least <= 0.05 < less


def test_alike_strategies_are_never_told_apart_and_what_is_not_known_has_no_number() -> None:
    assert seeds_for_rank_sums(0.5, np.array([3])) == np.inf
    assert np.isnan(seeds_for_rank_sums(np.nan, np.array([3])))
    assert np.isnan(seeds_for_rank_sums(0.7, np.array([], dtype=int)))
    assert seeds_for_rank_sums(1.0, np.array([1])) == 4
