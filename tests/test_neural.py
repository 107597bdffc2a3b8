"""The neural problems: honest splits, trainings that can be continued, scikit-learn's defaults."""

import importlib
import pickle
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from hpobench import Config, Evaluation, Instance, Problem, Proposal, Stream
from hpobench.training.networks import State, log_loss
from hpobench.training.perceptron import Net, predict

MODULE = importlib.import_module("hpobench.problems.neural")
PROBLEMS: dict[str, Problem] = {problem.name: problem for problem in MODULE.problems}
STREAM = Stream(("training", "test"))

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


def highest(name: str) -> int:
    fidelity = PROBLEMS[name].fidelity
    assert fidelity is not None
    return int(fidelity.high)


def random_config(name: str, seed: int = 2) -> Config:
    return PROBLEMS[name].space.sample(np.random.default_rng(seed))


@every_problem
def test_the_default_learns(name: str) -> None:
    """A model that guesses has the log-loss ln(classes), or an RMSE of about 1."""
    training: Any = start(name).evaluate
    guessing = 1.0 if training.classes is None else np.log(training.classes)
    result = evaluate(Instance(training), PROBLEMS[name].space.default(), highest(name))
    assert result.score is not None
    assert result.value < 0.75 * guessing
    assert result.score < 0.75 * guessing


def test_the_default_is_that_of_scikit_learn() -> None:
    from sklearn.neural_network import MLPClassifier

    theirs = MLPClassifier().get_params()
    ours = PROBLEMS["mlp-letter"].space.default()
    assert ours == {
        "learning-rate": theirs["learning_rate_init"],
        "schedule": theirs["learning_rate"],
        "batch-size": 200,  # "auto" means 200 on more than 200 rows
        "beta-1": theirs["beta_1"],
        "weight-decay": theirs["alpha"],
        "dropout": 0.0,
        "activation": theirs["activation"],
        "depth": len(theirs["hidden_layer_sizes"]),
        "width-1": theirs["hidden_layer_sizes"][0],
        "label-smoothing": 0.0,
    }


@every_problem
def test_some_random_configuration_beats_the_default(name: str) -> None:
    instance, space = start(name), PROBLEMS[name].space
    default = evaluate(instance, space.default(), 3).value
    rng = np.random.default_rng(3)
    assert any(evaluate(instance, space.sample(rng), 3).value < default for _ in range(20))


def test_a_checkpoint_is_left_as_it_was() -> None:
    instance, config = start("mlp-phoneme"), random_config("mlp-phoneme")
    checkpoint = evaluate(instance, config, 2).checkpoint
    assert isinstance(checkpoint, tuple)
    assert all(isinstance(state, State) for state in checkpoint)
    before = pickle.dumps(checkpoint)
    evaluate(instance, config, 4, checkpoint=checkpoint)
    assert pickle.dumps(checkpoint) == before


def test_a_full_training_keeps_no_checkpoint() -> None:
    instance, config = start("mlp-phoneme"), PROBLEMS["mlp-phoneme"].space.default()
    assert evaluate(instance, config, highest("mlp-phoneme") - 1).checkpoint is not None
    assert evaluate(instance, config, highest("mlp-phoneme")).checkpoint is None


@every_problem
def test_the_stream_decides_the_value(name: str) -> None:
    instance, config = start(name), random_config(name)
    value = evaluate(instance, config, 1).value
    assert evaluate(start(name), config, 1).value == value
    assert evaluate(instance, config, 1, stream=Stream(("other",))).value != value


@every_problem
def test_every_instance_is_another_split(name: str) -> None:
    config = PROBLEMS[name].space.default()
    values = {evaluate(start(name, i), config, 1).value for i in range(PROBLEMS[name].instances)}
    assert len(values) == PROBLEMS[name].instances


@every_problem
def test_the_test_rows_enter_the_score_alone(name: str) -> None:
    training: Any = start(name).evaluate
    other = [
        replace(
            fold,
            test=replace(fold.test, features=-fold.test.features, target=fold.test.target[::-1]),
        )
        for fold in training.folds
    ]
    config = random_config(name)
    usual = evaluate(Instance(training), config, 2)
    changed = evaluate(Instance(replace(training, folds=tuple(other))), config, 2)
    assert changed.value == usual.value
    assert changed.score != usual.score


@every_problem
def test_a_fifth_of_the_rows_is_for_the_test_and_a_fourth_or_third_of_the_rest_to_choose_by(
    name: str,
) -> None:
    training: Any = start(name).evaluate
    for fold in training.folds:
        sizes = [len(part.target) for part in (fold.training, fold.validation, fold.test)]
        if len(training.folds) == 1:
            assert np.array(sizes) / sum(sizes) == pytest.approx([0.6, 0.2, 0.2], abs=1e-3)
        else:
            assert np.array(sizes) / sum(sizes) == pytest.approx([8 / 15, 4 / 15, 0.2], abs=2e-3)


