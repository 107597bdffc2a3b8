"""DEHB: Hyperband whose configurations come from differential evolution (Awad et al., 2021)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import (
    Config,
    Pending,
    Proposal,
    Strategy,
    Task,
    Trial,
    Units,
    check_real,
    check_whole,
)
from hpobench.models.population import Points, rank_value
from hpobench.models.rungs import Bracket, Brackets, hyperband_sizes
from hpobench.space import key_of

PARENTS = 3
"""How many parents a mutant has."""


@dataclass(eq=False)
class _Population:
    """The members of one fidelity."""

    points: list[Units]
    """The points of the members, (d,) each."""
    values: list[float]
    """The values of the members; infinity where it is not known, or the trial failed."""
    target: int = 0
    """Which member the next trial vector challenges."""

    def best(self, count: int) -> list[Units]:
        """Return the points of so many of the best members, as far as they have values."""
        order = np.argsort(self.values, kind="stable")[:count]
        return [self.points[i] for i in order if self.values[i] < math.inf]

    def challenge(self, place: int, point: Units, value: float) -> None:
        """Let a point take the place of a member unless it is worse."""
        value = rank_value(value)
        if value <= self.values[place]:
            self.points[place], self.values[place] = point, value


@dataclass
class EvolutionaryHyperband(Strategy):
    """Hyperband whose configurations come from differential evolution: the method of DEHB.

    It needs a fidelity, and has the brackets of Hyperband. Each fidelity has a population, as large
    as the largest rung of any bracket there. The first bracket is one of successive halving, with
    random configurations, and its results are the first members. After that, all configurations
    come from differential evolution (rand/1/bin): a mutant is a parent plus the scaled difference
    of two others, and a trial vector takes some of its coordinates and the others from a member,
    the target. It takes the target's place unless it is worse. In the lowest rung of a bracket the
    parents are from the fidelity's own population, and in higher ones they are the best members of
    the next lower fidelity, as many as successive halving would keep there.

    Evolved configurations are new, so their trainings begin anew; only the first bracket, and the
    narrow ones by which the rest of the budget is spent, continue trainings. Failed trials are the
    worst. No configuration begins again while there are others.
    """

    citation = (
        "Awad, Mallik and Hutter (2021), DEHB: evolutionary Hyperband for scalable, robust and"
        " efficient hyperparameter optimization, IJCAI"
    )
    family = "multi-fidelity"
    plans_for_budget = True

    eta: int = 3
    """The factor between two fidelities."""
    scale: float = 0.5
    """The factor F of a difference of parents."""
    crossover: float = 0.5
    """The probability that a coordinate is the mutant's; at least one is."""

    def __post_init__(self) -> None:
        check_whole("eta", self.eta, least=2)
        check_real("scale", self.scale, least=0, above=True)
        check_real("crossover", self.crossover, least=0, most=1)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.brackets = Brackets(task, self.eta)
        self.points = Points(task.space, rng)
        rungs = self.brackets.rungs
        table = hyperband_sizes(len(rungs), self.eta)
        self.populations: dict[float, _Population] = {}
        for below, rung in enumerate(rungs):
            largest = max(sizes[below - len(rungs)] for sizes in table[: below + 1])
            members = [self.points.random() for _ in range(largest)]
            self.populations[rung] = _Population(members, [math.inf] * largest)
        self.first: Bracket | None = None
        """The first bracket; None: it is not open yet."""
        self.challenged: dict[tuple[object, ...], int] = {}
        """Which member each configuration that has evolved challenges, if it is not told yet."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        bracket = self.brackets.ready() or self.brackets.hyperband(keeps=self.first is None)
        self.first = self.first or bracket
        if bracket is None:
            return None
        return bracket.propose(lambda: self._config(bracket, pending))

    def tell(self, trial: Trial) -> None:
        self.brackets.tell(trial)
        config, fidelity = trial.proposal.config, trial.proposal.fidelity
        point = self.points.tell(config, trial.value)
        place = self.challenged.pop(key_of(config), None)
        population = None if fidelity is None else self.populations.get(fidelity)
        if population is not None:
            worst = int(np.argmax(population.values))
            population.challenge(worst if place is None else place, point, trial.value)

    def _config(self, bracket: Bracket, pending: Sequence[Pending]) -> Config:
        """Return a configuration for the bracket's present rung."""
        if bracket is self.first:
            config = self.points.fresh(self.points.random, pending)
            return self.task.space.sample(self.rng) if config is None else config
        population = self.populations[bracket.rungs[bracket.rung]]
        parents = self._parents(bracket)
        target = population.points[population.target]
        config = self.points.fresh(lambda: self._trial_vector(target, parents), pending)
        if config is None:
            return self.task.space.sample(self.rng)
        self.challenged[key_of(config)] = population.target
        population.target = (population.target + 1) % len(population.points)
        return config

    def _parents(self, bracket: Bracket) -> list[Units]:
        """Return the points of possible parents: at least three, if need be of other fidelities."""
        if bracket.rung == 0:
            population = self.populations[bracket.rungs[0]]
            parents = population.best(len(population.points))
        else:
            below = self.populations[bracket.rungs[bracket.rung - 1]]
            parents = below.best(bracket.sizes[bracket.rung])
        if len(parents) < PARENTS:
            parents += [p for each in self.populations.values() for p in each.best(PARENTS)]
        return parents + [self.points.random() for _ in range(PARENTS - len(parents))]

    def _trial_vector(self, target: Units, parents: Sequence[Units]) -> Units:
        """Cross a mutant of three parents with the target (rand/1/bin)."""
        rng, width = self.rng, len(target)
        one, two, three = rng.permutation(len(parents))[:PARENTS]
        mutant = parents[one] + self.scale * (parents[two] - parents[three])
        outside = (mutant < 0.0) | (mutant > 1.0)
        mutant = np.where(outside, rng.random(width), mutant)
        crossed = rng.random(width) < self.crossover
        crossed[rng.integers(width)] = True
        vector: Units = np.where(crossed, mutant, target)
        return vector
