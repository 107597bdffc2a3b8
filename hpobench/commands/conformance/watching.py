"""Waiting for what a process sends, which may go on for ever, or wait for ever, instead."""

from multiprocessing.connection import wait
from time import perf_counter
from typing import Any

import psutil

from ...processes.messages import NoMessageError, message_of
from ...processes.spawned import Spawned

EVERY = 0.2
"""Seconds between two looks at a process."""
IDLE = 0.01
"""The share of the clock's time below which a process does not work, but waits for something."""


class EndlessError(NoMessageError):
    """Says how long a process went on without a message."""


def message_within(process: Spawned, seconds: float) -> dict[str, Any]:
    """Return the next message of a process, which may work or wait so many seconds before that.

    Work is counted in processor time, so that a busy machine does not matter; the processes that it
    has started count, too. While it does not work, the time of the clock counts. Raises
    EndlessError where it takes longer, and NoMessageError where it ends.
    """
    spent, began, before = 0.0, perf_counter(), _worked(process.pid)
    while not wait(process.signs, EVERY):
        now, after = perf_counter(), _worked(process.pid)
        passed, worked = now - began, max(after - before, 0.0)
        spent += worked if worked > IDLE * passed else passed
        if spent > seconds:
            raise EndlessError(f"it takes longer than {seconds:.0f} seconds")
        began, before = now, after
    return message_of(process, EVERY)


def _worked(process: int) -> float:
    """Return the seconds of processor time of a process and of all that it has started."""
    try:
        first = psutil.Process(process)
        everyone = [first, *first.children(recursive=True)]
    except psutil.Error:  # it has just ended
        return 0.0
    return sum(map(_own, everyone))


def _own(process: psutil.Process) -> float:
    """Return the seconds of a process and of its children that have ended."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
