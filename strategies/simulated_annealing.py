"""Simulated annealing: a walk that first takes many steps for the worse, and later few."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Config, Pending, Proposal, Strategy, Task, Trial, check_real, check_whole
from hpobench.models.archive import Archive
from hpobench.models.neighbours import full_row, neighbour

RECENT = 10
"""Of so many steps for the worse, the last ones, the median is typical."""
ATTEMPTS = 10
"""How often a neighbour that is known is drawn again before a random configuration is."""


@dataclass
class SimulatedAnnealing(Strategy):
    """Walks from neighbour to neighbour, to worse ones with a chance that falls to almost nothing.

    The first few configurations are random, and the walk begins at the best of them. A neighbour
    differs in one active parameter: a number takes a normal step, and a category another value. The
    walk moves to a neighbour that is no worse; to one that is worse by w it moves with the
    probability exp(-w / T) (Metropolis et al., 1953). The temperature T falls geometrically with
    the share of the budget that is spent. It is such that a worsening of the median of the last ten
    has the probability `hot` at the beginning and `cold` at the end, so the scale of the values
    makes no difference. The steps shrink at the same time, from `spread` to a tenth of it.

    A failed trial is worse than all others. With several workers, all neighbours are those of the
    configuration that the walk has reached. Nothing is proposed twice; where ten neighbours in a
    row are known, a random configuration follows, and when all were evaluated, the run ends.
    """

    citation = (
        "Kirkpatrick, Gelatt and Vecchi (1983), Optimization by simulated annealing, Science 220;"
        " Metropolis et al. (1953), Equation of state calculations by fast computing machines, The"
        " Journal of Chemical Physics 21"
    )
    family = "local"
    plans_for_budget = True

    initial: int = 5
    """How many random configurations precede the walk."""
    spread: float = 0.3
    """The standard deviation of the first steps, as a share of the range."""
    hot: float = 0.1
    """The probability of a typical step for the worse at the beginning."""
    cold: float = 1e-6
    """The probability of a typical step for the worse at the end."""

    def __post_init__(self) -> None:
        check_whole("initial", self.initial, least=1)
        check_real("spread", self.spread, least=0, most=1, above=True)
        check_real("hot", self.hot, least=0, most=0.99, above=True)
        check_real("cold", self.cold, least=0, most=self.hot, above=True)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.archive = Archive(task.space)
        self.spent = 0.0
        self.row: Config | None = None
        """Where the walk is, with a value for every parameter; None: it has not begun."""
        self.value = math.inf
        self.worsenings: list[float] = []
        """By how much the last neighbours for the worse were worse than where the walk was."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        space = self.task.space
        if self.row is not None and len(self.archive) >= self.initial:
            active = list(space.active(self.row))
            spread = self.spread * 0.1**self.share
            for _ in range(ATTEMPTS):
                name = active[int(self.rng.random() * len(active))]
                value = neighbour(space[name], self.row[name], spread, self.rng)
                config = space.active({**self.row, name: value})
                if config not in self.archive:
                    return Proposal(self.archive.propose(config))
        other = self.archive.fresh(self.rng)
        return None if other is None else Proposal(self.archive.propose(other))

    @property
    def share(self) -> float:
        """The share of the budget that is spent, at most 1."""
        return min(self.spent / self.task.budget, 1.0)

    def tell(self, trial: Trial) -> None:
        self.archive.tell(trial.proposal.config, trial.value)
        self.spent += trial.cost
        value = math.inf if math.isnan(trial.value) else trial.value
        walks = len(self.archive) > self.initial
        if value > self.value:
            worsening = value - self.value
            if walks and math.isfinite(worsening):
                self.worsenings = [*self.worsenings, worsening][-RECENT:]
            if not walks or self.rng.random() >= self.chance(worsening):
                return
        self.value = value
        row = self.row or {}
        self.row = full_row(self.task.space, {**row, **trial.proposal.config}, self.rng)

    def chance(self, worsening: float) -> float:
        """Return the probability of a step that makes the value worse by this much."""
        if math.isinf(worsening):
            return 0.0
        if not self.worsenings:
            return self.hot
        typical = sorted(self.worsenings)[len(self.worsenings) // 2]
        # exp(-w / T), where T = m / -log(p) falls geometrically from that of p = hot to p = cold
        first, last = -math.log(self.hot), -math.log(self.cold)
        exponent = worsening / typical * first * (last / first) ** self.share
        return math.exp(-min(exponent, 700.0))
