"""A convolution of small pictures, the first layers of a net of blocks."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .layers import Floats, Parameter

Reduction: TypeAlias = Literal["none", "stride", "max-pool"]
KERNEL = 3
"""The length of a window's sides, in pixels."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """The shape of the first layers, which see square pictures."""

    side: int
    """The length of a picture's sides in pixels, an even number."""
    channels: int
    reduction: Reduction
    """How the outputs are reduced. none: one output for each pixel; stride: one at every other row
    and column; max-pool: the largest of 2 x 2."""

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of the weights: (pixels of a window, channels)."""
        return KERNEL**2, self.channels

    @property
    def outputs(self) -> int:
        """How many outputs a picture has."""
        pixels = self.side**2
        return self.channels * (pixels if self.reduction == "none" else pixels // 4)

    @property
    def work(self) -> float:
        """About how many nanoseconds of processor time a picture takes in a training."""
        windows = self.side**2 // (4 if self.reduction == "stride" else 1)
        return windows * (33.0 + 1.8 * self.channels)


class Stem:
    """A convolution with 3 x 3 pixels and zeros around the picture, its reduction, and a relu.

    It is computed as the product of a matrix whose rows are the windows (Chellapilla et al., 2006).
    The windows whose products compete in a pool differ in the first axis alone:
    (competitors, rows * places, pixels). The outputs are (rows, places * channels).
    """

    def __init__(self, convolution: Convolution, weight: Parameter, bias: Parameter) -> None:
        self.convolution, self.weight, self.bias = convolution, weight, bias

    def begin(self, rng: np.random.Generator) -> None:
        """Draw the weights uniformly (Glorot & Bengio 2010, eq. 16, for windows); biases stay 0."""
        pixels, channels = self.weight.value.shape
        bound = math.sqrt(6.0 / (pixels + pixels * channels))
        self.weight.value[:] = rng.uniform(-bound, bound, (pixels, channels))

    def forward(self, x: Floats) -> Floats:
        """Return the outputs, (rows, places * channels), for pictures, (rows, side * side)."""
        self.windows = self._windows(x)
        self.products = self.windows @ self.weight.value
        self.largest = self.products.max(axis=0) if len(self.products) > 1 else self.products[0]
        self.units = np.maximum(self.largest + self.bias.value, 0.0)
        flat: Floats = self.units.reshape(len(x), -1)
        return flat

    def backward(self, delta: Floats) -> None:
        """Write the derivatives by the parameters, given those by the outputs."""
        delta = delta.reshape(self.units.shape) * (self.units > 0.0)
        np.add.reduce(delta, axis=0, out=self.bias.gradient)
        gradient = self.weight.gradient
        if len(self.products) == 1:
            np.matmul(self.windows[0].T, delta, out=gradient)
            return
        gradient[:] = 0.0
        for windows, products in zip(self.windows, self.products, strict=True):
            won = delta * (products == self.largest)
            delta = delta - won  # among equal products the first one wins
            gradient += windows.T @ won

    def _windows(self, x: Floats) -> Floats:
        side = self.convolution.side
        padded = np.zeros((len(x), side + 2, side + 2), x.dtype)
        padded[:, 1:-1, 1:-1] = x.reshape(-1, side, side)
        windows = sliding_window_view(padded, (KERNEL, KERNEL), axis=(1, 2))
        if self.convolution.reduction == "stride":
            windows = windows[:, ::2, ::2]
        if self.convolution.reduction == "max-pool":
            half = side // 2
            pools = windows.reshape(len(x), half, 2, half, 2, KERNEL, KERNEL)
            return pools.transpose(2, 4, 0, 1, 3, 5, 6).reshape(4, -1, KERNEL**2)
        return windows.reshape(1, -1, KERNEL**2)
