"""The perceptrons: right gradients, right steps, trainings that can be continued."""

import math
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest

from hpobench import Stream
from hpobench.data import read
from hpobench.training.networks import (
    Floats,
    Net,
    Pass,
    Recipe,
    State,
    begin,
    log_loss,
    one_hot,
    predict,
    train,
    work,
)

STREAM = Stream(("training", "test"))
NETS = [
    Net((4, 3), "cross-entropy"),
    Net((4, 6, 3), "cross-entropy", "tanh"),
    Net((4, 6, 5, 3), "cross-entropy", "relu"),
    Net((4, 6, 2), "squared", "relu"),
    Net((4, 6, 5, 2), "squared", "tanh"),
]
NET = NETS[2]
RECIPE = Recipe(
    epochs=9, learning_rate=0.01, schedule="cosine", batch_size=16, weight_decay=0.1, dropout=0.2
)


def examples(net: Net, rows: int, precision: type[np.floating] = np.float64) -> tuple[Floats, ...]:
    """Draw features and targets; those of a cross-entropy are probabilities."""
    rng = np.random.default_rng(5)
    targets = rng.random((rows, net.sizes[-1]))
    targets /= targets.sum(axis=1, keepdims=True)
    return rng.standard_normal((rows, net.sizes[0])).astype(precision), targets.astype(precision)


def drawn(net: Net) -> Floats:
    """Draw parameters, biases too."""
    return np.random.default_rng(6).normal(0.0, 0.5, net.parameters)


def mean_loss(net: Net, outputs: Floats, y: Floats) -> float:
    if net.loss == "squared":
        return float(np.sum((outputs - y) ** 2) / 2 / len(y))
    logs = outputs - np.log(np.exp(outputs).sum(axis=1, keepdims=True))
    return float(-np.sum(y * logs) / len(y))


