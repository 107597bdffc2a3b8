"""A Dask cluster of processes on this machine, whose scheduler and workers can be killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from random import Random
from typing import Self

PROGRAM = "from distributed.cli import dask_{} as program; program.main()"


class Machines:
    """A scheduler at a port of this machine and its workers, each a process of one thread.

    As a job manager does, `keep` replaces what has ended.
    """

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder, self._wanted = folder, workers
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"dask://127.0.0.1:{self.port}"
        self.scheduler = self._scheduler()
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self.keep()
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self.scheduler, *self.workers):
            end(each)

    def keep(self) -> None:
        """Start a scheduler if it has ended, and as many workers as were wanted and have ended."""
        if self.scheduler.poll() is not None:
            self.scheduler = self._scheduler()
        self.workers = [each for each in self.workers if each.poll() is None]
        while len(self.workers) < self._wanted:
            self.workers.append(
                self._started("worker", f"tcp://127.0.0.1:{self.port}", *self._options())
            )

    def kill_worker(self, luck: Random) -> None:
        """Kill one of the workers, without a word."""
        running = [each for each in self.workers if each.poll() is None]
        if running:
            end(luck.choice(running))

    def kill_scheduler(self) -> None:
        end(self.scheduler)

    def _options(self) -> tuple[str, ...]:
        folder = str(self._folder / "workers")
        return ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", folder)

    def _scheduler(self) -> "subprocess.Popen[bytes]":
        where = ("--host", "127.0.0.1", "--port", str(self.port))
        return self._started("scheduler", *where, "--no-dashboard")

    def _started(self, kind: str, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self._folder / f"{kind}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603  # ours
                [sys.executable, "-c", PROGRAM.format(kind), *arguments],
                cwd=self._folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and what it has started in its session, and wait for its end."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def machines(folder: Path, workers: int = 2) -> Generator[Machines]:
    folder.mkdir(parents=True, exist_ok=True)
    with Machines(folder, workers) as found:
        yield found
