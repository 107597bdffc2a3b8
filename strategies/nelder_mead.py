"""Nelder and Mead's simplex search (1965), inside the unit cube and with restarts."""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Pending, Proposal, Strategy, Task, Trial, Units, check_real
from hpobench.models.restarts import Restarts, Search, Values

USUAL = 8
"""Up to so many parameters the usual coefficients hold; beyond, they depend on the number."""


@dataclass
class NelderMead(Strategy):
    """Moves the worst vertex of a simplex through the centre of the others, as long as that helps.

    The first simplex is a random configuration, or the best one that was told before, and a step of
    `size` from there along each parameter. In each round the worst vertex is reflected in the
    centroid of the others. A reflection that is the best of all goes on as an expansion, one that
    would be the worst is drawn back by a contraction, and where that fails, the whole simplex
    shrinks towards its best vertex. Beyond eight parameters the coefficients are the adaptive ones
    of Gao and Han. When all vertices are within `least` of the best, the search begins again at a
    random configuration.

    Points outside of the cube are moved to its side. Whole numbers and ordinals are rounded for the
    evaluation only, and what is known is not evaluated again. A failed trial is the worst. Several
    workers share the first simplex and a shrinkage, and each moves one of the worst vertices, as
    many as there are workers but at most d (Lee and Wiswall); a worker without a vertex waits.
    """

    citation = (
        "Nelder and Mead (1965), A simplex method for function minimization, The Computer Journal"
        " 7; Gao and Han (2012), Implementing the Nelder-Mead simplex algorithm with adaptive"
        " parameters, Computational Optimization and Applications 51; Lee and Wiswall (2007), A"
        " parallel implementation of the simplex function minimization routine, Computational"
        " Economics 30"
    )
    family = "local"

    size: float = 0.4
    """The edges of the first simplex, as a share of each parameter's range."""
    least: float = 1e-3
    """The search begins again once no vertex is further from the best along any coordinate."""

    def __post_init__(self) -> None:
        check_real("size", self.size, least=0, most=0.5, above=True)
        check_real("least", self.least, least=0, most=self.size, above=True)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.restarts = Restarts(task.space, rng, self._search)

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        config = self.restarts.next()
        return None if config is None else Proposal(config)

    def tell(self, trial: Trial) -> None:
        self.restarts.tell(trial.proposal.config, trial.value)

    def _search(self, start: Units, value: float) -> Search:
        """Search from a point (d,) on."""
        dimensions = len(start)
        if math.isnan(value) or not dimensions:
            return
        lengths = np.maximum(self.size, self.restarts.shares(start))
        signs = np.where(start + lengths <= 1.0, 1.0, -1.0)
        points = np.vstack([start, start + np.diag(signs * lengths)])
        values = np.append(value, (yield from _values(points[1:])))
        expansion, contraction, shrinkage = coefficients(dimensions)
        moving = min(self.task.workers, dimensions)
        while True:
            order = np.argsort(values, kind="stable")
            points, values = points[order], values[order]
            if np.abs(points - points[0]).max() < self.least:
                return
            staying = dimensions + 1 - moving
            best, limit, worst = values[0], values[staying - 1], values[staying:]
            centroid = points[:staying].mean(axis=0)
            away = centroid - points[staying:]
            reflected = np.clip(centroid + away, 0.0, 1.0)
            found = yield from _values(reflected)
            # how far each vertex goes next; a reflection that is neither best nor worst stands
            factors = np.select(
                [found < best, found < limit, found < worst],
                [expansion, 1.0, contraction],
                -contraction,
            )
            seconds = np.clip(centroid + factors[:, None] * away, 0.0, 1.0)
            further = factors != 1.0
            second = found.copy()
            second[further] = yield from _values(seconds[further])
            better = second < np.minimum(found, worst)
            points[staying:][better], values[staying:][better] = seconds[better], second[better]
            good = ~better & (found < limit)
            points[staying:][good], values[staying:][good] = reflected[good], found[good]
            if not (better | good).any():
                points[1:] = points[0] + shrinkage * (points[1:] - points[0])
                values[1:] = yield from _values(points[1:])


def coefficients(dimensions: int) -> tuple[float, float, float]:
    """Return the coefficients of expansion, contraction and shrinkage (Gao and Han, 2012, eq. 4.1).

    With two parameters they are the usual ones, 2, 1/2 and 1/2, which hold up to USUAL.
    """
    n = dimensions if dimensions > USUAL else 2
    return 1 + 2 / n, 0.75 - 1 / (2 * n), 1 - 1 / n


def _values(points: Units) -> Generator[Units, tuple[Units, Values], Values]:
    """Have points (k, d) evaluated, and return the values (k,), infinite for failures."""
    if not len(points):
        return np.zeros(0)
    _, values = yield points
    return np.where(np.isnan(values), np.inf, values)
