"""Multi-layer perceptrons: their shape, their gradients, their outputs, their work."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from .networks import Floats, Recipe

Layers: TypeAlias = list[tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Net:
    """A perceptron's shape; its flat parameters are all layers' weights, then all biases."""

    sizes: tuple[int, ...]
    """How many inputs there are, how many units in each hidden layer, and how many outputs."""
    loss: Literal["cross-entropy", "squared"] = "cross-entropy"
    """Cross-entropy after a softmax, or half of the squared error summed over the outputs."""
    activation: Literal["relu", "tanh"] = "relu"

    @property
    def weights(self) -> int:
        """How many parameters are weights and not biases."""
        return sum(inputs * outputs for inputs, outputs in pairwise(self.sizes))

    @property
    def parameters(self) -> int:
        """How many parameters there are."""
        return self.weights + sum(self.sizes[1:])

    def draw(self, rng: np.random.Generator, precision: type[np.floating] = np.float32) -> Floats:
        """Draw the weights uniformly (Glorot & Bengio 2010, eq. 16); the biases are 0."""
        parameters: Floats = np.zeros(self.parameters, precision)
        for weight, _ in self.layers(parameters):
            bound = math.sqrt(6.0 / sum(weight.shape))
            weight[:] = rng.uniform(-bound, bound, weight.shape)
        return parameters

    def layers(self, flat: Floats) -> Layers:
        """View a flat array as each layer's weights (inputs, outputs) and biases (outputs,)."""
        layers: Layers = []
        weight, bias = 0, self.weights
        for inputs, outputs in pairwise(self.sizes):
            block = flat[weight : weight + inputs * outputs].reshape(inputs, outputs)
            layers.append((block, flat[bias : bias + outputs]))
            weight, bias = weight + inputs * outputs, bias + outputs
        return layers

    def batch(self, parameters: Floats, rows: int, dropout: float = 0.0) -> "Pass":
        """Prepare for batches of so many rows; the flat parameters are read where they lie."""
        return Pass(self, parameters, rows, dropout)


def predict(net: Net, parameters: Floats, features: Floats) -> Floats:
    """Return the outputs before the softmax, (rows, outputs), clipped to ±1e30."""
    units = features
    *hidden, output = net.layers(parameters)
    with np.errstate(over="ignore", invalid="ignore"):  # the training may have diverged
        for weight, bias in hidden:
            units = units @ weight + bias
            _activate(net, units, np.zeros_like(units))
        outputs = units @ output[0] + output[1]
    return outputs.clip(-1e30, 1e30)


def work(net: Net, recipe: Recipe, rows: int) -> float:
    """Return about how many nanoseconds of processor time an epoch takes.

    This is a deterministic model, fitted to the times of random nets on one core. It adds up
    products of matrices, operations on each unit, operations on each parameter, and calls.
    """
    units = net.parameters - net.weights
    row = 0.06 * net.weights + 1.9 * units
    step = 1.6 * net.parameters + 24_000.0
    return rows * row + recipe.steps(rows) * step


class Pass:
    """Takes batches of so many rows forward through a net and derivatives back, in its own buffers.

    numpy is slow with mixed types and single numbers, so it is given arrays of booleans, zeros and
    ones instead.
    """

    def __init__(self, net: Net, parameters: Floats, rows: int, dropout: float = 0.0) -> None:
        self.net = net
        self.dropout = dropout
        self.layers = net.layers(parameters)
        self.flat = np.empty_like(parameters)
        self.gradients = net.layers(self.flat)
        self.ones = np.ones(max(rows, net.sizes[-1]), parameters.dtype)
        shapes = [(rows, size) for size in net.sizes[1:]]
        self.outputs = np.empty(shapes.pop(), parameters.dtype)
        self.units = [np.empty(shape, parameters.dtype) for shape in shapes]
        self.zeros = [np.zeros_like(units) for units in self.units]
        self.truths = [np.empty(shape, np.bool_) for shape in shapes]
        self.slopes = [np.empty_like(units) for units in self.units]
        self.deltas = [np.empty_like(units) for units in self.units]

    def gradient(self, x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
        """Return the flat gradient of the batch's mean loss; the next call overwrites it."""
        self._forward(x, rng)
        delta = self.outputs  # it becomes the derivative by the outputs, for both losses
        if self.net.loss == "cross-entropy":
            _softmax(delta, self.ones[: delta.shape[1]])
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
        for layer, units in enumerate(self.units):
            self._affine(layer, x, units)
            _activate(self.net, units, self.zeros[layer])
            self._differentiate(layer)
            if self.dropout:
                self._drop(layer, rng)
            x = units
        self._affine(len(self.units), x, self.outputs)

    def _affine(self, layer: int, x: Floats, out: Floats) -> None:
        weight, bias = self.layers[layer]
        np.matmul(x, weight, out=out)
        out += bias

    def _parameters(self, layer: int, x: Floats, delta: Floats) -> None:
        weight, bias = self.gradients[layer]
        np.matmul(x.T, delta, out=weight)
        np.matmul(self.ones[: len(x)], delta, out=bias)

    def _differentiate(self, layer: int) -> None:
        """Write the activation's derivative, given what the activation returned."""
        units, slopes = self.units[layer], self.slopes[layer]
        if self.net.activation == "relu":
            np.greater(units, self.zeros[layer], out=self.truths[layer])
            np.copyto(slopes, self.truths[layer])
        else:
            np.multiply(units, units, out=slopes)
            np.subtract(1.0, slopes, out=slopes)

    def _drop(self, layer: int, rng: np.random.Generator) -> None:
        """Drop each unit by 16 random bits, so that the probability is right to 1 / 65 536."""
        kept, mask = self.truths[layer], self.deltas[layer]  # the backward pass fills them later
        bits = rng.bit_generator.random_raw(-(-kept.size // 4)).view(np.uint16)
        threshold = np.uint16(round(self.dropout * 2**16))
        np.greater_equal(bits[: kept.size].reshape(kept.shape), threshold, out=kept)
        np.copyto(mask, kept)
        mask *= 1.0 / (1.0 - self.dropout)
        self.units[layer] *= mask
        self.slopes[layer] *= mask


def _activate(net: Net, units: Floats, zeros: Floats) -> None:
    if net.activation == "relu":
        np.maximum(units, zeros, out=units)
    else:
        np.tanh(units, out=units)


def _softmax(logits: Floats, ones: Floats) -> None:
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= (logits @ ones)[:, np.newaxis]
