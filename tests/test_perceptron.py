"""The perceptrons have right gradients and honest dropout, and are as good as scikit-learn's."""

import math
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest

from hpobench import Stream
from hpobench.training.data import read
from hpobench.training.networks import Floats, Recipe, begin, one_hot, train
from hpobench.training.perceptron import Net, Pass, predict, work

NETS = [
    Net((4, 3), "cross-entropy"),
    Net((4, 6, 3), "cross-entropy", "tanh"),
    Net((4, 6, 5, 3), "cross-entropy", "relu"),
    Net((4, 6, 2), "squared", "relu"),
    Net((4, 6, 5, 2), "squared", "tanh"),
]


def examples(net: Net, rows: int) -> tuple[Floats, Floats]:
    """Draw features and targets; the targets of a cross-entropy are probabilities."""
    rng = np.random.default_rng(5)
    targets = rng.random((rows, net.sizes[-1]))
    targets /= targets.sum(axis=1, keepdims=True)
    return rng.standard_normal((rows, net.sizes[0])), targets


def drawn(net: Net) -> Floats:
    """Draw parameters, including the biases."""
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


def test_initial_weights_fill_their_range_and_biases_are_zero() -> None:
    net = Net((30, 50, 10))
    (first, bias), (second, _) = net.layers(net.draw(np.random.default_rng(0)))
    assert np.abs(first).max() == pytest.approx(math.sqrt(6 / 80), rel=0.01)
    assert np.abs(second).max() == pytest.approx(math.sqrt(6 / 60), rel=0.01)
    assert first.std() == pytest.approx(math.sqrt(2 / 80), rel=0.05)
    assert not bias.any()


def test_outputs_that_overflow_are_clipped() -> None:
    net = Net((1, 1), "squared")
    outputs = predict(net, np.array([3e38, 0.0], np.float32), np.array([[9.0], [-9.0]], np.float32))
    assert outputs == pytest.approx(np.array([[1e30], [-1e30]]))


def test_more_rows_more_steps_and_more_units_are_more_work() -> None:
    net, recipe = Net((4, 6, 5, 3)), Recipe(epochs=9, batch_size=16)
    usual = work(net, recipe, 1000)
    assert usual < work(net, recipe, 2000)
    assert usual < work(net, replace(recipe, batch_size=8), 1000)
    assert usual < work(Net((4, 7, 5, 3)), recipe, 1000)


def test_a_net_is_as_accurate_as_scikit_learn_s() -> None:
    """With the same settings on digits, mean test errors of five seeds agree to within a point."""
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
        state = begin(net.draw(stream.rng("init")))
        state = train(net, recipe, state, x[known], targets, epochs=20, stream=stream)
        guesses = predict(net, state.parameters, x[unknown]).argmax(axis=1)
        ours.append(float(np.mean(guesses != labels[unknown])))
        oracle = MLPClassifier(**settings, alpha=0.0, random_state=seed)
        with pytest.warns(ConvergenceWarning):
            oracle.fit(x[known], labels[known])
        theirs.append(1.0 - float(oracle.score(x[unknown], labels[unknown])))
    assert np.mean(ours) == pytest.approx(np.mean(theirs), abs=0.01)
    assert np.mean(ours) < 0.1
