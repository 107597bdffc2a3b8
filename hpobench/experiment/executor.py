"""What does runs, here or on other machines: what is asked of it, and what it promises.

An executor owns workers; whoever submits runs owns what becomes of them. See decision 018.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from ..trial import Run
from .one_run import Done


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """The worker was killed or went away, by no doing of the run's: it is to be tried again."""

    how: str
    """For people: "its process was killed by signal 9 (SIGKILL)"."""


@dataclass(frozen=True, slots=True)
class WorkerEnded:
    """The run itself ended the worker that did it, and has failed by that."""

    how: str
    """For people: "its process ended before the run did, with exit code 3"."""


Ending: TypeAlias = Done | WorkerLost | WorkerEnded
"""How an attempt at a run ended: as the run says, or with its worker."""


class Future(Protocol):
    """An attempt at a run that an executor was given."""

    @property
    def run(self) -> Run:
        """What is being done."""
        ...

    def cancel(self) -> None:
        """Give it up: its worker is stopped, `wait` never returns it, what it has written stays.

        Nothing happens where it has ended.
        """
        ...


class Executor(Protocol):
    """Does runs, each within a limit, on a number of workers that may change at any time."""

    @property
    def room(self) -> int:
        """How many more runs it takes now; 0 where it has no worker, or all are busy."""
        ...

    def submit(self, run: Run) -> Future:
        """Begin an attempt at a run; raises InputError where no worker can be had at all."""
        ...

    def wait(self, seconds: float) -> Sequence[tuple[Future, Ending]]:
        """Return the attempts that have ended since the last look; none in so many seconds: none.

        One over the limit has ended, as incomplete. Raises InputError where results can't be
        written.
        """
        ...