def test_the_folds_of_a_cross_validation_take_turns_and_share_the_test_rows() -> None:
    training: Any = start("mlp-digits").evaluate
    assert len(training.folds) == 3
    known = sum(len(fold.validation.target) for fold in training.folds)
    assert all(known == len(f.training.target) + len(f.validation.target) for f in training.folds)
    one, two, three = (fold.test.target for fold in training.folds)
    assert np.array_equal(one, two)
    assert np.array_equal(two, three)


@every_problem
def test_three_deviations_of_the_rows_to_train_on_reach_from_minus_1_to_1(name: str) -> None:
    training: Any = start(name).evaluate
    features = training.folds[0].training.features
    assert features.dtype == np.float32
    assert np.abs(features).max() <= 1.0
    varying = (np.abs(features).max(axis=0) < 1.0) & (features.std(axis=0) > 0.0)
    unclipped = features[:, varying].astype(np.float64)
    assert unclipped.size > 0
    assert unclipped.mean(axis=0) == pytest.approx(np.zeros(unclipped.shape[1]), abs=1e-6)
    assert unclipped.std(axis=0) == pytest.approx(np.full(unclipped.shape[1], 1 / 3), abs=1e-6)


def test_value_and_score_are_means_over_the_folds() -> None:
    training: Any = start("mlp-digits").evaluate
    result = evaluate(Instance(training), PROBLEMS["mlp-digits"].space.default(), 2)
    states: Any = result.checkpoint
    net = Net((64, 100, 10))
    losses = [
        [
            log_loss(predict(net, state.parameters, part.features), part.target)
            for part in (fold.validation, fold.test)
        ]
        for state, fold in zip(states, training.folds, strict=True)
    ]
    assert [result.value, result.score] == pytest.approx(np.mean(losses, axis=0).tolist())
    assert len({value for value, _ in losses}) == len(training.folds) == 3


@every_problem
def test_the_duration_grows_with_the_epochs_and_is_about_1_at_the_highest_fidelity(
    name: str,
) -> None:
    instance, config = start(name), random_config(name)
    one, two = (evaluate(instance, config, epochs).duration for epochs in (1, 2))
    assert one is not None
    assert two == pytest.approx(2 * one)
    rng, training = np.random.default_rng(8), cast("Any", instance.evaluate)
    works = [training.work(PROBLEMS[name].space.sample(rng)) for _ in range(300)]
    assert np.median(works) == pytest.approx(training.typical_work, rel=0.25)
    assert highest(name) * one == pytest.approx(training.work(config) / training.typical_work)


def test_the_measures_are_rates_of_the_same_model() -> None:
    result = evaluate(start("mlp-letter"), PROBLEMS["mlp-letter"].space.default(), 3)
    assert set(result.measures) == {"validation-error", "test-error", "parameters"}
    wrong = 800 * result.measures["validation-error"]
    assert wrong == pytest.approx(round(wrong))
    assert result.measures["parameters"] == 16 * 100 + 100 + 100 * 26 + 26


def test_r2_follows_from_the_value_of_a_regression() -> None:
    training: Any = start("mlp-california").evaluate
    result = evaluate(Instance(training), PROBLEMS["mlp-california"].space.default(), 3)
    variance = float(training.folds[0].validation.target.var())
    assert result.measures["validation-r2"] == pytest.approx(1 - result.value**2 / variance)


def test_a_training_that_diverges_says_so() -> None:
    training: Any = start("mlp-phoneme").evaluate
    (fold,) = training.folds
    boundless = replace(fold.training, features=np.full_like(fold.training.features, np.inf))
    broken = replace(training, folds=(replace(fold, training=boundless),))
    with pytest.raises(FloatingPointError, match="the training diverged"):
        evaluate(Instance(broken), PROBLEMS["mlp-phoneme"].space.default(), 1)


@every_problem
def test_the_fastest_learning_diverges_nowhere(name: str) -> None:
    config = PROBLEMS[name].space.default()
    config |= {"learning-rate": 0.05, "beta-1": 0.99, "depth": 3, "width-2": 256, "width-3": 256}
    assert np.isfinite(evaluate(start(name), config, 2).value)


@every_problem
def test_a_problem_can_be_sent_to_another_process(name: str) -> None:
    problem = PROBLEMS[name]
    sent = pickle.loads(pickle.dumps(problem.start))  # noqa: S301  # our own
    config = problem.space.default()
    instance = sent(Stream(("instance", name, 0)).rng())
    assert evaluate(instance, config, 1).value == evaluate(start(name), config, 1).value
