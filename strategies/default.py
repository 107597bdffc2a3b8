"""No tuning: the defaults, which every other strategy has to beat."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Pending, Proposal, Strategy, Task, Trial


@dataclass
class Default(Strategy):
    """Evaluates the problem's default configuration once, and nothing else.

    If the default's result was told before, nothing is left to do.
    """

    citation = (
        "Probst, Boulesteix and Bischl (2019), Tunability: importance of hyperparameters of machine"
        " learning algorithms, JMLR 20"
    )
    family = "default"
    evaluations = 1

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.asked = False

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if self.asked:
            return None
        self.asked = True
        return Proposal(self.task.space.default())

    def tell(self, trial: Trial) -> None:
        self.asked = True
