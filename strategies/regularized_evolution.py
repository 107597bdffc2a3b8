"""Regularised evolution: mutants of the best of a sample, in a population whose oldest dies."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Pending, Proposal, Strategy, Task, Trial, Units, check_real, check_whole
from hpobench.models.designs import latin_hypercube
from hpobench.models.features import Features, counts
from hpobench.models.population import Points, rank_value, reflected


@dataclass
class RegularizedEvolution(Strategy):
    """Changes one parameter of the best of a few recent trials; the oldest of the population dies.

    The first `population` configurations form a Latin hypercube. Each later one is a mutant: of
    `sample` members drawn at random, the best is the parent, and one of its active parameters
    changes. A number or an ordinal moves by a normal step, and a category becomes another one. The
    population are the last `population` trials told. So a configuration that was lucky dies like
    all others, unless its mutants are good as well.

    The defaults suit 25 to 100 evaluations; the paper's populations are made for thousands.

    A failed trial is worse than any other. A known mutant is drawn again, and where that does not
    help, a random configuration takes its place. On a finite space the strategy stops when nothing
    is left.
    """

    citation = (
        "Real, Aggarwal, Huang and Le (2019), Regularized evolution for image classifier"
        " architecture search, AAAI 33"
    )
    family = "evolutionary"

    population: int = 10
    """How many trials live, and how many configurations precede the first mutant."""
    sample: int = 10
    """How many members are drawn for each parent, which is the best of them."""
    spread: float = 0.2
    """The standard deviation of a step, as a share of the range; at least one value's share."""

    def __post_init__(self) -> None:
        check_whole("population", self.population, least=1)
        check_whole("sample", self.sample, least=1)
        check_real("spread", self.spread, least=0, most=1, above=True)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        features = Features(task.space)
        self.categorical = features.choice
        self.spreads = np.maximum(self.spread, features.steps)
        self.counts = counts(task.space)
        self.names = list(task.space)
        self.points = Points(task.space, rng)
        self.design: list[Units] = list(latin_hypercube(self.population, len(task.space), rng))
        self.members: deque[Trial] = deque(maxlen=self.population)

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        config = self.points.fresh(self._mutant, pending)
        return None if config is None else Proposal(config)

    def tell(self, trial: Trial) -> None:
        self.points.point(trial.proposal.config)
        self.members.append(trial)

    def _mutant(self) -> Units:
        if self.design and len(self.points) < self.population:
            return self.design.pop()
        if not self.members:
            return self.points.random()
        drawn = self.rng.integers(len(self.members), size=self.sample).tolist()
        parent = min((self.members[i] for i in drawn), key=lambda each: rank_value(each.value))
        config = parent.proposal.config
        mutable = [i for i, name in enumerate(self.names) if name in config and self.counts[i] > 1]
        mutant = self.points.point(config).copy()
        if mutable:
            gene = mutable[int(self.rng.integers(len(mutable)))]
            mutant[gene] = self._changed(gene, float(mutant[gene]))
        return mutant

    def _changed(self, gene: int, coordinate: float) -> float:
        """Return another coordinate of a parameter."""
        if not self.categorical[gene]:
            step = self.spreads[gene] * self.rng.standard_normal()
            return float(reflected(np.array(coordinate + step)))
        count = int(self.counts[gene])
        value = min(int(coordinate * count), count - 1)
        return ((value + int(self.rng.integers(1, count))) % count + 0.5) / count
