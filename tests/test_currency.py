"""Random search's equivalent budget is right where it is known, and a bound where it is not."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from hpobench import scores
from hpobench.card import Anchors, ProblemCard
from hpobench.scores import Standings
from hpobench.trial import Outcome, Proposal, Reason, Record, Reference, Run, Stop, Trial

NAN = float("nan")
QUARTERS = np.array([0.25, 0.5, 0.75, 1.0])


def card(name: str, anchors: Sequence[Anchors]) -> ProblemCard:
    return ProblemCard(
        identity=Reference(name, "1"),
        family="synthetic",
        summary="",
        reference="",
        licence="",
        dimensions={"float": 1},
        conditional=0,
        fidelity=None,
        gradient_cost=None,
        instances=max(len(anchors), 1),
        optimum=None,
        values=tuple(anchors),
        scores=tuple(anchors),
    )


def outcome(
    values: Sequence[float],
    problem: str = "p",
    seed: int = 0,
    reason: Reason = "complete",
    *,
    budget: int = 4,
) -> Outcome:
    """Make a run of full evaluations whose scores are their values."""
    run = Run(Reference("s", "1"), Reference(problem, "1"), seed, Fraction(budget))
    trials = [Trial(at, Proposal({"x": 0}), value, 1.0) for at, value in enumerate(values)]
    return Outcome(run, Stop(reason), tuple(Record(t, t.value, {}, t.id + 1.0) for t in trials))


def table(
    outcomes: Sequence[Outcome], *anchors: Anchors, shares: Sequence[float] = (0.25, 0.5, 0.75, 1.0)
) -> Standings:
    """Arrange the runs of problem p, whose instances have these anchors."""
    return scores.standings(outcomes, [card("p", anchors)], np.array(shares))


POOL = tuple(101 / (m + 1) for m in range(1, 101))
"""What random search holds after m draws from 1 to 100, without replacement."""


def test_the_worked_case_of_the_equivalent_budget_is_found() -> None:
    pool = Anchors(0.0, 50.0, POOL)
    run = outcome([5.05] * 10, budget=10)
    found = scores.speedups(table([run], pool, shares=[0.5, 1.0]), "values")
    assert found.factors[0, 0] == pytest.approx([3.8, 1.9])
    assert not found.censored.any()


def test_equivalent_evaluations_invert_the_curve() -> None:
    curve = np.array(POOL)
    assert scores.equivalent_evaluations(curve, curve) == pytest.approx(np.arange(1, 101))
    between = (curve[3] + curve[4]) / 2
    assert scores.equivalent_evaluations(curve, np.array([[between]])) == pytest.approx(4.5)
    ends = scores.equivalent_evaluations(curve, np.array([99.0, np.inf, 0.5, NAN]))
    assert ends == pytest.approx([1, 1, np.inf, NAN], nan_ok=True)


def test_a_curve_that_rises_again_is_crossed_where_it_is_first_low_enough() -> None:
    curve = np.array([1.0, 0.4, 0.6, 0.2])
    found = scores.equivalent_evaluations(curve, np.array([0.4, 0.5, 0.3]))
    assert found == pytest.approx([2, 1 + 5 / 6, 3.75])


def test_a_speedup_beyond_the_curve_is_a_lower_bound() -> None:
    short = Anchors(0.0, 1.0, (1.0, 0.8, NAN))
    found = scores.speedups(table([outcome([0.9, 0.1, NAN, NAN])], short), "scores")
    assert found.censored[0, 0].tolist() == [False, True, True, True]
    assert found.factors[0, 0] == pytest.approx([1.5, 1.0, 2 / 3, 0.5])


def test_a_cell_with_a_failed_run_is_worth_one_evaluation_and_no_curve_gives_nan() -> None:
    runs = [outcome([0.1] * 4), outcome([0.1] * 4, seed=1, reason="failed")]
    known, unknown = Anchors(0.0, 1.0, (1.0, 0.5, 0.1)), Anchors(0.0, 1.0)
    assert scores.speedups(table(runs, known), "scores").factors[0, 0, -1] == 0.25
    assert np.isnan(scores.speedups(table(runs, unknown), "scores").factors).all()


def test_random_search_is_worth_itself() -> None:
    curve = tuple(1 / (m + 1) for m in range(1, 101))  # the least of m uniform draws
    uniform = Anchors(0.0, 0.5, curve)
    draws = np.random.default_rng(0).random((400, 20)).tolist()
    runs = [outcome(told, seed=seed, budget=20) for seed, told in enumerate(draws)]
    found = scores.speedups(table(runs, uniform), "values")
    assert found.factors[0, 0] == pytest.approx([1, 1, 1, 1], abs=0.12)


def test_random_search_times_two_is_random_search_at_twice_the_cost() -> None:
    long = card("p0", [Anchors(0.0, 50.0, POOL)])
    short = card("p1", [Anchors(0.0, 1.0, (1.0, 0.5, 0.25))])
    runs = [outcome([1.0], name) for name in ("p0", "p1")]
    found = scores.standings(runs, [long, short], QUARTERS)
    curves = scores.random_curves(found, "values")
    assert curves.shape == (2, 100)
    doubled = scores.random_held(curves, 2 * found.costs)
    assert doubled[0] == pytest.approx([POOL[m - 1] / 50 for m in (2, 4, 6, 8)])
    assert doubled[1] == pytest.approx([0.5, NAN, NAN, NAN], nan_ok=True)
    assert np.isnan(scores.random_held(curves, found.costs / 8)[:, 0]).all()


def test_random_curves_average_the_instances_that_were_run() -> None:
    anchors = [Anchors(0.0, k, (float(k), 0.0)) for k in (1, 2, 4)] + [Anchors(0.0, 1.0, (9.0,))]
    runs = [outcome([1.0], seed=seed) for seed in (0, 1)]
    other = outcome([1.0], "q", seed=3)
    cards = [card("p", anchors), card("q", [Anchors(0.0, 1.0, (5.0, 4.0))])]
    found = scores.standings([*runs, other], cards, QUARTERS)
    assert scores.random_curves(found, "scores").tolist() == [[1.0, 0.0], [5.0, 4.0]]
