"""How long runs take: as their cards say, until runs like them have ended and tell it better."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from numpy.random import default_rng

from ..parameter import Float
from ..problem import Description, Problem
from ..registry.finding import Entry
from ..space import Space
from ..store.folder import Store
from ..strategy import Entrant, Strategy, Task, Unsupported
from ..trial import Identity, Reason, Run

LEAST = Space({"x": Float(0, 1)})
"""The space that it is asked with whether a strategy does without a fidelity, or gradients."""
SECONDS_A_RUN = 0.02
"""Of starting and sealing a run, roughly."""
LEAST_SUGGESTION = 1e-4
"""Seconds of a suggestion where no session has taken the time of one."""
STARTING = 2.5
"""Seconds until the first run begins, roughly: what all of them import is imported first."""
OVERRUN = 1.1
"""What a run that takes longer than was expected is expected to take, in terms of what it took."""
LITTLE = 60.0
"""Seconds; that something takes longer than this or less, where more is not known, says nothing."""
UNSAID = next(each.default for each in fields(Description) if each.name == "seconds")
"""The seconds of a problem that does not say them."""
Pair: TypeAlias = tuple[Identity, Identity]
"""A strategy and a problem, whose runs take about the same time with every seed."""


@dataclass(frozen=True, slots=True)
class Rest:
    """How long it still takes."""

    seconds: float
    """At least."""
    known: bool
    """Whether there is nothing of which it is not known how long it takes."""


def expected(strategy: Entry[Entrant], problem: Entry[Problem], budget: float) -> float:
    """Return the seconds that a run is expected to take, by what strategy and problem say.

    Where one of them is a user's own and does not say it, that is nan.
    """
    item, evaluated, ours = strategy.item, problem.item, strategy.identity.path is None
    if ours and isinstance(item, Strategy) and item.library is None and _lacks(evaluated, item):
        return SECONDS_A_RUN
    if not ours:
        return math.nan
    if problem.identity.path is not None and evaluated.about.seconds == UNSAID:
        return math.nan
    return SECONDS_A_RUN + min(budget, item.evaluations) * (
        evaluated.about.seconds + suggestion(strategy)
    )


@cache
def suggestion_seconds() -> Mapping[str, float]:
    """Return the seconds of a typical suggestion of ours on one core, as sessions took it."""
    text = (
        files("hpobench.experiment").joinpath("suggestion_seconds.json").read_text(encoding="utf-8")
    )
    return json.loads(text)  # type: ignore[no-any-return]  # JSON


def suggestion(strategy: Entry[Entrant]) -> float:
    """Return the seconds of a typical suggestion, whatever the fields of one of ours are."""
    return suggestion_seconds().get(strategy.identity.name.partition(":")[0], LEAST_SUGGESTION)


def longest_first(seconds: Mapping[Run, float]) -> dict[Run, float]:
    """Order runs by how long they take; those of which it is not known come first of all."""

    def shortness(pair: tuple[Run, float]) -> float:
        return -math.inf if math.isnan(pair[1]) else -pair[1]

    return dict(sorted(seconds.items(), key=shortness))


class Estimates:
    """The seconds that runs of one budget are expected to take.

    As the ended runs of the same strategy and problem took; else as the cards say, times what runs
    of the same problem took in terms of that; else as the cards say. Where they don't say it, as
    ended runs of the same problem took; else it is not known, which is nan.
    """

    def __init__(self, planned: Mapping[Run, float], crowding: float = 1) -> None:
        """Begin with what was planned; `crowding`: how many processes share a core."""
        self._planned = {_pair(run): crowding * seconds for run, seconds in planned.items()}
        self._took = defaultdict[Pair, list[float]](list)
        self._whole = defaultdict[Identity, list[tuple[float, float]]](list)

    def learn(self, run: Run, reason: Reason, seconds: float) -> None:
        """Take in what a run took; one that ended early tells nothing of other strategies."""
        self._took[_pair(run)].append(seconds)
        if reason in {"complete", "exhausted"}:
            self._whole[run.problem].append((self._planned[_pair(run)], seconds))

    def learn_from(self, store: Store, runs: Iterable[Run]) -> None:
        """Take in what the runs took that have ended, of those that are planned."""
        for run in runs:
            if found := store.seconds(run):
                self.learn(run, *found)

    def seconds(self, pair: Pair) -> float:
        """Return what a run of a strategy on a problem is expected to take."""
        if took := self._took.get(pair):
            return sum(took) / len(took)
        planned, whole = self._planned[pair], self._whole[pair[1]]
        if math.isnan(planned):
            return sum(seconds for _, seconds in whole) / len(whole) if whole else math.nan
        said = [each for each in whole if not math.isnan(each[0])]
        if not said:
            return planned
        expected, seconds = map(sum, zip(*said, strict=True))
        return planned * seconds / expected

    def longest_first(self, runs: Iterable[Run]) -> list[Run]:
        """Return the runs in the order that ends earliest on several processes."""
        return list(longest_first({run: self.seconds(_pair(run)) for run in runs}))


class TimeLeft:
    """What is left of the runs that a session is to do, and how long that takes."""

    def __init__(self, estimates: Estimates, runs: Sequence[Run], processes: int) -> None:
        self._estimates, self._processes = estimates, processes
        self._waiting = Counter(map(_pair, runs))
        self._began: dict[Run, float] = {}

    def began(self, runs: Iterable[Run], now: float) -> None:
        """Take in which runs are being done; only those that were not before are new."""
        for run in runs:
            if run not in self._began:
                self._began[run] = now
                self._waiting[_pair(run)] -= 1

    def ended(self, run: Run, store: Store) -> None:
        """Take in that a run ended, and what it took."""
        if run in self._began:
            del self._began[run]
        else:
            self._waiting[_pair(run)] -= 1
        self._estimates.learn_from(store, [run])

    def from_the_start(self) -> Rest:
        """Return what all of it takes, the start included."""
        rest = self.rest(0)
        return Rest(STARTING + rest.seconds, rest.known)

    def rest(self, now: float) -> Rest:
        """Return what is left."""
        pairs = {pair for pair, count in self._waiting.items() if count > 0}
        pairs |= set(map(_pair, self._began))
        known = not any(math.isnan(self._estimates.seconds(pair)) for pair in pairs)
        return Rest(self.seconds(now), known)

    def seconds(self, now: float) -> float:
        """Return the seconds that are left: of all work, shared, but no less than of one run.

        A run of which it is not known how long it takes counts as one that is running has taken.
        """
        each = [
            (self._least(pair, now), count) for pair, count in self._waiting.items() if count > 0
        ]
        running = [self._rest(run, now - began) for run, began in self._began.items()]
        work = sum(seconds * count for seconds, count in each) + sum(running)
        longest = max([*running, *(seconds for seconds, _ in each)], default=0.0)
        return max(work / self._processes, longest)

    def _least(self, pair: Pair, now: float) -> float:
        seconds = self._estimates.seconds(pair)
        if not math.isnan(seconds):
            return seconds
        return max((now - t for run, t in self._began.items() if _pair(run) == pair), default=0.0)

    def _rest(self, run: Run, passed: float) -> float:
        seconds = self._estimates.seconds(_pair(run))
        return max(OVERRUN * passed, 0.0 if math.isnan(seconds) else seconds) - passed


def _lacks(problem: Problem, strategy: Strategy) -> bool:
    """Tell whether a native strategy needs a fidelity or gradients that a problem lacks."""
    gradients = problem.gradient_cost is not None
    try:
        copy(strategy).setup(Task(LEAST, problem.fidelity, 1, 1, gradients), default_rng(0))
    except Unsupported:
        return True
    return False


def _pair(run: Run) -> Pair:
    return run.strategy, run.problem
