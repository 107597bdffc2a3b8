"""Areas over curves, attainment surfaces, portfolios, and what time and workers cost."""

import numpy as np
import pytest

from hpobench.scores.areas import area_over_curve, attained, attainment_surface, logarithmic
from hpobench.scores.clock import break_even, efficiency, utilisation
from hpobench.statistics.portfolio import best_portfolios, frontier_advantage, improvability

INF, NAN = np.inf, np.nan
SPENT = np.array([1.0, 2, 3, 4])


def test_the_area_is_the_mean_over_evaluations() -> None:
    curve = np.array([NAN, 0.8, 0.5, -0.3])
    assert area_over_curve(curve, SPENT) == pytest.approx((0 + 0.2 + 0.5 + 1) / 4)


def test_by_the_logarithm_each_doubling_counts_the_same() -> None:
    curve = np.array([1.0, 0.5, 0.25, 0.25])
    doubled = np.log(np.array([2, 1.5, 4 / 3])) / np.log(4)
    known = doubled @ np.array([0.5, 0.75, 0.75])
    assert area_over_curve(curve, SPENT, by_log=True) == pytest.approx(known)
    assert area_over_curve(np.array([0.3]), np.array([1.0]), by_log=True) == pytest.approx(0.7)


def test_the_logarithmic_scale_ends_at_its_bounds() -> None:
    assert logarithmic(np.array([-1, 1e-6, 1e-2, 1, 5])) == pytest.approx([0, 0, 0.5, 1, 1])


def test_the_median_surface_is_what_half_of_the_runs_held() -> None:
    curves = np.array([[INF, 3.0, 1], [4.0, 2, 2], [5.0, 5, 5], [NAN, NAN, NAN]])
    assert attainment_surface(curves, 0.5).tolist() == [5, 3, 2]
    assert attainment_surface(curves, 1.0).tolist() == [INF, 5, 5]
    shares = attained(curves, np.array([2.0, 5]))
    assert shares == pytest.approx(np.array([[0, 1 / 3, 2 / 3], [2 / 3, 1, 1]]))


def test_the_share_by_which_the_best_is_better() -> None:
    errors = np.array([[0.2, 0.0, 0.3], [0.1, 0.0, NAN], [0.4, 0.5, 0.3]])
    assert improvability(errors) == pytest.approx([0.5 / 3, 0, (0.75 + 1) / 3])


def test_without_a_strategy_is_lost_what_nobody_else_reaches() -> None:
    regrets = np.array([[0.1, 0.5], [0.3, 0.2], [0.4, NAN]])
    found = frontier_advantage(regrets)
    assert found[:2] == pytest.approx(np.array([[0.2, 0], [0, 0.3]]))
    assert found[2].tolist() == [0, 0]
    assert np.isnan(frontier_advantage(regrets[:1])).all()


def test_strategies_that_are_good_elsewhere_complete_each_other_and_copies_do_not() -> None:
    rng = np.random.default_rng(0)
    level = np.array([[0.1, 0.9] * 10, [0.9, 0.1] * 10, [0.4, 0.4] * 10, [0.4, 0.4] * 10])
    halves = [level + rng.normal(0, 0.05, level.shape) for _ in range(2)]
    pair = best_portfolios(halves, 2)
    assert pair is not None
    assert pair.members == (0, 1)
    assert pair.regrets.mean() == pytest.approx(0.1, abs=0.03)
    copies = best_portfolios([each[2:] for each in halves], 2)
    assert copies is not None
    assert copies.regrets.mean() == pytest.approx(0.4, abs=0.03)
    assert best_portfolios(halves, 5) is None


@pytest.mark.parametrize(
    ("evaluations", "seconds", "known"),
    [
        ((20, 50), (30, 0), (1, INF)),  # saves 30 evaluations for 30 seconds of its own
        ((50, 20), (0, 30), (0, 1)),
        ((20, 50), (0, 30), (0, INF)),
        ((50, 20), (30, 0), (NAN, NAN)),
        ((20, 20), (0, 1), (0, INF)),
        ((20, 20), (1, 1), (NAN, NAN)),
        ((20, INF), (9, 1), (0, INF)),
        ((INF, 20), (0, 1), (NAN, NAN)),
    ],
)
def test_a_strategy_that_thinks_longer_pays_from_a_price_on(
    evaluations: tuple[float, float], seconds: tuple[float, float], known: tuple[float, float]
) -> None:
    assert break_even(evaluations, seconds) == pytest.approx(known, nan_ok=True)


def test_workers_that_wait_help_less() -> None:
    assert utilisation(np.array([8.0, 0]), np.array([4.0, 0]), 2) == pytest.approx(
        [1, NAN], nan_ok=True
    )
    found = efficiency(np.array([8.0, 8, INF]), np.array([4.0, INF, 4]), 4)
    assert found == pytest.approx([0.5, 0, NAN], nan_ok=True)
