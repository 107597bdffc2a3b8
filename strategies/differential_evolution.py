"""Differential evolution that adds one child at a time, with the adaptation of JADE."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import (
    Pending,
    Proposal,
    Strategy,
    Task,
    Trial,
    Units,
    check_real,
    check_whole,
)
from hpobench.models.designs import latin_hypercube
from hpobench.models.features import Features
from hpobench.models.population import Points, rank_value

SPREAD = 0.1
"""The scale of the distributions from which F and CR are drawn."""
ADAPTATION = 0.1
"""The rate c at which the centres of these distributions follow what succeeded."""


@dataclass(frozen=True, slots=True)
class Member:
    """A point of the population, shape (d,), and its value."""

    point: Units
    value: float


@dataclass
class DifferentialEvolution(Strategy):
    """Moves each member towards one of the best and along the difference of two others.

    The first `population` configurations form a Latin hypercube. Then the members take turns: from
    member x, one of the best p, and two others r and s, comes the mutant x + F·(p - x) + F·(r - s),
    and the child takes each coordinate from the mutant or from x. F and CR, the probability that it
    is the mutant's, are drawn for each child, around centres that follow the successful children.

    Here the strategy departs from JADE, whose child competes with x when a generation is complete:
    a child takes the place of the worst member as soon as it is told, if it is as good. So any
    number of workers can be busy, and at 50 evaluations the best so far is lower.

    A coordinate beyond the cube's face lies halfway between x and the face. For a category, which
    has no differences, the mutant takes p's value with probability F, and then r's with probability
    F where r and s differ. Coordinates of inactive parameters are inherited, too. A failed trial is
    worse than any other. On a finite space the strategy stops when nothing is left.
    """

    citation = (
        "Zhang and Sanderson (2009), JADE: Adaptive differential evolution with optional external"
        " archive, IEEE Transactions on Evolutionary Computation 13; after Storn and Price (1997),"
        " Differential evolution, Journal of Global Optimization 11"
    )
    family = "evolutionary"

    population: int = 8
    """How many members there are."""
    best: float = 0.2
    """The share of the members that count as the best."""

    def __post_init__(self) -> None:
        check_whole("population", self.population, least=4)
        check_real("best", self.best, least=0, most=1, above=True)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.categorical = Features(task.space).choice
        self.points = Points(task.space, rng)
        self.design: list[Units] = list(latin_hypercube(self.population, len(task.space), rng))
        self.members: list[Member] = []
        self.replaced: list[Units] = []
        """The archive A of members that a better child replaced."""
        self.origins: dict[bytes, tuple[float, float]] = {}
        """F and CR of each child that was not told, by its point."""
        self.turn = 0
        self.centres = np.array([0.5, 0.5])
        """The centres of the distributions of F and CR."""
        self.successes: list[tuple[float, float]] = []
        """F and CR of the children of this generation that were better than the worst member."""
        self.told = 0

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        config = self.points.fresh(self._child, pending)
        return None if config is None else Proposal(config)

    def tell(self, trial: Trial) -> None:
        member = Member(self.points.point(trial.proposal.config), rank_value(trial.value))
        if len(self.members) < self.population:
            self.members.append(member)
            return
        origin = self.origins.pop(member.point.tobytes(), None)
        slot = self._ranking()[-1]
        worst = self.members[slot]
        if member.value <= worst.value:
            self.members[slot] = member
        if member.value < worst.value:
            self.replaced.append(worst.point)
            if origin is not None:
                self.successes.append(origin)
        while len(self.replaced) > self.population:
            self.replaced.pop(int(self.rng.integers(len(self.replaced))))
        self.told += 1
        if self.told % self.population == 0:
            self._adapt()

    def _child(self) -> Units:
        if self.design and len(self.points) < self.population:
            return self.design.pop()
        if len(self.members) < 4:
            return self.points.random()
        slot = self.turn % len(self.members)
        self.turn += 1
        factor, rate = self._factor_and_rate()
        target = self.members[slot].point
        mutant = self._mutant(slot, factor)
        inherited = self.rng.random(len(target)) >= rate
        inherited[self.rng.integers(len(target))] = False
        child = np.where(inherited, target, mutant)
        self.origins[child.tobytes()] = factor, rate
        return child

    def _mutant(self, slot: int, factor: float) -> Units:
        """Return the mutant of DE/current-to-pbest/1 with an archive, inside the cube."""
        target = self.members[slot].point
        elite = self._ranking()[: math.ceil(self.best * len(self.members))]
        leader = self.members[elite[int(self.rng.integers(len(elite)))]].point
        others = [each.point for i, each in enumerate(self.members) if i != slot]
        plus = others.pop(int(self.rng.integers(len(others))))
        others += self.replaced
        minus = others[int(self.rng.integers(len(others)))]
        mutant = target + factor * (leader - target + plus - minus)
        mutant = np.where(mutant < 0.0, 0.5 * target, mutant)
        mutant = np.where(mutant > 1.0, 0.5 * (1.0 + target), mutant)
        if not self.categorical.any():
            return mutant
        taken = self.rng.random((2, len(target))) < factor
        category = np.where(taken[0], leader, target)
        category = np.where(taken[1] & (plus != minus), plus, category)
        return np.where(self.categorical, category, mutant)

    def _factor_and_rate(self) -> tuple[float, float]:
        """Draw F from a Cauchy distribution in (0, 1], and CR from a normal one in [0, 1]."""
        factor = 0.0
        while factor <= 0.0:
            factor = float(self.centres[0] + SPREAD * self.rng.standard_cauchy())
        rate = float(self.centres[1] + SPREAD * self.rng.standard_normal())
        return min(factor, 1.0), min(max(rate, 0.0), 1.0)

    def _adapt(self) -> None:
        """Move the centre of F to the Lehmer mean of the successes, and that of CR to their mean.

        This is JADE's adaptation of parameters; a generation is `population` children.
        """
        if self.successes:
            factors, rates = np.array(self.successes).T
            means = np.array([(factors**2).sum() / factors.sum(), rates.mean()])
            self.centres = (1.0 - ADAPTATION) * self.centres + ADAPTATION * means
            self.successes = []

    def _ranking(self) -> list[int]:
        """Return the places of the members, the best one first."""
        return sorted(range(len(self.members)), key=lambda i: self.members[i].value)
