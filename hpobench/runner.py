"""One run: a strategy against a problem, under a budget, on a simulated clock."""

import heapq
import json
import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from time import perf_counter
from typing import ParamSpec, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from . import rules
from .checkpoints import Checkpoints
from .problem import Evaluate, Evaluation, Problem
from .rules import Diverged, Fault
from .seeds import Stream
from .source import described
from .space import Config
from .strategy import Strategy, Task, Unsupported
from .trial import Pending, Proposal, Reason, Record, Stop, Trial

Answer = TypeVar("Answer")
Arguments = ParamSpec("Arguments")


def run(
    strategy: Strategy,
    problem: Problem,
    *,
    budget: float | Fraction,
    workers: int = 1,
    seed: int = 0,
    recorded: Mapping[int, Record] | None = None,
) -> Generator[Record, None, Stop]:
    """Yield the trials of one run in the order of completion, and return how it ended.

    The budget is in evaluations at the highest fidelity. `recorded` holds, by id, trials of an
    interrupted run: they are not evaluated again, and the strategy must propose the same. While
    the run goes on, BLAS is limited to one thread.
    """
    import_module("scipy.linalg")  # it brings a BLAS of its own, which must be there to be limited
    allowance = budget if isinstance(budget, Fraction) else Fraction(str(budget))
    with threadpool_limits(limits=1), Checkpoints() as checkpoints:
        race = _Race(problem, strategy, allowance, workers, seed, recorded or {}, checkpoints)
        try:
            try:
                reason = yield from race.go()
            finally:
                _call("close", strategy.close)
        except Unsupported as answer:
            return Stop("unsupported", str(answer))
        except Fault as fault:
            return Stop("failed", str(fault))
        return Stop(reason)


@dataclass(frozen=True, slots=True)
class _Training:
    """How far a training is that the run has begun."""

    id: int
    """Of the trial that began it."""
    config: Config
    stream: Stream
    fidelity: float = 0.0
    duration: float = 0.0


@dataclass(order=True, slots=True)
class _Event:
    """A trial on a worker, until it finishes."""

    finished: float
    id: int
    record: Record = field(compare=False)
    training: _Training = field(compare=False)
    shown: Pending = field(compare=False)
    """The strategy's copy, which it must not change."""

    def check_unchanged(self) -> None:
        if self.shown.proposal.config != self.record.trial.proposal.config:
            raise Fault(f"the strategy changed the configuration it was given of trial {self.id}")


