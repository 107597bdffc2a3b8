"""Which problems get further seeds, and when further seeds are of no use."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from hpobench.statistics import Precision, next_seeds, precision, problems_for, t_interval
from hpobench.statistics.precision import further_seeds


def drawn(*, problems: int, seeds: int, between: float, noise: float) -> NDArray[np.float64]:
    rng = np.random.default_rng([problems, seeds])
    means = rng.normal(0, between, problems)
    return means[:, None] + rng.normal(0, noise, (problems, seeds))


def half_width(differences: NDArray[np.float64]) -> float:
    found = t_interval(np.nanmean(differences, axis=1))
    return float(found.high - found.low) / 2


def test_what_lasts_is_what_problems_differ_by() -> None:
    alike = drawn(problems=9, seeds=1, between=0.3, noise=0.0).repeat(4, axis=1)
    found = precision(alike, half_width(alike), new=True)
    assert found.noise == pytest.approx(np.zeros(9), abs=1e-15)
    assert found.lasting == pytest.approx(half_width(alike), rel=1e-12)
    lucky = drawn(problems=400, seeds=4, between=0.3, noise=1.0)
    found = precision(lucky, half_width(lucky), new=True)
    assert found.noise.mean() == pytest.approx(1, rel=0.1)
    assert found.lasting == pytest.approx(1.966 * 0.3 / 20, rel=0.25)
    assert found.half_width > 1.5 * found.lasting


def test_noise_is_the_variance_of_the_seeds_that_both_have() -> None:
    rows = np.array([[1.0, 2.0, np.nan], [3.0, np.nan, np.nan], [0.0, 4.0, 8.0]])
    found = precision(rows, 1.0, new=True)
    assert found.seeds.tolist() == [2, 1, 3]
    assert found.noise[[0, 2]] == pytest.approx([0.5, 16])
    assert np.isnan(found.noise[1])
    assert precision(rows, 1.0, new=False).lasting == 0


def state(noise: list[float], seeds: list[int], half: float = 1.0) -> Precision:
    return Precision(half, 0.0, np.array(seeds), np.array(noise), np.nan)


def test_seeds_go_where_they_take_most_off_the_variance() -> None:
    noise, seeds = [0.2, 3.0, 1.0], [5, 5, 5]
    added = further_seeds(state(noise, seeds), 0.8, 30, least=2)
    number = int(added.sum())
    left = {
        extra: sum(v / (n + e) for v, n, e in zip(noise, seeds, extra, strict=True))
        for extra in itertools.product(range(number + 1), repeat=3)
        if sum(extra) == number
    }
    assert min(left, key=lambda extra: left[extra]) == tuple(added)
    before = sum(v / n for v, n in zip(noise, seeds, strict=True))
    assert min(left.values()) <= 0.8**2 * before
    with_one_less = (max(added) - 1 if e == max(added) else e for e in added)
    assert sum(v / (5 + e) for v, e in zip(noise, with_one_less, strict=True)) > 0.8**2 * before


def test_no_problem_gets_more_than_double_at_once_or_more_than_the_limit() -> None:
    assert further_seeds(state([1.0, 1.0], [3, 8]), 0.01, 30, least=2).tolist() == [3, 8]
    assert further_seeds(state([1.0, 1.0], [3, 8]), 0.01, 9, least=2).tolist() == [3, 1]


def test_problems_with_few_seeds_get_these_first() -> None:
    assert further_seeds(state([np.nan, 1.0], [1, 4]), 0.5, 30, least=2).tolist() == [1, 0]
    assert further_seeds(state([1.0, 1.0], [3, 5]), 0.5, 30, least=5).tolist() == [2, 0]


def test_it_is_said_why_no_seed_is_added() -> None:
    enough = state([1.0], [5], half=0.05)
    assert next_seeds(enough, 0.05, 30, least=2) == "reached"
    assert next_seeds(state([1.0], [30]), 0.05, 30, least=2) == "seeds"
    assert next_seeds(state([0.0], [5]), 0.05, 30, least=2) == "seeds"
    wide = Precision(0.2, 0.1, np.array([5, 5]), np.array([1.0, 1.0]), 0.3)
    assert next_seeds(wide, 0.09, 30, least=2) == "problems"
    assert not isinstance(next_seeds(wide, 0.11, 30, least=2), str)
    unknown = Precision(np.nan, 0.0, np.array([3, 3]), np.array([1.0, 1.0]), np.nan)
    assert not isinstance(next_seeds(unknown, 0.1, 30, least=5), str)


def test_so_many_problems_give_the_width() -> None:
    for width in (0.05, 0.2):
        needed = int(problems_for(width, 0.09))
        for number, enough in ((needed, True), (needed - 1, False)):
            half = stats.t.isf(0.025, number - 1) * 0.3 / np.sqrt(number)
            assert (half <= width) == enough
    assert problems_for(1e-9, 1.0) == np.inf


def test_intervals_that_ended_the_adding_of_seeds_cover_nearly_as_often_as_they_say() -> None:
    """300 studies of 10 problems, of which 93 % are covered; two standard errors are 3 %."""
    rng, covered, more = np.random.default_rng(1), 0, 0
    for _ in range(300):
        means = rng.normal(0.0, 0.1, 10)
        rows = np.full((10, 30), np.nan)
        rows[:, :3] = rng.normal(means[:, None], 0.4, (10, 3))
        while True:
            found = precision(rows, half_width(rows), new=True)
            added = next_seeds(found, 0.12, 30, least=2)
            if isinstance(added, str):
                break
            more += 1
            for p, number in enumerate(added.tolist()):
                there = int(found.seeds[p])
                rows[p, there : there + number] = rng.normal(means[p], 0.4, number)
        covered += abs(np.nanmean(rows, axis=1).mean()) <= half_width(rows)
    assert more > 300
    assert covered / 300 >= 0.90
