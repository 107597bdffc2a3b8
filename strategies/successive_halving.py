"""Successive halving (Jamieson and Talwalkar, 2016)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Config, Pending, Proposal, Strategy, Task, Trial, check_whole
from hpobench.models.rungs import Brackets


@dataclass
class SuccessiveHalving(Strategy):
    """Starts many configurations at a low fidelity and trains the best 1/eta eta times longer.

    It needs a fidelity. The fidelities are the highest one divided by 1, eta, eta², ..., as far as
    the lowest one allows. A bracket is a race from many configurations at a low fidelity to a
    single one at the highest: a bracket of depth k starts with eta^k random configurations. Where
    the problem can continue trainings, a configuration that is kept is continued, and the bracket
    costs 1 + k (1 - 1/eta) evaluations; otherwise it is trained anew, and the bracket costs 1 + k.

    The deepest bracket that fits what is left of the budget is opened, again and again, until less
    than one evaluation is left. A rung is the part of a bracket at one fidelity; while a rung waits
    for pending trials, other workers begin the next bracket. A failed trial is never
    continued. A trial that was told first has no part in a bracket; its cost counts.
    """

    citation = (
        "Jamieson and Talwalkar (2016), Non-stochastic best arm identification and hyperparameter"
        " optimization, AISTATS"
    )
    family = "multi-fidelity"
    plans_for_budget = True

    eta: int = 3
    """One of so many configurations is kept, and it is trained so many times longer."""

    def __post_init__(self) -> None:
        check_whole("eta", self.eta, least=2)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.brackets = Brackets(task, self.eta)

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        bracket = self.brackets.ready() or self.brackets.halving()
        return None if bracket is None else bracket.propose(self._random)

    def tell(self, trial: Trial) -> None:
        self.brackets.tell(trial)

    def _random(self) -> Config:
        return self.task.space.sample(self.rng)
