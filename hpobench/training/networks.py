"""Small multi-layer perceptrons, trained by mini-batch Adam on one thread.

The parameters lie in one flat array, the weights of all layers first and then the biases, so that a
step is a few operations on whole arrays, in buffers made once a training. Everything is computed in
the precision of the parameters. A training is its `State`: continuing from one equals going
straight through, to the bit, because epoch e draws from `stream.rng(e)` alone.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..seeds import Stream

Floats: TypeAlias = NDArray[np.floating]
Layers: TypeAlias = list[tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Net:
    """A perceptron's shape."""

    sizes: tuple[int, ...]
    """How many inputs, how many units in each hidden layer, how many outputs."""
    loss: Literal["cross-entropy", "squared"] = "cross-entropy"
    """Cross-entropy after a softmax, or half the squared error, summed over the outputs."""
    activation: Literal["relu", "tanh"] = "relu"

    @property
    def weights(self) -> int:
        """How many parameters are no biases."""
        return sum(inputs * outputs for inputs, outputs in pairwise(self.sizes))

    @property
    def parameters(self) -> int:
        """How many parameters there are."""
        return self.weights + sum(self.sizes[1:])

    def layers(self, flat: Floats) -> Layers:
        """View a flat array as each layer's weights (inputs, outputs) and biases (outputs,)."""
        layers: Layers = []
        weight, bias = 0, self.weights
        for inputs, outputs in pairwise(self.sizes):
            block = flat[weight : weight + inputs * outputs].reshape(inputs, outputs)
            layers.append((block, flat[bias : bias + outputs]))
            weight, bias = weight + inputs * outputs, bias + outputs
        return layers


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a net is trained."""

    epochs: int
    """The most epochs that a training may have; the schedule spans them."""
    learning_rate: float = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"
    """cosine: falls to 0 along half a cosine, step by step (Loshchilov & Hutter 2017, eq. 5)."""
    batch_size: int = 200
    """In rows; the last batch of an epoch may be smaller."""
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    """Decoupled, times the learning rate (Loshchilov & Hutter 2019); biases are spared."""
    dropout: float = 0.0
    """In [0, 1): the probability that a hidden unit is left out (Srivastava et al. 2014)."""

    def steps(self, rows: int) -> int:
        """Return how many steps an epoch takes."""
        return math.ceil(rows / self.batch_size)

    def rate(self, progress: float) -> float:
        """Return the learning rate where so much of all epochs is done, in [0, 1]."""
        if self.schedule == "constant":
            return self.learning_rate
        return self.learning_rate * (1.0 + math.cos(math.pi * progress)) / 2.0


@dataclass(frozen=True, slots=True)
class State:
    """A training between two epochs; nothing writes to the arrays of one that was handed out."""

    epoch: int
    """How many epochs are done."""
    parameters: Floats
    first: Floats
    """Adam's first moment, times 1 / (1 - beta_1)."""
    second: Floats
    """Adam's second moment, times 1 / (1 - beta_2)."""


def begin(net: Net, rng: np.random.Generator, precision: type[np.floating] = np.float32) -> State:
    """Draw the weights uniformly (Glorot & Bengio 2010, eq. 16); the biases are 0."""
    parameters: Floats = np.zeros(net.parameters, precision)
    for weight, _ in net.layers(parameters):
        bound = math.sqrt(6.0 / sum(weight.shape))
        weight[:] = rng.uniform(-bound, bound, weight.shape)
    return State(0, parameters, np.zeros_like(parameters), np.zeros_like(parameters))


def train(
    net: Net,
    recipe: Recipe,
    state: State,
    features: Floats,
    targets: Floats,
    *,
    epochs: int,
    stream: Stream,
) -> State:
    """Continue a training until so many epochs are done; the given state stays as it is.

    The targets, (rows, outputs), are probabilities or real numbers, in the precision of the
    features, (rows, inputs). A training that diverges ends with parameters that are not finite.
    """
    rows, steps = len(features), recipe.steps(len(features))
    end = State(epochs, state.parameters.copy(), state.first.copy(), state.second.copy())
    batches = [slice(i, i + recipe.batch_size) for i in range(0, rows, recipe.batch_size)]
    lengths = {len(features[batch]) for batch in batches}
    passes = {length: Pass(net, end.parameters, length, recipe.dropout) for length in lengths}
    x, y = np.empty_like(features), np.empty_like(targets)
    with np.errstate(over="ignore", invalid="ignore"):  # a training may diverge
        for epoch in range(state.epoch, epochs):
            rng = stream.rng(epoch)
            order = rng.permutation(rows)
            np.take(features, order, axis=0, out=x, mode="clip")  # clip: unbuffered
            np.take(targets, order, axis=0, out=y, mode="clip")
            for step, batch in enumerate(batches, epoch * steps):
                inputs = x[batch]
                gradient = passes[len(inputs)].gradient(inputs, y[batch], rng)
                rate = recipe.rate(step / (steps * recipe.epochs))
                _adamw(net, recipe, end, gradient, step=step, rate=rate)
    return end


