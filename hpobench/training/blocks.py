"""Nets of blocks: a stem, which may be a convolution, then blocks that differ in what they do."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from .convolution import Convolution, Stem
from .layers import (
    Activation,
    BatchNorm,
    Bias,
    Dropout,
    Floats,
    Function,
    Layer,
    LayerNorm,
    Linear,
    Parameter,
    Skip,
)

Normalisation: TypeAlias = Literal["none", "layer", "batch"]
Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A product with weights, then a normalisation or a bias, then an activation."""

    width: int
    activation: Function = "relu"
    normalisation: Normalisation = "none"
    skip: bool = False
    """Whether the inputs are added to the outputs, by a projection where their numbers differ."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """The shape of a classifier: a stem, some blocks, and a linear layer with a softmax."""

    inputs: int
    blocks: tuple[Block, ...]
    classes: int
    stem: Convolution | None = None
    """None: there is no stem, and the first block sees the inputs."""

    @property
    def weights(self) -> int:
        """How many parameters have a weight decay: those of the matrices, which come first."""
        return sum(math.prod(shape) for shape in self._matrices())

    @property
    def parameters(self) -> int:
        """How many parameters there are."""
        return self.weights + sum(self._vectors())

    def begin(self, rng: np.random.Generator, precision: type[np.floating] = np.float32) -> Floats:
        """Draw the parameters that a training begins with, (parameters,)."""
        parameters: Floats = np.zeros(self.parameters, precision)
        stem, layers = self.build(parameters, np.empty_like(parameters))
        if stem:
            stem.begin(rng)
        for layer in layers:
            layer.begin(rng)
        return parameters

    def batch(self, parameters: Floats, rows: int, dropout: float) -> "Pass":  # noqa: ARG002  # any number will do
        """Prepare a pass for batches; it reads the flat parameters where they lie."""
        return Pass(self, parameters, dropout)

    def predict(self, parameters: Floats, known: Floats, unknown: Floats) -> Floats:
        """Return the outputs before the softmax, (unknown rows, classes), clipped to ±1e30.

        The known rows are all rows of the training: a batch norm needs their mean and their
        variance.
        """
        if all(block.normalisation != "batch" for block in self.blocks):
            known = known[:0]
        stem, layers = self.build(parameters, np.empty_like(parameters), known=len(known))
        units = np.concatenate([known, unknown])
        with np.errstate(over="ignore", invalid="ignore"):  # the training may have diverged
            units = stem.forward(units) if stem else units
            for layer in layers:
                units = layer.forward(units, None)
        return units[len(known) :].clip(-1e30, 1e30)

    def build(
        self,
        parameters: Floats,
        gradient: Floats,
        *,
        dropout: float = 0.0,
        known: int | None = None,
    ) -> tuple[Stem | None, list[Layer]]:
        """Make the stem and the layers, which read one flat array and write to another.

        `known` is how many rows, from the first on, give a batch norm its mean and variance; None:
        all rows.
        """
        matrices, vectors = self._views(parameters, gradient)
        stem = Stem(self.stem, next(matrices), next(vectors)) if self.stem else None
        width, layers = self._features(), list[Layer]()
        for block in self.blocks:
            steps: list[Layer] = [Linear(next(matrices))]
            match block.normalisation:
                case "none":
                    steps.append(Bias(next(vectors)))
                case "layer":
                    steps.append(LayerNorm(next(vectors), next(vectors)))
                case "batch":
                    steps.append(BatchNorm(next(vectors), next(vectors), known))
            steps.append(Activation(block.activation))
            if dropout:
                steps.append(Dropout(dropout))
            if block.skip:
                around = Linear(next(matrices)) if block.width != width else None
                steps = [Skip(steps, around)]
            layers += steps
            width = block.width
        return stem, [*layers, Linear(next(matrices)), Bias(next(vectors))]

    def work(self, rows: int, steps: int) -> float:
        """Return about how many nanoseconds of processor time an epoch takes.

        This is a deterministic model, fitted to the times of random architectures on one core. It
        adds up products of matrices, operations on each unit, operations on each parameter, and
        calls.
        """
        row = 0.08 * self.weights + 3.0 * sum(block.width for block in self.blocks)
        step = 2.0 * self.parameters + 29_000.0 + 19_000.0 * len(self.blocks)
        step += 25_000.0 * sum(block.normalisation != "none" for block in self.blocks)
        if self.stem:
            row += self.stem.work
            step += 62_000.0
        return rows * row + steps * step

    def _features(self) -> int:
        return self.stem.outputs if self.stem else self.inputs

    def _matrices(self) -> list[Shape]:
        """Return the shapes of all matrices, in the order in which `build` takes them."""
        shapes: list[Shape] = [self.stem.shape] if self.stem else []
        width = self._features()
        for block in self.blocks:
            shapes += [(width, block.width)] * (1 + (block.skip and block.width != width))
            width = block.width
        return [*shapes, (width, self.classes)]

    def _vectors(self) -> list[int]:
        """Return the lengths of all vectors, in the order in which `build` takes them."""
        lengths = [self.stem.channels] if self.stem else []
        for block in self.blocks:
            lengths += [block.width] * (1 if block.normalisation == "none" else 2)
        return [*lengths, self.classes]

    def _views(
        self, parameters: Floats, gradient: Floats
    ) -> tuple[Iterator[Parameter], Iterator[Parameter]]:
        start, views = 0, list[Parameter]()
        matrices = self._matrices()
        for shape in [*matrices, *((length,) for length in self._vectors())]:
            place = slice(start, start + math.prod(shape))
            views.append(
                Parameter(parameters[place].reshape(shape), gradient[place].reshape(shape))
            )
            start = place.stop
        return iter(views[: len(matrices)]), iter(views[len(matrices) :])


class Pass:
    """Takes a batch forward through a net, and derivatives back."""

    def __init__(self, architecture: Architecture, parameters: Floats, dropout: float) -> None:
        self.flat = np.empty_like(parameters)
        self.stem, self.layers = architecture.build(parameters, self.flat, dropout=dropout)

    def gradient(self, x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
        """Return the flat gradient of the batch's mean cross-entropy; the next call overwrites it.

        The targets are probabilities, (rows, classes).
        """
        units = self.stem.forward(x) if self.stem else x
        for layer in self.layers:
            units = layer.forward(units, rng)
        units = np.exp(units - units.max(axis=1, keepdims=True))
        delta = (units / units.sum(axis=1, keepdims=True) - y) * (1.0 / len(x))
        for layer in reversed(self.layers):
            delta = layer.backward(delta)
        if self.stem:
            self.stem.backward(delta)
        return self.flat
