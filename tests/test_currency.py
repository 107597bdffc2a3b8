"""The equivalent budget of random search is right where it is known, and else a bound."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from cards import problem_card
from studies import arranged

from hpobench import registry, scores
from hpobench.cards.anchors import anchored, anchors, expected_best
from hpobench.cards.card import Anchors, ProblemCard
from hpobench.cards.survey import pool
from hpobench.scores import Kind, Scores
from hpobench.trial import Identity, Outcome, Proposal, Reason, Record, Run, Stop, Trial

NAN = float("nan")
QUARTERS = np.array([0.25, 0.5, 0.75, 1.0])


def card(name: str, scales: Sequence[Anchors]) -> ProblemCard:
    return problem_card(name, scales, instances=max(len(scales), 1))


def outcome(
    values: Sequence[float],
    problem: str = "p",
    seed: int = 0,
    reason: Reason = "complete",
    *,
    budget: int = 4,
) -> Outcome:
    """Make a run of full evaluations whose scores are their values."""
    run = Run(Identity("s", "1"), Identity(problem, "1"), seed, Fraction(budget))
    trials = [Trial(at, Proposal({"x": 0}), (value,), 1.0) for at, value in enumerate(values)]
    return Outcome(run, Stop(reason), tuple(Record(t, t.value, {}, t.id + 1.0) for t in trials))


def table(
    outcomes: Sequence[Outcome], *scales: Anchors, shares: Sequence[float] = (0.25, 0.5, 0.75, 1.0)
) -> Scores:
    """Arrange the runs of problem p, whose instances have these anchors."""
    return arranged(outcomes, [card("p", scales)], np.array(shares))


POOL = tuple(101 / (m + 1) for m in range(1, 101))
"""What random search holds after m draws from 1 to 100, without replacement."""


def known(reference: float, random: float, curve: Sequence[float]) -> Anchors:
    """Make anchors whose curve is known after each number of evaluations."""
    return Anchors(reference, random, tuple(range(1, len(curve) + 1)), tuple(curve))


def factors(
    outcomes: Sequence[Outcome], *scales: Anchors, kind: Kind = "scores"
) -> tuple[float, float]:
    """Return the bounds of the speed-up on problem p."""
    found = scores.speedups(table(outcomes, *scales), kind)
    return float(found.low[0, 0]), float(found.high[0, 0])


def test_the_equivalent_budget_of_a_worked_example_is_found() -> None:
    run = outcome([5.05] * 10, budget=10)
    found = factors([run], known(0.0, 50.0, POOL), kind="values")
    assert found == pytest.approx((1.9, 1.9))


def test_the_equivalent_budget_of_a_worked_example_is_found_on_the_grid_of_a_pool() -> None:
    pool = [float(i) for i in range(1, 101)]
    on_grid = anchored(pool, pool, 0.0)
    assert len(on_grid.curve) < 100
    run = outcome([5.05] * 10, budget=10)
    assert factors([run], on_grid) == pytest.approx((1.9, 1.9))
    run = outcome([101 / 71] * 10, budget=10)  # between two numbers of the grid
    assert factors([run], on_grid) == pytest.approx((7.0, 7.0), rel=0.003)


def test_equivalent_evaluations_invert_the_curve() -> None:
    curve, evaluations = np.array(POOL), np.arange(1.0, 101)
    every = np.tile(curve, (len(curve), 1))
    low, high = scores.equivalent_evaluations(evaluations, every, curve)
    assert low == pytest.approx(evaluations)
    assert high == pytest.approx(evaluations)
    between = np.array([(curve[3] + curve[4]) / 2])
    assert scores.equivalent_evaluations(evaluations, every[:1], between)[0] == pytest.approx(4.5)


def test_beyond_the_ends_of_the_curve_there_are_bounds() -> None:
    ends = np.array([99.0, np.inf, 0.5, NAN])
    curves = np.tile(POOL, (4, 1))
    low, high = scores.equivalent_evaluations(np.arange(1.0, 101), curves, ends)
    assert low == pytest.approx([0, 0, 100, NAN], nan_ok=True)
    assert high == pytest.approx([1, 1, np.inf, NAN], nan_ok=True)
    alone = scores.equivalent_evaluations(np.ones(1), np.ones((3, 1)), np.array([2.0, 1.0, 0.5]))
    assert [bound.tolist() for bound in alone] == [[0, 1, 1], [1, 1, np.inf]]


def test_a_curve_that_rises_again_is_crossed_where_it_is_first_low_enough() -> None:
    curves, held = np.tile([1.0, 0.4, 0.6, 0.2], (3, 1)), np.array([0.4, 0.5, 0.3])
    found = scores.equivalent_evaluations(np.arange(1.0, 5), curves, held)[0]
    assert found == pytest.approx([2, 1 + 5 / 6, 3.75])


def test_a_speedup_beyond_the_pool_is_a_lower_bound() -> None:
    short = known(0.0, 1.0, (1.0, 0.8))
    assert factors([outcome([0.1] * 4)], short) == (0.5, np.inf)


def test_runs_that_failed_or_are_worse_than_one_evaluation_give_an_upper_bound() -> None:
    scale = known(0.0, 1.0, (1.0, 0.5, 0.1))
    assert factors([outcome([3.0] * 4)], scale) == (0.0, 0.25)
    runs = [outcome([0.1] * 4), outcome([0.1] * 4, seed=1, reason="failed")]
    assert factors(runs, scale) == (0.0, 0.25)


def test_without_a_curve_there_is_no_speedup() -> None:
    run = outcome([0.1] * 4)
    assert np.isnan(factors([run], Anchors(0.0, 1.0))).all()
    assert np.isnan(factors([run], known(1.0, 1.0, (1.0, 0.5)))).all()


def test_the_speedup_of_random_search_is_one() -> None:
    uniform = known(0.0, 0.5, [1 / (m + 1) for m in range(1, 101)])  # the least of m uniform draws
    draws = np.random.default_rng(0).random((400, 20)).tolist()
    runs = [outcome(told, seed=seed, budget=20) for seed, told in enumerate(draws)]
    assert factors(runs, uniform) == pytest.approx((1.0, 1.0), abs=0.12)


def test_a_run_is_compared_with_random_search_on_its_own_instance() -> None:
    easy = known(0.0, 1.0, [1 / (m + 1) for m in range(1, 101)])
    hard = known(0.0, 1.0, [20 / (m + 1) for m in range(1, 101)])
    runs = [outcome([1 / 9] * 4), outcome([20 / 9] * 4, seed=1)]
    both = factors(runs, easy, hard)
    assert both == factors(runs[:1], easy, hard) == pytest.approx((2.0, 2.0))
    assert factors(runs[1:], easy, hard) == both


def test_seeds_that_a_strategy_lacks_do_not_count() -> None:
    easy = known(0.0, 1.0, [1 / (m + 1) for m in range(1, 101)])
    hard = known(0.0, 1.0, [20 / (m + 1) for m in range(1, 101)])
    more = outcome([0.5] * 4, seed=1)
    other = replace(more, run=replace(more.run, strategy=Identity("t", "1")))
    runs = [outcome([1 / 9] * 4), other]
    found = scores.speedups(table(runs, easy, hard), "scores")
    assert found.low[0, 0] == pytest.approx(2.0)


def test_random_search_with_twice_the_budget_is_its_curve_at_twice_the_cost() -> None:
    long = card("p0", [known(0.0, 50.0, POOL)])
    short = card("p1", [known(0.0, 1.0, (1.0, 0.5, 0.25))])
    runs = [outcome([1.0], name) for name in ("p0", "p1")]
    found = arranged(runs, [long, short], QUARTERS)
    curves = scores.random_curves(found, "values")
    assert curves.shape == (2, 100)
    doubled = scores.random_held(curves, 2 * found.costs)
    assert doubled[0] == pytest.approx([POOL[m - 1] / 50 for m in (2, 4, 6, 8)])
    assert doubled[1] == pytest.approx([0.5, NAN, NAN, NAN], nan_ok=True)
    assert np.isnan(scores.random_held(curves, found.costs / 8)[:, 0]).all()


def test_random_curves_average_the_instances_that_were_run() -> None:
    scales = [known(0.0, k, (float(k), 0.0)) for k in (1, 2, 4)] + [known(0.0, 1.0, (9.0,))]
    runs = [outcome([1.0], seed=seed) for seed in (0, 1)]
    other = outcome([1.0], "q", seed=3)
    cards = [card("p", scales), card("q", [known(0.0, 1.0, (5.0, 4.0))])]
    found = arranged([*runs, other], cards, QUARTERS)
    assert scores.random_curves(found, "scores").tolist() == [[1.0, 0.0], [5.0, 4.0]]


def test_random_search_with_twice_the_budget_is_known_up_to_half_a_pool() -> None:
    frozen = anchors("branin", 1)
    assert frozen is not None
    run = outcome([1.0], budget=1_000)
    found = table([run], *frozen.scores, shares=[0.1, 0.5, 1.0])
    doubled = scores.random_held(scores.random_curves(found, "scores"), 2 * found.costs)
    assert np.isfinite(doubled).all()
    assert (np.diff(doubled) < 0).all()


@pytest.mark.parametrize("name", ["branin", "hartmann-6", "levy-8", "mixed-8", "sphere-20"])
def test_the_expected_share_of_better_evaluations_is_near_that_of_the_pool(name: str) -> None:
    drawn = registry.problems()[name]
    values = np.array([point.value for point in pool(drawn.textbook or drawn, 0)])
    for evaluations in (20, 50, 100):
        held = expected_best(values.tolist(), values.tolist(), [evaluations])
        expected = scores.expected_share_better(np.array(float(evaluations)))
        assert 0.4 < np.mean(values < held) / expected < 1.2


def test_the_best_of_uniform_draws_is_beaten_by_the_share_that_is_expected() -> None:
    least = np.random.default_rng(0).random((20_000, 9)).min(axis=1)  # its own quantile
    error = least.std() / np.sqrt(least.size)
    assert abs(least.mean() - scores.expected_share_better(np.array(9.0))) < 4 * error
    assert scores.expected_share_better(np.array(np.inf)) == 0
