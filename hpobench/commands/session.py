"""A session: the runs of a plan that are missing are made, whatever is done with them then."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from time import monotonic

from ..experiment.estimates import Estimates, TimeLeft
from ..experiment.local.pool import Isolation, Pool
from ..experiment.one_run import Done
from ..experiment.perform import Progress, perform
from ..experiment.planning import Plan
from ..experiment.session_log import SessionLog, last_planned
from ..registry.describing import problem_card, strategy_card
from ..runner.finished_run import FinishedRun
from ..store.folder import Store
from ..store.provenance import cores
from ..trial import Run
from .anchoring.lacking import said_of_anchors
from .console import Printer
from .progress import watched
from .terminal import show_plan

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it."""


def finished_runs(store: Store) -> list[FinishedRun]:
    """Read every run that has ended, with configurations where learners of systems are reported."""
    systems = any(card.system for card in store.cards()[0])
    return list(store.finished(configured=systems, processes=cores()))


def incomplete(done: Sequence[Done]) -> list[tuple[Run, str]]:
    """Return the runs that have not ended, and why."""
    return [(each.run, each.detail) for each in done if each.status == "incomplete"]


@dataclass(slots=True)
class Session:
    """The runs of a plan that this program makes."""

    console: Printer
    plan: Plan
    store: Store
    read: Callable[[], list[FinishedRun]]
    """What reads the runs that have ended, and sets damaged ones aside."""
    jobs: int
    retries: int
    isolation: Isolation
    deadline: float | None = None
    """When `monotonic` says that no run is made any more; None: all are made."""
    done: list[Done] = field(default_factory=list[Done])

    def ended(self) -> list[FinishedRun]:
        """Make the runs not done yet, and those found damaged; return all runs that have ended."""
        store, runs = self.store, self.plan.runs
        estimates = Estimates(runs, max(1, self.jobs / cores()), self.plan.partly)
        estimates.learn_from(store, runs)
        left = estimates.longest_first(run for run in runs if not store.is_sealed(run))
        time = TimeLeft(estimates, left, self.jobs)
        show_plan(
            *(self.console, self.plan, store.folder),
            left=len(left),
            jobs=self.jobs,
            rest=time.from_the_start(),
            unknown=time.unknown,
        )
        for strategy in self.plan.strategies:
            store.put_card(strategy_card(strategy))
        for problem in self.plan.problems:
            store.put_card(problem_card(problem))
        store.notices += said_of_anchors(self.plan.problems)
        log = SessionLog(store, self.plan, self.isolation)
        if left or set(last_planned(store.sessions())) != set(runs):
            self._perform(left, time, log)
        found = self.read()
        made = set(left)
        if damaged := [run for run in runs if not store.is_sealed(run) and run not in made]:
            self._perform(damaged, TimeLeft(estimates, damaged, self.jobs), log)
            found = self.read()
        return found

    def _perform(self, runs: Sequence[Run], time: TimeLeft, log: SessionLog) -> None:
        pool = Pool(
            *(runs, self.store.folder),
            jobs=self.jobs,
            limit=self.plan.experiment.limit,
            isolation=self.isolation,
            session=log.identity,
        )
        with log.kept(self.done), pool:
            steps = until(perform(runs, self.store, pool, retries=self.retries), self.deadline)
            for each in watched(self.console, steps, len(runs), time, self.store):
                self.done.append(each)  # what is done stays when it is interrupted


def until(steps: Generator[Progress], deadline: float | None) -> Generator[Progress]:
    """Yield the steps until `monotonic` is past the deadline; the runs under way are given up."""
    with closing(steps):
        for step in steps:
            yield step
            if deadline is not None and monotonic() > deadline:
                return
