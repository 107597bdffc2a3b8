"""How much processor time a check may take, and what is left out where that is not enough."""

import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from time import process_time
from typing import TypeVar

Thing = TypeVar("Thing")
ODD, MANY = 3, 100
"""A piece of work may take ODD times the longest one so far, whatever time is left, and a promise
MANY times as long as a piece usually takes, as far as time is left."""


class OutOfTime(Exception):  # noqa: N818  # it is a reason to skip, not an error
    """Says that no time is left to check anything of a promise."""


class Allowance:
    """Counts the processor time of this process, and of its child processes that have ended.

    The work is of several kinds, such as "a run". The next piece of work is expected to take the
    median time of its kind so far.
    """

    def __init__(self, seconds: float) -> None:
        """Allow so many seconds, counted from now on."""
        self._end = self._portion = _spent() + seconds
        """When all time is spent, and when the time of the present promise is spent."""
        self._took: dict[str, list[float]] = {}
        """The seconds that each piece of work has taken, by its kind."""
        self._supposed: dict[str, float] = {}
        """The seconds that the first piece of work of a kind is expected to take."""
        self.left_out = ""
        """What the present promise had no time for; empty: nothing was left out."""

    @contextmanager
    def measured(self, kind: str) -> Generator[None]:
        """Count what is done inside the `with` block as one piece of work of a kind."""
        began = _spent()
        try:
            yield
        finally:
            self._took.setdefault(kind, []).append(_spent() - began)

    def suppose(self, kind: str, seconds: float) -> None:
        """Expect the first piece of work of a kind to take so long; later ones tell it better."""
        self._supposed[kind] = seconds

    def usual(self, kind: str) -> float:
        """Return the median seconds of a kind so far; before any, what is supposed, or else 0.

        The first piece of work, which may import a library, does not count once there is another.
        """
        took = self._took.get(kind)
        if took is None:
            return self._supposed.get(kind, 0.0)
        return median(took[1:] or took)

    def patience(self, main: str) -> float:
        """Return the seconds that the present promise may take while it only waits.

        It may use up its portion, and then end the piece of work that it is at. Before any work of
        the `main` kind it is not known how long that takes; then it may use up all the time left.
        """
        now, known = _spent(), [*self._took, *self._supposed]
        left, portion = max(self._end - now, 0.0), max(self._portion - now, 0.0)
        if main not in self._took:
            portion = left
        longest = max((max(self._took.get(kind, [self.usual(kind)])) for kind in known), default=0)
        usual = max(map(self.usual, known), default=0.0)
        return min(left, portion + MANY * usual) + ODD * longest

    def divide(self, promises: int) -> None:
        """Divide the time that is left among so many promises; the next may take two portions.

        The time that a promise does not use is left for the others.
        """
        now = _spent()
        self._portion = now + 2 * max(self._end - now, 0.0) / promises

    def fits(self, kind: str, times: int = 1) -> bool:
        """Tell whether the present promise has time for `times` more pieces of work of a kind."""
        return _spent() + times * self.usual(kind) <= min(self._portion, self._end)

    def need(self, kind: str, times: int = 1) -> None:
        """Raise OutOfTime where all the time left is too little for `times` pieces of work."""
        if _spent() + times * self.usual(kind) > self._end:
            raise OutOfTime(
                f"there is too little time left, {kind} takes {self.usual(kind):.2g} s; --seconds"
                " allows more"
            )

    def check(self) -> None:
        """Raise OutOfTime where all time is spent."""
        if _spent() > self._end:
            raise OutOfTime("the time was not enough; --seconds allows more")

    def over(self, kind: str, things: Sequence[Thing], times: int = 1) -> Iterator[Thing]:
        """Yield the first of the things, and further ones while there is time for them.

        `times`: how many pieces of work of that kind each of them takes.
        """
        for place, thing in enumerate(things):
            if place == 0:
                self.need(kind, times)
            elif not self.fits(kind, times):
                self._leave_out(place, len(things))
                return
            yield thing

    def as_many(self, kind: str, things: Sequence[Thing]) -> Sequence[Thing]:
        """Return at least the first of the things, and as many as there is time for together."""
        self.need(kind, times=2)
        number = max([1, *(n for n in range(len(things) + 1) if self.fits(kind, n))])
        if number < len(things):
            self._leave_out(number, len(things))
        return things[:number]

    def _leave_out(self, done: int, of: int) -> None:
        self.left_out = f"only {done} of {of}, for want of time"


def _spent() -> float:
    """Return the seconds of processor time that this process and its children have taken."""
    if sys.platform == "win32":
        return process_time()
    import resource  # not on Windows

    waited = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + waited.ru_utime + waited.ru_stime
