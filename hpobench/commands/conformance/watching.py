"""Waiting for what a process sends, which may go on for ever, or wait for ever, instead."""

from dataclasses import dataclass
from multiprocessing.connection import wait
from time import perf_counter
from typing import Any

import psutil

from ...processes.messages import NoMessageError, message_of
from ...processes.spawned import Spawned

EVERY = 0.2
"""Seconds between two looks at a process."""
IDLE = 0.01
"""The share of the clock's time below which a process that sleeps does not work, but waits."""
CROWDED = 5
"""How many times the seconds of work may pass by the clock: other programs take the processor."""
AWAKE = {psutil.STATUS_RUNNING, psutil.STATUS_WAKING, psutil.STATUS_DISK_SLEEP}
"""The states of a process that has something to do, even if the machine does not let it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a process may go on without a message."""

    waits: float
    """Seconds by the clock while all that it consists of sleeps."""
    works: float
    """Seconds of processor time, after which it is surely endless."""


class EndlessError(NoMessageError):
    """Says how long a process has worked without a message."""


class SlowError(NoMessageError):
    """Says that a process took too long, although it may be only slow."""


def message_within(process: Spawned, limits: Limits) -> dict[str, Any]:
    """Return the next message of a process, which may work or wait within limits before that.

    The processes that it has started count, too. Raises EndlessError where it works longer,
    SlowError where it waits longer or a busy machine does not let it work, and NoMessageError
    where it ends.
    """
    worked, waited, began = 0.0, 0.0, perf_counter()
    last, before = began, _worked(process.pid)
    while not wait(process.signs, EVERY):
        now, after = perf_counter(), _worked(process.pid)
        passed, more = now - last, max(after - before, 0.0)
        worked += more
        if more <= IDLE * passed and _sleeps(process.pid):
            waited += passed
        if worked > limits.works:
            raise EndlessError(f"it works for more than {limits.works:.0f} seconds")
        for spent, most in ((waited, limits.waits), (now - began, CROWDED * limits.works)):
            if spent > most:
                raise SlowError(f"took longer than {most:.0f} seconds; --seconds allows more")
        last, before = now, after
    return message_of(process, EVERY)


def _tree(process: int) -> list[psutil.Process]:
    """Return a process and all that it has started; empty: it has just ended."""
    try:
        first = psutil.Process(process)
        return [first, *first.children(recursive=True)]
    except psutil.Error:
        return []


def _worked(process: int) -> float:
    """Return the seconds of processor time of a process and of all that it has started."""
    return sum(map(_own, _tree(process)))


def _own(process: psutil.Process) -> float:
    """Return the seconds of a process and of its children that have ended."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _sleeps(process: int) -> bool:
    """Tell whether a process and all that it has started have nothing to do."""
    return not any(_state(each) in AWAKE for each in _tree(process))


def _state(process: psutil.Process) -> str:
    try:
        return str(process.status())
    except psutil.Error:
        return psutil.STATUS_DEAD
