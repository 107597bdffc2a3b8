"""The link to a scheduler that may go and come again, and the count of its workers."""

import contextlib
from collections.abc import Callable
from time import monotonic, sleep
from typing import TYPE_CHECKING

from ...errors import InputError, described
from .connection import connected, quiet, threads

if TYPE_CHECKING:
    from distributed import Client

EVERY = 1.0
"""The seconds between two counts of the workers, and between two attempts to reach a scheduler."""
PATIENCE = 600.0
"""The seconds for which a session waits for a scheduler that is gone."""


class Link:
    """A client of the scheduler at an address, made anew where the scheduler was lost."""

    def __init__(self, address: str, lost: Callable[[], None]) -> None:
        """Take in an address that was checked; `lost` is called when the scheduler was lost."""
        self.address = address
        self.client: Client | None = None
        """The client; None: there is no scheduler now."""
        self.unfit: dict[str, str] = {}
        """Why workers are given no run, by their addresses."""
        self._tell_lost, self._quiet = lost, quiet()
        self._threads: dict[str, int] = {}
        self._looked = self._lost = 0.0
        """When the workers were last counted, and when the scheduler was lost."""

    def begin(self) -> None:
        """Connect for the first time; raises InputError where no scheduler answers."""
        self._quiet.__enter__()
        try:
            self.client = connected(self.address)
            self._count()
        except OSError as error:
            self._quiet.__exit__(None, None, None)
            why = f"no scheduler answers at {self.address}: {described(error)}"
            raise InputError(why) from None

    def close(self) -> None:
        """Disconnect; what was submitted is given up by its workers."""
        self._disconnect()
        self._quiet.__exit__(None, None, None)

    @property
    def fit(self) -> list[str]:
        """The addresses of the workers that are not known to be unfit."""
        return [worker for worker in self._threads if worker not in self.unfit]

    @property
    def threads(self) -> int:
        """How many threads these workers have."""
        return sum(self._threads[worker] for worker in self.fit)

    def exclude(self, worker: str, why: str) -> None:
        """Give a worker no run from now on."""
        self.unfit[worker] = why
        self._looked = 0.0  # perhaps it was the last one

    def holds(self, until: float) -> bool:
        """Tell whether there is a scheduler; connect again where it was lost, at most `until`.

        Raises InputError where none has come for too long, or all workers are unfit.
        """
        now = monotonic()
        if self.client is not None:
            if self.client.status == "running" and now < self._looked + EVERY:
                return True
            with contextlib.suppress(OSError):
                if self.client.status == "running":
                    self._count()
                    return True
            self._lost = now
            self._disconnect()
        elif now >= self._looked + EVERY:
            self._looked = now
            with contextlib.suppress(OSError):
                self.client = connected(self.address, EVERY)
                self._count()
                return True
            self._disconnect()
        if now > self._lost + PATIENCE:
            raise InputError(
                f"no scheduler has answered at {self.address} for {PATIENCE:g} seconds; the same"
                " command goes on once there is one"
            )
        sleep(max(0.0, min(until - monotonic(), EVERY)))
        return False

    def _count(self) -> None:
        """Count the workers; raises OSError without a scheduler, InputError where none is fit."""
        assert self.client is not None
        self._threads, self._looked = threads(self.client), monotonic()
        if self._threads and not self.fit:
            worker = next(iter(self._threads))
            raise InputError(
                f"no worker of {self.address} is like this machine: {worker} has"
                f" {self.unfit[worker]}"
            )

    def _disconnect(self) -> None:
        """Forget the client, and tell that what it had is lost."""
        client, self.client = self.client, None
        self._threads = {}
        self._tell_lost()
        if client is not None:
            with contextlib.suppress(OSError, RuntimeError):
                client.close(timeout=1)
