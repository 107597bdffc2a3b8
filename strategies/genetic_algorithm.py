"""A genetic algorithm on the unit cube that breeds one child at a time."""

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
from hpobench.models.features import Features
from hpobench.models.population import Points, rank_value


@dataclass
class GeneticAlgorithm(Strategy):
    """Breeds each configuration from two good ones by crossover and mutation.

    The first `population` configurations are random, but for a default that was told first. Each
    later proposal is a child of two parents. A parent is the winner of a tournament: the best of a
    few survivors drawn at random. The best `population` of all that was told survive, so a good
    child replaces the worst survivor at once; this is called a steady state, and it suits any
    number of workers.

    Numbers and ordinals are mixed by simulated binary crossover (Deb and Agrawal, 1995) and mutate
    by a Gaussian step. A category comes from one of the two parents and mutates to a random one.
    Genes of inactive parameters are inherited, too. Failed trials rank last. A child that is known
    is bred again; where that does not help, a random configuration takes its place. On a finite
    space it stops when nothing is left.
    """

    citation = (
        "Eiben and Smith (2015), Introduction to evolutionary computing, 2nd edition, Springer;"
        " Deb and Agrawal (1995), Simulated binary crossover for continuous search space, Complex"
        " Systems 9"
    )
    family = "evolutionary"
    version = 2

    population: int = 10
    """How many configurations survive, and how many are drawn at random before the first child."""
    tournament: int = 3
    """How many survivors are drawn for each parent, which is the best of them."""
    crossover: float = 0.9
    """The probability that a child has two parents; otherwise it is a mutant of a single one."""
    index: float = 2.0
    """The index of simulated binary crossover: the higher, the closer a child is to its parents."""
    mutation: float | None = None
    """The probability that a gene mutates; None: 1 / number of parameters."""
    spread: float = 0.1
    """The standard deviation of a mutation, as a share of the range; at least one value's share."""

    def __post_init__(self) -> None:
        check_whole("population", self.population, least=2)
        check_whole("tournament", self.tournament, least=1)
        check_real("crossover", self.crossover, least=0, most=1)
        check_real("index", self.index, least=0)
        check_real("mutation", self.mutation, least=0, most=1, above=True, null=True)
        check_real("spread", self.spread, least=0, most=1, above=True)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        features = Features(task.space)
        self.categorical = features.choice
        self.spreads = np.maximum(self.spread, features.steps)
        self.points = Points(task.space, rng)
        self.survivors: list[tuple[float, Units]] = []

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        config = self.points.fresh(self._child, pending)
        return None if config is None else Proposal(config)

    def tell(self, trial: Trial) -> None:
        genes = self.points.point(trial.proposal.config)
        self.survivors.append((rank_value(trial.value), genes))
        self.survivors.sort(key=lambda survivor: survivor[0])
        del self.survivors[self.population :]

    def _child(self) -> Units:
        if len(self.points) < self.population or not self.survivors:
            return self.points.random()
        child = self._parent()
        if self.rng.random() < self.crossover:
            child = self._crossed(child, self._parent())
        return self._mutated(child)

    def _parent(self) -> Units:
        entrants = self.rng.integers(len(self.survivors), size=self.tournament)
        return self.survivors[int(entrants.min())][1]

    def _crossed(self, one: Units, other: Units) -> Units:
        """Mix two parents gene by gene; each gene is equally likely to be nearer to either."""
        swap = self.rng.random(len(one)) < 0.5
        one, other = np.where(swap, other, one), np.where(swap, one, other)
        luck = self.rng.random(len(one))
        # the spread factor of Deb and Agrawal (1995): it contracts for luck below 1/2, else expands
        factor = np.where(luck < 0.5, 2 * luck, 0.5 / (1 - luck)) ** (1 / (self.index + 1))
        mixed: Units = 0.5 * ((1 + factor) * one + (1 - factor) * other)
        child: Units = np.where(self.categorical, one, np.clip(mixed, 0.0, 1.0))
        return child

    def _mutated(self, genes: Units) -> Units:
        probability = 1 / len(genes) if self.mutation is None else self.mutation
        chosen = self.rng.random(len(genes)) < probability
        stepped = np.clip(genes + self.spreads * self.rng.standard_normal(len(genes)), 0.0, 1.0)
        mutant = np.where(self.categorical, self.rng.random(len(genes)), stepped)
        return np.where(chosen, mutant, genes)
