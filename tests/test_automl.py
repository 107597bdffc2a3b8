"""The problems of choosing a learner and its hyperparameters at once."""

import importlib
import pickle
import subprocess
import sys
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from hpobench import Config, Evaluation, Problem, Proposal, Stream
from hpobench.training.work import work

family = importlib.import_module("hpobench.problems.automl")
PROBLEMS: tuple[Problem, ...] = family.problems
BY_NAME = {problem.name: problem for problem in PROBLEMS}
LOW = {problem.name: int(problem.fidelity.low) for problem in PROBLEMS if problem.fidelity}
HIGH = {problem.name: int(problem.fidelity.high) for problem in PROBLEMS if problem.fidelity}
TREE: Config = {
    "preprocessing": "none",
    "learner": "tree",
    "tree-criterion": "gini",
    "tree-depth": 6,
    "tree-leaf": 5,
    "tree-features": None,
}
"""A configuration that is quick and draws no random numbers."""
every_problem = pytest.mark.parametrize("name", BY_NAME)


@cache
def training(name: str, seed: int = 0) -> Any:  # noqa: ANN401  # the family's own class
    return BY_NAME[name].start(Stream(("instance", name, seed)).rng()).evaluate


def judged(of: Any, config: Config, rows: int, luck: int = 0) -> Evaluation:  # noqa: ANN401
    evaluation: Evaluation = of(Proposal(config, rows), Stream(("training", luck)), None)
    return evaluation


def test_every_learner_has_two_to_five_hyperparameters_of_its_own() -> None:
    learners = family.SPACE["learner"].values
    assert len(learners) >= 7
    for learner in learners:
        own = [name for name in family.SPACE if name.startswith(f"{learner}-")]
        assert 2 <= len(own) <= 5
        assert all("learner" in family.SPACE[name].when for name in own)


def test_a_configuration_holds_what_its_learner_has() -> None:
    rng = np.random.default_rng(0)
    others = {"learner", "preprocessing", "quantiles-shape", "components-share"}
    for _ in range(200):
        config = family.SPACE.sample(rng)
        learner = config["learner"]
        own = {name for name in config if name.startswith(f"{learner}-")}
        assert own
        assert set(config) - own <= {*others, "components-whiten"}


def test_the_default_is_a_forest_on_the_features_as_they_are() -> None:
    default = family.SPACE.default()
    assert (default["learner"], default["preprocessing"]) == ("forest", "none")


