"""Hyperband (Li et al., 2018)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Config, Pending, Proposal, Strategy, Task, Trial, check_whole
from hpobench.models.rungs import Brackets


@dataclass
class Hyperband(Strategy):
    """Runs brackets of successive halving in turn, from many short trainings to few long ones.

    It needs a fidelity. With k fidelities below the highest one, the brackets have the depths k,
    k - 1, ..., 0, and then k again. A bracket of depth s starts with ceil((k + 1) / (s + 1) eta^s)
    random configurations, at the highest fidelity divided by eta^s, and trains the best 1/eta of
    them eta times longer, s times. So each bracket costs about the same, and none of them has to
    be right about how much a short training tells. Where the problem can continue trainings, a
    configuration that is kept is continued.

    A bracket that costs more than what is left of the budget is passed over. When all of them cost
    more, the rest is spent on narrower ones, as by successive halving. While a rung waits for
    pending trials, other workers begin the next bracket. A failed trial is never continued.
    """

    citation = (
        "Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar (2018), Hyperband: a novel bandit-based"
        " approach to hyperparameter optimization, JMLR 18(185)"
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
        bracket = self.brackets.ready() or self.brackets.hyperband()
        return None if bracket is None else bracket.propose(self._random)

    def tell(self, trial: Trial) -> None:
        self.brackets.tell(trial)

    def _random(self) -> Config:
        return self.task.space.sample(self.rng)
