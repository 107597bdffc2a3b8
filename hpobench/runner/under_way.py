"""What is under way in a run: its task, its trainings, and the trials that are evaluated."""

from collections.abc import Callable
from dataclasses import dataclass

from ..guards import is_a_persons
from ..seeds import Stream
from ..space import Config
from ..strategy import Task
from ..trial import Pending, Proposal
from .budget_rules import CHANGED, Fault


@dataclass(frozen=True, slots=True)
class ShownTask:
    """The task that the strategy sees, and must not change."""

    task: Task
    before: str
    """The task as text, before the strategy saw it."""

    def check_unchanged(self) -> None:
        """Raise Fault if the strategy changed the task, or made it impossible to compare."""
        _check_same(lambda: repr(self.task) == self.before, "its task")


@dataclass(slots=True)
class Training:
    """A training that the run has begun, and how far it has come."""

    id: int
    """The id of the trial that began it."""
    config: Config
    stream: Stream
    fidelity: float = 0.0
    """The fidelity that it has reached."""
    duration: float = 0.0
    """The simulated time that it has taken so far."""

    def after(self, proposal: Proposal, duration: float) -> "Training":
        """Return the training as it is after a trial with the proposal."""
        return Training(self.id, self.config, self.stream, proposal.fidelity or 0.0, duration)


@dataclass(slots=True)
class Begun:
    """A trial that has begun, or that was told."""

    id: int
    proposal: Proposal
    cost: float
    """The cost in evaluations at the highest fidelity."""
    seconds: float | None
    """How long the strategy thought about the proposal; None: it was not asked."""
    training: Training
    """The training as far as it had come before the trial or, once this was told, after it."""
    shown: Pending
    """The copy that the strategy sees, and must not change."""

    def check_unchanged(self) -> None:
        """Raise Fault if the strategy changed its copy, or made it impossible to compare."""
        _check_same(
            lambda: self.shown.proposal.config == self.proposal.config,
            f"the configuration of a trial: {self.id}",
        )


def _check_same(compare: Callable[[], bool], what: str) -> None:
    """Raise Fault unless `compare` says that `what` is as it was, or if it can't say."""
    try:
        same = compare()
    except BaseException as error:  # what a strategy put there may raise anything
        if is_a_persons(error):
            raise
        same = False
    if not same:
        raise Fault(f"{CHANGED} {what}")
