"""Linear models in a trust region, after Powell's COBYLA (1994), without its constraints."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Pending, Proposal, Strategy, Task, Trial, Units, check_real
from hpobench.models.restarts import Restarts, Search, Values

LONG = 2.1
"""A vertex is too far from the best one beyond this many radii (Powell's beta)."""
FLAT = 0.25
"""A vertex is too near to the face of the others below this many radii (Powell's alpha)."""
OUT = 0.5
"""A vertex that is moved is put so many radii away from that face (Powell's gamma)."""
SHORT = 0.5
"""A step is not worth an evaluation below this share of the length that it may have."""
ENOUGH = 0.1
"""A step is good if it gains at least this share of what the model predicts."""
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
        simplex = _Simplex(start[None], np.array([value]))
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

    def _descents(self, simplex: "_Simplex", radius: float) -> list[Units]:
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
            (taken,) = _lengths((step - base)[None] / simplex.units)
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

    def _repair(self, simplex: "_Simplex", radius: float) -> tuple[int, Units] | None:
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


class _Simplex:
    """Vertices, the best one first, and the linear model that they determine."""

    def __init__(self, points: Units, values: Values) -> None:
        self.points = points
        """Shape (k, d); k is d + 1 once the simplex is complete."""
        self.values = values
        """Shape (k,); a failed trial has the worst of them."""

    def add(self, points: Units, values: Values) -> None:
        """Add vertices (k, d) with their values (k,), nan for failures."""
        self.points = np.vstack([self.points, points])
        self.values = np.concatenate([self.values, values])
        self._sort()

    def put(self, place: int, points: Units, values: Values) -> None:
        """Put the only one of some points, (1, d), in the place of a vertex."""
        self.points[place], self.values[place] = points[0], values[0]
        self._sort()

    def interpolate(self, units: Units) -> bool:
        """Determine the model, in coordinates whose units, (d,), are given.

        Returns False if there is none, because rounding has put the vertices into one plane.
        """
        self.units = units
        self.edges = (self.points[1:] - self.points[0]) / units
        try:
            self.dual = np.linalg.inv(self.edges)
        except np.linalg.LinAlgError:
            return False
        """Shape (d, d): column j is perpendicular to all edges but edge j, whose product is 1."""
        self.scale = float(np.abs(self.values).max()) or 1.0
        heights = self.values / self.scale
        self.slopes = self.dual @ (heights[1:] - heights[0])
        """The gradient of the model, of the values divided by their largest magnitude."""
        return True

    def descent(self, radius: float) -> Units:
        """Return the model's lowest point in a ball around the best vertex, within the cube.

        Coordinates move along the gradient; those that reach a side stay there, and the others go
        on until the ball's surface is reached, which is the exact solution.
        """
        base = self.points[0] / self.units
        step, free = np.zeros(len(base)), self.slopes != 0.0
        sides = np.where(self.slopes > 0.0, -base, 1.0 / self.units - base)
        while free.any():
            slopes = np.where(free, self.slopes, 0.0)
            length = math.sqrt(max(radius**2 - float(step @ step), 0.0))
            rest = slopes * (-length / math.sqrt(slopes @ slopes))
            beyond = free & (np.abs(rest) >= np.abs(sides))
            if not beyond.any():
                step += rest
                break
            step[beyond] = sides[beyond]
            free &= ~beyond
        lowest: Units = np.clip(self.points[0] + step * self.units, 0.0, 1.0)
        return lowest

    def take(self, points: Units, values: Values, radius: float) -> bool:
        """Take the best of some points (k, d) as a vertex; return whether it gains enough."""
        best = int(np.where(np.isnan(values), np.inf, values).argmin())
        value = float(values[best])
        step = (points[best] - self.points[0]) / self.units
        gain = float(self.values[0]) / self.scale - value / self.scale
        good = gain > max(0.0, -ENOUGH * float(step @ self.slopes))
        # a vertex in whose place the volume grows by the factor |parts| goes if it is far, too
        parts = np.abs(step @ self.dual)
        centre = step if gain > 0.0 else np.zeros(len(step))
        far = _lengths(self.edges - centre) / radius
        weights = parts * np.maximum(1.0, far)
        place = int(weights.argmax())
        if gain > 0.0 or weights[place] > 1.0:
            self.put(place + 1, points[best : best + 1], values[best : best + 1])
            self.interpolate(self.units)
        return good

    def misplaced(self, radius: float) -> int | None:
        """Return the place of a vertex that is too far away, or too near to the others' face."""
        lengths = _lengths(self.edges)
        if lengths.max() > LONG * radius:
            return int(lengths.argmax()) + 1
        norms = _lengths(self.dual.T)  # of which each is 1 / the distance from the others' face
        return int(norms.argmax()) + 1 if norms.max() * FLAT * radius > 1.0 else None

    def normal(self, place: int) -> Units:
        """Return the unit vector (d,) that is perpendicular to the face of the other vertices."""
        across = self.dual[:, place - 1]
        normal: Units = across / math.sqrt(across @ across)
        return normal

    def _sort(self) -> None:
        failed = np.isnan(self.values)
        if failed.any():
            self.values[failed] = self.values[~failed].max()
        order = np.argsort(self.values, kind="stable")
        self.points, self.values = self.points[order], self.values[order]


def _lengths(rows: Units) -> Units:
    """Return the lengths of vectors (k, d), (k,)."""
    lengths: Units = np.sqrt((rows * rows).sum(axis=1))
    return lengths
