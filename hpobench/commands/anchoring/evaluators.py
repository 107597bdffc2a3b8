"""Processes that make evaluations of a problem, and are replaced where an evaluation ends them."""

from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from ...cards.own_anchors import Result
from ...errors import InputError
from ...processes.messages import NoMessageError, message_of
from ...processes.process_tree import ended
from ...processes.spawned import Spawned
from ...trial import Identity
from .evaluations import Reply, serve, steps_of

BEGIN = 600.0
"""Seconds that a process has to import the problem's file."""


@dataclass(frozen=True, slots=True)
class Task:
    """A random evaluation of an instance, or the longer search on it."""

    place: int
    """The number of the instance."""
    size: int
    """How many random evaluations of each instance there are."""
    number: int | None
    """The number of the evaluation; None: it is the longer search."""
    known: tuple[Result, ...] = ()
    """For the longer search: the results of the evaluations that need not be made again."""


class Evaluators:
    """Up to so many processes, each of which does one task at a time."""

    def __init__(self, identity: Identity, jobs: int) -> None:
        self._identity, self._jobs = identity, jobs
        self._idle = list[Spawned]()
        self._busy: dict[Spawned, Task] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in (*self._idle, *self._busy):
            process.stop()

    def replies(self, waiting: deque[Task]) -> Iterator[tuple[Task, Reply]]:
        """Do the tasks, and yield each reply with its task; a reply with "best" ends a search.

        Tasks may be added meanwhile. An evaluation that ends its process has failed. Raises
        InputError where the problem can't be imported, or a descent ends its process.
        """
        while waiting or self._busy:
            while waiting and len(self._busy) < self._jobs:
                self._begin(waiting.popleft())
            signs = {sign: each for each in self._busy for sign in each.signs}
            for process in {signs[sign] for sign in wait(list(signs))}:  # type: ignore[index]  # it is one of them
                yield self._heard(process, waiting)

    def _begin(self, task: Task) -> None:
        process = self._idle.pop() if self._idle else self._started()
        process.send(asdict(task))
        self._busy[process] = task

    def _started(self) -> Spawned:
        process = Spawned(serve, asdict(self._identity))
        try:
            message = message_of(process, BEGIN)
        except NoMessageError as reason:
            process.stop()
            raise InputError(f"{self._identity.name} can't be imported: {reason}") from None
        except BaseException:
            process.stop()
            raise
        if "refused" in message:
            process.stop()
            raise InputError(message["refused"])
        return process

    def _heard(self, process: Spawned, waiting: deque[Task]) -> tuple[Task, Reply]:
        """Return the next reply of a process; a search that was ended goes on in another one."""
        reply, task = process.receive(), self._busy[process]
        if "exit" in reply:
            del self._busy[process]
            process.stop()
            how = f"it ends its process {ended(reply['exit'])}"
            reply = {"result": None, "error": how}
            if task.number is None:
                if len(task.known) >= task.size + steps_of(task.size):
                    raise InputError(f"a descent on {self._identity.name} failed: {how}")
                waiting.appendleft(replace(task, known=(*task.known, None)))
        elif task.number is None and "best" not in reply:
            result = reply["result"] and (reply["result"][0], reply["result"][1])
            self._busy[process] = replace(task, known=(*task.known, result))
        else:
            del self._busy[process]
            self._idle.append(process)
        return task, reply
