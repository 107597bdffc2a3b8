"""What runs hold is read right, normalised by frozen anchors, and failures never improve it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from cards import problem_card
from hypothesis import given, settings
from hypothesis import strategies as st
from studies import arranged, finished

from hpobench import scores
from hpobench.cards.card import Anchors, ProblemCard
from hpobench.scores import Scores
from hpobench.statistics import mean_over
from hpobench.trial import Fidelity, Identity, Outcome, Proposal, Reason, Record, Run, Stop, Trial

NAN = float("nan")
UNIT = Anchors(0.0, 1.0)
QUARTERS = np.array([0.25, 0.5, 0.75, 1.0])


def card(
    name: str = "p",
    anchors: Sequence[Anchors] = (UNIT,),
    *,
    instances: int = 1,
    fidelity: Fidelity | None = None,
) -> ProblemCard:
    return problem_card(name, anchors, instances=instances, fidelity=fidelity)


def outcome(
    values: Sequence[float],
    strategy: str = "s",
    problem: str = "p",
    seed: int = 0,
    reason: Reason = "complete",
    *,
    tested: Sequence[float] | None = None,
    budget: int = 4,
    workers: int = 1,
) -> Outcome:
    """Make a run of full evaluations; its scores are its values unless others are given."""
    run = Run(Identity(strategy, "1"), Identity(problem, "1"), seed, Fraction(budget), workers)
    pairs = zip(values, values if tested is None else tested, strict=True)
    records = tuple(
        Record(Trial(at, Proposal({"x": 0}), (value,), 1.0), score, {}, at + 0.5, {"ask": at / 10})
        for at, (value, score) in enumerate(pairs)
    )
    return Outcome(run, Stop(reason), records)


def table(*outcomes: Outcome, cards: Sequence[ProblemCard] = ()) -> Scores:
    return arranged(outcomes, cards or (card(),), QUARTERS)


values = st.one_of(st.integers(-3, 3).map(float), st.just(NAN))


def test_the_grid_has_every_evaluation_and_every_checkpoint() -> None:
    assert set(scores.CHECKPOINTS) | {k / 25 for k in range(1, 26)} == set(
        scores.grid(Fraction(25)).tolist()
    )
    assert len(scores.grid(Fraction(1000))) == 100
    assert scores.grid(Fraction(5, 2)).tolist() == [0.1, 0.25, 0.4, 0.5, 0.8, 1.0]


def test_checkpoints_read_the_curve_at_or_before_them() -> None:
    shares = scores.grid(Fraction(25))
    assert scores.at_checkpoints(shares[None], shares).tolist() == [list(scores.CHECKPOINTS)]
    assert scores.at_checkpoints(QUARTERS, QUARTERS) == pytest.approx(
        [NAN, 0.25, 0.5, 1.0], nan_ok=True
    )


def test_curves_are_normalised_by_the_anchors_of_the_instance() -> None:
    cards = (card(anchors=(Anchors(2.0, 4.0), Anchors(0.0, 10.0)), instances=2),)
    runs = [outcome([4.0, 3.0, 5.0, 2.0], seed=seed) for seed in (0, 1, 2)]
    found = table(*runs, cards=cards).told
    assert found.held[0, 0, 0].tolist() == [4, 3, 3, 2]
    assert found.regrets[0, 0, 0].tolist() == [1, 0.5, 0.5, 0]
    assert found.regrets[0, 0, 1].tolist() == [0.4, 0.3, 0.3, 0.2]
    assert np.array_equal(found.regrets[0, 0, 2], found.regrets[0, 0, 0])


def test_one_pair_of_anchors_is_shared_by_all_instances() -> None:
    cards = (card(anchors=(Anchors(2.0, 4.0),), instances=30),)
    found = table(outcome([3.0], seed=7), cards=cards)
    assert found.told.regrets[..., -1] == 0.5


@given(st.lists(values, min_size=4, max_size=4), st.floats(0.1, 10), st.floats(-5, 5))
def test_regrets_survive_an_affine_change_of_the_problem(
    told: list[float], scale: float, shift: float
) -> None:
    moved = card(anchors=(Anchors(shift, scale + shift),))
    plain = table(outcome(told))
    other = table(outcome([scale * v + shift for v in told]), cards=(moved,))
    for kind in ("values", "scores"):
        assert other.quantity(kind).bounded == pytest.approx(plain.quantity(kind).bounded)


def test_winsorised_regrets_are_counted() -> None:
    runs = [outcome([v] * 4, seed=seed) for seed, v in enumerate([-5.0, -0.5, 0.5, 3.0, 0.1])]
    found = table(*runs).reported
    assert found.bounded[0, 0, :, -1].tolist() == [-1, -0.5, 0.5, 2, 0.1]
    assert found.clipped[0, 0].tolist() == [1, 1]
    assert found.beaten[0, 0] == 2


def test_every_way_that_a_run_ends_has_its_status() -> None:
    reasons: list[Reason] = ["complete", "exhausted", "failed", "unsupported"]
    runs = [outcome([0.5], reason, reason=reason) for reason in reasons]
    found = table(*runs, outcome([0.5], "complete", seed=1))
    assert [s.name for s in found.strategies] == sorted(reasons)
    assert found.status[:, 0].tolist() == [
        ["complete", "complete"],
        ["exhausted", "missing"],
        ["failed", "missing"],
        ["unsupported", "missing"],
    ]
    final, losses = found.reported.bounded[:, 0, 0, -1], found.reported.unbounded[:, 0, 0, -1]
    assert final == pytest.approx([0.5, 0.5, 2, NAN], nan_ok=True)
    assert losses == pytest.approx([0.5, 0.5, np.inf, NAN], nan_ok=True)
    assert np.isnan(found.reported.bounded[1:, 0, 1]).all()


def test_an_exhausted_run_holds_its_incumbent_to_the_end() -> None:
    found = table(outcome([0.7, 0.3], reason="exhausted"))
    assert found.told.bounded[0, 0, 0].tolist() == [0.7, 0.3, 0.3, 0.3]


def test_a_run_that_holds_nothing_yet_counts_as_the_worst_and_is_nan_when_drawn() -> None:
    found = table(outcome([NAN, NAN, 0.5, 0.2])).told
    assert found.bounded[0, 0, 0].tolist() == [2, 2, 0.5, 0.2]
    assert found.unbounded[0, 0, 0].tolist() == [np.inf, np.inf, 0.5, 0.2]
    assert np.isnan(found.regrets[0, 0, 0, :2]).all()


@given(
    st.lists(st.lists(values, min_size=4, max_size=4), min_size=3, max_size=3), st.integers(0, 2)
)
def test_a_failed_run_never_improves_a_mean(told: list[list[float]], broken: int) -> None:
    runs = [outcome(each, seed=seed) for seed, each in enumerate(told)]
    whole = mean_over(table(*runs).reported.bounded, axis=2)
    runs[broken] = replace(runs[broken], stop=Stop("failed", "boom"))
    assert np.all(mean_over(table(*runs).reported.bounded, axis=2) >= whole)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(8)))
def test_the_order_of_outcomes_changes_nothing(order: list[int]) -> None:
    runs = [
        outcome([NAN, s + 0.1, p + r / 2, 1.0], f"s{s}", f"p{p}", r)
        for s in (0, 1)
        for p in (0, 1)
        for r in (0, 1)
    ]
    cards = (card("p1"), card("p0"))
    plain, mixed = table(*runs, cards=cards), table(*(runs[i] for i in order), cards=cards)
    assert (mixed.strategies, mixed.problems, mixed.seeds) == (
        plain.strategies,
        plain.problems,
        plain.seeds,
    )
    assert np.array_equal(mixed.reported.unbounded, plain.reported.unbounded)


def test_another_strategy_changes_no_number_of_the_others() -> None:
    runs = [outcome([0.9, 0.4, 0.6, 0.2], "a"), outcome([0.5, 0.8, 0.3, 0.1], "b")]
    few, many = table(*runs), table(*runs, outcome([-9.0, 50.0, 0.0, 0.0], "c"))
    assert np.array_equal(many.reported.bounded[:2], few.reported.bounded)
    assert np.array_equal(many.reported.unbounded[:2], few.reported.unbounded)


@given(st.lists(values, min_size=4, max_size=4))
def test_a_shorter_run_is_the_beginning_of_the_longer_one(told: list[float]) -> None:
    whole = table(outcome(told)).told.bounded[0, 0, 0]
    half = table(outcome(told[:2], budget=2)).told.bounded[0, 0, 0]
    assert half[[1, 3]].tolist() == whole[:2].tolist()
    assert np.all(np.diff(whole) <= 0)


def test_missing_runs_are_told_apart_from_seeds_that_a_problem_was_not_given() -> None:
    runs = [outcome([0.5], s, "p0", r) for s, r in [("a", 0), ("a", 1), ("b", 0)]] + [
        outcome([0.1], s, "p1", 0) for s in ("a", "b")
    ]
    found = table(*runs, cards=(card("p0"), card("p1"), card("never run")))
    assert [each.identity.name for each in found.problems] == ["p0", "p1"]
    assert found.planned.tolist() == [[True, True], [True, False]]
    means = mean_over(found.reported.bounded, axis=2)[..., -1]
    assert means.tolist() == [[0.5, 0.1], [0.5, 0.1]]


def test_without_anchors_runs_compare_raw_and_regrets_are_nan() -> None:
    for anchors in ((), (Anchors(1.0, 1.0),)):
        runs = [outcome([4.0, -8.0], "a"), outcome([6.0, 2.0], "b")]
        broken = outcome([1.0], "c", reason="failed")
        found = table(*runs, broken, cards=(card(anchors=anchors),)).reported
        assert np.isnan(found.bounded).all()
        assert np.isnan(found.unbounded).all()
        assert found.comparable[:, 0, 0, 0].tolist() == [4, 6, np.inf]
        assert found.comparable[:, 0, 0, 3].tolist() == [-8, 2, np.inf]
        assert not found.resolution.any()


def test_a_seed_draws_the_instance_that_is_its_remainder() -> None:
    runs = [outcome([1.0], seed=seed) for seed in (0, 1, 4, 7)]
    runs += [outcome([1.0], problem="q", seed=seed) for seed in (0, 7)]
    found = table(*runs, cards=(card("p", instances=3), card("q")))
    assert found.instances.tolist() == [[0, 1, 1, 1], [0, 0, 0, 0]]


def test_only_an_incumbent_of_the_highest_fidelity_beats_the_best_known() -> None:
    fidelity = Fidelity(1, 9)
    runs = [
        Outcome(
            Run(Identity(name, "1"), Identity("p", "1"), 0, Fraction(4)),
            Stop("complete"),
            (
                Record(
                    Trial(0, Proposal({"x": 0}, fidelity=level), (-1.0,), level / 9), -1.0, {}, 1.0
                ),
            ),
        )
        for name, level in (("low", 3.0), ("whole", 9.0))
    ]
    assert table(*runs, cards=(card(fidelity=fidelity),)).told.beaten.tolist() == [[0], [1]]


def test_enormous_values_overflow_nowhere() -> None:
    told = [1.7e308, 1.6e308, -1.7e308, 0.0]
    found = table(outcome(told), cards=(card(anchors=(Anchors(-1.7e308, 1.0),)),))
    assert found.reported.comparable[0, 0, 0].tolist() == [1.7e308, 1.6e308, -1.7e308, -1.7e308]
    assert np.all((found.reported.bounded >= -1) & (found.reported.bounded <= 2))
    assert scores.overtuning(found).absolute.shape == found.status.shape


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (outcome([1.0]), "must name one run: s, p, 0"),
        (outcome([1.0], seed=1, budget=5), "must have one budget: 4, 5"),
        (outcome([1.0], seed=1, workers=2), r"one number of workers: \[1, 2\]"),
        (outcome([1.0], problem="q"), "no card for the problem: q"),
    ],
)
def test_runs_that_do_not_fit_together_are_refused(second: Outcome, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        table(outcome([1.0]), second)


def overtuned(values: Sequence[float], tested: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return the absolute and the relative overtuning of a run after each of its trials."""
    found = [
        scores.overtuning(table(outcome(values[:count], tested=tested[:count])))
        for count in range(1, len(values) + 1)
    ]
    return [each.absolute.item() for each in found], [each.relative.item() for each in found]


