"""Linear models in a trust region, after Powell's COBYLA (1994), without its constraints."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Pending, Proposal, Strategy, Task, Trial, Units, check_real
from hpobench.models.linear_simplex import FLAT, Simplex, lengths_of
from hpobench.models.restarts import Restarts, Search

OUT = 0.5
"""A vertex that is moved is put so many radii away from that face (Powell's gamma)."""
SHORT = 0.5
"""A step is not worth an evaluation below this share of the length that it may have."""
LENGTHS = (1.0, 2.0, 0.5, 4.0)
"""How many radii long the steps are that several workers try at once."""


@dataclass
class LinearTrustRegion(Strategy):
    """Descends linear models of the value in a trust region, which shrinks where they fail.

    A simplex of d + 1 configurations determines a linear model by interpolation. The next
    configuration is the model's lowest point in a ball around the best vertex, within the cube. It
    takes the place of a vertex. If it gains too little, a vertex that is far away, or near to the
    face of the others, is moved; if there is none, the radius of the ball is halved. When the last
    radius has failed, too, the search begins again at a random configuration.

    The first simplex begins at a random configuration, or at the best one that was told before. A
    start in the centre of the cube would flatter the method on problems whose optimum is near it.
    One parameter after the other then takes a step of the first radius, from the best so far.

    Whole numbers and ordinals are rounded, and move by at least one value. A failed trial counts as
    the worst vertex. Several workers share the first simplex, and later try steps of several
    lengths; a worker for whom there is none waits.
    """

    citation = (
        "Powell (1994), A direct search optimization method that models the objective and"
        " constraint functions by linear interpolation, in Gomez and Hennart (eds.), Advances in"
        " optimization and numerical analysis, Kluwer"
    )
    family = "local"

    radius: float = 1 / 3
    """The first radius of the ball, as a share of each parameter's range."""
    least: float = 1e-3
    """The last radius."""

    def __post_init__(self) -> None:
        check_real("radius", self.radius, least=0, most=0.5, above=True)
        check_real("least", self.least, least=0, most=self.radius, above=True)

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
        if math.isnan(value) or not len(start):
            return
        simplex = Simplex(start[None], np.array([value]))
        for first in range(0, len(start), self.task.workers):
            places = range(first, min(first + self.task.workers, len(start)))
            wanted = [self._stepped(simplex.points[0], place) for place in places]
            simplex.add(*(yield np.array(wanted)))
        radius = self.radius
        while True:
            # one value's share is at least as long as the radius
            shares = self.restarts.shares(simplex.points[0])
            if not simplex.interpolate(np.maximum(1.0, shares / radius)):
                return
            if steps := self._descents(simplex, radius):
                points, values = yield np.array(steps)
                if simplex.take(points, values, radius):
                    continue
            if (repair := self._repair(simplex, radius)) is not None:
                place, point = repair
                simplex.put(place, *(yield point[None]))
            elif radius <= self.least:
                return
            else:  # (Powell's rule for rho: the last halvings are one)
                radius = radius / 2 if radius > 3 * self.least else self.least

    def _stepped(self, point: Units, place: int) -> Units:
        """Return a point one first radius, or one value, away along a coordinate."""
        length = max(self.radius, self.restarts.shares(point)[place])
        stepped = point.copy()
        stepped[place] += length if point[place] + length <= 1.0 else -length
        return stepped

    def _descents(self, simplex: Simplex, radius: float) -> list[Units]:
        """Return the steps to try, for every worker one; none where the model has no descent.

        A step that rounding takes to a known configuration is replaced by the best step along one
        coordinate that leads to a new one.
        """
        if not simplex.slopes.any():
            return []
        base, order = simplex.points[0], np.argsort(-np.abs(simplex.slopes), kind="stable")
        steps: list[Units] = []
        for length in LENGTHS[: self.task.workers]:
            step = simplex.descent(length * radius)
            (taken,) = lengths_of((step - base)[None] / simplex.units)
            # in a corner of the cube, no more is left than a step that is too short to tell
            if taken >= SHORT * length * radius and not self.restarts.is_known(step):
                steps.append(step)
        if steps:
            return steps
        for place in order[simplex.slopes[order] != 0.0]:
            step = base.copy()
            step[place] -= np.sign(simplex.slopes[place]) * radius * simplex.units[place]
            if 0.0 <= step[place] <= 1.0 and not self.restarts.is_known(step):
                return [step]
        return []

    def _repair(self, simplex: Simplex, radius: float) -> tuple[int, Units] | None:
        """Return a vertex's place and where to move it; None: all stand well, or none can move."""
        place = simplex.misplaced(radius)
        if place is None:
            return None
        normal = simplex.normal(place)
        towards = -1.0 if normal @ simplex.slopes > 0.0 else 1.0
        for length in (OUT, -OUT, 2 * OUT, -2 * OUT):
            point = simplex.points[0] + towards * length * radius * normal * simplex.units
            point = self.restarts.placed(point)
            away = abs(normal @ ((point - simplex.points[0]) / simplex.units))
            if away >= FLAT * radius and not self.restarts.is_known(point):
                return place, point
        return None
