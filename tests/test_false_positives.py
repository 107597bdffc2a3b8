"""Tests tell strategies apart that are the same no more often than they say."""

import numpy as np
import pytest
from scipy import stats

from hpobench import statistics
from hpobench.statistics import ALPHA, FloatArray
from hpobench.statistics.arrays import IntArray

SEEDS, STUDIES = 6, 600
ERROR = 3 * np.sqrt(ALPHA * (1 - ALPHA) / STUDIES)
"""Three standard errors of a share of rejections."""


def instances(problems: int) -> IntArray:
    return np.tile(np.arange(SEEDS) % 3, (problems, 1))


def studies(problems: int, interaction: float, advantage: float) -> FloatArray:
    """Draw runs (2, problems, seeds, studies) of two strategies, on instances with levels."""
    rng = np.random.default_rng([problems, int(10 * advantage)])
    levels = rng.normal(size=(1, problems, 3, STUDIES))[:, :, np.arange(SEEDS) % 3]
    effects = interaction * rng.exponential(size=(2, problems, 1, STUDIES))
    runs = levels + effects + 0.3 * rng.normal(size=(2, problems, SEEDS, STUDIES))
    runs[0] -= advantage
    swapped = rng.random((problems, 1, STUDIES)) < 0.5
    return np.where(swapped, runs[::-1], runs)


def rejections(runs: FloatArray) -> tuple[float, float]:
    """Return how often the tests of regrets and of chances reject, as a report makes them."""
    where = instances(runs.shape[1])
    means = statistics.instance_means(runs, where)
    ranks = statistics.instance_ranks(runs, where, np.zeros(where.shape))
    differences = statistics.differences(means)[0, 1]
    chances = statistics.mean_over(ranks[0], axis=1) - 1.5  # of two, a rank is 1 + P(worse)
    regrets, better = (
        np.mean([statistics.wilcoxon(study) <= ALPHA for study in each.T])
        for each in (differences, chances)
    )
    return float(regrets), float(better)


@pytest.mark.parametrize(("interaction", "advantage"), [(0.0, 0.0), (0.2, 0.0), (0.2, 0.3)])
@pytest.mark.parametrize("problems", [8, 12, 20])
def test_strategies_whose_names_are_swapped_on_random_problems_are_told_apart_in_a_twentieth(
    problems: int, interaction: float, advantage: float
) -> None:
    for share in rejections(studies(problems, interaction, advantage)):
        assert 0.03 - ERROR / 2 <= share <= 0.05 + ERROR


@pytest.mark.parametrize("problems", [5, 6, 7])
def test_with_fewer_problems_they_are_told_apart_less_often(problems: int) -> None:
    most = ALPHA + ERROR if problems > 5 else 0.0
    assert max(rejections(studies(problems, 0.2, 0.3))) <= most


@pytest.mark.parametrize(("problems", "expected"), [(8, 0.0078), (12, 0.0386), (20, 0.0414)])
def test_the_sign_test_errs_as_often_as_its_binomial_distribution_says(
    problems: int, expected: float
) -> None:
    ahead = np.arange(problems + 1)
    signs = [np.where(np.arange(problems) < each, -1.0, 1.0) for each in ahead]
    rejected = np.array([statistics.sign_test(each) <= ALPHA for each in signs])
    share = float(stats.binom.pmf(ahead, problems, 0.5) @ rejected)
    assert share == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("problems", [1, 3, 6])
def test_identical_strategies_are_told_apart_on_given_problems_in_at_most_a_twentieth(
    problems: int,
) -> None:
    runs, where = studies(problems, 0.0, 0.0)[..., :150], instances(problems)
    strata = (np.arange(problems)[:, None] * SEEDS + where).ravel()
    together, any_alone = np.mean(
        [
            (
                statistics.stratified_rank_sum(one.ravel(), other.ravel(), strata) <= ALPHA,
                bool(np.any(statistics.by_problem(one, other, where) <= ALPHA)),
            )
            for one, other in np.moveaxis(runs, 3, 0)
        ],
        axis=0,
    )
    assert max(together, any_alone) <= ALPHA + ERROR * np.sqrt(STUDIES / 150)
