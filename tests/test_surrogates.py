"""Tests of surrogates: which values the process sees, and how they are transformed."""

import math

import numpy as np
import pytest

from hpobench import Float, Space
from hpobench.models import surrogates
from hpobench.models.evidence import condition
from hpobench.models.features import Features
from hpobench.models.levelling import Array, levelled, standardised
from hpobench.models.surrogates import TRANSFORMATIONS, Surrogate

PLANE = Features(Space({name: Float(0.0, 1.0) for name in "ab"}))


def _rows(count: int) -> Array:
    return np.random.default_rng(0).random((count, 2))


def _surrogate() -> Surrogate:
    return Surrogate(PLANE, np.random.default_rng(1))


@pytest.mark.parametrize("skewed", [0, 1])
def test_the_transformation_is_the_one_under_which_the_values_are_more_probable(
    skewed: int,
) -> None:
    rows = _rows(30)
    wave = np.sin(5 * rows[:, 0]) + np.cos(4 * rows[:, 1])
    values = np.exp(4 * wave) if skewed else wave
    process, success = _surrogate().fitted(rows, values)
    seen, _ = process.posterior(process.points)
    errors = [np.abs(seen - transform(values)[0]).max() for transform in (standardised, levelled)]
    assert np.argmin(errors) == skewed
    assert success is None


def test_the_chance_to_fail_is_learnt_from_three_failures_and_a_tenth_on() -> None:
    rows = _rows(40)
    for failures, learnt in ((2, False), (3, False), (4, True), (20, True)):
        values = rows.sum(axis=1)
        values[np.argsort(-rows[:, 0])[:failures]] = math.nan
        _, success = _surrogate().fitted(rows, values)
        assert (success is not None) == learnt
        if success is not None:
            chances, _ = success.posterior(PLANE.points(rows))
            failed = np.isnan(values)
            assert chances[~failed].mean() > chances[failed].mean() + 0.3


def test_of_many_trials_the_process_sees_the_best_and_some_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(surrogates, "LARGE", 50)
    monkeypatch.setattr(surrogates, "BEST", 25)
    rows, values = _rows(70), np.random.default_rng(2).permutation(70).astype(np.float64)
    values[values > 64] = math.nan
    process, _ = _surrogate().fitted(rows, values)
    assert len(np.unique(process.points, axis=0)) == 50
    seen = {row.tobytes() for row in process.points}
    assert all(row.tobytes() in seen for row in rows[values < 25])


def test_of_many_trials_those_seen_tell_the_chance_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surrogates, "LARGE", 50)
    monkeypatch.setattr(surrogates, "BEST", 25)
    rows = _rows(70)
    values = np.where(rows[:, 0] > 0.6, math.nan, rows.sum(axis=1))
    process, success = _surrogate().fitted(rows, values)
    assert success is not None
    assert np.array_equal(success.points, process.points)
    left, right = success.posterior(PLANE.points(np.array([[0.1, 0.5], [0.9, 0.5]])))[0]
    assert left > right + 0.5


def test_the_more_trials_there_are_the_more_rarely_processes_are_fitted() -> None:
    surrogate, fits = _surrogate(), []
    rows = _rows(50)
    values = np.sin(5 * rows[:, 0]) + rows[:, 1]
    for count in range(6, 51):
        before = surrogate.hyperparameters
        process, _ = surrogate.fitted(rows[:count], values[:count])
        assert len(process.points) == count
        if surrogate.hyperparameters is not before:
            fits.append(count)
    assert fits == [*range(6, 25), *range(26, 37, 2), 39, 42, 45, 48]


def test_between_two_fits_the_process_takes_in_the_new_values() -> None:
    surrogate = _surrogate()
    rows = _rows(41)
    values = rows.sum(axis=1)
    first, _ = surrogate.fitted(rows[:40], values[:40])
    later, _ = surrogate.fitted(rows, values)
    assert np.array_equal(first.hyperparameters, later.hyperparameters)
    standard = TRANSFORMATIONS[surrogate.chosen](values)[0]
    expected = condition(first.hyperparameters, PLANE.groups, PLANE.points(rows), standard)
    assert later.weights == pytest.approx(expected.weights)
