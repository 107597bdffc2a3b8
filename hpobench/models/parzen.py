"""Parzen densities on a space: a mixture of one kernel for each configuration, and a uniform one.

All densities are relative to the uniform distribution in the unit cube: the uniform density is 1,
for every kind of parameter. So the densities of configurations with different active parameters can
be compared. A kernel is a product over parameters. For a number it is a normal density truncated to
[0, 1]; for a whole number or an ordinal, the mean of that density over the value's cell; a category
is kept or drawn anew (Aitchison and Aitken, 1976, Multivariate binary discrimination by the kernel
method, Biometrika 63). A parameter that is inactive in the kernel's own configuration is uniform.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..parameter import Categorical, Float, Int, Ordinal, Parameter, Units
from ..space import Space

LEAST_CELL = 1e-6
"""A cell counts as at least this wide, so that differences of two probabilities are exact."""
LEAST = 1e-300
"""Masses are at least this, so that their logarithms are finite."""
SAME = 1e-9
"""Coordinates of a choice that are closer than this are those of the same value."""
ROOT = math.sqrt(2.0 * math.pi)


class Axes:
    """How Parzen densities see the d parameters of a space."""

    def __init__(self, space: Space) -> None:
        parameters = list(space.values())
        self.real = np.array([isinstance(p, Float) for p in parameters])
        """Shape (d,): which parameters are real numbers."""
        self.choice = np.array([isinstance(p, Categorical) for p in parameters])
        """Shape (d,): which parameters are choices without order."""
        self.cell = ~self.real & ~self.choice
        """Shape (d,): which parameters are whole numbers or ordinals."""
        self.counts = np.array([_count(p) for p in parameters])
        """Shape (d,): how many values a parameter has; infinite for a real number."""
        self.conditional = space.conditional
        """Whether any parameter is ever inactive."""
        cells = [p for p in parameters if isinstance(p, Int | Ordinal)]
        self._halves = 0.5 / self.counts[self.cell]
        self._log = np.array([isinstance(p, Int) and p.log for p in cells], dtype=np.bool_)
        ends = [(p.low - 0.5, p.high + 0.5) for p in cells if isinstance(p, Int) and p.log]
        self._starts = np.array([math.log(low) for low, _ in ends])
        self._spans = np.array([math.log(high) - math.log(low) for low, high in ends])

    def edges(self, units: Units) -> tuple[Units, Units]:
        """Return the lower and the upper edges of cells with the given centres.

        The last axis runs over the parameters that have cells.
        """
        lower, upper = units - self._halves, units + self._halves
        if self._log.any():
            # the cell of v reaches from v - 1/2 to v + 1/2, on a logarithmic scale
            values = np.exp(self._starts + units[..., self._log] * self._spans)
            lower[..., self._log] = (np.log(values - 0.5) - self._starts) / self._spans
            upper[..., self._log] = (np.log(values + 0.5) - self._starts) / self._spans
        missing = np.maximum(LEAST_CELL - (upper - lower), 0.0) / 2.0
        return lower - missing, upper + missing


@dataclass(frozen=True)
class Parzen:
    """A mixture of n kernels, which may be none, and a uniform one."""

    axes: Axes
    centres: Units
    """Shape (n, d): encoded configurations; nan where a parameter is inactive."""
    widths: Units
    """Shape (d,): the standard deviation of a number's kernels, in the unit interval; of a choice,
    the probability, in (0, 1], that it is drawn anew from all of its values."""
    weights: NDArray[np.float64]
    """Shape (n + 1,): the probabilities of the kernels; the last one is the uniform one's, which is
    positive, so that far from all kernels the density is not 0."""

    def log_density(self, rows: Units) -> NDArray[np.float64]:
        """Return the logarithms of the densities, shape (m,), of encoded configurations (m, d)."""
        if not len(self.centres):
            return np.zeros(len(rows))
        kernels = np.zeros((len(rows), len(self.centres)))
        if self.axes.real.any():
            kernels += self._real(rows)
        if self.axes.cell.any():
            kernels += self._cell(rows)
        if self.axes.choice.any():
            kernels += self._choice(rows)
        highest = np.maximum(kernels.max(axis=1), 0.0)
        density = np.exp(kernels - highest[:, None]) @ self.weights[:-1]
        density += np.exp(-highest) * self.weights[-1]
        total: NDArray[np.float64] = highest + np.log(density)
        return total

    def sample(self, count: int, rng: np.random.Generator) -> Units:
        """Draw points of the unit cube, shape (count, d), whose configurations have this density.

        The points lie inside the cells of their values and have coordinates for inactive
        parameters, too; `Features.snap` makes them encoded configurations.
        """
        from scipy.special import ndtr, ndtri

        ends = self.weights.cumsum()
        kernels = np.searchsorted(ends, rng.random(count) * ends[-1], side="right")
        uniform = rng.random((count, len(self.widths)))
        redrawn = rng.random(uniform.shape)
        inner = np.flatnonzero(kernels < len(self.centres))
        centres, luck = self.centres[kernels[inner]], uniform[inner]
        low, high = ndtr(-centres / self.widths), ndtr((1.0 - centres) / self.widths)
        near = np.clip(centres + self.widths * ndtri(low + luck * (high - low)), 0.0, 1.0)
        if self.axes.choice.any():
            kept = np.where(redrawn[inner] < self.widths, luck, centres)
            near = np.where(self.axes.choice, kept, near)
        uniform[inner] = np.where(np.isnan(centres), luck, near)
        return uniform

    def _real(self, rows: Units) -> NDArray[np.float64]:
        real = self.axes.real
        centres, widths = self.centres[:, real], self.widths[real]
        heights = -np.log(widths * _inside(centres, widths) * ROOT)
        z = (rows[:, None, real] - centres) / widths
        return self._summed(heights - 0.5 * z * z)

    def _cell(self, rows: Units) -> NDArray[np.float64]:
        from scipy.special import ndtr

        cell = self.axes.cell
        centres, widths = self.centres[:, cell], self.widths[cell]
        lower, upper = self.axes.edges(rows[:, cell])
        lowers, uppers = ndtr((np.stack([lower, upper])[:, :, None] - centres) / widths)
        mass = (uppers - lowers) / (_inside(centres, widths) * (upper - lower)[:, None])
        return self._summed(np.log(np.maximum(mass, LEAST)))

    def _choice(self, rows: Units) -> NDArray[np.float64]:
        choice = self.axes.choice
        widths = self.widths[choice]
        apart = np.abs(rows[:, None, choice] - self.centres[:, choice])
        kept = self.axes.counts[choice] * (1.0 - widths) + widths
        logs = np.where(apart < SAME, np.log(kept), np.log(widths))
        return self._summed(np.where(np.isnan(apart), np.nan, logs))

    def _summed(self, logs: Units) -> NDArray[np.float64]:
        """Sum over the last axis; where either parameter is inactive (nan), kernels are uniform."""
        if self.axes.conditional:
            logs = np.where(np.isnan(logs), 0.0, logs)
        total: NDArray[np.float64] = logs.sum(axis=-1)
        return total


def parzen(
    axes: Axes, rows: Units, weights: NDArray[np.float64], factor: float, floor: float
) -> Parzen:
    """Return the density with kernels at encoded configurations (n, d).

    `weights`, shape (n,), are relative to each other; the uniform kernel has their mean, as in
    Watanabe (2023), Tree-structured Parzen estimator, arXiv 2304.11127. The widths are those of
    `scott_widths`.
    """
    mean = float(weights.mean()) if len(weights) else 1.0
    weights = np.append(weights, mean)
    return Parzen(axes, rows, scott_widths(axes, len(rows), factor, floor), weights / weights.sum())


def scott_widths(axes: Axes, count: int, factor: float, floor: float) -> Units:
    """Return the widths (d,) of the kernels of `count` configurations, by Scott's rule.

    A number's width is factor · (count + 1)^(-1/(d + 4)) of its range, the one more being the
    uniform kernel (Scott, 1992, Multivariate density estimation, eq. 6.42), at least `floor` and
    half of a cell. A choice of K values is drawn anew with probability K/(2·(count + 1 + K)).
    """
    width = factor * (count + 1) ** (-1.0 / (len(axes.real) + 4))
    widths = np.maximum(max(width, floor), 0.5 / axes.counts)
    counts = np.where(axes.choice, axes.counts, 1.0)
    return np.where(axes.choice, counts / (2.0 * (count + 1 + counts)), widths)


def _count(parameter: Parameter) -> float:
    match parameter:
        case Float():
            return math.inf
        case Int():
            return parameter.high - parameter.low + 1.0
        case Ordinal() | Categorical():
            return float(len(parameter.values))


def _inside(centres: Units, widths: Units) -> Units:
    """Return the probability that a normal number lies in [0, 1]."""
    from scipy.special import ndtr

    probability: Units = ndtr((1.0 - centres) / widths) - ndtr(-centres / widths)
    return probability
