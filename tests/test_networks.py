"""Trainings have right steps and schedules and can be continued, whatever the net is made of."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

from hpobench import Stream
from hpobench.training.networks import Floats, Recipe, State, begin, log_loss, one_hot, train
from hpobench.training.perceptron import Net, Pass, predict

STREAM = Stream(("training", "test"))
NET = Net((4, 6, 5, 3))
RECIPE = Recipe(
    epochs=9, learning_rate=0.01, schedule="cosine", batch_size=16, weight_decay=0.1, dropout=0.2
)


def examples(rows: int, precision: type[np.floating] = np.float32) -> tuple[Floats, Floats]:
    """Draw features, and targets that are probabilities."""
    rng = np.random.default_rng(5)
    targets = rng.random((rows, NET.sizes[-1]))
    targets /= targets.sum(axis=1, keepdims=True)
    features = rng.standard_normal((rows, NET.sizes[0]))
    return features.astype(precision), targets.astype(precision)


@dataclass(frozen=True)
class Mean:
    """The smallest net: its parameters are its outputs, whatever the features are."""

    weights: int
    parameters: Floats

    def batch(self, parameters: Floats, rows: int, dropout: float) -> "Mean":
        return Mean(self.weights, parameters)

    def gradient(self, x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
        difference: Floats = self.parameters - y.mean(axis=0)
        return difference


def test_a_net_of_any_kind_can_be_trained() -> None:
    """The features are pictures; parameters without decay find the mean, the other falls short."""
    pictures, y = np.zeros((64, 8, 8)), np.tile([1.0, 1.0, 1.0], (64, 1))
    net = Mean(1, np.zeros(3))
    recipe = Recipe(500, learning_rate=0.05, batch_size=30, weight_decay=0.2)
    found = train(net, recipe, begin(np.zeros(3)), pictures, y, epochs=500, stream=STREAM)
    assert found.parameters[1:] == pytest.approx([1.0, 1.0], abs=1e-3)
    assert 0.1 < found.parameters[0] < 0.99


def test_the_steps_are_those_of_adamw() -> None:
    """A batch is the whole table; the steps follow Loshchilov & Hutter 2019, algorithm 2."""
    x, y = examples(40, np.float64)
    recipe = replace(RECIPE, batch_size=40, dropout=0.0, beta_1=0.8)
    state = begin(NET.draw(np.random.default_rng(0), np.float64))
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
    x, y = examples(50)
    state = begin(NET.draw(STREAM.rng("init")))
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
    x, y = examples(50)
    state = train(NET, RECIPE, begin(NET.draw(STREAM.rng())), x, y, epochs=2, stream=STREAM)
    before = State(2, state.parameters.copy(), state.first.copy(), state.second.copy())
    after = train(NET, RECIPE, state, x, y, epochs=5, stream=STREAM)
    assert same(state, before)
    assert not same(state, replace(after, epoch=2))


def test_a_training_leaves_the_examples_as_they_were() -> None:
    x, y = examples(50)
    x.setflags(write=False)
    y.setflags(write=False)
    train(NET, RECIPE, begin(NET.draw(STREAM.rng())), x, y, epochs=1, stream=STREAM)


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_the_stream_alone_decides_a_training(dropout: float) -> None:
    x, y = examples(50)
    recipe = replace(RECIPE, dropout=dropout)
    state = begin(NET.draw(STREAM.rng()))
    one, again, other = (
        train(NET, recipe, state, x, y, epochs=2, stream=stream)
        for stream in (STREAM, STREAM, Stream(("training", "other")))
    )
    assert same(one, again)
    assert not same(one, other)


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
    x, y = examples(50)
    x *= 1e38
    state = begin(NET.draw(STREAM.rng()))
    trained = train(NET, RECIPE, state, x, y, epochs=3, stream=STREAM)
    assert math.isnan(log_loss(predict(NET, trained.parameters, x), y.argmax(axis=1)))
