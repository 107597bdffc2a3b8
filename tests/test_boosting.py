"""Boosting in blocks, and the XGBoost problems that are made of it."""

import importlib
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from hpobench import Config, Evaluation, Instance, Problem, Proposal, Stream
from hpobench.training.boosting import prepare, start, train
from hpobench.training.data import Dataset, read, split

family = importlib.import_module("hpobench.problems.boosting")
PROBLEMS: tuple[Problem, ...] = family.problems
BY_NAME = {problem.name: problem for problem in PROBLEMS}
LAST = {problem.name: int(problem.fidelity.high) for problem in PROBLEMS if problem.fidelity}
PREDICTS_WELL = {
    "airfoil": 0.35,
    "california": 0.6,
    "concrete": 0.4,
    "electrical-grid": 0.45,
    "letter": 0.8,
    "phoneme": 0.4,
    "satimage": 0.4,
    "segment": 0.2,
    "vehicle": 0.9,
}
"""The highest score allowed. It is far below that of predicting the mean, 1, or the classes'
shares, 0.6 to 3.3."""
every_problem = pytest.mark.parametrize("name", BY_NAME)
SAMPLED: Config = {
    **family.SPACE.default(),
    "learning-rate": 0.1,
    "max-depth": 4,
    "subsample": 0.6,
    "colsample-bytree": 0.6,
}
"""A configuration with which XGBoost draws rows and columns."""


@cache
def instance(name: str, seed: int = 0) -> Instance:
    return BY_NAME[name].start(Stream(("instance", name, seed)).rng())


@pytest.fixture(scope="module", autouse=True)
def _forgotten() -> Iterator[None]:
    """Free XGBoost's matrices while XGBoost is still loaded."""
    yield
    instance.cache_clear()


def evaluated(
    name: str,
    rounds: int,
    checkpoint: object = None,
    *,
    config: Config = SAMPLED,
    seed: int = 0,
) -> Evaluation:
    stream = Stream(("training", seed))
    return instance(name).evaluate(Proposal(config, rounds), stream, checkpoint)


def said(evaluation: Evaluation) -> Evaluation:
    return replace(evaluation, checkpoint=None)


