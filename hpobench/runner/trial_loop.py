"""The loop of a run: it accepts, charges and evaluates proposals, and tells trials that finish."""

import heapq
import math
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import attrgetter
from time import perf_counter

import numpy as np

from ..errors import described, shown, traceback_of
from ..guards import Alone, is_a_persons, went_back, working_folder
from ..prior import Prior
from ..problem import Evaluate, Evaluation, Instance, Problem
from ..seeds import of_entrant, of_instance, of_training
from ..space import key_of
from ..strategy import Strategy, Task, Unsupported
from ..trial import First, Pending, Proposal, Recommendation, Record, Stop, Trial
from . import budget_rules
from .budget_rules import Diverged, Fault
from .checkpoints import Checkpoints
from .recommending import better, recommended
from .under_way import Event, ShownTask, Training


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
    checkpoints: Checkpoints
    folder: str = field(default_factory=working_folder)
    """The working folder that the code outside of the run has chosen."""
    clock: float = 0.0
    """The simulated time: when the trial that was told last finished."""
    trials: int = 0
    """How many trials have begun."""
    spent: bool = False
    """Whether no trial can begin any more."""
    events: list[Event] = field(default_factory=list[Event])
    """The trials under way, as a heap whose first one finishes first."""
    begun: Counter[tuple[object, ...]] = field(default_factory=Counter[tuple[object, ...]])
    """How often the run has begun to train each configuration."""
    told: dict[int, Event] = field(default_factory=dict[int, Event])
    """The trials that were told, by id, each with its training as far as it had come then."""
    shown: ShownTask | None = None
    """The task that the strategy was shown; None: none yet."""
    incumbent: Record | None = None
    """The best trial told so far; None: no trial told has a value."""

    @property
    def nothing(self) -> Evaluation:
        """The result of an evaluation that failed: every value and the score are nan."""
        return Evaluation(values=(math.nan,) * len(self.problem.objectives), score=math.nan)

    def go(self) -> Generator[Record, None, Stop]:
        """Yield the records as trials finish, and return how the run ended; raises Fault."""
        most = math.ceil(budget_rules.MOST_TRIALS * self.left)
        problem = self.problem
        rng = of_instance(problem.base, self.seed % problem.instances).rng()
        instance = budget_rules.started(
            budget_rules.call(self.folder, "the problem's start", problem.start, rng)
        )
        budget_rules.check_beliefs(problem, instance)
        luck = of_entrant(self.luck, problem.name, self.seed).rng()
        unsupported = budget_rules.call(self.folder, "setup", self._set_up, luck, instance)
        if unsupported is not None:
            raise unsupported
        if self.first == "default":  # all other workers wait until the strategy is told
            self._begin(Proposal(problem.space.default()), None, instance.evaluate)
            yield from self._ended()
        while True:
            while not self.spent and len(self.events) < self.workers:
                self.spent = budget_rules.is_spent(self.left) or self.trials >= most
                proposal, seconds = (None, 0.0) if self.spent else self._ask()
                if proposal is None:
                    break
                self._begin(proposal, seconds, instance.evaluate)
            if not self.events:
                best = self._recommended(instance.evaluate)
                return Stop("complete" if self.spent else "exhausted", recommendation=best)
            yield from self._ended()

    def _ended(self) -> Generator[Record]:
        """Yield the trial that finishes first, if any is under way; raises a fault of `tell`."""
        if not self.events:
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

    def _recommended(self, evaluate: Evaluate) -> Recommendation | None:
        best = recommended(
            self.folder,
            self.strategy,
            self.problem,
            evaluate,
            seed=self.seed,
            incumbent=self.incumbent,
        )
        for event in self.told.values():
            event.check_unchanged()
        if self.shown is not None:
            self.shown.check_unchanged()
        return best

    def _ask(self) -> tuple[object, float]:
        shown = sorted([event.shown for event in self.events], key=attrgetter("id"))
        began = perf_counter()
        proposal = budget_rules.call(self.folder, "ask", self.strategy.ask, shown)
        seconds = perf_counter() - began
        for event in self.events:
            event.check_unchanged()
        return proposal, seconds

    def _begin(self, asked: object, seconds: float | None, evaluate: Evaluate) -> None:
        """Charge a proposal and evaluate it; one that costs more than is left ends the run.

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
        record = self.recorded.get(self.trials)
        if record is None:
            record = self._evaluated(proposal, training, float(cost), evaluate, seconds)
        elif record.trial.proposal != proposal:
            raise Diverged(
                "the strategy does not repeat what it proposed before the interruption:"
                f" {shown(proposal)}"
            )
        level = proposal.fidelity or 0.0
        after = Training(training.id, training.config, training.stream, level, record.duration)
        theirs = Pending(self.trials, _copied(proposal))
        heapq.heappush(self.events, Event(record.finished, self.trials, record, after, theirs))
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

    def _evaluated(
        self,
        proposal: Proposal,
        training: Training,
        cost: float,
        evaluate: Evaluate,
        seconds: float | None,
    ) -> Record:
        measured, error, traceback = dict[str, float](), None, ""
        if seconds is not None:
            measured["ask"] = seconds
        began, id_ = perf_counter(), self.trials
        try:
            with Alone() as here:
                kept = self._checkpoint(proposal, training, measured)
                made = evaluate(_copied(proposal), training.stream, kept)
                here.end_copies()
                found = budget_rules.evaluated(made, proposal, self.problem)
                duration, finished = self._times(training, cost, found.duration)
                measured["evaluate"] = perf_counter() - began
                self.checkpoints.keep(training.id, id_, found.checkpoint)
        except BaseException as raised:  # whatever a problem raises fails the trial
            if is_a_persons(raised):
                raise
            measured["evaluate"] = perf_counter() - began
            found, error, traceback = self.nothing, described(raised), traceback_of(raised)
            duration, finished = self._times(training, cost, None)
            self.checkpoints.keep(training.id, id_, None)
        went_back(self.folder)
        trial = Trial(id_, proposal, found.values, cost, found.gradient)
        score = math.nan if found.score is None else found.score
        return Record(trial, score, found.measures, finished, measured, error, duration, traceback)

    def _checkpoint(
        self, proposal: Proposal, training: Training, measured: dict[str, float]
    ) -> object:
        """Return the checkpoint to continue from; None: the training begins, or begins again."""
        if proposal.resume is None:
            return None
        kept = self.checkpoints.get(training.id, proposal.resume)
        if kept is None:
            measured["retrained"] = 1.0
        return kept

    def _times(
        self, training: Training, cost: float, duration: float | None
    ) -> tuple[float, float]:
        """Return a training's duration so far and when the trial finishes, or raise ValueError.

        `duration` is what the evaluation returned; None: the training takes as long as it costs.
        """
        if duration is None:
            duration = training.duration + cost
        finished = self.clock + max(duration - training.duration, 0.0)
        if not math.isfinite(finished):
            raise ValueError(f"the duration is too long for the simulated clock: {duration}")
        return duration, finished

    def _finish(self) -> tuple[Record, Fault | None]:
        """Tell the trial that finishes first; return its record, and a fault of `tell` if any."""
        event = heapq.heappop(self.events)
        self.clock = event.finished
        self.told[event.id] = event
        record, trial, fault = event.record, event.record.trial, None
        gradient = None if trial.gradient is None else dict(trial.gradient)
        limited = budget_rules.limited(record.measures, self.problem)
        told = replace(
            trial,
            proposal=event.shown.proposal,
            gradient=gradient,
            measures=limited,
            duration=record.duration,
        )
        began = perf_counter()
        try:
            budget_rules.call(self.folder, "tell", self.strategy.tell, told)
            event.check_unchanged()
        except Fault as caught:
            fault = caught
        record.measured["tell"] = perf_counter() - began
        return record, fault


def _copied(proposal: Proposal) -> Proposal:
    config = dict(proposal.config)
    return Proposal(config, proposal.fidelity, proposal.resume, proposal.gradient)
