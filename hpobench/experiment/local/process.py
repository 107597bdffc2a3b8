"""A process that does one run at a time, and how the next run is begun in one that has none."""

from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar

from ...processes.fork_server import Warden
from ...processes.spawned import Spawned

OneProcess = TypeVar("OneProcess", Spawned, Warden)


class Process(Protocol):
    """A process that does one run at a time."""

    @property
    def signs(self) -> Sequence[Connection | int]:
        """What can be waited on: at least one of these is ready when there is a message."""
        ...

    def receive(self) -> dict[str, Any] | None:
        """Wait for the next message of the process, and return it; None: the process was killed."""
        ...

    def stop(self) -> None:
        """Kill the process with everything that it has started."""
        ...


def begun(idle: list[OneProcess], start: Callable[[OneProcess], None]) -> OneProcess | None:
    """Start a run in the first of the processes that lives; None: none of them does."""
    while idle:
        process = idle.pop()
        try:
            start(process)
        except OSError:
            process.stop()
        else:
            return process
    return None
