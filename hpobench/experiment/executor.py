"""Executors, which do runs here or on other machines: what they are asked, and what they promise.

An executor owns the workers; the caller who submits runs owns their results. See decision 018.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from ..trial import Run
from .one_run import Done


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """The worker was killed or went away, not because of the run, which is to be tried again."""

    how: str
    """How it happened, for people: "its process was killed by signal 9 (SIGKILL)"."""


@dataclass(frozen=True, slots=True)
class WorkerEnded:
    """The run itself ended the worker that did it, and so it has failed."""

    how: str
    """How it happened, for people: "its process ended before the run did, with exit code 3"."""


Ending: TypeAlias = Done | WorkerLost | WorkerEnded
"""How an attempt at a run ended: the run tells it, or its worker was lost or ended."""


class Future(Protocol):
    """An attempt at a run that an executor was given."""

    @property
    def run(self) -> Run:
        """The run that is being done."""
        ...

    def cancel(self) -> None:
        """Give the attempt up: its worker is stopped, and `wait` never returns it.

        What it has written stays. Nothing happens where it has ended already.
        """
        ...


class Executor(Protocol):
    """Does runs, each within a limit of time, on workers whose number may change at any time."""

    @property
    def room(self) -> int:
        """How many more runs can be submitted now; 0 where there is no worker, or all are busy."""
        ...

    def submit(self, run: Run) -> Future:
        """Begin an attempt at a run; raises InputError where no worker can be started at all."""
        ...

    def wait(self, seconds: float) -> Sequence[tuple[Future, Ending]]:
        """Wait at most so many seconds, and return the attempts that have ended since.

        An attempt over the limit of time is ended as incomplete. Raises InputError where results
        can't be written.
        """
        ...