@pytest.mark.parametrize("table", ["airfoil", "california", "phoneme", "vehicle"])
def test_trained_on_from_a_checkpoint_equals_straight_through(table: str) -> None:
    """The tables have numbers, two classes and more, held-out rows and cross-validation."""
    name = f"xgboost-{table}"
    high = LAST[name]
    kept = None
    for rounds in (high // 27, high // 9, high // 9 + 2, high // 2, high - 1, high):
        on = evaluated(name, rounds, kept)
        assert said(on) == said(evaluated(name, rounds))
        kept = pickle.loads(pickle.dumps(on.checkpoint))  # noqa: S301  # our own


def test_a_checkpoint_is_trained_on_from() -> None:
    fresh = evaluated("xgboost-airfoil", 40)
    foreign = evaluated("xgboost-airfoil", 33, config=family.SPACE.default()).checkpoint
    assert evaluated("xgboost-airfoil", 40, foreign).value != fresh.value


@every_problem
def test_a_training_is_as_lucky_as_its_stream(name: str) -> None:
    first, again, other = (evaluated(name, LAST[name] // 9, seed=seed) for seed in (0, 0, 1))
    assert said(first) == said(again)
    assert first.value != other.value
    assert first.score != other.score


def test_the_instance_decides_the_rows() -> None:
    values = [
        instance("xgboost-vehicle", seed)
        .evaluate(Proposal(family.SPACE.default(), 9), Stream(("training", 0)), None)
        .value
        for seed in (0, 1)
    ]
    assert values[0] != values[1]


@pytest.mark.parametrize("table", ["airfoil", "phoneme", "vehicle"])
def test_without_sampling_blocks_equal_the_bare_training(table: str) -> None:
    import xgboost

    known, held = np.arange(0, 800, 2), np.arange(1, 800, 2)
    rows = read(table)
    order = np.random.default_rng(0).permutation(len(rows.target))[:800]
    features, target = rows.features[order], rows.target[order]
    if rows.classes is None:
        target = (target - target[known].mean()) / target[known].std()
    model = prepare(features, target, rows.classes, known, held)
    parameters = {"max_depth": 4, "learning_rate": 0.2}
    (margins,), _ = train(
        [model], parameters, start([model]), 40, ends=(5, 15, 45), stream=Stream(("training", 0))
    )
    objective = {None: "reg:squarederror", 2: "binary:logistic", 4: "multi:softprob"}[rows.classes]
    bare = {**parameters, "objective": objective, "nthread": 1, "tree_method": "hist"}
    if rows.classes == 4:
        bare["num_class"] = 4
    learned = xgboost.DMatrix(features[known], target[known])
    booster = xgboost.train(bare, learned, 40)
    expected = booster.predict(xgboost.DMatrix(features[held]), output_margin=True)
    np.testing.assert_allclose(margins.held, expected, atol=1e-4)


def test_the_space_defaults_to_what_xgboost_does() -> None:
    import xgboost

    matrix = xgboost.DMatrix(np.eye(2), np.arange(2.0))
    booster = xgboost.train({"tree_method": "hist", "nthread": 1}, matrix, 1)
    learner = json.loads(booster.save_config())["learner"]
    theirs = learner["gradient_booster"]["tree_train_param"]
    for name, value in family.SPACE.default().items():
        default = theirs[name.replace("-", "_")]
        assert (
            default == value if isinstance(value, str) else float(default) == pytest.approx(value)
        )
    assert len(family.SPACE) == 10


@pytest.mark.parametrize("name", ["xgboost-airfoil", "xgboost-phoneme"])
def test_what_the_test_rows_say_changes_the_score_alone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = BY_NAME[name]
    table = read(name.removeprefix("xgboost-"))
    rows = split(len(table.target), np.random.default_rng(5))
    features, target = table.features.copy(), table.target.copy()
    features[rows.test] *= 2
    target[rows.test] = target[rows.test][::-1]
    proposal = Proposal(SAMPLED, 27)

    def outcome() -> Evaluation:
        started = problem.start(np.random.default_rng(5))
        return started.evaluate(proposal, Stream(("training", 0)), None)

    honest = outcome()
    altered = Dataset(table.name, features, target, table.classes)
    monkeypatch.setattr(family, "read", lambda _: altered)
    other = outcome()
    assert other.value == honest.value
    assert other.score != honest.score


def test_what_the_validation_rows_say_changes_the_value_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = read("california")
    rows = split(len(table.target), np.random.default_rng(5), most=4000)
    target = table.target.copy()
    target[rows.validation] += 1.0
    problem, proposal = BY_NAME["xgboost-california"], Proposal(SAMPLED, 9)

    def outcome() -> Evaluation:
        started = problem.start(np.random.default_rng(5))
        return started.evaluate(proposal, Stream(("training", 0)), None)

    honest = outcome()
    altered = Dataset(table.name, table.features, target, None)
    monkeypatch.setattr(family, "read", lambda _: altered)
    other = outcome()
    assert other.score == honest.score
    assert other.value != honest.value


def test_in_cross_validation_every_known_row_is_held_out_once() -> None:
    training: Any = instance("xgboost-vehicle").evaluate
    candidates = training.candidates
    sizes = [len(candidate.validation) for candidate in candidates]
    known = 846 - len(candidates[0].test)
    assert len(candidates) == 3
    assert sum(sizes) == known
    for candidate, size in zip(candidates, sizes, strict=True):
        assert candidate.model.train.num_row() == known - size


@pytest.mark.parametrize("classes", [2, 4])
def test_log_loss_and_error_agree_with_scikit_learn(classes: int) -> None:
    from sklearn.metrics import accuracy_score, log_loss

    rng = np.random.default_rng(0)
    labels = rng.integers(classes, size=200)
    margins = rng.normal(0, 3, (200, classes)).astype(np.float32)
    if classes == 2:
        margins[:, 0] = 0
    exponentials = np.exp(margins.astype(float))
    shares = exponentials / exponentials.sum(axis=1, keepdims=True)
    told = margins[:, 1] if classes == 2 else margins
    loss, error = family._log_losses(told, labels)  # noqa: SLF001  # a formula worth its own test
    assert loss == pytest.approx(log_loss(labels, shares))
    assert error == pytest.approx(1 - accuracy_score(labels, shares.argmax(axis=1)))


def test_rmse_and_r2_agree_with_scikit_learn() -> None:
    from sklearn.metrics import r2_score, root_mean_squared_error

    rng = np.random.default_rng(0)
    target = rng.normal(size=100)
    margins = (target + rng.normal(0, 0.3, 100)).astype(np.float32)
    error, r2 = family._squares(margins, target)  # noqa: SLF001  # a formula worth its own test
    assert error == pytest.approx(root_mean_squared_error(target, margins))
    assert r2 == pytest.approx(r2_score(target, margins))


@every_problem
def test_more_rounds_take_longer_and_a_typical_evaluation_takes_one(name: str) -> None:
    space, high = family.SPACE, LAST[name]
    rng = np.random.default_rng(0)
    works = [family._work(space.sample(rng)) for _ in range(2000)]  # noqa: SLF001  # the model alone
    assert np.median(works) == pytest.approx(family.TYPICAL_WORK, rel=0.05)
    durations = [evaluated(name, rounds).duration or 0.0 for rounds in (high // 27, high // 9)]
    assert durations[1] == pytest.approx(3 * durations[0])
    assert durations[0] == pytest.approx(family._work(SAMPLED) / family.TYPICAL_WORK / 27)  # noqa: SLF001


@every_problem
@pytest.mark.parametrize("corner", [0.0, 1.0])
def test_the_corners_of_the_space_can_be_trained(name: str, corner: float) -> None:
    config = family.SPACE.decode(np.full(len(family.SPACE), corner))
    evaluation = evaluated(name, LAST[name] // 27, config=config)
    assert evaluation.score is not None
    assert np.isfinite([evaluation.value, evaluation.score, *evaluation.measures.values()]).all()


@every_problem
def test_the_default_predicts_well(name: str) -> None:
    evaluation = evaluated(name, LAST[name], config=family.SPACE.default())
    assert evaluation.score is not None
    assert evaluation.score < PREDICTS_WELL[name.removeprefix("xgboost-")]


@every_problem
def test_the_summary_says_how_large_the_table_is(name: str) -> None:
    table, summary = read(name.removeprefix("xgboost-")), BY_NAME[name].about.summary
    assert f"{len(table.target)}" in summary
    assert f" {table.features.shape[1]} features)" in summary
    assert ("log-loss" in summary) == (table.classes is not None)
    assert ("cross-validation" in summary) == (len(table.target) < family.FEW_ROWS)


def test_a_start_travels_to_other_processes() -> None:
    for problem in PROBLEMS:
        assert pickle.loads(pickle.dumps(problem.start)) == problem.start  # noqa: S301  # our own


def test_importing_the_problems_loads_no_xgboost() -> None:
    code = (
        "import importlib, sys; importlib.import_module('hpobench.problems.boosting');"
        "print({'xgboost', 'scipy', 'sklearn', 'pandas', 'pyarrow'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"  # noqa: S603  # our own code
