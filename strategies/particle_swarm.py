"""Particle swarm optimisation whose particles fly on one at a time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from hpobench import Pending, Proposal, Strategy, Task, Trial, Units, check_whole
from hpobench.models.designs import latin_hypercube
from hpobench.models.features import Features
from hpobench.models.population import Points, rank_value

INERTIA = 0.7298
"""The share of its velocity that a particle keeps (Clerc and Kennedy, 2002)."""
PULL = 1.49618
"""The largest pull towards each of the best positions: 2.05 times the inertia."""


@dataclass(slots=True)
class Particle:
    """A particle: where it is, how it moves, and the best that it has found."""

    position: Units
    velocity: Units
    best: Units = field(init=False)
    """The best position that it was told."""
    value: float = math.inf
    """The value there."""

    def __post_init__(self) -> None:
        self.best = self.position


@dataclass
class ParticleSwarm(Strategy):
    """Moves particles that are drawn to their own best position and to the swarm's.

    The first `particles` configurations form a Latin hypercube. Then the particles take turns: a
    particle keeps a part of its velocity and is accelerated, by a random share along each
    coordinate, towards the best position that it has found and the best one of all. It flies on
    whether or not its last position has been evaluated, so that any number of workers can be busy.
    At a face of the cube it stops.

    A category has no velocity: it stays, or comes from the particle's or the swarm's best position,
    each with the probability 1/3. A failed trial is worse than any other. If a particle comes to a
    known position, the next one takes its turn at once; where that does not help, a random
    configuration does. On a finite space the strategy stops when nothing is left.
    """

    citation = (
        "Kennedy and Eberhart (1995), Particle swarm optimization, ICNN; with the constants of"
        " Clerc and Kennedy (2002), The particle swarm: explosion, stability, and convergence in a"
        " multidimensional complex space, IEEE Transactions on Evolutionary Computation 6"
    )
    family = "evolutionary"

    particles: int = 8
    """How many particles there are."""

    def __post_init__(self) -> None:
        check_whole("particles", self.particles, least=2)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.categorical = Features(task.space).choice
        self.points = Points(task.space, rng)
        starts = latin_hypercube(self.particles, len(task.space), rng)
        targets = rng.random(starts.shape)
        # half the way to another point: the mean step is that of random points, and stays inside
        self.swarm = [Particle(x, 0.5 * (y - x)) for x, y in zip(starts, targets, strict=True)]
        self.best: Units | None = None
        """The best position that was told; None: no trial was told."""
        self.value = math.inf
        self.turn = 0
        self.owners: dict[bytes, int] = {}
        """Which particle was at a position."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        config = self.points.fresh(self._flown, pending)
        return None if config is None else Proposal(config)

    def tell(self, trial: Trial) -> None:
        position = self.points.point(trial.proposal.config)
        value = rank_value(trial.value)
        if self.best is None or value < self.value:
            self.best, self.value = position, value
        owner = self.owners.pop(position.tobytes(), None)
        if owner is not None and value < self.swarm[owner].value:
            self.swarm[owner].best, self.swarm[owner].value = position, value

    def _flown(self) -> Units:
        """Return where the next particle is after its next step."""
        index = self.turn % self.particles
        particle = self.swarm[index]
        if self.turn >= self.particles:
            self._move(particle)
        self.turn += 1
        self.owners[particle.position.tobytes()] = index
        return particle.position

    def _move(self, particle: Particle) -> None:
        """Accelerate and move a particle (Clerc and Kennedy, 2002)."""
        best = particle.best if self.best is None else self.best
        here = particle.position
        own, common = PULL * self.rng.random((2, len(here)))
        velocity = (
            INERTIA * particle.velocity + own * (particle.best - here) + common * (best - here)
        )
        moved = np.clip(here + velocity, 0.0, 1.0)
        particle.velocity = moved - here
        if self.categorical.any():
            source = self.rng.integers(3, size=len(here))
            category = np.where(source == 0, here, np.where(source == 1, particle.best, best))
            moved = np.where(self.categorical, category, moved)
        particle.position = moved
