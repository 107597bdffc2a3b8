"""How many more problems or seeds would settle a comparison, and the true power then."""

import numpy as np
import pytest

from hpobench.statistics import wilcoxon
from hpobench.statistics.bayesian import signed_rank_posterior
from hpobench.statistics.settling import Settling, power_of_signed_ranks, settling


def rejections(mean: float, deviation: float, problems: int) -> float:
    rng = np.random.default_rng(problems)
    drawn = rng.normal(mean, deviation, (1000, problems))
    return float(np.mean([wilcoxon(row) <= 0.05 for row in drawn]))


@pytest.mark.parametrize(("mean", "problems"), [(0.4, 20), (0.5, 8), (0.8, 12), (1.0, 8)])
def test_at_the_size_that_is_said_the_test_finds_the_difference_four_times_in_five(
    mean: float, problems: int
) -> None:
    drawn = np.random.default_rng(0).normal(size=problems)
    differences = (drawn - drawn.mean()) / drawn.std(ddof=1) + mean
    found = settling(differences, noise=0.5, seeds=5)
    assert 0.75 <= rejections(mean, 1, int(found.problems)) <= 0.85
    if np.isfinite(found.seeds):
        assert 0.75 <= rejections(mean, np.sqrt(0.5 + 0.5 * 5 / found.seeds), problems) <= 0.85


def test_seeds_alone_never_settle_what_problems_disagree_about() -> None:
    differences = np.array([1.0, -1, 1, -1, 1, -0.5, 1, -1, 1, -1])
    assert settling(differences, noise=0, seeds=5).seeds == np.inf
    assert settling(differences, noise=0, seeds=5).problems > len(differences)


def test_what_is_settled_needs_no_more_seeds_and_fewer_problems() -> None:
    differences = 1 + 0.1 * np.random.default_rng(1).normal(size=12)
    assert settling(differences, noise=0.001, seeds=5) == Settling(6, 5)


def test_no_difference_is_never_settled_and_one_problem_says_nothing() -> None:
    assert settling(np.zeros(10), 0, 5) == Settling(np.inf, np.inf)
    nothing = settling(np.array([1.0, np.nan]), 0, 5)
    assert np.isnan([nothing.problems, nothing.seeds]).all()


def test_where_the_noise_is_not_known_nothing_is_said_of_seeds() -> None:
    differences = np.random.default_rng(4).normal(0.5, size=12)
    for noise, seeds in ((np.nan, 1.0), (np.nan, np.nan)):
        found = settling(differences, noise, seeds)
        assert found.problems > 1
        assert np.isnan(found.seeds)


def test_too_few_problems_have_no_power() -> None:
    assert power_of_signed_ranks(10, 5) == 0
    assert power_of_signed_ranks(10, 6) == 1


def test_the_verdict_adds_up_and_turns_with_the_names() -> None:
    differences = np.random.default_rng(2).normal(-0.01, 0.03, 12)
    found, turned = signed_rank_posterior(differences), signed_rank_posterior(-differences)
    assert found.better + found.equal + found.worse == pytest.approx(1)
    assert (turned.better, turned.worse) == pytest.approx((found.worse, found.better))


@pytest.mark.parametrize(("shift", "field"), [(0.0, "equal"), (-1.0, "better"), (1.0, "worse")])
def test_a_clear_difference_and_a_clear_equality_are_certain(shift: float, field: str) -> None:
    differences = shift + 0.001 * np.random.default_rng(3).normal(size=15)
    assert getattr(signed_rank_posterior(differences), field) > 0.999
    assert np.isnan(signed_rank_posterior(np.array([np.nan])).better)
