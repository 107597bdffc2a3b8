"""Forests of extremely randomised trees, grown all at once (Geurts, Ernst and Wehenkel, 2006).

The paper: Extremely randomized trees, Machine Learning 63.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

EQUAL = 1e-12
"""Values of at most this variance are equal."""
SAME = 1e-9
"""Coordinates of a choice that are closer than this are those of the same value."""


@dataclass(frozen=True)
class Forest:
    """Trees in one list of nodes, all arrays of shape (nodes,); the first nodes are the roots.

    A point goes to a node's child where its coordinate lies above `lower` and not above `upper`,
    and else to the node after that child. A leaf takes all points and is its own child.
    """

    trees: int
    depth: int
    """How many splits are on the longest path from a root to a leaf."""
    columns: Whole
    """Which coordinate decides."""
    lower: Array
    upper: Array
    children: Whole
    means: Array
    """The mean of the values in a node."""
    variances: Array
    """The variance of the values in a node, their mean squared distance from the mean."""

    def predict(self, points: Array) -> tuple[Array, Array]:
        """Return mean and standard deviation, shapes (m,), at points (m, d).

        The variance is the mean of the leaves' variances plus the variance of their means (Hutter,
        Xu, Hoos and Leyton-Brown, 2014, Algorithm runtime prediction: methods & evaluation,
        Artificial Intelligence 206).
        """
        count, units = len(points), points.ravel()
        nodes = np.repeat(np.arange(self.trees), count)
        first = np.tile(np.arange(count) * points.shape[1], self.trees)
        for _ in range(self.depth):
            unit = units[first + self.columns[nodes]]
            inside = (unit > self.lower[nodes]) & (unit <= self.upper[nodes])
            nodes = self.children[nodes] + ~inside
        means = self.means[nodes].reshape(self.trees, count)
        variances = self.variances[nodes].reshape(self.trees, count)
        deviations: Array = np.sqrt(variances.mean(axis=0) + means.var(axis=0))
        return means.mean(axis=0), deviations


@dataclass(frozen=True)
class _Samples:
    """The samples of some nodes, node after node; a sample is in each tree once."""

    points: Array
    """Shape (s, d)."""
    values: Array
    """Shape (s,)."""
    counts: Whole
    """Shape (nodes,): how many samples each node has, at least 1."""

    @property
    def starts(self) -> Whole:
        """Shape (nodes,): the first sample of each node."""
        starts: Whole = np.cumsum(self.counts) - self.counts
        return starts

    def moments(self) -> tuple[Array, Array]:
        """Return the mean and the variance of each node's values."""
        means = np.add.reduceat(self.values, self.starts) / self.counts
        excess = self.values - np.repeat(means, self.counts)
        variances: Array = np.add.reduceat(excess**2, self.starts) / self.counts
        return means, variances

    def of(self, nodes: Truth) -> "_Samples":
        """Return the samples of some of the nodes."""
        if nodes.all():
            return self
        kept = np.repeat(nodes, self.counts)
        return _Samples(self.points[kept], self.values[kept], self.counts[nodes])


@dataclass(frozen=True)
class _Splits:
    """The best split of each node."""

    columns: Whole
    lower: Array
    upper: Array
    possible: Truth
    """Whether a node has any split: its points are not all equal."""
    inside: Truth
    """Shape (s,): which samples go to the node's child."""


def grow(
    points: Array, values: Array, choice: Truth, rng: np.random.Generator, *, trees: int, least: int
) -> Forest:
    """Grow a forest on points (n, d), which have no nan, and their values (n,).

    At each node a random threshold in each coordinate competes, or for a coordinate of `choice`,
    shape (d,), a random value against all others; the split that explains most of the variance
    wins. Nodes with fewer than `least` samples, or with equal points or values, are leaves.
    """
    level = _Samples(
        np.tile(points, (trees, 1)), np.tile(values, trees), np.full(trees, len(points))
    )
    parts: list[tuple[NDArray[Any], ...]] = []
    nodes = 0
    while len(level.counts):
        means, variances = level.moments()
        made = len(means)
        lower, upper = np.full(made, -np.inf), np.full(made, np.inf)
        columns, children = np.zeros(made, dtype=np.int64), nodes + np.arange(made)
        nodes += made
        wide = (level.counts >= least) & (variances > EQUAL)
        level = level.of(wide)
        if wide.any():
            splits = _best_splits(level, choice, rng)
            at = np.flatnonzero(wide)[splits.possible]
            columns[at] = splits.columns[splits.possible]
            lower[at], upper[at] = splits.lower[splits.possible], splits.upper[splits.possible]
            children[at] = nodes + 2 * np.arange(len(at))
            level = _divided(level, splits)
        parts.append((columns, lower, upper, children, means, variances))
    columns, lower, upper, children, means, variances = map(
        np.concatenate, zip(*parts, strict=True)
    )
    return Forest(trees, len(parts) - 1, columns, lower, upper, children, means, variances)


def _best_splits(level: _Samples, choice: Truth, rng: np.random.Generator) -> _Splits:
    points, starts, counts = level.points, level.starts, level.counts[:, None]
    rows, node = np.arange(len(counts)), np.repeat(np.arange(len(counts)), level.counts)
    low = np.minimum.reduceat(points, starts, axis=0)
    high = np.maximum.reduceat(points, starts, axis=0)
    luck = rng.random(low.shape)
    upper, lower = low + luck * (high - low), np.full_like(low, -np.inf)
    if choice.any():
        places = starts[:, None] + (luck[:, choice] * counts).astype(np.int64)
        picked = points[places, np.flatnonzero(choice)]
        lower[:, choice], upper[:, choice] = picked - SAME, picked + SAME
    inside = points <= upper[node]
    if choice.any():
        inside[:, choice] &= points[:, choice] > lower[node][:, choice]
    # the variance explained is proportional to the square of the sum of the values' excess over the
    # node's mean inside, divided by the product of the two sides' counts
    shares = inside.astype(np.float64)
    kept = np.add.reduceat(shares, starts, axis=0)
    means, _ = level.moments()
    shares *= (level.values - means[node])[:, None]
    sums = np.add.reduceat(shares, starts, axis=0)
    sides = kept * (counts - kept)
    gains = np.where(sides > 0.0, sums**2 / np.maximum(sides, 1.0), -1.0)
    best = gains.argmax(axis=1)
    return _Splits(
        best, lower[rows, best], upper[rows, best], gains[rows, best] >= 0.0,
        inside[np.arange(len(node)), best[node]],
    )  # fmt: skip


def _divided(level: _Samples, splits: _Splits) -> _Samples:
    """Return the samples of the children, two for each node that has a split."""
    inside = splits.inside[np.repeat(splits.possible, level.counts)]
    parents = level.of(splits.possible)
    if not len(parents.counts):
        return parents
    node = np.repeat(np.arange(len(parents.counts)), parents.counts)
    order = np.argsort(2 * node + ~inside, kind="stable")
    kept = np.bincount(node, weights=inside).astype(np.int64)
    counts = np.column_stack([kept, parents.counts - kept]).ravel()
    return _Samples(parents.points[order], parents.values[order], counts)
