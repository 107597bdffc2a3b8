"""Tests of the problems that give gradients."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from hpobench import Evaluation, Instance, Problem, Proposal, Stream, Units
from hpobench.training.data import read
from hpobench.training.unrolled import HYPERPARAMETERS

RIDGE, UNROLLED, LOGISTIC, CLEANING = PROBLEMS = (
    "ridge-california",
    "unrolled-satimage",
    "logistic-segment",
    "cleaning-digits",
)
STREAM = Stream(("training", 7))
SIXTH_ORDER = {1: 45 / 60, 2: -9 / 60, 3: 1 / 60}
"""The weights of central differences with wide steps, so that rounding hides no small slope."""
SECOND_ORDER = {1: 1 / 2}
"""The weights of central differences of second order, which take a third of the evaluations; their
small steps are wrong by 3e-6 at most."""


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Limit BLAS as a run does; scipy's own one can only be limited once it is loaded."""
    import_module("scipy.linalg")
    with threadpool_limits(limits=1):
        yield


def problem(name: str) -> Problem:
    modules = (import_module(f"hpobench.problems.{module}") for module in ("gradient", "implicit"))
    problems: list[Problem] = [each for module in modules for each in module.problems]
    return next(problem for problem in problems if problem.name == name)


@cache
def instance(name: str, number: int) -> Instance:
    return problem(name).start(Stream(("instance", name, number)).rng())


def evaluate(name: str, number: int, unit: Units, *, gradient: bool = False) -> Evaluation:
    config = problem(name).space.decode(unit)
    return instance(name, number).evaluate(Proposal(config, gradient=gradient), STREAM, None)


def interior(name: str, seed: int) -> Units:
    return np.random.default_rng(seed).uniform(0.1, 0.9, len(problem(name).space))


@cache
def usual(name: str, number: int = 0, *, gradient: bool = False) -> Evaluation:
    """Evaluate once for all tests that are about the same point."""
    return evaluate(name, number, interior(name, 3), gradient=gradient)


def difference(
    name: str, number: int, unit: Units, step: Units, stencil: Mapping[int, float]
) -> float:
    return sum(
        weight
        * (
            evaluate(name, number, unit + k * step).value
            - evaluate(name, number, unit - k * step).value
        )
        for k, weight in stencil.items()
    )


@pytest.mark.parametrize(
    ("name", "number", "seed", "size", "stencil"),
    [
        *((RIDGE, number, seed, 2e-4, SIXTH_ORDER) for number in range(5) for seed in (1, 2)),
        (UNROLLED, 4, 4, 2e-5, SECOND_ORDER),
        (LOGISTIC, 1, 1, 2e-5, SECOND_ORDER),
        (CLEANING, 2, 2, 2e-5, SECOND_ORDER),
    ],
)
def test_every_slope_agrees_with_central_differences(
    name: str, number: int, seed: int, size: float, stencil: Mapping[int, float]
) -> None:
    unit = interior(name, seed)
    gradient = evaluate(name, number, unit, gradient=True).gradient
    assert gradient is not None
    steps = size * np.eye(len(unit))
    differences = [difference(name, number, unit, step, stencil) / size for step in steps]
    np.testing.assert_allclose(list(gradient.values()), differences, rtol=1e-5)


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_gradient_names_every_parameter_in_the_spaces_order(name: str) -> None:
    gradient = usual(name, gradient=True).gradient
    assert gradient is not None
    assert list(gradient) == list(problem(name).space)


def test_the_unrolled_trainings_parameters_are_in_the_order_that_it_takes() -> None:
    assert tuple(problem(UNROLLED).space) == HYPERPARAMETERS


