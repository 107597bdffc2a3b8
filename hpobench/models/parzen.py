"""Parzen densities on a space: mixtures of one kernel for each configuration, and a uniform one.

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

from ..parameter import Categorical, Float, Int, Units
from ..space import Space

LEAST_CELL = 1e-6
"""A cell counts as at least this wide, so that differences of two probabilities are exact."""
LEAST = 1e-300
"""Probabilities are at least this, so that their logarithms are finite."""
CENTRE = 0.5


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
        self.counts = np.array(
            [len(p.values) if isinstance(p, Categorical) else 1 for p in parameters]
        )
        """Shape (d,): how many values a choice without order has; 1 for the others."""
        cells = [p for p in parameters if not isinstance(p, Float | Categorical)]
        sizes = [p.high - p.low + 1 if isinstance(p, Int) else len(p.values) for p in cells]
        self._halves = np.array([0.5 / size for size in sizes])
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
            # an Int's cell is v ± 1/2; centres are encodings of v, on the logarithmic scale
            values = np.exp(self._starts + units[..., self._log] * self._spans)
            lower[..., self._log] = (np.log(values - 0.5) - self._starts) / self._spans
            upper[..., self._log] = (np.log(values + 0.5) - self._starts) / self._spans
        missing = np.maximum(LEAST_CELL - (upper - lower), 0.0) / 2.0
        return lower - missing, upper + missing


@dataclass(frozen=True)
class Parzen:
    """A mixture of n kernels and a uniform one."""

    axes: Axes
    centres: Units
    """Shape (n, d): encoded configurations; nan where a parameter is inactive."""
    widths: Units
    """Shape (n, d): the standard deviation of a number's kernel, in the unit interval; of a choice,
    the probability, in (0, 1], that it is drawn anew from all of its values."""
    weights: NDArray[np.float64]
    """Shape (n + 1,): the probabilities of the kernels; the last one is the uniform one's."""

    def log_density(self, rows: Units) -> NDArray[np.float64]:
        """Return the logarithms of the densities, shape (m,), of encoded configurations (m, d)."""
        kernels = np.zeros((len(rows), len(self.weights)))
        if len(self.centres):
            kernels[:, :-1] = self._real(rows) + self._cell(rows) + self._choice(rows)
        kernels += np.log(np.maximum(self.weights, LEAST))
        highest = kernels.max(axis=1)
        total: NDArray[np.float64] = highest + np.log(
            np.exp(kernels - highest[:, None]).sum(axis=1)
        )
        return total

    def sample(self, count: int, rng: np.random.Generator) -> Units:
        """Draw points of the unit cube, shape (count, d), whose configurations have this density.

        The points lie inside the cells of their values and have coordinates for inactive
        parameters, too; `Features.snap` makes them encoded configurations.
        """
        kernels = rng.choice(len(self.weights), count, p=self.weights)
        luck, redrawn = rng.random((2, count, len(self.axes.real)))
        drawn = luck.copy()
        inner = kernels < len(self.centres)
        at = kernels[inner]
        drawn[inner] = self.perturb(self.centres[at], self.widths[at], luck[inner], redrawn[inner])
        return drawn

    def perturb(self, centres: Units, widths: Units, luck: Units, redrawn: Units) -> Units:
        """Draw from one kernel for each row, all arrays (m, d), given uniform random numbers."""
        from scipy.special import ndtr, ndtri

        choice = self.axes.choice
        low, high = ndtr(-centres / widths), ndtr((1.0 - centres) / widths)
        moved = centres + widths * ndtri(np.clip(low + luck * (high - low), LEAST, 1.0))
        kept = np.where(redrawn < widths, luck, centres)
        drawn = np.where(choice, kept, np.clip(moved, 0.0, 1.0))
        return np.where(np.isnan(centres), luck, drawn)

    def _real(self, rows: Units) -> NDArray[np.float64]:
        real = self.axes.real
        centres, widths = self.centres[:, real], self.widths[:, real]
        inside = _probability(-centres / widths, (1.0 - centres) / widths)
        heights = -np.log(widths * math.sqrt(2.0 * math.pi) * inside)
        z = (rows[:, None, real] - centres) / widths
        return _summed(heights - 0.5 * z * z)

    def _cell(self, rows: Units) -> NDArray[np.float64]:
        cell = self.axes.cell
        centres, widths = self.centres[:, cell], self.widths[:, cell]
        inside = _probability(-centres / widths, (1.0 - centres) / widths)
        lower, upper = self.axes.edges(rows[:, None, cell])
        mass = _probability((lower - centres) / widths, (upper - centres) / widths)
        return _summed(np.log(np.maximum(mass / (inside * (upper - lower)), LEAST)))

    def _choice(self, rows: Units) -> NDArray[np.float64]:
        choice = self.axes.choice
        widths = self.widths[:, choice]
        kept = np.log(np.maximum(self.axes.counts[choice] * (1.0 - widths) + widths, LEAST))
        apart = rows[:, None, choice] - self.centres[:, choice]
        logs = np.where(np.abs(apart) < 1e-9, kept, np.log(widths))
        return _summed(np.where(np.isnan(apart), np.nan, logs))


def parzen(axes: Axes, rows: Units, weights: NDArray[np.float64], floor: float) -> Parzen:
    """Return the density with kernels at encoded configurations (n, d), by Watanabe's advice.

    `weights`, shape (n,), are relative to each other; the uniform kernel has their mean. The
    widths are those of `neighbour_widths`.

    Source: Watanabe (2023), Tree-structured Parzen estimator, arXiv 2304.11127.
    """
    mean = float(weights.mean()) if len(weights) else 1.0
    weights = np.append(weights, mean)
    return Parzen(axes, rows, neighbour_widths(axes, rows, floor), weights / weights.sum())


def neighbour_widths(axes: Axes, rows: Units, floor: float) -> Units:
    """Return the widths of kernels at encoded configurations, shape (n, d).

    A number's width is the distance to its farther neighbour among the values of this parameter in
    all rows and the centre of the range, at least `floor`, and 1 where there is no other. A choice
    of K values is drawn anew with probability K/(n + 1 + K), as if every value had been seen 1/(n +
    1) times more.
    """
    count = len(rows) + 1
    points = np.vstack([rows, np.full((1, len(axes.real)), CENTRE)])
    order = points.argsort(axis=0)
    gaps = np.diff(np.take_along_axis(points, order, axis=0), axis=0)
    edge = np.full((1, len(axes.real)), np.nan)
    farther = np.fmax(np.vstack([edge, gaps]), np.vstack([gaps, edge]))
    widths = np.empty_like(points)
    np.put_along_axis(widths, order, farther, axis=0)
    widths = np.clip(np.where(np.isnan(widths), 1.0, widths), floor, 1.0)
    return np.where(axes.choice, axes.counts / (count + axes.counts), widths)[:-1]


def _probability(lower: Units, upper: Units) -> Units:
    """Return the standard normal probability between two bounds, exact in both tails."""
    from scipy.special import ndtr

    swapped = lower + upper > 0.0
    low, high = np.where(swapped, -upper, lower), np.where(swapped, -lower, upper)
    probability: Units = ndtr(high) - ndtr(low)
    return probability


def _summed(logs: Units) -> NDArray[np.float64]:
    """Sum over the last axis; where either parameter is inactive (nan), the kernel is uniform."""
    total: NDArray[np.float64] = np.where(np.isnan(logs), 0.0, logs).sum(axis=-1)
    return total
