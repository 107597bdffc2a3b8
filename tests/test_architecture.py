"""The architecture problems have honest splits, conditions, and trainings that can be continued."""

import importlib
import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hpobench import Config, Evaluation, Instance, Problem, Proposal, Stream
from hpobench.training.data import read

MODULE = importlib.import_module("hpobench.problems.architecture")
PROBLEMS: dict[str, Problem] = {problem.name: problem for problem in MODULE.problems}
STREAM = Stream(("training", "test"))
CONVOLUTION: Config = {"stem": "convolution", "channels": 16, "reduction": "none"}

every_problem = pytest.mark.parametrize("name", PROBLEMS)


def start(name: str, instance: int = 0) -> Instance:
    return PROBLEMS[name].start(Stream(("instance", name, instance)).rng())


def evaluate(
    instance: Instance,
    config: Config,
    epochs: int,
    *,
    stream: Stream = STREAM,
    checkpoint: object = None,
) -> Evaluation:
    return instance.evaluate(Proposal(config, epochs), stream, checkpoint)


def random_config(name: str, seed: int = 0) -> Config:
    return PROBLEMS[name].space.sample(np.random.default_rng(seed))


@every_problem
def test_the_default_learns(name: str) -> None:
    """A model that guesses has the log-loss ln(classes)."""
    classes = {"phoneme": 2, "vehicle": 4, "digits": 10}[name.removeprefix("architecture-")]
    result = evaluate(start(name), PROBLEMS[name].space.default(), 27)
    assert result.score is not None
    assert result.value < 0.7 * np.log(classes)
    assert result.score < 0.7 * np.log(classes)


def test_the_default_is_that_of_scikit_learn() -> None:
    from sklearn.neural_network import MLPClassifier

    theirs = MLPClassifier().get_params()
    default = PROBLEMS["architecture-digits"].space.default()
    assert default == {
        "stem": "pixels",
        "depth": len(theirs["hidden_layer_sizes"]),
        "width-1": theirs["hidden_layer_sizes"][0],
        "activation-1": theirs["activation"],
        "normalisation-1": "none",
        "skip-1": "none",
        "learning-rate": theirs["learning_rate_init"],
        "weight-decay": theirs["alpha"],
        "dropout": 0.0,
    }


def test_a_convolution_reads_digits_better_than_the_default() -> None:
    instance = start("architecture-digits")
    default = PROBLEMS["architecture-digits"].space.default()
    dense = evaluate(instance, default, 27)
    convolved = evaluate(instance, default | CONVOLUTION, 27)
    assert convolved.value < 0.6 * dense.value
    assert (convolved.score or np.inf) < 0.6 * (dense.score or 0.0)


@every_problem
def test_some_random_configuration_beats_the_default(name: str) -> None:
    instance, space = start(name), PROBLEMS[name].space
    default = evaluate(instance, space.default(), 9).value
    rng = np.random.default_rng(3)
    assert any(evaluate(instance, space.sample(rng), 9).value < default for _ in range(20))


@every_problem
def test_only_the_blocks_that_there_are_have_parameters(name: str) -> None:
    depths: set[int] = set()
    for seed in range(30):
        config = random_config(name, seed)
        depth = int(str(config["depth"]))
        depths.add(depth)
        for kind in ("width", "activation", "normalisation", "skip"):
            assert sum(key.startswith(kind) for key in config) == depth
        assert ("channels" in config) == (config.get("stem") == "convolution")
        assert ("reduction" in config) == (config.get("stem") == "convolution")
    assert depths == {1, 2, 3}


@every_problem
def test_every_choice_changes_the_net(name: str) -> None:
    """Every parameter of a deep net matters: no two of its values give the same net."""
    problem, instance = PROBLEMS[name], start(name)
    deep = problem.space.default() | {"depth": 3}
    deep |= {key: problem.space[key].decode(0.5) for key in problem.space if key not in deep}
    if "stem" in problem.space:
        deep |= CONVOLUTION
    usual = evaluate(instance, deep, 1).value
    for key in deep:
        parameter = problem.space[key]
        values = [value for u in (0.1, 0.9) if (value := parameter.decode(u)) != deep[key]]
        changed = problem.space.check(_active(problem, deep | {key: values[0]}))
        assert evaluate(instance, changed, 1).value != usual, key


def _active(problem: Problem, config: Config) -> Config:
    """Return a configuration without its inactive parameters."""
    return {
        key: value
        for key, value in config.items()
        if all(config[parent] in allowed for parent, allowed in problem.space[key].when.items())
    }


@every_problem
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_continuing_equals_going_straight_through(name: str, seed: int) -> None:
    instance, config = start(name), random_config(name, seed)
    straight = evaluate(instance, config, 4)
    once = evaluate(instance, config, 1)
    twice = evaluate(
        instance,
        config,
        3,
        checkpoint=pickle.loads(pickle.dumps(once.checkpoint)),  # noqa: S301  # our own
    )
    thrice = evaluate(instance, config, 4, checkpoint=twice.checkpoint)
    assert replace(thrice, checkpoint=None) == replace(straight, checkpoint=None)
    assert once.value != twice.value != thrice.value


