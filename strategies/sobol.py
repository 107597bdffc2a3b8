"""Sobol's sequence, scrambled: points that fill the cube more evenly than random ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Pending, Proposal, Strategy, Task

BLOCK = 64
"""How many points are drawn at once; a power of two keeps the sequence balanced."""


@dataclass
class Sobol(Strategy):
    """Goes through a scrambled Sobol sequence, point by point.

    The scramble is a random linear one with a digital shift (Matoušek, 1998). It leaves every point
    uniform in the unit cube, and the sequence as even as before. The first points are the same
    under every budget.
    """

    citation = (
        "Sobol' (1967), On the distribution of points in a cube, USSR Computational Mathematics and"
        " Mathematical Physics 7; scrambled after Matoušek (1998), On the L2-discrepancy for"
        " anchored boxes, Journal of Complexity 14"
    )
    family = "random"

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        from scipy.stats import qmc

        super().setup(task, rng)
        self.sequence = qmc.Sobol(len(task.space), rng=rng)
        self.points = iter(self.sequence.random(BLOCK))

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        point = next(self.points, None)
        if point is None:
            self.points = iter(self.sequence.random(BLOCK))
            point = next(self.points)
        return Proposal(self.task.space.decode(point))
