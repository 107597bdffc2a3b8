"""The layers of a net of blocks: each computes outputs, and later derivatives from derivatives.

A layer keeps what its backward pass needs. It does not change the arrays that it is given, and it
writes the derivatives by its parameters into arrays that it was made with.
"""

import math
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating]
Function: TypeAlias = Literal["relu", "tanh", "silu"]
EPSILON = 1e-5
"""This is added to a variance before anything is divided by its root."""


class Layer(Protocol):
    """A step on the way from the inputs of a net to its outputs."""

    def begin(self, rng: np.random.Generator, /) -> None:
        """Set the parameters, which are 0, to what a training begins with."""

    def forward(self, x: Floats, rng: np.random.Generator | None, /) -> Floats:
        """Return the outputs, (rows, units); `rng` is given in a training, None in a prediction."""
        ...

    def backward(self, delta: Floats) -> Floats:
        """Return the loss's derivative by the inputs, given the one by the outputs."""
        ...


@dataclass(frozen=True, slots=True)
class Parameter:
    """An array of parameters, and the loss's derivative by them; views of flat arrays."""

    value: Floats
    gradient: Floats


class Linear:
    """Multiplies by a matrix of weights, (inputs, units)."""

    def __init__(self, weight: Parameter) -> None:
        self.weight = weight

    def begin(self, rng: np.random.Generator, /) -> None:
        """Draw the weights uniformly (Glorot & Bengio 2010, eq. 16)."""
        bound = math.sqrt(6.0 / sum(self.weight.value.shape))
        self.weight.value[:] = rng.uniform(-bound, bound, self.weight.value.shape)

    def forward(self, x: Floats, _rng: np.random.Generator | None, /) -> Floats:
        self.x = x
        return x @ self.weight.value

    def backward(self, delta: Floats) -> Floats:
        np.matmul(self.x.T, delta, out=self.weight.gradient)
        return delta @ self.weight.value.T


class Bias:
    """Adds a number to each unit."""

    def __init__(self, bias: Parameter) -> None:
        self.bias = bias

    def begin(self, _rng: np.random.Generator, /) -> None:
        """Leave the biases at 0."""

    def forward(self, x: Floats, _rng: np.random.Generator | None, /) -> Floats:
        return x + self.bias.value

    def backward(self, delta: Floats) -> Floats:
        np.add.reduce(delta, axis=0, out=self.bias.gradient)
        return delta


class LayerNorm:
    """Scales each row to mean 0 and variance 1 over its units (Ba et al. 2016, eq. 4)."""

    def __init__(self, gain: Parameter, bias: Parameter) -> None:
        self.gain, self.bias = gain, bias

    def begin(self, _rng: np.random.Generator, /) -> None:
        self.gain.value[:] = 1.0

    def forward(self, x: Floats, _rng: np.random.Generator | None, /) -> Floats:
        centred = x - _mean(x, 1)
        self.scale = 1.0 / np.sqrt(_mean(centred * centred, 1) + EPSILON)
        self.normal = centred * self.scale
        units: Floats = self.normal * self.gain.value + self.bias.value
        return units

    def backward(self, delta: Floats) -> Floats:
        np.add.reduce(delta, axis=0, out=self.bias.gradient)
        np.add.reduce(delta * self.normal, axis=0, out=self.gain.gradient)
        delta = delta * self.gain.value
        along = _mean(delta * self.normal, 1)
        before: Floats = (delta - _mean(delta, 1) - self.normal * along) * self.scale
        return before


class BatchNorm:
    """Scales each unit to mean 0 and variance 1 over rows (Ioffe & Szegedy 2015, algorithm 1).

    In a training these rows are the batch. In a prediction they are the first `known` rows, which
    should be all rows of the training. So the mean and the variance are those of the population
    (Ioffe & Szegedy, algorithm 2; Wu & Johnson 2021, section 3), and no running average is part of
    a training.
    """

    def __init__(self, gain: Parameter, bias: Parameter, known: int | None) -> None:
        self.gain, self.bias, self.known = gain, bias, known

    def begin(self, _rng: np.random.Generator, /) -> None:
        self.gain.value[:] = 1.0

    def forward(self, x: Floats, _rng: np.random.Generator | None, /) -> Floats:
        centred = x - _mean(x[: self.known], 0)
        self.scale = 1.0 / np.sqrt(_mean(centred[: self.known] ** 2, 0) + EPSILON)
        self.normal = centred * self.scale
        units: Floats = self.normal * self.gain.value + self.bias.value
        return units

    def backward(self, delta: Floats) -> Floats:
        np.add.reduce(delta, axis=0, out=self.bias.gradient)
        np.add.reduce(delta * self.normal, axis=0, out=self.gain.gradient)
        shared = self.bias.gradient + self.normal * self.gain.gradient
        shared *= 1.0 / len(delta)
        before: Floats = (delta - shared) * (self.gain.value * self.scale)
        return before


class Activation:
    """Applies a function to each unit."""

    def __init__(self, function: Function) -> None:
        self.function: Function = function

    def begin(self, _rng: np.random.Generator, /) -> None:
        """Leave it: there are no parameters."""

    def forward(self, x: Floats, _rng: np.random.Generator | None, /) -> Floats:
        units, self.slopes = activate(self.function, x)
        return units

    def backward(self, delta: Floats) -> Floats:
        return delta * self.slopes


class Dropout:
    """Drops each unit of a training with a probability in (0, 1) (Srivastava et al. 2014)."""

    def __init__(self, probability: float) -> None:
        self.probability = probability

    def begin(self, _rng: np.random.Generator, /) -> None:
        """Leave it: there are no parameters."""

    def forward(self, x: Floats, rng: np.random.Generator | None, /) -> Floats:
        if rng is None:
            return x
        kept = rng.random(x.shape, np.float32) >= self.probability
        self.mask = kept.astype(x.dtype)
        self.mask *= 1.0 / (1.0 - self.probability)
        return x * self.mask

    def backward(self, delta: Floats) -> Floats:
        return delta * self.mask


class Skip:
    """Adds the inputs of some layers to their outputs (He et al. 2016, eq. 2).

    The projection makes the inputs as many as the outputs; None: they are added as they are.
    """

    def __init__(self, layers: list[Layer], projection: Linear | None) -> None:
        self.layers, self.projection = layers, projection

    def begin(self, rng: np.random.Generator, /) -> None:
        for layer in [*self.layers, *([self.projection] if self.projection else [])]:
            layer.begin(rng)

    def forward(self, x: Floats, rng: np.random.Generator | None, /) -> Floats:
        around = self.projection.forward(x, rng) if self.projection else x
        for layer in self.layers:
            x = layer.forward(x, rng)
        return x + around

    def backward(self, delta: Floats) -> Floats:
        around = self.projection.backward(delta) if self.projection else delta
        for layer in reversed(self.layers):
            delta = layer.backward(delta)
        return delta + around


def activate(function: Function, x: Floats) -> tuple[Floats, Floats]:
    """Return a function of x, and its derivative; silu: x / (1 + exp(-x)) (Elfwing et al. 2018)."""
    if function == "relu":
        return np.maximum(x, 0.0), (x > 0.0).astype(x.dtype)
    if function == "tanh":
        units = np.tanh(x)
        return units, 1.0 - units * units
    gate = 0.5 + 0.5 * np.tanh(0.5 * x)
    units = x * gate
    return units, gate + units * (1.0 - gate)


def _mean(x: Floats, axis: int) -> Floats:
    mean: Floats = np.add.reduce(x, axis=axis, keepdims=True)
    mean *= 1.0 / x.shape[axis]
    return mean
