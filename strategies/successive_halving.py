"""Successive halving (Jamieson and Talwalkar, 2016)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy as np

from hpobench import Pending, Proposal, Strategy, Task, Trial, Unsupported, check_whole

WIDEST = 1_000
"""The highest fidelity is at most so many times the lowest one used: a run may have 1000 trials for
each evaluation of its budget, and a bracket of cheaper trials would never reach its end."""


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
        if task.fidelity is None:
            raise Unsupported("needs a fidelity")
        self.rungs = task.fidelity.rungs(self.eta, WIDEST)
        self.resumes = task.fidelity.resumes
        self.brackets: list[_Bracket] = []
        self.given = Fraction(0)
        """The cost of trials that are in no bracket, since they were not proposed here."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        for bracket in self.brackets:
            if bracket.queue:
                return bracket.propose()
        opened = self._deepest_affordable()
        if opened is None:
            return None
        self.brackets.append(opened)
        return opened.propose()

    def tell(self, trial: Trial) -> None:
        bracket = next((b for b in self.brackets if trial.proposal in b.pending), None)
        if bracket is None:
            self.given += Fraction(str(trial.cost))
        else:
            bracket.tell(trial)

    def _deepest_affordable(self) -> "_Bracket | None":
        left = Fraction(str(self.task.budget)) - self.given
        left -= sum(bracket.cost() for bracket in self.brackets)
        for rung in range(len(self.rungs)):
            depth = len(self.rungs) - 1 - rung
            sizes = [self.eta**k for k in range(depth, -1, -1)]
            bracket = _Bracket(self.rungs[rung:], sizes, resumes=self.resumes)
            if bracket.cost() <= left:
                configs = [self.task.space.sample(self.rng) for _ in range(sizes[0])]
                bracket.queue = [Proposal(config, self.rungs[rung]) for config in configs]
                return bracket
        return None


@dataclass
class _Bracket:
    """One race from many configurations at a low fidelity to one at the highest."""

    rungs: Sequence[float]
    """The fidelities, the lowest first."""
    sizes: list[int]
    """How many configurations each rung has; later rungs shrink where too many trials failed."""
    rung: int = 0
    queue: list[Proposal] = field(default_factory=list[Proposal])
    pending: list[Proposal] = field(default_factory=list[Proposal])
    told: list[Trial] = field(default_factory=list[Trial])
    """The trials of the present rung that were told."""
    resumes: bool = True
    """Whether a training is continued at the next rung; otherwise it is started afresh."""

    def cost(self) -> Fraction:
        """Return what the bracket costs in all, in evaluations at the highest fidelity."""
        fidelities = [Fraction(0), *map(Fraction, self.rungs)]
        steps = [upper - lower * self.resumes for lower, upper in pairwise(fidelities)]
        total = sum(size * step for size, step in zip(self.sizes, steps, strict=True))
        return Fraction(total) / fidelities[-1]

    def propose(self) -> Proposal:
        proposal = self.queue.pop(0)
        self.pending.append(proposal)
        return proposal

    def tell(self, trial: Trial) -> None:
        self.pending.remove(trial.proposal)
        self.told.append(trial)
        if not self.queue and not self.pending and self.rung < len(self.rungs) - 1:
            self._promote()

    def _promote(self) -> None:
        valid = [trial for trial in self.told if not math.isnan(trial.value)]
        self.rung += 1
        self.sizes[self.rung :] = [min(size, len(valid)) for size in self.sizes[self.rung :]]
        best = sorted(valid, key=lambda trial: trial.value)[: self.sizes[self.rung]]
        fidelity = self.rungs[self.rung]
        self.queue = [
            Proposal(t.proposal.config, fidelity, resume=t.id if self.resumes else None)
            for t in best
        ]
        self.told = []
