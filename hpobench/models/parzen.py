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

from ..parameter import Categorical, Float, Int, Ordinal, Units
from ..space import Space
from .features import counts

MOST_GOOD = 25
"""The most trials that count as good."""
BAD_WIDTH = 0.5
"""The factor of the bad kernels' widths, as a share of the good kernels' factor."""
FLOOR = 0.03
"""The least width of a number's kernel, as a share of its range (Watanabe, 2023)."""
LEAST_CELL = 1e-6
"""A cell counts as at least this wide, so that differences of two probabilities are exact."""
NEGLIGIBLE = -100.0
"""A kernel's logarithm is at least this, relative to the highest one's: subnormal numbers are slow
to compute with."""
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
        self.reals = np.flatnonzero(self.real)
        self.choices = np.flatnonzero(self.choice)
        self.cells = np.flatnonzero(~self.real & ~self.choice)
        """The positions of whole numbers and ordinals; `reals` and `choices` are the others'."""
        self.counts = counts(space)
        """Shape (d,): how many values a parameter has; infinite for a real number."""
        self.conditional = space.conditional
        """Whether any parameter is ever inactive."""
        cells = [p for p in parameters if isinstance(p, Int | Ordinal)]
        self._halves = 0.5 / self.counts[self.cells]
        self._log = np.array([isinstance(p, Int) and p.log for p in cells], dtype=np.bool_)
        ends = [(p.low - 0.5, p.high + 0.5) for p in cells if isinstance(p, Int) and p.log]
        self._starts = np.array([math.log(low) for low, _ in ends])
        self._spans = np.array([math.log(high) - math.log(low) for low, high in ends])

    def edges(self, units: Units) -> Units:
        """Return the lower and upper edges, shape (2, m, cells), of the cells with these centres.

        The centres, shape (m, cells), are of the parameters at the positions `cells`.
        """
        edges = np.stack([units - self._halves, units + self._halves])
        if self._log.any():
            # the cell of v reaches from v - 1/2 to v + 1/2, on a logarithmic scale
            values = np.exp(self._starts + units[:, self._log] * self._spans)
            bounds = np.stack([values - 0.5, values + 0.5])
            edges[..., self._log] = (np.log(bounds) - self._starts) / self._spans
        missing = np.maximum(LEAST_CELL - (edges[1] - edges[0]), 0.0) / 2.0
        edges[0] -= missing
        edges[1] += missing
        return edges


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
        heights = np.where(np.isnan(self.centres), 0.0, self._heights())
        kernels: NDArray[np.float64] = (~np.isnan(rows)).astype(np.float64) @ heights.T
        if len(self.axes.reals):
            kernels += self._real(rows)
        if len(self.axes.cells):
            kernels += self._cell(rows)
        if len(self.axes.choices):
            kernels += self._choice(rows)
        highest = np.maximum(kernels.max(axis=1), 0.0)
        density = np.exp(np.maximum(kernels - highest[:, None], NEGLIGIBLE)) @ self.weights[:-1]
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
        if len(self.axes.choices):
            kept = np.where(redrawn[inner] < self.widths, luck, centres)
            near = np.where(self.axes.choice, kept, near)
        uniform[inner] = np.where(np.isnan(centres), luck, near)
        return uniform

    def _heights(self) -> Units:
        """Return the part of each kernel's logarithm that all configurations share, (n, d).

        It is the logarithm of 1/P for a cell, of 1/(P·width·√2π) for a real number, where P is the
        probability that the normal distribution gives to [0, 1]; and for a choice that of the
        density of each value that is not the kernel's own.
        """
        from scipy.special import ndtr

        ends = self.centres / self.widths
        inside = ndtr(1.0 / self.widths - ends) - ndtr(-ends)
        factors = np.where(self.axes.real, 1.0 / (ROOT * self.widths), 1.0)
        heights: Units = np.log(np.where(self.axes.choice, self.widths, factors / inside))
        return heights

    def _real(self, rows: Units) -> NDArray[np.float64]:
        reals = self.axes.reals
        widths = self.widths[reals]
        z = (rows[:, reals] / widths)[:, None] - self.centres[:, reals] / widths
        if self.axes.conditional:
            z = np.where(np.isnan(z), 0.0, z)
        squares: NDArray[np.float64] = np.einsum("mnd,mnd->mn", z, z)
        return -0.5 * squares

    def _cell(self, rows: Units) -> NDArray[np.float64]:
        cells = self.axes.cells
        widths = self.widths[cells]
        edges = self.axes.edges(rows[:, cells])
        bounds = _normal((edges / widths)[:, :, None] - self.centres[:, cells] / widths)
        mass = (bounds[1] - bounds[0]) / (edges[1] - edges[0])[:, None]
        logs = np.log(np.maximum(mass, LEAST))
        if self.axes.conditional:
            logs = np.where(np.isnan(logs), 0.0, logs)
        total: NDArray[np.float64] = logs.sum(axis=2)
        return total

    def _choice(self, rows: Units) -> NDArray[np.float64]:
        choices = self.axes.choices
        widths = self.widths[choices]
        apart = np.abs(rows[:, None, choices] - self.centres[:, choices])
        gains = np.log(self.axes.counts[choices] * (1.0 / widths - 1.0) + 1.0)
        total: NDArray[np.float64] = (apart < SAME).astype(np.float64) @ gains
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


