"""How many runs travel together: short ones share a task, which else would cost more than they."""

from collections.abc import Sequence
from math import ceil
from typing import TypeVar

SECONDS = 0.5
"""The seconds that a task should take at least."""
RATE = 200.0
"""The tasks that may end in a second, more than which would keep a scheduler busy."""
MOST = 64
"""The most runs of a task."""
AHEAD = 2
"""The tasks that each thread has: the one that it does, and one that waits."""
UNDER_WAY = 4096
"""The most runs that are under way, where threads don't need more."""
WEIGHT = 0.3
"""The weight of the last task in the mean length of runs."""
Item = TypeVar("Item")


class Batches:
    """Forms tasks of runs, by how long runs took lately."""

    def __init__(self) -> None:
        self._mean: float | None = None
        """The seconds of a run, with what it costs the worker; None: none has ended yet."""

    def learn(self, seconds: float, runs: int) -> None:
        """Take in how many seconds a task took for so many runs."""
        if runs:
            new = seconds / runs
            self._mean = new if self._mean is None else (1 - WEIGHT) * self._mean + WEIGHT * new

    def seconds(self, threads: int) -> float:
        """Return after how many seconds a task begins no other run."""
        return max(SECONDS, threads / RATE)

    def size(self, threads: int) -> int:
        """Return how many runs a task should hold."""
        if self._mean is None:
            return 1
        return max(1, min(MOST, int(self.seconds(threads) / max(self._mean, 1e-9))))

    def room(self, threads: int) -> int:
        """Return how many runs may be under way at most."""
        least = AHEAD * threads
        return max(least, min(UNDER_WAY, least * self.size(threads)))

    def parts(self, items: Sequence[Item], threads: int, under_way: int) -> list[Sequence[Item]]:
        """Return the items in their order, in tasks; few of them are spread over all free threads.

        `under_way`: the number of tasks that threads have already.
        """
        free = max(1, AHEAD * threads - under_way)
        size = max(1, min(self.size(threads), ceil(len(items) / free)))
        return [items[start : start + size] for start in range(0, len(items), size)]
