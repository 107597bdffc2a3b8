"""Making the anchors of one problem: which evaluations are needed, and what they give."""

import math
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...cards.anchor_entries import of_best, of_pool, references
from ...cards.own_anchors import OwnAnchors, Result
from ...cards.points import Point, with_failures_as_worst
from ...errors import InputError
from ...problem import Problem
from .evaluations import Reply, steps_of
from .evaluators import Evaluators, Task

ROUNDING = 1e-9
"""How far below the optimum a score may be, as a share of its size: sums are rounded."""


@dataclass(slots=True)
class Making:
    """The anchors of a problem while they are being made."""

    problem: Problem
    version: str
    size: int
    """How many random evaluations of each instance there are in the end."""
    results: dict[int, dict[int, Result]]
    """The results so far: for each instance, by the number of the evaluation."""
    error: str = ""
    """How the first evaluation failed; empty: none has."""
    optima: dict[int, float | None] = field(default_factory=dict[int, float | None])
    entries: dict[int, Mapping[str, Any]] = field(default_factory=dict[int, Mapping[str, Any]])

    def missing(self) -> list[Task]:
        """Return the random evaluations that are still to be made."""
        return [
            Task(place, self.size, number)
            for place, done in self.results.items()
            for number in range(self.size)
            if number not in done
        ]

    def made(self, evaluators: Evaluators) -> Iterator[None]:
        """Make what is missing, random evaluations first; yield after each evaluation.

        Raises InputError where no random evaluation of an instance succeeds, or where a score is
        lower than the optimum that an instance states.
        """
        waiting = deque(self.missing())
        left = Counter(task.place for task in waiting)
        waiting.extend(self._search(place) for place in self.results if not left[place])
        for task, reply in evaluators.replies(waiting):
            self.take(task, reply)
            if task.number is not None:
                left[task.place] -= 1
                if not left[task.place]:
                    waiting.append(self._search(task.place))
            yield

    def take(self, task: Task, reply: Reply) -> None:
        """Keep what a process has replied."""
        if "optimum" in reply:
            self.optima[task.place] = reply["optimum"]
        if "best" in reply:
            self.entries[task.place] = self._entry(task.place, reply)
            return
        number = len(task.known) if task.number is None else task.number
        found = reply["result"]
        self.results[task.place][number] = found and (found[0], found[1])
        self.error = self.error or reply["error"]
        if found:
            self._check(self.optima.get(task.place), found[1])

    def kept(self) -> OwnAnchors:
        """Return what can be kept: for each instance, the results without the first gap."""
        complete = len(self.entries) == len(self.results)
        return OwnAnchors(
            self.problem.name,
            self.version,
            self.problem.space.to_json(),
            self.size,
            tuple(tuple(_without_gaps(done)) for done in self.results.values()),
            tuple(self.optima.get(place) for place in self.results),
            tuple(self.entries[place] for place in self.results) if complete else (),
        )

    def _search(self, place: int) -> Task:
        done = self.results[place]
        if all(done[number] is None for number in range(self.size)):
            raise InputError(
                f"{self.problem.name} has no anchors: all {self.size} random evaluations of"
                f" instance {place} failed: {self.error or 'as they did before'}"
            )
        return Task(place, self.size, None, tuple(_without_gaps(done)))

    def _entry(self, place: int, reply: Reply) -> dict[str, Any]:
        """Return the entry of an instance whose evaluations have all been made."""
        best, done = Point(**reply["best"]), self.results[place]
        self._check(reply["optimum"], best.score)
        pool = [Point({}, *(done[number] or (math.nan, math.nan))) for number in range(self.size)]
        return {
            "best": of_best(best, reply["evaluations"]),
            **of_pool(
                with_failures_as_worst(pool),
                sum(math.isnan(point.value) for point in pool),
                references(best, reply["optimum"]),
            ),
        }

    def _check(self, optimum: float | None, score: float) -> None:
        if optimum is not None and score < optimum - ROUNDING * max(1.0, abs(optimum)):
            raise InputError(
                f"{self.problem.name} states an optimum that is no lower bound of its scores,"
                f" {optimum!r}: {score!r}"
            )


def begun(problem: Problem, version: str, size: int, kept: OwnAnchors | None) -> Making:
    """Begin to make anchors, with the evaluations that are kept.

    `kept`: what is kept of this version of the problem; None: nothing.
    """
    results: dict[int, dict[int, Result]] = {place: {} for place in range(problem.instances)}
    making = Making(problem, version, size, results)
    if kept is not None:
        for place, known in enumerate(kept.results):
            # the longer search begins where the random evaluations end
            usable = known if kept.size == size else known[: min(size, kept.size)]
            results[place] = dict(enumerate(usable))
            making.optima[place] = kept.optima[place]
    return making


def evaluations(making: Making, *, optimum: bool) -> int:
    """Return how many evaluations are still to be made, at most.

    `optimum`: whether the problem states its optimum; then there is no longer search.
    """
    searched = searched_on_each(making, optimum=optimum) * len(making.results)
    known = sum(max(len(done) - making.size, 0) for done in making.results.values())
    return len(making.missing()) + searched - known


def searched_on_each(making: Making, *, optimum: bool) -> int:
    """Return how many evaluations the longer search on an instance makes, at most."""
    parts = 0 if optimum else 1 + (making.problem.gradient_cost is not None)
    return parts * steps_of(making.size)


def _without_gaps(done: Mapping[int, Result]) -> Iterator[Result]:
    for number in range(len(done)):
        if number not in done:
            return
        yield done[number]