@pytest.mark.parametrize("name", PROBLEMS)
def test_asking_for_the_gradient_changes_nothing_else(name: str) -> None:
    without, having = usual(name), usual(name, gradient=True)
    assert without.gradient is None
    assert replace(having, gradient=None, duration=without.duration) == without


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_test_rows_enter_the_score_alone(name: str) -> None:
    evaluation = usual(name, gradient=True)
    evaluated: Any = instance(name, 0).evaluate
    config = problem(name).space.decode(interior(name, 3))
    held = getattr(evaluated, "held", evaluated)
    other = replace(held, test=held.validation)
    other = other if held is evaluated else replace(evaluated, held=other)
    swapped = other(Proposal(config, gradient=True), STREAM, None)
    assert swapped.value == evaluation.value
    assert swapped.gradient == evaluation.gradient
    assert swapped.score == pytest.approx(swapped.value, rel=1e-12)
    assert evaluation.score != pytest.approx(evaluation.value, rel=1e-3)


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("corner", [0.0, 1.0])
def test_the_corners_of_the_space_have_finite_values_and_gradients(
    name: str, corner: float
) -> None:
    evaluation = evaluate(name, 2, np.full(len(problem(name).space), corner), gradient=True)
    assert evaluation.gradient is not None
    assert np.isfinite([evaluation.value, *evaluation.gradient.values()]).all()


@pytest.mark.parametrize("name", PROBLEMS)
def test_instances_differ_and_start_again_the_same(name: str) -> None:
    config = problem(name).space.decode(interior(name, 3))
    again = problem(name).start(Stream(("instance", name, 0)).rng())
    assert again.evaluate(Proposal(config), STREAM, None).value == usual(name).value
    assert usual(name, 1).value != usual(name).value


def test_only_the_unrolled_training_depends_on_its_stream() -> None:
    other = Stream(("training", 8))
    for name, same in zip(PROBLEMS, (True, False, True, True), strict=True):
        config = problem(name).space.default()
        values = [
            instance(name, 0).evaluate(Proposal(config), stream, None).value
            for stream in (STREAM, other)
        ]
        assert (values[0] == values[1]) is same


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_error_measures_belong_to_value_and_score(name: str) -> None:
    evaluation = usual(name)
    kind = "r2" if name == RIDGE else "error"
    assert set(evaluation.measures) == {f"validation-{kind}", f"test-{kind}"}
    assert all(0.0 < measure < 1.0 for measure in evaluation.measures.values())


@pytest.mark.parametrize("name", [LOGISTIC, CLEANING])
def test_the_typical_duration_is_1_and_a_gradients_share_is_on_the_card(name: str) -> None:
    rng, space = np.random.default_rng(8), problem(name).space
    proposals = [Proposal(space.sample(rng)) for _ in range(11)]
    evaluations = [instance(name, 0).evaluate(proposal, STREAM, None) for proposal in proposals]
    durations = [evaluation.duration for evaluation in evaluations]
    assert np.median(np.array(durations, dtype=float)) == pytest.approx(1.0, abs=0.16)
    having = instance(name, 0).evaluate(replace(proposals[0], gradient=True), STREAM, None)
    assert having.duration is not None
    assert durations[0] is not None
    multiple = problem(name).gradient_cost
    assert multiple is not None
    assert having.duration - durations[0] == pytest.approx(multiple - 1.0, abs=0.01)


@pytest.mark.parametrize("number", [0, 4])
def test_a_group_of_wrong_labels_is_worth_less_than_one_of_right_ones(number: int) -> None:
    shares = wrong_shares(number)
    gradient = evaluate(CLEANING, number, np.ones(24), gradient=True).gradient
    assert gradient is not None
    assert np.corrcoef(shares, list(gradient.values()))[0, 1] > 0.7
    trusting = evaluate(CLEANING, number, np.ones(24))
    choosy = evaluate(CLEANING, number, np.where(shares < 0.1, 1.0, 0.0))
    assert choosy.value < 0.6 * trusting.value
    assert choosy.measures["test-error"] < trusting.measures["test-error"]


def test_the_shares_of_wrong_labels_differ_from_group_to_group_and_between_instances() -> None:
    one, two = (wrong_shares(number) for number in (0, 1))
    np.testing.assert_array_equal(np.sort(one), np.sort(two))
    assert (one != two).any()
    assert (one.min(), one.max()) == (0.0, 0.9)
    assert len(np.unique(one)) > 12


def wrong_shares(number: int) -> Units:
    """Return the share of wrong labels in each group, by the table's own labels."""
    name, table = CLEANING, read("digits")
    order = Stream(("instance", name, number)).rng().permutation(len(table.target))[:720]
    evaluated: Any = instance(name, number).evaluate
    wrong = evaluated.training.targets.argmax(axis=1) != table.target[order]
    shares: Units = wrong.reshape(24, 30).mean(axis=1)
    return shares