@dataclass(slots=True)
class _Race:
    """The state of a run."""

    problem: Problem
    strategy: Strategy
    left: Fraction
    workers: int
    seed: int
    recorded: Mapping[int, Record]
    checkpoints: Checkpoints
    clock: float = 0.0
    trials: int = 0
    spent: bool = False
    events: list[_Event] = field(default_factory=list[_Event])
    begun: dict[str, int] = field(default_factory=dict[str, int])
    """How often the run has begun to train each configuration."""
    told: dict[int, _Training] = field(default_factory=dict[int, _Training])
    """By trial, how far its training was then."""

    def go(self) -> Generator[Record, None, Reason]:
        most = rules.MOST_TRIALS * self.left
        problem = self.problem
        rng = Stream(("instance", problem.base, self.seed % problem.instances)).rng()
        evaluate = _call("the problem's start", problem.start, rng).evaluate
        _call("setup", self.strategy.setup, self._task(), self._luck())
        while True:
            while not self.spent and len(self.events) < self.workers:
                self.spent = self.left < rules.LEAST_COST or self.trials >= most
                proposal, seconds = (None, 0.0) if self.spent else self._ask()
                if proposal is None:
                    break
                self._begin(proposal, seconds, evaluate)
            if not self.events:
                return "complete" if self.spent else "exhausted"
            yield from self._finish()

    def _task(self) -> Task:
        problem, gradients = self.problem, self.problem.gradient_cost is not None
        return Task(problem.space, problem.fidelity, float(self.left), self.workers, gradients)

    def _luck(self) -> np.random.Generator:
        keys = ("strategy", *self.strategy.key(), self.problem.name, self.seed)
        return Stream(keys).rng()

    def _ask(self) -> tuple[object, float]:
        shown = [event.shown for event in sorted(self.events, key=lambda event: event.id)]
        began = perf_counter()
        proposal = _call("ask", self.strategy.ask, shown)
        seconds = perf_counter() - began
        for event in self.events:
            event.check_unchanged()
        return proposal, seconds

    def _begin(self, asked: object, seconds: float, evaluate: Evaluate) -> None:
        """Charge a proposal and evaluate it; one that does not fit ends the run."""
        proposal = rules.accepted(asked, self.problem)
        training = self._training(proposal)
        cost = rules.cost(proposal, training.fidelity, self.problem)
        if cost > self.left:
            self.spent = True
            return
        self.left -= cost
        record = self.recorded.get(self.trials)
        if record is None:
            record = self._evaluated(proposal, training, cost, evaluate, seconds)
        elif record.trial.proposal != proposal:
            raise Diverged(
                f"the strategy proposed otherwise than before its interruption: {proposal}"
            )
        level = proposal.fidelity or 0.0
        after = _Training(training.id, training.config, training.stream, level, record.duration)
        shown = Pending(self.trials, _copied(proposal))
        heapq.heappush(self.events, _Event(record.finished, self.trials, record, after, shown))
        self.trials += 1

    def _training(self, proposal: Proposal) -> _Training:
        """Return the training that a proposal begins or continues."""
        if proposal.resume is None:
            key = json.dumps(proposal.config)
            times = self.begun[key] = self.begun.get(key, -1) + 1
            keys = ("training", self.problem.base, self.seed, key, times)
            return _Training(self.trials, proposal.config, Stream(keys))
        training = self.told.get(proposal.resume)
        if training is None:
            raise Fault(f"the strategy continued a trial it was not told of: {proposal.resume}")
        if training.config != proposal.config:
            raise Fault(
                f"the strategy continued trial {proposal.resume} with another configuration"
            )
        if training.fidelity >= (proposal.fidelity or 0.0):
            raise Fault(
                f"the strategy continued trial {proposal.resume}, which has {training.fidelity:g}"
                f" already, to no more: {proposal.fidelity}"
            )
        return training

    def _evaluated(
        self,
        proposal: Proposal,
        training: _Training,
        cost: Fraction,
        evaluate: Evaluate,
        seconds: float,
    ) -> Record:
        measured, kept, began = {"ask": seconds}, None, perf_counter()
        if proposal.resume is not None:
            kept = self.checkpoints.get(training.id, proposal.resume)
            if kept is None:
                measured["retrained"] = 1.0
        try:
            evaluation, error = evaluate(_copied(proposal), training.stream, kept), None
            rules.check(evaluation, proposal)
        except (Exception, SystemExit) as raised:  # noqa: BLE001  # it fails the trial, with its reason
            evaluation, error = Evaluation(math.nan, math.nan), described(raised)
        measured["evaluate"] = perf_counter() - began
        self.checkpoints.keep(training.id, self.trials, evaluation.checkpoint)
        value, score, duration = evaluation.value, evaluation.score, evaluation.duration
        gradient = evaluation.gradient if proposal.gradient else None
        trial = Trial(
            self.trials, proposal, float(value), float(cost), gradient and _floats(gradient)
        )
        score = float(value if score is None else score)
        duration = training.duration + trial.cost if duration is None else float(duration)
        finished = self.clock + max(duration - training.duration, 0.0)
        return Record(
            trial, score, _floats(evaluation.measures), finished, measured, error, duration
        )

    def _finish(self) -> Generator[Record, None, None]:
        """Tell the trial that finishes first, and yield it even where telling fails."""
        event = heapq.heappop(self.events)
        self.clock = event.finished
        self.told[event.id] = event.training
        record, trial, fault = event.record, event.record.trial, None
        gradient = None if trial.gradient is None else dict(trial.gradient)
        told = Trial(trial.id, event.shown.proposal, trial.value, trial.cost, gradient)
        began = perf_counter()
        try:
            _call("tell", self.strategy.tell, told)
            event.check_unchanged()
        except Fault as caught:
            fault = caught
        measured = {**record.measured, "tell": perf_counter() - began}
        yield Record(
            trial,
            record.score,
            record.measures,
            record.finished,
            measured,
            record.error,
            record.duration,
        )
        if fault is not None:
            raise fault


def _floats(numbers: Mapping[str, float]) -> dict[str, float]:
    return {name: float(number) for name, number in numbers.items()}


def _copied(proposal: Proposal) -> Proposal:
    config = dict(proposal.config)
    return Proposal(config, proposal.fidelity, proposal.resume, proposal.gradient)


def _call(
    what: str,
    function: Callable[Arguments, Answer],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Answer:
    """Call a strategy's or a problem's function; whatever it raises is its fault."""
    try:
        return function(*args, **kwargs)
    except Unsupported:
        raise
    except (Exception, SystemExit) as error:
        raise Fault(f"{what} raised {described(error)}") from error
