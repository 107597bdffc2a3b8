"""How long runs take: what their cards say, until runs like them have ended and show it."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from numpy.random import default_rng

from ..adapters.adapter import Adapter
from ..parameter import Float
from ..prior import Prior
from ..problem import Problem
from ..registry.entry import Entry
from ..registry.options import options_of
from ..space import Space
from ..store.folder import Store
from ..strategy import Entrant, Strategy, Task, Unsupported
from ..trial import Identity, Reason, Run

LEAST = Space({"x": Float(0, 1)})
"""The space with which a strategy is asked whether it does without a fidelity, or gradients."""
SECONDS_A_RUN = 0.02
"""The seconds that starting and sealing a run take, roughly."""
LEAST_SUGGESTION = 1e-4
"""The seconds of a suggestion of a strategy whose suggestions no session has timed."""
STARTING = 2.5
"""The seconds until the first run begins, roughly: what all runs import is imported first."""
OVERRUN = 1.1
"""The expected length of a run that takes longer than expected, over the time that has passed."""
LITTLE = 1.0
"""The seconds below which a part of the time left says nothing of the whole."""
Pair: TypeAlias = tuple[Identity, Identity]
"""A strategy and a problem, whose runs take about the same time with every seed."""


@dataclass(frozen=True, slots=True)
class Time:
    """How long a run, or the rest of a session, takes."""

    seconds: float
    """The expected time; only the part of it that is known where it is not `known` as a whole."""
    known: bool
    """Whether the whole time is known."""

    @property
    def whole(self) -> float:
        """The expected time; nan where it is not known as a whole."""
        return self.seconds if self.known else math.nan


def expected(strategy: Entry[Entrant], problem: Entry[Problem], budget: float) -> Time:
    """Return how long a run is expected to take, by what strategy and problem say.

    The strategy can do the problem, as far as is known.

    What a user's own strategy takes to suggest is not known, nor how long an evaluation takes on a
    user's own problem that does not say it.
    """
    item, evaluated, ours = strategy.item, problem.item, strategy.identity.path is None
    each = (evaluated.about.seconds or 0.0) + (suggestion(strategy) if ours else 0.0)
    seconds = SECONDS_A_RUN + min(budget, item.evaluations) * each
    return Time(seconds, known=ours and not is_silent(problem))


def is_unsupported(strategy: Entry[Entrant], problem: Entry[Problem], workers: int) -> bool:
    """Tell whether one of our strategies can't do a problem, as it says before a run begins.

    A library is not imported for this, so that an adapter may still find in a run that it can't;
    nor is a user's own strategy asked.
    """
    if strategy.identity.path is not None or not isinstance(strategy.item, Strategy):
        return False
    item, asked = copy(strategy.item), problem.item
    task = Task(
        LEAST,
        asked.fidelity,
        1,
        workers,
        asked.gradient_cost is not None,
        objectives=asked.objectives,
        limits=asked.limits,
        prior=Prior(LEAST, {}) if _may_have_prior(problem) else None,
    )
    try:
        if isinstance(item, Adapter):
            Strategy.setup(item, task, default_rng(0))
            item.check(task)
        else:
            item.setup(task, default_rng(0))
    except Unsupported:
        return True
    return False


def _may_have_prior(problem: Entry[Problem]) -> bool:
    """Tell whether instances may state a person's beliefs: users' may, ours do with an option."""
    options = {option.wrapper.name for option in options_of(problem.item.name)}
    return problem.identity.path is not None or "prior" in options


def is_silent(problem: Entry[Problem]) -> bool:
    """Tell whether a problem does not say how long an evaluation takes; all of ours say it."""
    return problem.item.about.seconds is None


@cache
def suggestion_seconds() -> Mapping[str, float]:
    """Return the seconds of a typical suggestion of each of our strategies, on one core."""
    text = (
        files("hpobench.experiment").joinpath("suggestion_seconds.json").read_text(encoding="utf-8")
    )
    return json.loads(text)  # type: ignore[no-any-return]  # JSON


def suggestion(strategy: Entry[Entrant]) -> float:
    """Return the seconds of a typical suggestion of a strategy, whatever its fields are."""
    return suggestion_seconds().get(strategy.identity.name.partition(":")[0], LEAST_SUGGESTION)


def longest_first(seconds: Mapping[Run, float]) -> dict[Run, float]:
    """Order runs by how long they take; those of unknown length come first."""

    def shortness(pair: tuple[Run, float]) -> float:
        return -math.inf if math.isnan(pair[1]) else -pair[1]

    return dict(sorted(seconds.items(), key=shortness))


@dataclass(slots=True)
class _Taken:
    """How long some runs took together."""

    runs: int = 0
    seconds: float = 0.0
    planned: float = 0.0
    """The seconds that these runs were planned to take; nan where one of them was not."""

    @property
    def mean(self) -> float:
        """The seconds of one of the runs, of which there is at least one."""
        return self.seconds / self.runs

    def add(self, seconds: float, planned: float) -> None:
        """Add a run."""
        self.runs += 1
        self.seconds += seconds
        self.planned += planned


class Estimates:
    """The seconds that runs of one budget are expected to take.

    A run is expected to take as long as the ended runs of its strategy and problem took. Where none
    of these has ended, it is expected to take what the cards say, times the ratio of what whole
    runs on its problem took to what the cards said of them. Where the cards do not say it, it is
    expected to take as long as the whole runs on its problem; without these, the answer is nan.
    """

    def __init__(
        self, planned: Mapping[Run, float], crowding: float = 1, partly: Collection[Run] = ()
    ) -> None:
        """Begin with what was planned.

        `crowding`: how many processes share a core. `partly`: the runs of whose time only a part
        is planned.
        """
        scaled = {_pair(run): crowding * seconds for run, seconds in planned.items()}
        self._parts = {pair: scaled[pair] for pair in map(_pair, partly)}
        self._planned = {**scaled, **dict.fromkeys(self._parts, math.nan)}
        self._took = defaultdict[Pair, _Taken](_Taken)
        self._whole = defaultdict[Identity, _Taken](_Taken)
        self._whole_planned = defaultdict[Identity, _Taken](_Taken)

    def learn_from(self, store: Store, runs: Iterable[Run]) -> None:
        """Take in what those of the runs took that have ended.

        A run that failed or is unsupported tells nothing of other strategies.
        """
        for run in runs:
            if found := store.seconds(run):
                self.learn(_pair(run), *found)

    def learn(self, pair: Pair, reason: Reason, seconds: float) -> None:
        """Take in how a run of a strategy on a problem has ended, and what it took."""
        planned = self._planned.get(pair, math.nan)
        self._took[pair].add(seconds, planned)
        if reason in {"complete", "exhausted"}:
            self._whole[pair[1]].add(seconds, planned)
            if not math.isnan(planned):
                self._whole_planned[pair[1]].add(seconds, planned)

    def seconds(self, pair: Pair) -> float:
        """Return what a run of a strategy on a problem is expected to take; nan: it is unknown."""
        if took := self._took.get(pair):
            return took.mean
        planned = self._planned[pair]
        if math.isnan(planned):
            whole = self._whole.get(pair[1])
            return whole.mean if whole else math.nan
        known = self._whole_planned.get(pair[1])
        return planned * known.seconds / known.planned if known else planned

    def least(self, pair: Pair) -> float:
        """Return the part that is known of what a run takes."""
        seconds = self.seconds(pair)
        return self._parts[pair] if math.isnan(seconds) else seconds

    def longest_first(self, runs: Iterable[Run]) -> list[Run]:
        """Return the longest runs first, so that several processes end early and together."""
        return list(longest_first({run: self.seconds(_pair(run)) for run in runs}))


class TimeLeft:
    """The runs that a session has still to do, and how long they take."""

    def __init__(self, estimates: Estimates, runs: Sequence[Run], processes: int) -> None:
        self._estimates, self._processes = estimates, processes
        self._waiting = Counter(map(_pair, runs))
        self._began: dict[Run, float] = {}

    def began(self, runs: Iterable[Run], now: float) -> None:
        """Take in which runs are being done, whether they are new or known."""
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

    def from_the_start(self) -> Time:
        """Return how long the whole session takes, its start included."""
        rest = self.rest(0)
        return Time(STARTING + rest.seconds, rest.known)

    @property
    def unknown(self) -> set[Pair]:
        """The strategies and problems whose runs are left and take nobody knows how long."""
        pairs = {*(pair for pair, count in self._waiting.items() if count > 0)}
        pairs |= set(map(_pair, self._began))
        return {pair for pair in pairs if math.isnan(self._estimates.seconds(pair))}

    def rest(self, now: float) -> Time:
        """Return the time that is left: of all work, shared, but no less than of one run.

        A run of unknown length counts as long as what is known of it, or as long as the runs like
        it that are being done have taken.
        """
        waiting = [(pair, count) for pair, count in self._waiting.items() if count > 0]
        each = [(self._least(pair, now), count) for pair, count in waiting]
        running = [self._rest(run, now - began) for run, began in self._began.items()]
        work = sum(seconds * count for seconds, count in each) + sum(running)
        longest = max([*running, *(seconds for seconds, _ in each)], default=0.0)
        return Time(max(work / self._processes, longest), known=not self.unknown)

    def _least(self, pair: Pair, now: float) -> float:
        """Return at least how many seconds a run takes that waits."""
        least = self._estimates.least(pair)
        if not math.isnan(self._estimates.seconds(pair)):
            return least
        passed = [now - t for run, t in self._began.items() if _pair(run) == pair]
        return max([least, *passed])

    def _rest(self, run: Run, passed: float) -> float:
        """Return how many seconds a run takes on, after those that have passed."""
        return max(OVERRUN * passed, self._estimates.least(_pair(run))) - passed


def _pair(run: Run) -> Pair:
    return run.strategy, run.problem
