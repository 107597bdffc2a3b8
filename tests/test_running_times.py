"""Costs of reaching targets: worked cases, published definitions, and what no run can do."""

import numpy as np
import pytest

from hpobench.statistics.running_times import (
    data_profile,
    expected_running_time,
    penalised_average,
    performance_profile,
    reached_by,
    simulated_restarts,
    success_rate,
)

INF, NAN = np.inf, np.nan
TIMES = np.array([[100.0, 40], [250, INF], [INF, INF], [NAN, NAN]])
"""Of four seeds, the last of which has no run, and two targets."""
SPENT = np.array([1000.0, 1000, 2000, NAN])


def test_the_expected_running_time_counts_what_failures_really_spent() -> None:
    assert expected_running_time(TIMES, SPENT) == pytest.approx([1175, 3040])
    assert success_rate(TIMES) == pytest.approx([2 / 3, 1 / 3])
    assert penalised_average(TIMES, np.array(1000.0)) == pytest.approx([10350 / 3, 20040 / 3])


def test_a_target_that_nobody_reached_takes_for_ever_and_no_run_says_nothing() -> None:
    found = expected_running_time(np.array([[INF, NAN]]), np.array([5.0]))
    assert found[0] == INF
    assert np.isnan(found[1])
    assert np.isnan(success_rate(np.array([[NAN]]))[0])


def test_restarts_cost_the_expected_running_time_on_average() -> None:
    times, spent = np.array([50.0, INF, INF, 100]), np.array([50.0, 700, 700, 100])
    drawn = simulated_restarts(times, spent, draws=40_000, seed=1)
    expected = expected_running_time(times[:, None], spent)[0]
    assert expected == 775
    error = drawn.std() / np.sqrt(drawn.size)
    assert abs(drawn.mean() - expected) < 4 * error
    assert np.isinf(simulated_restarts(np.array([INF]), np.array([5.0]), draws=2)).all()


def test_the_share_that_was_reached_rises_to_the_success_rate() -> None:
    found = reached_by(TIMES[None], np.array([[10.0, 40, 100, 250, 2000]]))
    assert found[0] == pytest.approx([0, 1 / 6, 2 / 6, 3 / 6, 3 / 6])
    assert np.isnan(reached_by(np.full((1, 2, 2), NAN), np.array([[1.0]]))).all()


def test_profiles_are_those_of_their_papers() -> None:
    running = np.array([[6.0, 30, INF, NAN], [12.0, 15, INF, 4]])
    dimensions = np.array([2.0, 4, 1, 1])
    assert data_profile(running, dimensions, np.array([2.0, 6]))[0] == pytest.approx([1 / 3, 2 / 3])
    assert performance_profile(running, np.array([1.0, 2]))[0] == pytest.approx([1 / 3, 2 / 3])
    assert performance_profile(running, np.array([1.0, 2]))[1] == pytest.approx([2 / 4, 3 / 4])


def test_a_strategy_more_changes_no_expected_running_time() -> None:
    both = np.stack([TIMES, TIMES / 2])
    spent = np.stack([SPENT, SPENT])
    assert expected_running_time(both, spent)[0] == pytest.approx(
        expected_running_time(TIMES, SPENT)
    )
