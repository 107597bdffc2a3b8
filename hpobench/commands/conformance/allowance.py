"""How much processor time a check may take, and what is left out where that is too little."""

import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from time import process_time
from typing import TypeVar

Thing = TypeVar("Thing")


class OutOfTime(Exception):  # noqa: N818  # it is a reason to skip, not an error
    """Says that no time is left to check anything of a promise."""


class Allowance:
    """Counts the processor time of this process and of those that it has waited for.

    Whatever is about to begin is taken for as long as the median of its kind so far.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = self._portion = _spent() + seconds
        self._seconds: dict[str, list[float]] = {}
        """Of each of a kind that there was."""
        self.left_out = ""
        """What the promise that is checked now had no time for; empty: nothing."""

    @contextmanager
    def measured(self, kind: str) -> Generator[None]:
        """Take what is done meanwhile for one of a kind."""
        began = _spent()
        try:
            yield
        finally:
            self._seconds.setdefault(kind, []).append(_spent() - began)

    def usual(self, kind: str) -> float:
        """Return the median seconds of one of a kind so far; 0 before there is one.

        The first one, which may import a library, does not count once there is another.
        """
        seconds = self._seconds.get(kind, [0.0])
        return median(seconds[1:] or seconds)

    def divide(self, promises: int) -> None:
        """Keep what is left for so many promises: the next one may take twice its portion.

        What a promise leaves is the others'.
        """
        now = _spent()
        self._portion = now + 2 * max(self._end - now, 0.0) / promises

    def fits(self, kind: str, times: int = 1) -> bool:
        """Tell whether a promise's portion has time for one more of a kind, or for several."""
        return _spent() + times * self.usual(kind) <= min(self._portion, self._end)

    def need(self, kind: str, times: int = 1) -> None:
        """Raise OutOfTime where no time at all is left for one more of a kind, or for several."""
        if _spent() + times * self.usual(kind) > self._end:
            raise OutOfTime(
                f"there is no time for it: {kind} takes {self.usual(kind):.2g} s; --seconds gives"
                " more"
            )

    def check(self) -> None:
        """Raise OutOfTime where all time is spent."""
        if _spent() > self._end:
            raise OutOfTime("the time was not enough; --seconds gives more")

    def over(self, kind: str, things: Sequence[Thing], times: int = 1) -> Iterator[Thing]:
        """Yield as many things as there is time for, each with `times` of a kind, at least one."""
        for place, thing in enumerate(things):
            if place == 0:
                self.need(kind, times)
            elif not self.fits(kind, times):
                self._leave_out(place, len(things))
                return
            yield thing

    def as_many(self, kind: str, things: Sequence[Thing]) -> Sequence[Thing]:
        """Return as many things as there is time for all of them at once, at least one."""
        self.need(kind, times=2)
        number = max([1, *(n for n in range(len(things) + 1) if self.fits(kind, n))])
        if number < len(things):
            self._leave_out(number, len(things))
        return things[:number]

    def _leave_out(self, done: int, of: int) -> None:
        self.left_out = f"only {done} of {of}, for want of time"


def _spent() -> float:
    if sys.platform == "win32":
        return process_time()
    import resource  # not on Windows

    waited = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + waited.ru_utime + waited.ru_stime
