"""A run's incumbent is followed trial by trial, and read as a step function."""

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpobench import scores
from hpobench.runner.finished_run import FinishedRun, in_columns
from hpobench.trial import Fidelity, Identity, Outcome, Proposal, Record, Run, Stop, Trial

NAN = float("nan")

values = st.one_of(st.integers(-3, 3).map(float), st.just(NAN))
trials = st.one_of(  # a run says the fidelity of each trial, or of none
    st.lists(st.tuples(values, st.none()), max_size=12),
    st.lists(st.tuples(values, st.sampled_from([1.0, 3.0, 9.0])), max_size=12),
)


def record(
    value: float, score: float = 0.0, cost: float = 1.0, fidelity: float | None = None, at: int = 0
) -> Record:
    """Make a record of a trial whose number is a measure."""
    trial = Trial(at, Proposal({"x": 0}, fidelity), (value,), cost)
    return Record(trial, score, {"number": float(at)}, finished=at + 0.5)


def run_of(records: Sequence[Record]) -> FinishedRun:
    asked = Run(Identity("s", "1"), Identity("p", "1"), 0, Fraction(len(records)))
    return in_columns(Outcome(asked, Stop("complete"), tuple(records)))


@given(trials)
def test_the_incumbent_is_the_first_lowest_value_at_the_highest_fidelity_so_far(
    told: list[tuple[float, float | None]],
) -> None:
    records = [record(v, 10 * v, 0.5, f, at) for at, (v, f) in enumerate(told)]
    run = scores.history(run_of(records), Fidelity(1, 9))
    for end in range(1, len(told) + 1):
        done = [(-(f or 9.0), v, at) for at, (v, f) in enumerate(told[:end]) if not math.isnan(v)]
        _, value, at = min(done, default=(NAN, NAN, -1))
        assert run.best[end - 1] == at
        assert (run.values[end - 1], run.scores[end - 1]) == pytest.approx(
            (value, 10 * value), nan_ok=True
        )
    assert run.costs == pytest.approx(np.arange(1, len(told) + 1) / 2)


def test_the_score_is_the_incumbents_own_and_not_the_lowest() -> None:
    run = scores.history(run_of([record(0.5, 0.1), record(0.4, 0.9), record(0.6, 0.0)]), None)
    assert run.scores.tolist() == [0.1, 0.9, 0.9]


def test_a_step_is_held_from_its_tick_on() -> None:
    ticks, steps = np.array([1.0, 2.0]), np.array([5.0, 4.0])
    held = scores.hold(ticks, steps, np.array([0.99, 1.0, 1.99, 2.0, 9.0]))
    assert held == pytest.approx([NAN, 5, 5, 4, 4], nan_ok=True)


def test_ten_tenths_are_one_evaluation() -> None:
    run = scores.history(run_of([record(1.0, cost=0.1)] * 9 + [record(0.0, cost=0.1)]), None)
    assert run.costs[-1] != 1.0
    assert scores.hold(run.costs, run.values, np.array([1.0])) == 0.0
