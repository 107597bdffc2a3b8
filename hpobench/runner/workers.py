"""The workers of a run, who evaluate its trials, on a simulated clock or in real processes."""

import heapq
import math
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol, TypeAlias

from ..errors import described, raise_if_nobodys, traceback_of
from ..guards import Alone, is_a_persons
from ..problem import Evaluate, Evaluation, Problem
from ..seeds import Stream
from ..trial import Proposal, Record, Trial
from . import budget_rules
from .checkpoints import Checkpoints
from .under_way import Begun, Training


class Workers(Protocol):
    """Evaluate trials, and decide which of them finishes next."""

    @property
    def judge(self) -> Evaluate | None:
        """Evaluates the configuration that the strategy recommends at the end; None: nobody does.

        Then its score is nan, unless it is the incumbent's configuration.
        """
        ...

    def begin(self, trial: Begun) -> None:
        """Begin to evaluate a trial."""
        ...

    def recall(self, record: Record) -> None:
        """Take a trial that has begun, and was evaluated before an interruption, as under way."""
        ...

    def finished(self) -> Record:
        """Return the trial that finishes next; at least one is under way."""
        ...


RECOMMENDED = -2
"""What stands for the number of the trial where what a strategy recommends is evaluated."""


class Watch(Protocol):
    """Is told which trial goes on, and may know of one that must not be evaluated."""

    def begins(self, trial: int) -> str:
        """Take in that a trial begins; return why it fails instead; empty: it is evaluated."""
        ...

    def ended(self) -> str:
        """Take in that the trial that began last has ended; return why it fails all the same.

        Empty: it does not.
        """
        ...

    def begun_anew(self) -> None:
        """Take in that the run begins anew, with other trials."""
        ...


class Unwatched:
    """Has every trial evaluated."""

    def begins(self, trial: int) -> str:
        del trial
        return ""

    def ended(self) -> str:
        return ""

    def begun_anew(self) -> None:
        pass


class OverLimit(Exception):  # noqa: N818  # the limit is the user's
    """Raised where a trial fails since it took too long, now or before; the text says so."""


def over_limit(seconds: float) -> str:
    """Return why a trial failed that took longer than so many seconds."""
    return f"over the limit of {seconds:g} s a trial"


def is_over_limit(error: str) -> bool:
    """Tell whether a trial failed since it took too long; errors of others begin with their type.

    >>> is_over_limit(over_limit(60)), is_over_limit("ValueError: over the limit of 3 s a trial")
    (True, False)
    """
    return _OVER.fullmatch(error) is not None


def why_failed(raised: BaseException) -> str:
    """Return why an evaluation failed that raised something."""
    return str(raised) if isinstance(raised, OverLimit) else described(raised)


_OVER = re.compile(r"over the limit of \S+ s a trial")
Employ: TypeAlias = Callable[[Problem, Evaluate], Workers]
"""Returns the workers of a run, whose problem has been started."""


@dataclass(slots=True)
class SimulatedWorkers:
    """Workers on a simulated clock: each trial is evaluated at once, in this process."""

    problem: Problem
    evaluate: Evaluate
    """Evaluates the trials, and what is recommended."""
    checkpoints: Checkpoints
    watch: Watch = field(default_factory=Unwatched)
    clock: float = 0.0
    """The simulated time: when the last trial that was taken finished."""
    under_way: list[tuple[float, int, Record]] = field(
        default_factory=list[tuple[float, int, Record]]
    )
    """The trials under way, as a heap whose first one finishes first; among equals, by number."""

    def judge(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        """Evaluate what is recommended; raises OverLimit where it takes, or took, too long."""
        with self._watched(RECOMMENDED):
            return self.evaluate(proposal, stream, checkpoint)

    def begin(self, trial: Begun) -> None:
        self.recall(self._evaluated(trial))

    def recall(self, record: Record) -> None:
        heapq.heappush(self.under_way, (record.finished, record.trial.id, record))

    def finished(self) -> Record:
        self.clock, _, record = heapq.heappop(self.under_way)
        return record

    def _evaluated(self, begun: Begun) -> Record:
        id_, proposal, training, cost = begun.id, begun.proposal, begun.training, begun.cost
        measured, error, traceback = dict[str, float](), None, ""
        if begun.seconds is not None:
            measured["ask"] = begun.seconds
        began = perf_counter()
        try:
            with self._watched(id_), Alone() as here:
                kept = self._checkpoint(proposal, training, measured)
                made = self.evaluate(copied(proposal), training.stream, kept)
                here.end_copies()
                found = budget_rules.evaluated(made, proposal, self.problem)
                duration, finished = self._times(training, cost, found.duration)
                measured["evaluate"] = perf_counter() - began
                self.checkpoints.keep(training.id, id_, found.checkpoint)
        except BaseException as raised:  # whatever a problem raises fails the trial
            if is_a_persons(raised):
                raise
            raise_if_nobodys(raised)
            measured["evaluate"] = perf_counter() - began
            found = nothing(self.problem)
            error = why_failed(raised)
            traceback = "" if isinstance(raised, OverLimit) else traceback_of(raised)
            duration, finished = self._times(training, cost, None)
            self.checkpoints.keep(training.id, id_, None)
        trial = Trial(id_, proposal, found.values, cost, found.gradient)
        score = math.nan if found.score is None else found.score
        return Record(trial, score, found.measures, finished, measured, error, duration, traceback)

    @contextmanager
    def _watched(self, trial: int) -> Generator[None]:
        """Have a trial watched within the block; raises OverLimit where it takes too long.

        Where it is known that it took too long before, the block does not begin.
        """
        over = self.watch.begins(trial)
        try:
            if over:
                raise OverLimit(over)
            yield
        finally:
            over = self.watch.ended()
        if over:
            raise OverLimit(over)

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


def nothing(problem: Problem) -> Evaluation:
    """Return the result of an evaluation that failed: every value and the score are nan."""
    return Evaluation(values=(math.nan,) * len(problem.objectives), score=math.nan)


def copied(proposal: Proposal) -> Proposal:
    """Return a proposal that can be changed without changing the one that is kept."""
    config = dict(proposal.config)
    return Proposal(config, proposal.fidelity, proposal.resume, proposal.gradient)
