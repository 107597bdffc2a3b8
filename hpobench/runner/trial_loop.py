"""The loop of a run: it accepts, charges and evaluates proposals, and tells trials that finish."""

import math
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from fractions import Fraction
from time import perf_counter

import numpy as np

from ..errors import shown
from ..guards import went_back, working_folder
from ..prior import Prior
from ..problem import Instance, Problem
from ..seeds import of_entrant, of_instance, of_training
from ..space import key_of
from ..strategy import Strategy, Task, Unsupported
from ..trial import First, Pending, Proposal, Reason, Recommendation, Record, Stop
from . import budget_rules
from .budget_rules import Diverged, Fault
from .recommending import better, recommended
from .under_way import Begun, ShownTask, Training
from .workers import Employ, Workers, copied


@dataclass(slots=True)
class TrialLoop:
    """The state of a run, and the loop that changes it."""

    problem: Problem
    strategy: Strategy
    luck: Sequence[str]
    """What names the stream of the strategy's random numbers."""
    left: Fraction
    """What is left of the budget, in evaluations at the highest fidelity."""
    workers: int
    seed: int
    first: First
    recorded: Mapping[int, Record]
    employ: Employ
    folder: str = field(default_factory=working_folder)
    """The working folder that the code outside of the run has chosen."""
    trials: int = 0
    """How many trials have begun."""
    spent: bool = False
    """Whether no trial can begin any more."""
    under_way: dict[int, Begun] = field(default_factory=dict[int, Begun])
    """The trials under way, by id, in the order of the ids."""
    begun: Counter[tuple[object, ...]] = field(default_factory=Counter[tuple[object, ...]])
    """How often the run has begun to train each configuration."""
    told: dict[int, Begun] = field(default_factory=dict[int, Begun])
    """The trials that were told, by id, each with its training as far as it had come then."""
    at_work: Workers = field(init=False)
    """Those who evaluate the trials, once the problem was started."""
    shown: ShownTask | None = None
    """The task that the strategy was shown; None: none yet."""
    incumbent: Record | None = None
    """The best trial told so far; None: no trial told has a value."""

    def go(self) -> Generator[Record, None, Stop]:
        """Yield the records as trials finish, and return how the run ended; raises Fault."""
        most = math.ceil(budget_rules.MOST_TRIALS * self.left)
        problem = self.problem
        rng = of_instance(problem.base, self.seed % problem.instances).rng()
        instance = budget_rules.started(
            budget_rules.call(self.folder, "the problem's start", problem.start, rng)
        )
        budget_rules.check_beliefs(problem, instance)
        self.at_work = self.employ(problem, instance.evaluate)
        luck = of_entrant(self.luck, problem.name, self.seed).rng()
        unsupported = budget_rules.call(self.folder, "setup", self._set_up, luck, instance)
        if unsupported is not None:
            raise unsupported
        if self.first == "default":  # all other workers wait until the strategy is told
            self._begin(Proposal(problem.space.default()), None)
            yield from self._ended()
        while True:
            while not self.spent and len(self.under_way) < self.workers:
                self.spent = budget_rules.is_spent(self.left) or self.trials >= most
                proposal, seconds = (None, 0.0) if self.spent else self._ask()
                if proposal is None:
                    break
                self._begin(proposal, seconds)
            if not self.under_way:
                reason: Reason = "complete" if self.spent else "exhausted"
                return Stop(reason, recommendation=self._recommended())
            yield from self._ended()

    def _ended(self) -> Generator[Record]:
        """Yield the trial that finishes first, if any is under way; raises a fault of `tell`."""
        if not self.under_way:
            return
        record, fault = self._finish()
        self.incumbent = better(self.incumbent, record)
        yield record
        self.folder = working_folder()
        if fault is not None:
            raise fault

    def _set_up(self, luck: np.random.Generator, instance: Instance) -> Unsupported | None:
        """Set the strategy up; return its Unsupported if it can't do the task, and else None."""
        problem, gradients = self.problem, self.problem.gradient_cost is not None
        space = deepcopy(problem.space)  # a strategy that changes its space changes no problem
        task = Task(
            space,
            problem.fidelity,
            float(self.left),
            self.workers,
            gradients,
            problem.objectives,
            dict(problem.limits),
            None if instance.beliefs is None else Prior(space, dict(instance.beliefs)),
        )
        self.shown = ShownTask(task, repr(task))
        try:
            self.strategy.setup(task, luck)
        except Unsupported as answer:
            return answer
        return None

    def _recommended(self) -> Recommendation | None:
        best = recommended(
            self.folder,
            self.strategy,
            self.problem,
            self.at_work.judge,
            seed=self.seed,
            incumbent=self.incumbent,
        )
        for begun in self.told.values():
            begun.check_unchanged()
        if self.shown is not None:
            self.shown.check_unchanged()
        return best

    def _ask(self) -> tuple[object, float]:
        shown = [begun.shown for begun in self.under_way.values()]
        began = perf_counter()
        proposal = budget_rules.call(self.folder, "ask", self.strategy.ask, shown)
        seconds = perf_counter() - began
        for begun in self.under_way.values():
            begun.check_unchanged()
        return proposal, seconds

    def _begin(self, asked: object, seconds: float | None) -> None:
        """Charge a proposal and have it evaluated; one that costs more than is left ends the run.

        `seconds` is how long the strategy thought about it; None: it was not asked.
        """
        proposal = budget_rules.accepted(asked, self.problem)
        training = self._training(proposal)
        cost = budget_rules.cost(proposal, training.fidelity, self.problem)
        left = self.left - cost
        if left.numerator < 0:
            self.spent = True
            return
        self.left = left
        theirs = Pending(self.trials, copied(proposal))
        begun = Begun(self.trials, proposal, float(cost), seconds, training, theirs)
        record = self.recorded.get(self.trials)
        if record is None:
            self.at_work.begin(begun)
            went_back(self.folder)
        elif record.trial.proposal == proposal:
            self.at_work.recall(record)
        else:
            raise Diverged(
                "the strategy does not repeat what it proposed before the interruption:"
                f" {shown(proposal)}"
            )
        self.under_way[self.trials] = begun
        self.trials += 1

    def _training(self, proposal: Proposal) -> Training:
        """Return the training that a proposal begins or continues."""
        if proposal.resume is None:
            config = proposal.config
            key = key_of(config)
            stream = of_training(self.problem.base, self.seed, config, self.begun[key])
            self.begun[key] += 1
            return Training(self.trials, config, stream)
        told = self.told.get(proposal.resume)
        if told is None:
            raise Fault(
                f"{budget_rules.CONTINUED} a trial that it was not told: {shown(proposal.resume)}"
            )
        training = told.training
        if training.config != proposal.config:
            raise Fault(
                f"{budget_rules.CONTINUED} trial {proposal.resume} with another configuration"
            )
        if training.fidelity >= (proposal.fidelity or 0.0):
            raise Fault(
                f"{budget_rules.CONTINUED} trial {proposal.resume}, whose fidelity is"
                f" {training.fidelity:g}, but not to a higher one: {proposal.fidelity}"
            )
        return training

    def _finish(self) -> tuple[Record, Fault | None]:
        """Tell the trial that finishes first; return its record, and a fault of `tell` if any."""
        record = self.at_work.finished()
        trial, fault = record.trial, None
        begun = self.told[trial.id] = self.under_way.pop(trial.id)
        begun.training = begun.training.after(trial.proposal, record.duration)
        gradient = None if trial.gradient is None else dict(trial.gradient)
        limited = budget_rules.limited(record.measures, self.problem)
        told = replace(
            trial,
            proposal=begun.shown.proposal,
            gradient=gradient,
            measures=limited,
            duration=record.duration,
        )
        began = perf_counter()
        try:
            budget_rules.call(self.folder, "tell", self.strategy.tell, told)
            begun.check_unchanged()
        except Fault as caught:
            fault = caught
        record.measured["tell"] = perf_counter() - began
        return record, fault
