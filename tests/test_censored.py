"""A median of numbers that are partly only bounded says no more than is known."""

import numpy as np
import pytest

from hpobench.statistics import Median, censored_median

INF = float("inf")


def bounded(least: list[float], most: list[float]) -> Median:
    return censored_median(np.array(least), np.array(most))


def test_known_numbers_have_their_usual_median() -> None:
    known = [1.0, 4.0, 2.0]
    assert bounded(known, known).least == bounded(known, known).most == pytest.approx(2.0)


def test_the_median_of_an_even_number_is_the_geometric_mean_of_the_middle_two() -> None:
    known = [1.0, 2.0, 8.0, 16.0]
    assert bounded(known, known).least == pytest.approx(4.0)


def test_bounds_outside_of_the_middle_leave_the_median_known() -> None:
    found = bounded([0.0, 2.0, 3.0, 4.0, 80.0], [0.04, 2.0, 3.0, 4.0, INF])
    assert found.least == found.most == pytest.approx(3.0)


def test_a_median_beyond_the_pool_is_a_lower_bound() -> None:
    found = bounded([1.0, 12.0, 80.0], [1.0, INF, INF])
    assert found.least == pytest.approx(12.0)
    assert found.most == INF


def test_a_median_at_the_floor_is_an_upper_bound() -> None:
    found = bounded([0.0, 0.0, 80.0], [0.04, 0.04, INF])
    assert found.least == 0.0
    assert found.most == pytest.approx(0.04)


def test_lower_bounds_of_different_pools_leave_a_range() -> None:
    """The problem with the small pool is only known to be above 12: the median is in 12 to 30."""
    found = bounded([1.0, 2.0, 12.0, 30.0, 80.0], [1.0, 2.0, INF, 30.0, INF])
    assert found.least == pytest.approx(12.0)
    assert found.most == pytest.approx(30.0)


def test_failing_on_half_of_the_problems_leaves_no_lower_bound() -> None:
    found = bounded([0.0] * 5 + [80.0] * 5, [0.04] * 5 + [INF] * 5)
    assert (found.least, found.most) == (0.0, INF)
    assert (found.low, found.high) == (0.0, INF)


def test_failing_on_more_than_half_of_the_problems_leaves_an_upper_bound() -> None:
    found = bounded([0.0] * 6 + [80.0] * 5, [0.04] * 6 + [INF] * 5)
    assert found.least == 0.0
    assert found.most == pytest.approx(0.04)


def test_problems_without_a_number_do_not_count() -> None:
    nan = float("nan")
    assert bounded([nan, 2.0, nan], [nan, 2.0, nan]).least == pytest.approx(2.0)
    assert np.isnan(bounded([nan], [nan]).most)


def test_there_is_no_interval_under_eight_problems() -> None:
    few, enough = [float(i) for i in range(1, 8)], [float(i) for i in range(1, 9)]
    assert np.isnan([bounded(few, few).low, bounded(few, few).high]).all()
    assert bounded(enough, enough).low < 4.5 < bounded(enough, enough).high


def test_unknown_numbers_make_the_interval_wider() -> None:
    known = [float(i) for i in range(1, 21)]
    exact = bounded(known, known)
    cut = [min(each, 12.0) for each in known]
    short = bounded(cut, [each if each < 12.0 else INF for each in known])
    assert (short.least, short.most) == (exact.least, exact.most)
    assert short.low == exact.low
    assert short.high >= exact.high


@pytest.mark.parametrize("skewed", [False, True])
@pytest.mark.parametrize("problems", [8, 12, 20])
def test_the_interval_covers_what_it_says(problems: int, skewed: bool) -> None:  # noqa: FBT001  # pytest's
    rng, studies = np.random.default_rng(0), 1000
    shape = (studies, problems)
    factors = rng.exponential(size=shape) / np.log(2) if skewed else np.exp(rng.normal(size=shape))
    found = [censored_median(each, each) for each in factors]  # the true median is 1
    covered = np.mean([each.low <= 1.0 <= each.high for each in found])
    assert 0.93 <= covered <= 0.97


def test_the_interval_lies_between_those_of_order_statistics_that_cover_more_and_less() -> None:
    """With 10 numbers, the second and the third from either end cover 97.9 and 89.1 %."""
    found = bounded([*map(float, range(1, 11))], [*map(float, range(1, 11))])
    excess = (0.978515625 - 0.95) / (0.978515625 - 0.890625)
    share = 8 * excess / (2 + 6 * excess)
    assert np.log(found.low) == pytest.approx((1 - share) * np.log(2) + share * np.log(3))
    assert np.log(found.high) == pytest.approx((1 - share) * np.log(9) + share * np.log(8))