def test_a_checkpoint_is_left_as_it_was() -> None:
    instance, config = start("architecture-digits"), random_config("architecture-digits")
    checkpoint = evaluate(instance, config, 2).checkpoint
    before = pickle.dumps(checkpoint)
    evaluate(instance, config, 4, checkpoint=checkpoint)
    assert pickle.dumps(checkpoint) == before


def test_a_full_training_keeps_no_checkpoint() -> None:
    instance = start("architecture-digits")
    config = PROBLEMS["architecture-digits"].space.default()
    assert evaluate(instance, config, 26).checkpoint is not None
    assert evaluate(instance, config, 27).checkpoint is None


def test_the_folds_have_luck_of_their_own() -> None:
    training: Any = start("architecture-digits").evaluate
    same = replace(training, folds=(training.folds[0], training.folds[0]))
    config = PROBLEMS["architecture-digits"].space.default()
    states: Any = evaluate(Instance(same), config, 1).checkpoint
    one, other = states
    assert not np.array_equal(one.parameters, other.parameters)


def test_the_folds_are_halves_that_trade_places_and_no_test_row_is_in_them() -> None:
    training: Any = start("architecture-digits").evaluate
    one, other = training.folds
    assert np.array_equal(one.training.labels, other.validation.labels)
    assert np.array_equal(one.validation.labels, other.training.labels)
    assert np.array_equal(one.test.labels, other.test.labels)
    sizes = [len(part.labels) for part in (one.training, one.validation, one.test)]
    assert sizes == [719, 719, 359]
    labels = np.concatenate([p.labels for p in (one.training, one.validation, one.test)])
    assert np.array_equal(np.bincount(labels), np.bincount(read("digits").target.astype(int)))


@every_problem
def test_the_test_rows_enter_the_score_alone(name: str) -> None:
    training: Any = start(name).evaluate
    folds = tuple(
        replace(fold, test=replace(fold.test, features=-fold.test.features))
        for fold in training.folds
    )
    config = random_config(name)
    usual = evaluate(Instance(training), config, 2)
    changed = evaluate(Instance(replace(training, folds=folds)), config, 2)
    assert changed.value == usual.value
    assert changed.measures["validation-error"] == usual.measures["validation-error"]
    assert changed.score != usual.score


def test_a_table_is_scaled_by_the_rows_to_train_on() -> None:
    training: Any = start("architecture-phoneme").evaluate
    features = training.folds[0].training.features.astype(np.float64)
    assert training.folds[0].training.features.dtype == np.float32
    assert features.mean(axis=0) == pytest.approx(np.zeros(5), abs=1e-6)
    assert features.std(axis=0) == pytest.approx(np.ones(5), abs=1e-6)


def test_black_stays_zero_in_a_picture() -> None:
    training: Any = start("architecture-digits").evaluate
    features = training.folds[0].training.features
    assert features.dtype == np.float32
    assert features.min() == 0.0
    assert np.mean(features.astype(np.float64) ** 2) == pytest.approx(1.0, abs=1e-6)


@every_problem
def test_the_stream_decides_the_value(name: str) -> None:
    instance, config = start(name), random_config(name)
    value = evaluate(instance, config, 1).value
    assert evaluate(start(name), config, 1).value == value
    assert evaluate(instance, config, 1, stream=Stream(("other",))).value != value


@every_problem
def test_the_duration_grows_with_the_epochs_and_is_about_1_at_the_highest_fidelity(
    name: str,
) -> None:
    instance, config = start(name), random_config(name)
    one, two = (evaluate(instance, config, epochs).duration for epochs in (1, 2))
    assert one is not None
    assert two == pytest.approx(2 * one)
    rng = np.random.default_rng(8)
    durations = [
        evaluate(instance, PROBLEMS[name].space.sample(rng), 1).duration for _ in range(20)
    ]
    assert 0.5 < 27 * np.median(np.array(durations, float)) < 2.0


def test_the_measures_are_rates_and_the_size_of_the_net() -> None:
    config = PROBLEMS["architecture-digits"].space.default()
    result = evaluate(start("architecture-digits"), config, 3)
    assert set(result.measures) == {"validation-error", "test-error", "parameters"}
    assert 0.0 < result.measures["validation-error"] < 1.0
    assert result.measures["test-error"] * 2 * 359 == pytest.approx(
        round(result.measures["test-error"] * 2 * 359)
    )
    assert result.measures["parameters"] == 64 * 100 + 100 + 100 * 10 + 10


def test_a_training_that_diverges_says_so() -> None:
    training: Any = start("architecture-phoneme").evaluate
    (fold,) = training.folds
    boundless = replace(fold.training, features=np.full_like(fold.training.features, np.inf))
    broken = replace(training, folds=(replace(fold, training=boundless),))
    with pytest.raises(FloatingPointError, match="the training diverged"):
        evaluate(Instance(broken), PROBLEMS["architecture-phoneme"].space.default(), 1)


@every_problem
def test_the_fastest_learning_diverges_nowhere(name: str) -> None:
    for seed in range(6):
        config = random_config(name, seed) | {"learning-rate": 0.03, "dropout": 0.3}
        assert np.isfinite(evaluate(start(name), config, 3).value)
