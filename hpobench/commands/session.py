"""A session: the runs of a plan that are missing are made, whatever is done with them then."""

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

from ..errors import InputError
from ..experiment.dask.cluster import Cluster
from ..experiment.dask.connection import LOCAL
from ..experiment.estimates import Estimates, TimeLeft
from ..experiment.executor import Executor
from ..experiment.local.pool import Isolation, Pool
from ..experiment.one_run import Done
from ..experiment.perform import Progress, perform
from ..experiment.planning import Plan
from ..experiment.session_log import SessionLog, last_planned
from ..registry.describing import problem_card, strategy_card
from ..runner.finished_run import FinishedRun
from ..store.folder import Store
from ..store.provenance import cores
from ..store.remote.mirror import Mirror
from ..store.session import differing_limits, limits_in
from ..trial import Run
from .anchoring.lacking import said_of_anchors
from .console import Printer
from .places import handing_in
from .progress import watched
from .terminal import show_plan, show_rest


def finished_runs(store: Store) -> list[FinishedRun]:
    """Read every run that has ended, with configurations where learners of systems are reported."""
    systems = any(card.system for card in store.cards()[0])
    return list(store.finished(configured=systems, processes=cores()))


def incomplete(done: Sequence[Done]) -> list[tuple[Run, str]]:
    """Return the runs that have not ended, and why."""
    return [(each.run, each.detail) for each in done if each.status == "incomplete"]


def deadline_after(seconds: float | None) -> float | None:
    """Return what `monotonic` says after so many seconds from now on; None: no deadline.

    Raises InputError where that is no time.
    """
    if seconds is None:
        return None
    if not 0 <= seconds < math.inf:
        raise InputError(f"--max-time must be a number from 0 on: {seconds:g}")
    return monotonic() + seconds


@dataclass(slots=True)
class Session:
    """The runs of a plan that this program makes; the plan may be extended in between."""

    console: Printer
    plan: Plan
    store: Store
    read: Callable[[], list[FinishedRun]]
    """What reads the runs that have ended, and sets damaged ones aside."""
    jobs: int
    retries: int
    isolation: Isolation
    mirror: Mirror | None = None
    """The mirror in which the runs are made; None: the results are in a folder."""
    deadline: float | None = None
    """When `monotonic` says that no run is made any more; None: all are made."""
    retry_failed: bool = False
    """Whether runs that have failed before are made again."""
    runs: list[FinishedRun] = field(default_factory=list[FinishedRun])
    """The runs that had ended when they were last read."""
    done: list[Done] = field(default_factory=list[Done])
    """What became of those that were made."""
    held: Plan | None = None
    """The plan whose runs were last made, and which the log tells; None: none yet."""

    @property
    def late(self) -> bool:
        """Whether no run is made any more."""
        return self.deadline is not None and monotonic() > self.deadline

    @property
    def left(self) -> int:
        """How many runs of the plan have not ended, and were not tried in vain."""
        open_ones = sum(not self.store.is_sealed(run) for run in self.plan.runs)
        return open_ones - len(incomplete(self.done))

    def extend(self, plan: Plan) -> None:
        """Take up a plan that has all runs of the present one, and more."""
        if self.retry_failed:
            self.retry(run for run in plan.runs if run not in self.plan.runs)
        self.plan = plan

    def retry(self, runs: Iterable[Run]) -> None:
        """Put those of the runs aside that have failed, so that they are made again."""
        for run in filter(self.store.has_failed, runs):
            self.store.retry(run)

    def complete(self) -> None:
        """Make the runs not done yet; where all are done, nothing is said, written or read."""
        if not all(self.store.is_sealed(run) for run in self.plan.runs):
            self.hold()

    def hold(self) -> None:
        """Make the runs not done yet, and those found damaged, and read all that have ended."""
        store, runs = self.store, self.plan.runs
        estimates = Estimates(runs, max(1, self.jobs / cores()), self.plan.partly)
        estimates.learn_from(store, runs)
        left = estimates.longest_first(run for run in runs if not store.is_sealed(run))
        time = TimeLeft(estimates, left, self.jobs)
        self._open(left, time)
        log = SessionLog(store, self.plan, self.isolation, self.jobs)
        done = list[Done]()
        if left or set(last_planned(store.sessions())) != {*runs, *self.plan.elsewhere}:
            self._perform(left, time, log, done)
        found = self.read()
        made = set(left)
        if damaged := [run for run in runs if not store.is_sealed(run) and run not in made]:
            self._perform(damaged, TimeLeft(estimates, damaged, self.jobs), log, done)
            found = self.read()
        self.runs, self.held = found, self.plan

    def _open(self, left: Sequence[Run], time: TimeLeft) -> None:
        """Say what is to be done, and, where that is the first time, write the cards."""
        rest, store = time.from_the_start(), self.store
        show = partial(show_plan, folder=store.folder) if self.held is None else show_rest
        show(
            *(self.console, self.plan),
            left=len(left),
            jobs=self.jobs,
            rest=rest,
            unknown=time.unknown,
        )
        if self.held is not None:
            return
        for said in self._other_limits():
            self.console.say(f"note: {said}", "yellow")
        for strategy in self.plan.strategies:
            store.put_card(strategy_card(strategy))
        for problem in self.plan.problems:
            store.put_card(problem_card(problem))
        store.notices += said_of_anchors(self.plan.problems)

    def _other_limits(self) -> Iterator[str]:
        """Say which earlier sessions had other limits, on which results may depend."""
        mine = limits_in({"experiment": self.plan.experiment.as_given()})
        before = [limits for limits in map(limits_in, self.store.sessions()) if limits]
        pairs = {differing_limits(each, mine): differing_limits(mine, each) for each in before}
        for theirs, ours in pairs.items():
            if theirs:
                yield (
                    f"an earlier session in this folder had {theirs}, and this one has {ours}; runs"
                    " that have ended stay as they are, and the report names both limits"
                )

    def _perform(
        self, runs: Sequence[Run], time: TimeLeft, log: SessionLog, done: list[Done]
    ) -> None:
        """Make runs; what becomes of them is added to `done`, which the log counts."""
        with log.kept(done), self._workers(runs, log.identity) as workers:
            steps = until(perform(runs, self.store, workers, retries=self.retries), self.deadline)
            if self.mirror is not None:
                steps = handing_in(steps, self.mirror, self.store)
            try:
                for each in watched(self.console, steps, len(runs), time, self.store):
                    done.append(each)  # what is done stays when it is interrupted
                    self.done.append(each)
            finally:
                if isinstance(workers, Cluster):
                    log.add_machines(workers.machines)

    def _workers(self, runs: Sequence[Run], session: str) -> AbstractContextManager[Executor]:
        """Return what makes the runs: processes of this machine, or a cluster."""
        asked = self.plan.experiment
        terms: dict[str, Any] = {
            "limit": asked.limit,
            "trial_limit": asked.trial_limit,
            "memory": None if asked.memory is None else int(asked.memory * 1e6),
            "isolation": self.isolation,
            "session": session,
        }
        if asked.executor != LOCAL:
            return Cluster(asked.executor, self.store, **terms)
        folder, say = self.store.folder, self.console.say
        return Pool(runs, folder, jobs=self.jobs, say=say, **terms)


def until(steps: Generator[Progress], deadline: float | None) -> Generator[Progress]:
    """Yield the steps until `monotonic` is past the deadline; the runs under way are given up."""
    with closing(steps):
        for step in steps:
            yield step
            if deadline is not None and monotonic() > deadline:
                return
