"""When runs got their incumbents, and what they came to use."""

import math
from fractions import Fraction

import numpy as np
import pytest
from cards import problem_card
from studies import arranged

from hpobench.scores import Scores
from hpobench.trial import Identity, Outcome, Proposal, Record, Run, Stop, Trial

VALUES = (3.0, math.nan, 2.0, 2.5, 1.0)


def outcome(strategy: str, seed: int, values: tuple[float, ...] = VALUES) -> Outcome:
    """Make a run of two workers whose trials end at 1, 2, 3, ... and take half an evaluation."""
    records = [
        Record(
            Trial(n, Proposal({"x": 0.5}, resume=n - 1 if n == 4 else None), (value,), 0.5),
            score=-value,
            measures={},
            finished=n + 1.0,
            measured={"ask": 0.25, "tell": 0.5},
            duration=2.0 if n == 4 else 1.5,
        )
        for n, value in enumerate(values)
    ]
    where = problem_card("p", ())
    run = Run(Identity(strategy, "1"), where.identity, seed, Fraction(5), 2)
    return Outcome(run, Stop("complete"), tuple(records))


def scores() -> Scores:
    runs = [outcome("b", 0), outcome("a", 1), outcome("b", 1, (5.0,)), outcome("a", 0, ())]
    return arranged(runs, [problem_card("p", ())], np.array([0.1, 0.5, 1.0]))


def test_each_change_of_an_incumbent_is_a_step() -> None:
    steps = scores().steps
    assert steps.shape == (2, 1, 2)
    assert steps.run.tolist() == [1, 1, 1, 2, 2, 2, 3]
    assert steps.costs[:3].tolist() == [0.5, 1.5, 2.5]
    assert steps.finished[:3].tolist() == [1, 3, 5]
    assert steps.thinking[:3].tolist() == [0.75, 2.25, 3.75]
    assert steps.values[:3].tolist() == [3, 2, 1]
    assert steps.scores[:3].tolist() == [-3, -2, -1]


def test_a_target_is_reached_at_the_first_step_at_or_below_it() -> None:
    steps = scores().steps
    targets = np.array([[[2.0, 0.5]], [[2.5, 1.0]]]).reshape(1, 2, 2)
    found = steps.first_at(steps.costs, steps.values, targets)
    assert found[1, 0].tolist() == [[1.5, np.inf], [np.inf, np.inf]]
    assert found[0, 0].tolist() == [[np.inf, np.inf], [1.5, 2.5]]


def test_what_was_held_by_a_time_can_be_asked_of_any_clock() -> None:
    steps = scores().steps
    at = np.array([[0.5, 3.0, 9.0]])
    by_clock = steps.held(steps.finished, steps.values, at)
    by_own_time = steps.held(steps.finished + steps.thinking, steps.values, at)
    assert by_clock[1, 0, 0] == pytest.approx([math.nan, 2, 1], nan_ok=True)
    assert by_own_time[1, 0, 0] == pytest.approx([math.nan, 3, 1], nan_ok=True)
    assert np.isnan(by_clock[0, 0, 0]).all()


def test_totals_count_all_trials_and_what_was_continued_once() -> None:
    totals = scores().totals
    assert totals.spent[:, 0].tolist() == [[0, 2.5], [2.5, 0.5]]
    assert totals.makespan[:, 0].tolist() == [[0, 5], [5, 1]]
    assert totals.busy[1, 0].tolist() == [6.5, 1.5]  # the last trial went on from the one before
    assert totals.thinking[1, 0].tolist() == [3.75, 0.75]


def test_runs_that_are_missing_have_no_steps_and_no_totals() -> None:
    found = arranged([outcome("a", 0), outcome("b", 1)], [problem_card("p", ())], np.array([1.0]))
    assert found.steps.run.tolist() == [0, 0, 0, 3, 3, 3]
    assert np.isnan(found.totals.spent[0, 0, 1])
