"""The search of a whole mixed space for what an acquisition function promises most of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from ..parameter import Units
from .ascents import STEPS, Acquired, Maximiser, repeated
from .candidates import Candidates
from .features import Features
from .gaussian_process import GaussianProcess
from .gradient_process import GradientProcess

Process = TypeVar("Process", GaussianProcess, GradientProcess)

INCUMBENTS = 5
"""How many of the best configurations have candidates around them."""
NEAR, SINGLE = 512, 256
"""How many candidates lie near these, and about how many differ from the best in one parameter."""
HIGH = 20
"""From so many parameters on, half of the candidates change only some of the best's."""
NOISY = 1e-2
"""The variance of the noise, as a share of the signal's, from which on values are noisy."""


@dataclass(frozen=True, slots=True)
class Search:
    """Tries candidates all over a space and near good points, and climbs from the best of them."""

    features: Features
    drawn: Candidates
    ascents: int
    """From how many of the candidates a climb starts; another one starts from the best so far."""
    steps: int = STEPS
    """The most steps of a climb along the real parameters, in each round."""

    def ranked(
        self, acquired: Acquired, scales: Units, seen: Units, known: set[bytes], further: Units
    ) -> Units:
        """Return snapped candidates, shape (m, d), the most promising one first.

        `scales` are the features' length-scales, (p,), `seen` the snapped rows that were evaluated
        or are pending, (n, d), the best one first, `known` those that must not be proposed, as
        bytes, and `further` rounded candidates beside those that are drawn, (k, d).
        """
        incumbents = self.drawn.filled(seen[:INCUMBENTS])
        low, high = np.zeros(len(self.features.real)), np.ones(len(self.features.real))
        barred = repeated(known, self.features)
        maximiser = Maximiser(self.features, acquired, scales, barred, low, high, self.steps)
        rows = np.vstack([self._candidates(incumbents), further])
        return maximiser.ranked(rows, incumbents[:1], self.ascents, self.drawn.rng)

    def _candidates(self, incumbents: Units) -> Units:
        """Return rounded candidates, shape (m, d), given rounded incumbents, the best one first."""
        spread = self.drawn.spread()
        if len(self.features.real) >= HIGH:
            half = len(spread) // 2
            spread = np.vstack([spread[half:], self.drawn.sparse(incumbents[:1], half)])
        near = self.drawn.near(incumbents, NEAR)
        return np.vstack([spread, near, self.drawn.single(incumbents[0], SINGLE)])


def with_pending(
    process: Process, features: Features, told: Sequence[Units], waiting: Units
) -> tuple[Process, Units, float]:
    """Return the process that believes the pending rows, all rows by their means, and the lowest.

    The snapped rows were told, (d,) each, or are pending, (k, d). All rows, (n + k, d), begin with
    that of the lowest mean.
    """
    if len(waiting):
        process = process.believe(features.points(waiting))
    seen = np.vstack([*told, waiting])
    means, _ = process.posterior(features.points(seen))
    order = np.argsort(means, kind="stable")
    return process, seen[order], float(means[order[0]])


def lowest_mean(process: GaussianProcess, points: Units, values: Units) -> int | None:
    """Return which evaluated point has the lowest mean; None: the process takes values as exact.

    The points have the shape (n, p), and their values, nan for failures, (n,).
    """
    if process.hyperparameters[-1] < math.log(NOISY):
        return None
    means, _ = process.posterior(points)
    return int(np.where(np.isnan(values), np.inf, means).argmin())
