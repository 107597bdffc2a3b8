"""Training a net by mini-batch gradients on one thread, whatever the net is made of.

The parameters lie in one flat array, first those that have a weight decay. So a step is a few
operations on whole arrays, in buffers that are made once for a training. Everything is computed in
the precision of the parameters. The state of a training is its `State`: a training that is
continued from it equals one without a break, to the bit, because epoch e draws from `stream.rng(e)`
alone.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..seeds import Stream

Floats: TypeAlias = NDArray[np.floating]


class Batch(Protocol):
    """Takes batches of a certain number of rows forward through a net, and derivatives back."""

    def gradient(self, x: Floats, y: Floats, rng: np.random.Generator, /) -> Floats:
        """Return the flat gradient of the batch's mean loss; the caller may overwrite its array."""
        ...


class Trainable(Protocol):
    """A net's shape, as far as a training needs to know it."""

    @property
    def weights(self) -> int:
        """How many parameters have a weight decay; they are the first ones."""
        ...

    def batch(self, parameters: Floats, rows: int, dropout: float, /) -> Batch:
        """Prepare for batches of so many rows; the flat parameters are read where they lie."""
        ...


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a net is trained."""

    epochs: int
    """The most epochs that a training may have; the schedule spans them."""
    learning_rate: float = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"
    """cosine: the rate falls to 0 along half a cosine, step by step (Loshchilov & Hutter 2017, eq.
    5)."""
    batch_size: int = 200
    """How many rows a batch has; the last batch of an epoch may be smaller."""
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    """The decay of a step, decoupled and times the learning rate (Loshchilov & Hutter 2019); biases
    have none."""
    dropout: float = 0.0
    """The probability, in [0, 1), that a hidden unit is left out (Srivastava et al. 2014)."""

    def steps(self, rows: int) -> int:
        """Return how many steps an epoch takes."""
        return math.ceil(rows / self.batch_size)

    def rate(self, progress: float) -> float:
        """Return the learning rate at a progress in [0, 1], the share of the epochs done."""
        if self.schedule == "constant":
            return self.learning_rate
        return self.learning_rate * (1.0 + math.cos(math.pi * progress)) / 2.0


@dataclass(frozen=True, slots=True)
class State:
    """A training between two epochs; once it is handed out, nothing writes to its arrays."""

    epoch: int
    """How many epochs are done."""
    parameters: Floats
    first: Floats
    """Adam's first moment, times 1 / (1 - beta_1)."""
    second: Floats
    """Adam's second moment, times 1 / (1 - beta_2)."""


def begin(parameters: Floats) -> State:
    """Return a training before its first epoch."""
    return State(0, parameters, np.zeros_like(parameters), np.zeros_like(parameters))


def train(
    net: Trainable,
    recipe: Recipe,
    state: State,
    features: Floats,
    targets: Floats,
    *,
    epochs: int,
    stream: Stream,
) -> State:
    """Continue a training until so many epochs are done; the given state stays as it is.

    The targets, (rows, outputs), are probabilities or real numbers. Their precision is that of the
    features, (rows, ...). A training that diverges ends with parameters that are not finite.
    """
    rows, steps, weights = len(features), recipe.steps(len(features)), net.weights
    end = State(epochs, state.parameters.copy(), state.first.copy(), state.second.copy())
    places = [slice(i, i + recipe.batch_size) for i in range(0, rows, recipe.batch_size)]
    lengths = {len(features[place]) for place in places}
    batches = {length: net.batch(end.parameters, length, recipe.dropout) for length in lengths}
    x, y = np.empty_like(features), np.empty_like(targets)
    with np.errstate(over="ignore", invalid="ignore"):  # a training may diverge
        for epoch in range(state.epoch, epochs):
            rng = stream.rng(epoch)
            order = rng.permutation(rows)
            np.take(features, order, axis=0, out=x, mode="clip")  # it needs no buffer
            np.take(targets, order, axis=0, out=y, mode="clip")
            for step, place in enumerate(places, epoch * steps):
                inputs = x[place]
                gradient = batches[len(inputs)].gradient(inputs, y[place], rng)
                rate = recipe.rate(step / (steps * recipe.epochs))
                _adamw(weights, recipe, end, gradient, step=step, rate=rate)
    return end


def train_folds(
    net: Trainable,
    recipe: Recipe,
    checkpoint: object,
    folds: Sequence[tuple[Floats, Floats]],
    *,
    draw: Callable[[np.random.Generator], Floats],
    epochs: int,
    stream: Stream,
) -> tuple[State, ...]:
    """Train a net on each fold's features and targets, with random numbers of the fold's own.

    The checkpoint is what an earlier call returned. If it is None, `draw` gives the parameters to
    begin with.
    """
    luck = [Stream((*stream.keys, "fold", fold)) for fold in range(len(folds))]
    if checkpoint is None:
        checkpoint = tuple(begin(draw(own.rng("init"))) for own in luck)
    assert isinstance(checkpoint, tuple)
    return tuple(
        train(net, recipe, state, features, targets, epochs=epochs, stream=own)
        for (features, targets), state, own in zip(folds, checkpoint, luck, strict=True)
    )


def log_loss(outputs: Floats, labels: NDArray[np.int64]) -> float:
    """Return the mean of -ln of each label's probability, which counts as at least 2**-52."""
    logits = outputs.astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    own = logits[np.arange(len(labels)), labels]
    logs = own - np.log(np.exp(logits).sum(axis=1))
    return float(-np.maximum(logs, -52.0 * math.log(2.0)).mean())


def one_hot(labels: NDArray[np.int64], classes: int, smoothing: float = 0.0) -> Floats:
    """Return probabilities, (rows, classes), smoothed towards 1 / classes (Szegedy et al. 2016)."""
    certain = np.eye(classes, dtype=np.float32)
    return (certain * (1.0 - smoothing) + smoothing / classes)[labels]


def _adamw(
    weights: int, recipe: Recipe, state: State, gradient: Floats, *, step: int, rate: float
) -> None:
    """Make a step in place; `step` counts from 0, and the gradient's array is overwritten.

    It is Loshchilov & Hutter 2019, algorithm 2. The corrections of the bias (lines 9 and 10) and
    the factors 1 - beta of the moments (lines 7 and 8) are multiplied into numbers instead of
    arrays.
    """
    scale_1 = (1.0 - recipe.beta_1) / (1.0 - recipe.beta_1 ** (step + 1))
    scale_2 = math.sqrt((1.0 - recipe.beta_2) / (1.0 - recipe.beta_2 ** (step + 1)))
    first, second = state.first, state.second
    first *= recipe.beta_1
    first += gradient
    gradient *= gradient
    second *= recipe.beta_2
    second += gradient
    np.sqrt(second, out=gradient)
    gradient += recipe.epsilon / scale_2
    np.divide(first, gradient, out=gradient)
    gradient *= rate * scale_1 / scale_2
    if recipe.weight_decay:
        state.parameters[:weights] *= 1.0 - rate * recipe.weight_decay
    np.subtract(state.parameters, gradient, out=state.parameters)