def predict(net: Net, parameters: Floats, features: Floats) -> Floats:
    """Return the outputs, (rows, outputs), in front of the softmax, clipped to +-1e30."""
    units = features
    *hidden, output = net.layers(parameters)
    with np.errstate(over="ignore", invalid="ignore"):  # the training may have diverged
        for weight, bias in hidden:
            units = units @ weight + bias
            _activate(net, units)
        outputs = units @ output[0] + output[1]
    return outputs.clip(-1e30, 1e30)


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


def work(net: Net, recipe: Recipe, rows: int) -> float:
    """Return about how many nanoseconds of processor time an epoch takes.

    A deterministic model, fitted to the times of random nets on one core: products of matrices,
    operations on each unit, operations on each parameter, calls.
    """
    units = net.parameters - net.weights
    row = 0.05 * net.weights + 4.5 * units
    step = 1.8 * net.parameters + 37_000.0
    return rows * row + recipe.steps(rows) * step


class Pass:
    """The way of a batch of so many rows through a net and back, in buffers of its own."""

    def __init__(self, net: Net, parameters: Floats, rows: int, dropout: float = 0.0) -> None:
        self.net = net
        self.dropout = dropout
        self.layers = net.layers(parameters)
        self.flat = np.empty_like(parameters)
        self.gradients = net.layers(self.flat)
        self.ones = np.ones(rows, parameters.dtype)
        shapes = [(rows, size) for size in net.sizes[1:]]
        self.outputs = np.empty(shapes.pop(), parameters.dtype)
        self.units = [np.empty(shape, parameters.dtype) for shape in shapes]
        self.slopes = [np.empty_like(units) for units in self.units]
        self.deltas = [np.empty_like(units) for units in self.units]

    def gradient(self, x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
        """Return the gradient of the batch's mean loss, flat; the next call overwrites it."""
        self._forward(x, rng)
        delta = self.outputs  # becomes the loss's derivative by the outputs, alike for both losses
        if self.net.loss == "cross-entropy":
            _softmax(delta)
        delta -= y
        delta *= 1.0 / len(x)
        for layer in range(len(self.units), 0, -1):
            self._parameters(layer, self.units[layer - 1], delta)
            np.matmul(delta, self.layers[layer][0].T, out=self.deltas[layer - 1])
            delta = self.deltas[layer - 1]
            delta *= self.slopes[layer - 1]
        self._parameters(0, x, delta)
        return self.flat

    def _forward(self, x: Floats, rng: np.random.Generator) -> None:
        for layer, (units, slopes) in enumerate(zip(self.units, self.slopes, strict=True)):
            self._affine(layer, x, units)
            _activate(self.net, units)
            _differentiate(self.net, units, slopes)
            if self.dropout:
                self._drop(units, slopes, self.deltas[layer], rng)
            x = units
        self._affine(len(self.units), x, self.outputs)

    def _affine(self, layer: int, x: Floats, out: Floats) -> None:
        weight, bias = self.layers[layer]
        np.matmul(x, weight, out=out)
        out += bias

    def _parameters(self, layer: int, x: Floats, delta: Floats) -> None:
        weight, bias = self.gradients[layer]
        np.matmul(x.T, delta, out=weight)
        np.matmul(self.ones, delta, out=bias)

    def _drop(self, units: Floats, slopes: Floats, mask: Floats, rng: np.random.Generator) -> None:
        np.greater_equal(rng.random(mask.shape, np.float32), self.dropout, out=mask)
        mask *= 1.0 / (1.0 - self.dropout)
        units *= mask
        slopes *= mask


def _activate(net: Net, units: Floats) -> None:
    if net.activation == "relu":
        np.maximum(units, 0.0, out=units)
    else:
        np.tanh(units, out=units)


def _differentiate(net: Net, units: Floats, slopes: Floats) -> None:
    """Write the activation's derivative, given what it returned."""
    if net.activation == "relu":
        np.greater(units, 0.0, out=slopes)
    else:
        np.multiply(units, units, out=slopes)
        np.subtract(1.0, slopes, out=slopes)


def _softmax(logits: Floats) -> None:
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)


def _adamw(
    net: Net, recipe: Recipe, state: State, gradient: Floats, *, step: int, rate: float
) -> None:
    """Make a step in place, counted from 0; the gradient's array is used up.

    Loshchilov & Hutter 2019, algorithm 2, with its corrections of the bias (lines 9 and 10) and the
    factors 1 - beta of the moments (lines 7 and 8) drawn out of the arrays.
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
        weights = state.parameters[: net.weights]
        weights *= 1.0 - rate * recipe.weight_decay
    np.subtract(state.parameters, gradient, out=state.parameters)