@pytest.mark.parametrize("net", NETS, ids=str)
def test_the_gradient_agrees_with_central_differences(net: Net) -> None:
    x, y = examples(net, 7)
    flat = drawn(net)
    gradient = Pass(net, flat, len(x)).gradient(x, y, np.random.default_rng(0))

    def loss(place: int, shift: float) -> float:
        shifted = flat.copy()
        shifted[place] += shift
        return mean_loss(net, predict(net, shifted, x), y)

    differences = [(loss(i, 1e-6) - loss(i, -1e-6)) / 2e-6 for i in range(net.parameters)]
    assert gradient == pytest.approx(differences, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_gradient_with_dropout_agrees_with_central_differences(
    activation: Literal["relu", "tanh"],
) -> None:
    net = Net((4, 6, 5, 2), "squared", activation)
    x, y = examples(net, 7)

    def step(flat: Floats) -> tuple[float, Floats]:
        passing = Pass(net, flat, len(x), dropout=0.4)
        gradient = passing.gradient(x, y, np.random.default_rng(1))
        return float(np.sum((passing.outputs * len(x)) ** 2) / 2 / len(x)), gradient

    flat = drawn(net)
    steps = 1e-6 * np.eye(net.parameters)
    differences = [(step(flat + s)[0] - step(flat - s)[0]) / 2e-6 for s in steps]
    assert step(flat)[1] == pytest.approx(differences, rel=1e-6, abs=1e-8)


def test_dropout_leaves_the_expected_outputs_as_they_are() -> None:
    net = Net((4, 30, 2), "squared", "tanh")
    x, y = examples(net, 7)
    flat, rng = drawn(net), np.random.default_rng(2)
    passing = Pass(net, flat, len(x), dropout=0.3)
    outputs = []
    for _ in range(3000):
        passing.gradient(x, y, rng)
        outputs.append(passing.outputs * len(x) + y)
    error = np.std(outputs, axis=0) / math.sqrt(len(outputs))
    assert np.all(error > 0.0)
    assert np.all(np.abs(np.mean(outputs, axis=0) - predict(net, flat, x)) < 5.0 * error)


def test_the_steps_are_those_of_adamw() -> None:
    """Plainly computed (Loshchilov & Hutter 2019, algorithm 2), a whole table a batch."""
    x, y = examples(NET, 40)
    recipe = replace(RECIPE, batch_size=40, dropout=0.0, beta_1=0.8)
    state = begin(NET, np.random.default_rng(0), np.float64)
    trained = train(NET, recipe, state, x, y, epochs=6, stream=STREAM)

    flat, m, v = state.parameters.copy(), np.zeros(NET.parameters), np.zeros(NET.parameters)
    decayed = np.arange(NET.parameters) < NET.weights
    for t in range(1, 7):
        g = Pass(NET, flat, len(x)).gradient(x, y, np.random.default_rng(0)).copy()
        rate = 0.01 * 0.5 * (1.0 + math.cos(math.pi * (t - 1) / 9))
        m = 0.8 * m + 0.2 * g
        v = 0.999 * v + 0.001 * g**2
        update = (m / (1.0 - 0.8**t)) / (np.sqrt(v / (1.0 - 0.999**t)) + 1e-8)
        flat = flat - rate * (update + 0.1 * flat * decayed)
    assert trained.parameters == pytest.approx(flat, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("stops", [(1,), (4,), (8,), (1, 3, 7)])
def test_continuing_equals_going_straight_through_to_the_bit(stops: tuple[int, ...]) -> None:
    x, y = examples(NET, 50, np.float32)
    state = begin(NET, STREAM.rng("init"))
    straight = train(NET, RECIPE, state, x, y, epochs=9, stream=STREAM)
    for stop in (*stops, 9):
        state = train(NET, RECIPE, state, x, y, epochs=stop, stream=STREAM)
        assert state.epoch == stop
    assert state.parameters.dtype == np.float32
    assert same(state, straight)


def same(one: State, other: State) -> bool:
    return one.epoch == other.epoch and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("parameters", "first", "second")
    )


def test_a_training_leaves_the_state_that_it_continues_as_it_was() -> None:
    x, y = examples(NET, 50, np.float32)
    state = train(NET, RECIPE, begin(NET, STREAM.rng()), x, y, epochs=2, stream=STREAM)
    before = State(2, state.parameters.copy(), state.first.copy(), state.second.copy())
    after = train(NET, RECIPE, state, x, y, epochs=5, stream=STREAM)
    assert same(state, before)
    assert not same(state, replace(after, epoch=2))


def test_a_training_leaves_the_examples_as_they_were() -> None:
    x, y = examples(NET, 50, np.float32)
    x.setflags(write=False)
    y.setflags(write=False)
    train(NET, RECIPE, begin(NET, STREAM.rng()), x, y, epochs=1, stream=STREAM)


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_the_stream_alone_decides_a_training(dropout: float) -> None:
    x, y = examples(NET, 50, np.float32)
    recipe = replace(RECIPE, dropout=dropout)
    state = begin(NET, STREAM.rng())
    one, again, other = (
        train(NET, recipe, state, x, y, epochs=2, stream=stream)
        for stream in (STREAM, STREAM, Stream(("training", "other")))
    )
    assert same(one, again)
    assert not same(one, other)


def test_initial_weights_fill_their_range_and_biases_are_zero() -> None:
    net = Net((30, 50, 10))
    (first, bias), (second, _) = net.layers(begin(net, np.random.default_rng(0)).parameters)
    assert np.abs(first).max() == pytest.approx(math.sqrt(6 / 80), rel=0.01)
    assert np.abs(second).max() == pytest.approx(math.sqrt(6 / 60), rel=0.01)
    assert first.std() == pytest.approx(math.sqrt(2 / 80), rel=0.05)
    assert not bias.any()


def test_the_cosine_falls_from_the_learning_rate_to_zero_and_the_constant_stays() -> None:
    rates = [RECIPE.rate(progress) for progress in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert rates == pytest.approx([0.01, 0.00853553, 0.005, 0.00146447, 0.0], abs=1e-7)
    assert replace(RECIPE, schedule="constant").rate(0.7) == 0.01


def test_the_log_loss_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import log_loss as oracle

    rng = np.random.default_rng(0)
    outputs, labels = rng.normal(0.0, 3.0, (50, 4)), rng.integers(4, size=50)
    probabilities = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    assert log_loss(outputs, labels) == pytest.approx(oracle(labels, probabilities), rel=1e-12)


def test_the_log_loss_of_certainty_is_finite() -> None:
    outputs = np.array([[1e30, -1e30], [1e30, -1e30]], np.float32)
    assert log_loss(outputs, np.array([0, 0])) == 0.0
    assert log_loss(outputs, np.array([0, 1])) == pytest.approx(26.0 * math.log(2.0))


def test_smoothing_takes_from_the_label_what_it_gives_to_all() -> None:
    smoothed = one_hot(np.array([1, 0]), 4, smoothing=0.2)
    assert smoothed == pytest.approx(np.array([[0.05, 0.85, 0.05, 0.05], [0.85, 0.05, 0.05, 0.05]]))
    assert np.array_equal(one_hot(np.array([2]), 3), [[0.0, 0.0, 1.0]])


def test_a_training_that_diverges_ends_in_what_is_not_a_number() -> None:
    x, y = examples(NET, 50, np.float32)
    x *= 1e38
    state = begin(NET, STREAM.rng())
    trained = train(NET, RECIPE, state, x, y, epochs=3, stream=STREAM)
    assert math.isnan(log_loss(predict(NET, trained.parameters, x), y.argmax(axis=1)))


def test_outputs_that_overflow_are_clipped() -> None:
    net = Net((1, 1), "squared")
    outputs = predict(net, np.array([3e38, 0.0], np.float32), np.array([[9.0], [-9.0]], np.float32))
    assert outputs == pytest.approx(np.array([[1e30], [-1e30]]))


def test_more_rows_more_steps_and_more_units_are_more_work() -> None:
    usual = work(NET, RECIPE, 1000)
    assert usual < work(NET, RECIPE, 2000)
    assert usual < work(NET, replace(RECIPE, batch_size=8), 1000)
    assert usual < work(Net((4, 7, 5, 3)), RECIPE, 1000)


def test_a_net_is_as_accurate_as_scikit_learn_s() -> None:
    """The same settings on digits: the mean test error of five seeds, to within a point."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    digits = read("digits")
    x, labels = (digits.features / 16.0).astype(np.float32), digits.target.astype(np.int64)
    order = np.random.default_rng(0).permutation(len(x))
    known, unknown = order[:1000], order[1000:]
    net, recipe = Net((64, 40, 10)), Recipe(epochs=20, batch_size=50)
    settings: dict[str, Any] = {"hidden_layer_sizes": (40,), "batch_size": 50, "max_iter": 20}
    ours, theirs = [], []
    for seed in range(5):
        stream = Stream(("digits", seed))
        targets = one_hot(labels[known], 10)
        state = begin(net, stream.rng("init"))
        state = train(net, recipe, state, x[known], targets, epochs=20, stream=stream)
        guesses = predict(net, state.parameters, x[unknown]).argmax(axis=1)
        ours.append(float(np.mean(guesses != labels[unknown])))
        oracle = MLPClassifier(**settings, alpha=0.0, random_state=seed)
        with pytest.warns(ConvergenceWarning):
            oracle.fit(x[known], labels[known])
        theirs.append(1.0 - float(oracle.score(x[unknown], labels[unknown])))
    assert np.mean(ours) == pytest.approx(np.mean(theirs), abs=0.01)
    assert np.mean(ours) < 0.1
