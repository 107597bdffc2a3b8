"""Processes that call a user's function, each one configuration after the other."""

import json
import multiprocessing
import pickle
import signal
import sys
from dataclasses import asdict
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import Self

from ...errors import InputError, described
from ...guards import is_a_persons
from ...processes.process_tree import ended
from ...processes.spawned import Spawned
from ...processes.unheard import end_with_main
from ...runner.workers import over_limit
from ...space import Config
from .own_function import Answer, answered

UNGUARDED = 71
"""The exit code of a process in which the user's script, imported there, wants workers itself."""
GUARD = 'the script that calls optimize must do so under `if __name__ == "__main__":`'
PATIENCE = 600.0
"""The seconds that a process may take to import the function."""
LONGEST = 86400.0
"""The seconds that are waited for at once: systems count them in few bits."""


class Processes:
    """So many processes that call a function; one that ends is replaced by another."""

    def __init__(self, data: bytes, workers: int, limit: float | None = None) -> None:
        """`data` is what `own_function.pickled` returned.

        `limit`: the seconds that an evaluation may take; None: as many as it likes.
        """
        self._data, self._workers, self._limit = data, workers, limit
        self._new = list[Spawned]()
        """The processes that import the function."""
        self._idle = list[Spawned]()
        self._busy: dict[int, tuple[Spawned, float]] = {}
        """For each trial its process, and when it began on the monotonic clock."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in (*self._new, *self._idle, *(each for each, _ in self._busy.values())):
            process.stop()

    def begin(self, trial: int, config: Config) -> None:
        """Begin to evaluate a configuration, or raise InputError where no process can."""
        process = self._ready()
        self._busy[trial] = process, monotonic()
        try:
            process.send({"config": config})
        except OSError:  # it has ended, which `answer` tells
            return

    def answer(self) -> tuple[int, Answer]:
        """Wait for an evaluation, and return the number of its trial and what it gave."""
        signs = [sign for each, _ in self._busy.values() for sign in each.signs]
        while not (ready := set(wait(signs, self._left))):
            if self._left == 0:
                return self._overdue()
        trial = min(id_ for id_, (each, _) in self._busy.items() if ready.intersection(each.signs))
        process, began = self._busy.pop(trial)
        message = process.receive()
        if "exit" in message:
            process.stop()
            why = f"the function ended its process {ended(message['exit'])}"
            return trial, Answer(monotonic() - began, error=why)
        self._idle.append(process)
        return trial, Answer(**message)

    @property
    def _left(self) -> float | None:
        """The seconds until an evaluation may be over the limit; None: there is no limit."""
        if self._limit is None:
            return None
        first = min(began for _, began in self._busy.values())
        return min(max(0.0, first + self._limit - monotonic()), LONGEST)

    def _overdue(self) -> tuple[int, Answer]:
        """End the evaluation that began first, which is over the limit, with its process."""
        assert self._limit is not None
        trial = min(self._busy, key=lambda id_: self._busy[id_][1])
        process, began = self._busy.pop(trial)
        process.stop()
        return trial, Answer(monotonic() - began, error=over_limit(self._limit))

    def _ready(self) -> Spawned:
        """Return a process that has imported the function and evaluates nothing."""
        if self._idle:
            return self._idle.pop()
        missing = self._workers - len(self._new) - len(self._busy) if not self._new else 0
        try:
            self._new += [Spawned(serve, self._data) for _ in range(missing)]
        except OSError as error:
            raise InputError(f"a process can't be started: {error}") from error
        process = self._new[0]
        if not wait(process.signs, PATIENCE):
            raise InputError(f"to import the function takes longer than {PATIENCE:g} seconds")
        message = process.receive()
        if message.get("exit") == UNGUARDED:
            raise InputError(f"{GUARD}, for each worker imports it")
        if "exit" in message:
            raise InputError(f"to import the function ends a process {ended(message['exit'])}")
        if message["unfit"]:
            raise InputError(f"the function can't be imported by a worker: {message['unfit']}")
        return self._new.pop(0)


def leave_if_imported() -> None:
    """End this process if it is a worker's, which only imports the script that wants workers."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        sys.exit(UNGUARDED)


def serve(connection: Connection, data: bytes) -> None:
    """Evaluate the configurations that are asked for, until the main process ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process handles Ctrl-C
    end_with_main(lambda: None)
    try:
        problem, own = pickle.loads(data)  # noqa: S301  # the main process pickled it
    except BaseException as error:
        if is_a_persons(error):
            raise
        connection.send_bytes(json.dumps({"unfit": described(error)}).encode())
        return
    connection.send_bytes(json.dumps({"unfit": ""}).encode())
    while True:
        try:
            config = json.loads(connection.recv_bytes())["config"]
        except (EOFError, OSError):
            return
        answer = answered(problem, own, config)
        connection.send_bytes(json.dumps(asdict(answer)).encode())