def test_overtuning_is_what_the_score_lost_over_what_it_had_gained() -> None:
    absolute, relative = overtuned([0.9, 0.8, 0.7, 0.6], [0.8, 0.4, 0.6, 1.0])
    assert absolute == pytest.approx([0, 0, 0.2, 0.6])
    assert relative == pytest.approx([NAN, 0, 0.5, 1.5], nan_ok=True)


def test_meta_overfitting_is_what_the_score_is_above_the_value_on_the_scores_scale() -> None:
    run = outcome([0.9, 0.6, 0.7], tested=[0.8, 0.9, 0.5])
    found = table(run, cards=(card(anchors=(Anchors(1.0, 3.0),)),))
    assert scores.overtuning(found).meta.item() == pytest.approx((0.9 - 0.6) / 2)
    failed = table(outcome([], reason="failed"))
    assert np.isnan(scores.overtuning(failed).meta).all()


def test_trials_beyond_the_budget_are_not_overtuned() -> None:
    run = outcome([0.9, 0.8, 0.7, 0.6, 0.5], tested=[0.8, 0.4, 0.6, 1.0, 0.1])
    assert scores.overtuning(table(run)).absolute.item() == pytest.approx(0.6)


def test_overtuning_without_progress_or_scale_is_nan() -> None:
    values, tested = [NAN, 0.9, 0.8, 0.7], [NAN, 0.1, 0.2, 0.3]
    absolute, relative = overtuned(values, tested)
    assert absolute == pytest.approx([NAN, 0, 0.1, 0.2], nan_ok=True)
    assert np.isnan(relative).all()
    unscaled = table(outcome(values, tested=tested), cards=(card(anchors=()),))
    assert np.isnan(scores.overtuning(unscaled).absolute).all()


def test_seconds_are_in_the_order_of_the_trials() -> None:
    runs = [outcome([1.0, 1.0, 1.0]), outcome([1.0], seed=1)]
    found = scores.ask_seconds(finished(runs))
    assert found[0] == pytest.approx([0, 0.1, 0.2])
    assert found[1] == pytest.approx([0, NAN, NAN], nan_ok=True)


def test_a_run_without_trials_is_a_run_that_holds_nothing() -> None:
    found = table(outcome([], reason="failed"), outcome([], seed=1, reason="exhausted"))
    assert np.all(found.reported.bounded == scores.BOUNDS[1])
    assert math.isnan(found.reported.held[0, 0, 1, -1])
