"""A portfolio: one of our strategies, chosen by what is known before a run begins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Config, Pending, Proposal, Strategy, Task, Trial

from .bayesian_optimization import BayesianOptimization
from .hypergradient import Hypergradient
from .local_search import LocalSearch

MEMBERS: tuple[type[Strategy], ...] = (BayesianOptimization, Hypergradient, LocalSearch)
"""The strategies that may be chosen."""
RULES = 1
"""The version of the rules."""
LONG = 500
"""In a run of more evaluations than this, a Gaussian process no longer sees all of them."""


@dataclass
class Auto(Strategy):
    """Chooses one of our strategies by the task alone, and does what that one does.

    The first rule that holds decides:

    1. The problem gives gradients: `hypergradient`. With a budget of 50 it ended lower than
       `bayesian-optimization` with 10 of 10 seeds on `ridge-california`, and with 4 of 10 on
       `unrolled-satimage`, where a gradient costs three evaluations.
    2. The budget is above 500: `local-search`, whose proposals take no longer in a long run. A
       Gaussian process would no longer see all trials, and need seconds. After 1000 evaluations its
       mean regret over 12 development problems was 0.02; that of the next best of the strategies
       as fast was 0.04, with one seed each.
    3. Otherwise: `bayesian-optimization`. After 25 or 50 evaluations its mean regret over 30
       development problems was 0.08; that of the next best, `trust-region`, was 0.10. These runs
       were of its version 2, and of version 1 of `trust-region`.

    Numbers, categories, conditions, fidelities and workers decide nothing. On some of these kinds
    another strategy had the lower mean, but rules by kind, judged on problems that they were not
    drawn from, were no better than one strategy for all. The development runs say nothing of many
    workers, nor of more than 15 parameters without a fidelity.
    """

    citation = (
        "Rice (1976), The algorithm selection problem, Advances in Computers 15; the rules are our"
        " own"
    )
    family = "mixed"
    version = RULES + sum(member.version for member in MEMBERS)
    plans_for_budget = True

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.member = chosen(task)
        self.member.setup(task, rng)

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        return self.member.ask(pending)

    def tell(self, trial: Trial) -> None:
        self.member.tell(trial)

    def recommend(self) -> Config | None:
        return self.member.recommend()


def chosen(task: Task) -> Strategy:
    """Return the strategy for a task, not set up yet, by the rules of `Auto`."""
    if task.gradients:
        return Hypergradient()
    return LocalSearch() if task.budget > LONG else BayesianOptimization()
