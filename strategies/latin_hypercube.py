"""Latin hypercubes: random points, of which each share of every parameter gets its part."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Config, Pending, Proposal, Strategy, Task, Trial, check_whole
from hpobench.models.archive import Archive
from hpobench.models.designs import latin_hypercube

LARGEST = 1024
"""The most points of a hypercube."""


@dataclass
class LatinHypercube(Strategy):
    """Evaluates a Latin hypercube with as many points as the budget allows.

    Of n equal shares of each parameter's range (or of its logarithm), each holds one of the n
    points; which shares meet in a point is random. So every parameter by itself is searched as
    evenly as by a grid of n levels. When the points are used up, another hypercube follows, so that
    `block` makes a sequence that does not depend on the budget.

    A configuration that was proposed before is left out. Where the rest of a hypercube holds
    nothing new, a random configuration takes its place; when all were evaluated, the run ends.
    """

    citation = (
        "McKay, Beckman and Conover (1979), A comparison of three methods for selecting values of"
        " input variables in the analysis of output from a computer code, Technometrics 21"
    )
    family = "random"
    plans_for_budget = True

    block: int | None = None
    """How many points each hypercube has; None: as many as the budget has evaluations left when the
    first point is drawn, but at most 1024."""

    def __post_init__(self) -> None:
        check_whole("block", self.block, least=1, most=LARGEST, null=True)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.archive = Archive(task.space)
        self.points: list[Config] = []
        self.size = self.block

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if self.size is None:
            self.size = min(max(int(self.task.budget) - len(self.archive), 1), LARGEST)
        if not self.points:
            space = self.task.space
            self.points = space.decode_all(latin_hypercube(self.size, len(space), self.rng))[::-1]
        while self.points:
            config = self.points.pop()
            if config not in self.archive:
                return Proposal(self.archive.propose(config))
        other = self.archive.fresh(self.rng)
        return None if other is None else Proposal(self.archive.propose(other))

    def tell(self, trial: Trial) -> None:
        self.archive.tell(trial.proposal.config, trial.value)