@pytest.mark.parametrize("name", ["automl-vehicle", "automl-satimage"])
def test_random_configurations_do_not_fail(name: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        evaluation = judged(training(name), family.SPACE.sample(rng), LOW[name])
        assert evaluation.score is not None
        assert np.isfinite([evaluation.value, evaluation.score]).all()


@pytest.mark.parametrize("corner", [0.0, 1.0])
@pytest.mark.parametrize("learner", family.SPACE["learner"].values)
def test_the_corners_of_the_space_can_be_learned_from_few_rows(learner: str, corner: float) -> None:
    units = np.full(len(family.SPACE), corner)
    units[list(family.SPACE).index("learner")] = family.SPACE["learner"].encode(learner)
    config = family.SPACE.decode(units)
    evaluation = judged(training("automl-vehicle"), config, LOW["automl-vehicle"])
    assert np.isfinite(evaluation.value)


@every_problem
def test_the_default_predicts_well(name: str) -> None:
    evaluation = judged(training(name), family.SPACE.default(), HIGH[name])
    bars = {"vehicle": 0.7, "phoneme": 0.45, "satimage": 0.4, "segment": 0.2}
    bar = bars[name.removeprefix("automl-")]
    assert evaluation.value < bar
    assert evaluation.score is not None
    assert evaluation.score < bar


@every_problem
def test_more_rows_predict_better(name: str) -> None:
    few, many = (judged(training(name), TREE, rows[name]) for rows in (LOW, HIGH))
    assert many.value < few.value


@every_problem
def test_the_rows_beyond_the_fidelity_are_not_learned_from(name: str) -> None:
    honest = training(name)
    one_fold = replace(honest, parts=honest.parts[:1])
    ((learned, _),) = one_fold.parts
    labels = honest.labels.copy()
    labels[learned[LOW[name] :]] = 0
    altered = replace(one_fold, labels=labels)
    assert judged(altered, TREE, LOW[name]) == judged(one_fold, TREE, LOW[name])
    assert judged(altered, TREE, LOW[name] + 50) != judged(one_fold, TREE, LOW[name] + 50)


@every_problem
def test_the_rows_are_disjoint_and_enough_for_the_highest_fidelity(name: str) -> None:
    of = training(name)
    for learned, validation in of.parts:
        together = [*learned, *validation, *of.test]
        assert len(set(together)) == len(together)
        assert len(learned) >= HIGH[name]


@every_problem
def test_what_the_test_rows_say_changes_the_score_alone(name: str) -> None:
    honest = training(name)
    features, labels = honest.features.copy(), honest.labels.copy()
    features[honest.test] *= 2
    labels[honest.test] = labels[honest.test][::-1]
    one = judged(honest, TREE, LOW[name])
    for altered in (replace(honest, features=features), replace(honest, labels=labels)):
        other = judged(altered, TREE, LOW[name])
        assert other.value == one.value
        assert other.score != one.score


def test_what_the_validation_rows_say_changes_the_value_alone() -> None:
    honest = training("automl-satimage")
    ((_, validation),) = honest.parts
    labels = honest.labels.copy()
    labels[validation] = labels[validation][::-1]
    one, other = (judged(of, TREE, 200) for of in (honest, replace(honest, labels=labels)))
    assert other.score == one.score
    assert other.value != one.value


def test_a_fit_is_as_lucky_as_its_stream() -> None:
    config = {**TREE, "tree-features": "sqrt"}
    first, again, other = (
        judged(training("automl-vehicle"), config, 50, luck) for luck in (0, 0, 1)
    )
    assert first == again
    assert first.value != other.value


def test_to_be_wrong_and_certain_costs_a_finite_loss() -> None:
    loss, error = family.losses(np.array([[1.0, 0.0, 0.0, 0.0]]), np.array([2]))
    assert loss == pytest.approx(np.log(4 / 0.01))
    assert error == 1.0


def test_losses_agree_with_scikit_learn() -> None:
    from sklearn.metrics import accuracy_score, log_loss

    rng = np.random.default_rng(0)
    shares, labels = rng.dirichlet(np.full(4, 0.3), 200), rng.integers(4, size=200)
    loss, error = family.losses(shares, labels)
    assert loss == pytest.approx(log_loss(labels, 0.99 * shares + 0.0025))
    assert error == pytest.approx(1 - accuracy_score(labels, shares.argmax(axis=1)))


@every_problem
def test_a_typical_full_evaluation_takes_one(name: str) -> None:
    of, rng = training(name), np.random.default_rng(3)
    works = [work(family.SPACE.sample(rng), of.sizes) for _ in range(2000)]
    assert np.median(works) / of.typical_work == pytest.approx(1.0, rel=0.1)
    full, part = (judged(of, TREE, rows[name]).duration for rows in (HIGH, LOW))
    assert full == pytest.approx(work(TREE, of.sizes) / of.typical_work)
    assert part is not None
    assert full is not None
    assert part < full


def test_strategies_are_judged_on_another_table_than_they_are_tuned_on() -> None:
    held_out = {problem.name for problem in PROBLEMS if problem.about.held_out}
    assert held_out == {"automl-segment"}


def test_a_start_travels_to_other_processes() -> None:
    for problem in PROBLEMS:
        assert pickle.loads(pickle.dumps(problem.start)) == problem.start  # noqa: S301  # our own


def test_importing_the_problems_loads_nothing_heavy() -> None:
    code = (
        "import importlib, sys; importlib.import_module('hpobench.problems.automl');"
        "print({'xgboost', 'scipy', 'sklearn', 'pandas', 'pyarrow'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"  # noqa: S603  # our own code
