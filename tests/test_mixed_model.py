"""The mixed model of all runs: its closed form, what it does where runs are missing, its level."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from hpobench.statistics.mixed_model import mixed_model


def runs(
    strategies: int, problems: int, seeds: int, rng: np.random.Generator, interaction: float = 0.3
) -> NDArray[np.float64]:
    """Draw runs of strategies that are the same on average."""
    return np.asarray(
        rng.normal(0, 0.5, (1, problems, 1))
        + rng.normal(0, interaction, (strategies, problems, 1))
        + rng.normal(0, 0.3, (strategies, problems, seeds))
    )


def test_without_gaps_it_is_the_analysis_of_variance() -> None:
    drawn = runs(4, 10, 5, np.random.default_rng(0))
    found = mixed_model(drawn)
    assert found is not None
    cells = drawn.mean(axis=2)
    rest = cells - cells.mean(axis=0) - cells.mean(axis=1, keepdims=True) + cells.mean()
    square, noise = 5 * np.sum(rest**2) / 27, np.sum((drawn - cells[..., None]) ** 2) / 160
    assert found.means == pytest.approx(cells.mean(axis=1), rel=1e-9, abs=1e-12)
    assert found.noise == pytest.approx(noise, rel=1e-9)
    assert found.interaction == pytest.approx((square - noise) / 5, rel=1e-9)
    centre, low, high = found.difference(0, 1)
    half = stats.t.isf(0.025, 27) * np.sqrt(2 * square / 50)
    assert centre == pytest.approx(cells[0].mean() - cells[1].mean(), rel=1e-9)
    assert (high - low) / 2 == pytest.approx(half, rel=1e-9)


def test_a_strategy_that_missed_the_hard_problems_is_not_better_for_it() -> None:
    drawn = runs(5, 20, 5, np.random.default_rng(1), interaction=0.05)
    drawn[:, 10:] += 1
    drawn[0, 10:] = np.nan
    found = mixed_model(drawn)
    assert found is not None
    naive = float(np.nanmean(drawn[0]) - np.nanmean(drawn[1]))
    centre, low, high = found.difference(0, 1)
    assert naive < -0.3
    assert low < 0 < high
    assert abs(centre) < 0.1


def test_intervals_cover_where_a_third_of_the_runs_is_missing() -> None:
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(300):
        drawn = runs(3, 10, 4, rng)
        drawn[rng.random(drawn.shape) < 1 / 3] = np.nan
        found = mixed_model(drawn)
        assert found is not None
        _, low, high = found.difference(0, 2)
        covered += low <= 0 <= high
    assert 0.91 <= covered / 300 <= 0.98  # 0.95, within 3 standard errors


def test_identical_runs_on_each_problem_have_no_interaction() -> None:
    drawn = np.random.default_rng(3).normal(size=(1, 12, 6)).repeat(3, axis=0)
    drawn += np.random.default_rng(4).normal(size=drawn.shape)
    found = mixed_model(drawn)
    assert found is not None
    assert found.interaction >= 0
    assert found.difficulty >= 0


@pytest.mark.parametrize(
    "case",
    ["one problem", "one strategy", "one seed", "apart", "absent", "seeds do not differ", "same"],
)
def test_what_can_not_be_fitted_is_none(case: str) -> None:
    drawn = runs(3, 6, 3, np.random.default_rng(5))
    if case == "one problem":
        drawn = drawn[:, :1]
    elif case == "one strategy":
        drawn = drawn[:1]
    elif case == "one seed":
        drawn = drawn[:, :, :1]
    elif case == "seeds do not differ":
        drawn = drawn[:, :, :1].repeat(3, axis=2)
    elif case == "same":
        drawn[:] = 0.25
    elif case == "apart":
        drawn[0, :3] = drawn[1:, 3:] = np.nan
    else:
        drawn[0] = np.nan
    assert mixed_model(drawn) is None