def good_first(values: NDArray[np.float64], share: float) -> tuple[NDArray[np.intp], int]:
    """Return the order of values (n,), the lowest first and nan last, and how many are good.

    That is a share of them, rounded up, at most MOST_GOOD, and no failures.
    """
    valid = int(np.sum(~np.isnan(values)))
    count = min(math.ceil(share * len(values)), MOST_GOOD, valid)
    return np.argsort(values, kind="stable"), count


def by_ratio(candidates: Units, good: Parzen, bad: Parzen) -> Units:
    """Return candidates (m, d), the one with the highest ratio of good to bad first.

    It expects the most improvement (Bergstra et al., 2011, Algorithms for hyper-parameter
    optimization, section 4).
    """
    ratios = good.log_density(candidates) - bad.log_density(candidates)
    return candidates[np.argsort(-ratios, kind="stable")]


def bad_density(axes: Axes, rows: Units, factor: float) -> Parzen:
    """Return the density of bad configurations (n, d), with kernels of equal weights.

    `factor` is that of the good kernels' widths.
    """
    return parzen(axes, rows, np.ones(len(rows)), BAD_WIDTH * factor, FLOOR)


def scott_widths(axes: Axes, count: int, factor: float, floor: float) -> Units:
    """Return the widths (d,) of the kernels of `count` configurations, by Scott's rule.

    A number's width is factor · (count + 1)^(-1/(d + 4)) of its range, the one more being the
    uniform kernel (Scott, 1992, Multivariate density estimation), at least `floor` and
    half of a cell. A choice of K values is drawn anew with probability K/(2·(count + 1 + K)).
    """
    width = factor * (count + 1) ** (-1.0 / (len(axes.real) + 4))
    widths = np.maximum(max(width, floor), 0.5 / axes.counts)
    choices = np.where(axes.choice, axes.counts, 1.0)
    return np.where(axes.choice, choices / (2.0 * (count + 1 + choices)), widths)


def _normal(bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the normal distribution function, exact to 2e-4 and ten times as fast as `ndtr`.

    Source: Page (1977), Approximations to the cumulative normal function and its inverse for use on
    a pocket calculator, Applied Statistics 26.
    """
    squares = bounds * bounds
    squares *= 0.044715
    squares += 1.0
    squares *= bounds
    squares *= math.sqrt(2.0 / math.pi)
    np.tanh(squares, out=squares)
    squares += 1.0
    squares *= 0.5
    return squares
