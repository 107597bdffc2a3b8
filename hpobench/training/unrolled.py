"""Training a net by gradient descent, and reverse-mode derivatives through the whole training.

The net has one hidden layer of tanh units and a softmax; all its weights are one vector.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Slopes: TypeAlias = Callable[[Floats], Floats]
"""Turns the derivative of a loss by the weights into its derivative by the hyperparameters."""
Gradient: TypeAlias = Callable[[Floats, "Rows"], Floats]
Reverse: TypeAlias = Callable[[Floats], tuple[Slopes, Floats]]
HYPERPARAMETERS = (
    "hidden-rate", "output-rate", "hidden-decay", "output-decay", "hidden-scale", "output-scale",
    "momentum", "final-rate",
)  # fmt: skip
"""The names of the hyperparameters, in the order in which a training takes them."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Some examples."""

    inputs: Floats
    """(rows, inputs); the last input is 1, for the bias."""
    targets: Floats
    """(rows, classes): 1 at the row's class, else 0."""

    def __getitem__(self, rows: NDArray[np.int64]) -> "Rows":
        return Rows(self.inputs[rows], self.targets[rows])

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True, slots=True)
class Net:
    """A net, the softmax of [tanh(x W1), 1] W2; its loss is the mean log-loss in nats."""

    inputs: int
    """How many inputs there are, the bias included."""
    hidden: int
    classes: int

    @property
    def first(self) -> int:
        """How many weights the hidden layer has; they are the first ones."""
        return self.inputs * self.hidden

    @property
    def second(self) -> int:
        """How many weights the output layer has."""
        return (self.hidden + 1) * self.classes

    def draw(self, rng: np.random.Generator) -> Floats:
        """Draw weights from a normal distribution, scaled by layer; biases are 0.

        The variance is 2 / (inputs + outputs) of a layer (Glorot and Bengio, 2010, eq. 12).
        """
        weights = rng.standard_normal(self.first + self.second)
        for layer in self._layers(weights):
            layer[:-1] *= np.sqrt(2.0 / (layer.shape[0] - 1 + layer.shape[1]))
            layer[-1] = 0.0
        return weights

    def loss(self, weights: Floats, rows: Rows) -> float:
        logarithms = self._forward(weights, rows.inputs)[1]
        return -float(np.sum(rows.targets * logarithms)) / len(rows)

    def error(self, weights: Floats, rows: Rows) -> float:
        """Return the share of the rows whose likeliest class is not theirs."""
        logarithms = self._forward(weights, rows.inputs)[1]
        return float(np.mean(logarithms.argmax(axis=1) != rows.targets.argmax(axis=1)))

    def gradient(self, weights: Floats, rows: Rows) -> Floats:
        """Return the loss's derivative by the weights, by backpropagation."""
        units, logarithms = self._forward(weights, rows.inputs)
        pull = (np.exp(logarithms) - rows.targets) / len(rows)
        back = pull @ self._layers(weights)[1][:-1].T
        return self._join(rows.inputs.T @ (back * (1.0 - units**2)), units.T @ pull, pull)

    def curvature(self, weights: Floats, rows: Rows, vector: Floats) -> Floats:
        """Return the loss's matrix of second derivatives, times a vector.

        Every quantity in `gradient` has a derivative along the vector (Pearlmutter, 1994); here its
        name begins with d_.
        """
        units, logarithms = self._forward(weights, rows.inputs)
        outer, (d_inner, d_outer) = self._layers(weights)[1], self._layers(vector)
        slope = 1.0 - units**2
        d_units = slope * (rows.inputs @ d_inner)
        d_outputs = d_units @ outer[:-1] + units @ d_outer[:-1] + d_outer[-1]
        probabilities = np.exp(logarithms)
        pull = (probabilities - rows.targets) / len(rows)
        d_pull = probabilities * d_outputs
        d_pull = (d_pull - probabilities * d_pull.sum(axis=1, keepdims=True)) / len(rows)
        back = pull @ outer[:-1].T
        d_back = d_pull @ outer[:-1].T + pull @ d_outer[:-1].T
        d_inner_gradient = rows.inputs.T @ (d_back * slope - 2.0 * units * d_units * back)
        return self._join(d_inner_gradient, d_units.T @ pull + units.T @ d_pull, d_pull)

    def _forward(self, weights: Floats, inputs: Floats) -> tuple[Floats, Floats]:
        """Return the hidden units and the logarithms of the probabilities."""
        inner, outer = self._layers(weights)
        units = np.tanh(inputs @ inner)
        outputs = units @ outer[:-1] + outer[-1]
        outputs -= outputs.max(axis=1, keepdims=True)
        outputs -= np.log(np.exp(outputs).sum(axis=1, keepdims=True))
        return units, outputs

    def _layers(self, weights: Floats) -> tuple[Floats, Floats]:
        inner, outer = weights[: self.first], weights[self.first :]
        return inner.reshape(self.inputs, self.hidden), outer.reshape(-1, self.classes)

    @staticmethod
    def _join(inner: Floats, outer: Floats, pull: Floats) -> Floats:
        return np.concatenate([inner.ravel(), outer.ravel(), pull.sum(axis=0)])


@dataclass(frozen=True, slots=True)
class Descent:
    """Gradient descent on given batches, one step for each, with heavy-ball momentum.

    A training is fixed but for its hyperparameters. Each layer has its own rate, decay and scale.
    The rates fall linearly, to the fraction `final-rate` of what they were at first.
    """

    net: Net
    start: Floats
    """The weights before they are multiplied by the layers' scales."""
    batches: Sequence[Rows]

    def train(self, settings: Floats) -> Floats:
        """Return the weights after the last step; `settings` are the values of HYPERPARAMETERS."""
        return self._descend(settings, self.net.gradient)

    def train_with_slopes(self, settings: Floats) -> tuple[Floats, Slopes]:
        """Do what `train` does; return the weights, and the `Slopes` of the whole training."""
        from autograd import make_vjp

        gradient: Gradient = partial(_traced_gradient(), self.net)
        reverse = cast("Reverse", make_vjp(lambda traced: self._descend(traced, gradient)))
        slopes, weights = reverse(settings)
        return weights, slopes

    def _descend(self, settings: Floats, gradient: Gradient) -> Floats:
        hidden = np.repeat([1.0, 0.0], [self.net.first, self.net.second])
        rates, decays, scales = (
            settings[i] * hidden + settings[i + 1] * (1.0 - hidden) for i in (0, 2, 4)
        )
        momentum, final = settings[6], settings[7]
        weights: Floats = scales * self.start
        velocity = 0.0 * self.start
        for step, batch in enumerate(self.batches):
            fall = 1.0 - (1.0 - final) * (step / (len(self.batches) - 1))
            velocity = momentum * velocity - (gradient(weights, batch) + decays * weights)
            weights = weights + fall * (rates * velocity)
        return weights


@cache
def _traced_gradient() -> Callable[[Net, Floats, Rows], Floats]:
    """Return `Net.gradient` as a function whose derivative by the weights autograd knows.

    There is only one, because autograd keeps each function for ever, and all that it holds.
    """
    from autograd.extend import defvjp, primitive

    gradient: Callable[[Net, Floats, Rows], Floats] = primitive(Net.gradient)
    defvjp(
        gradient,
        lambda _, net, weights, rows: lambda vector: net.curvature(weights, rows, vector),
        argnums=[1],
    )
    return gradient
