"""What the commands `run` and `all` do: they show a plan, make its runs, and write the report."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..experiment.estimates import Estimates, TimeLeft
from ..experiment.experiment import Experiment
from ..experiment.local.pool import Isolation, Pool, usual_isolation
from ..experiment.one_run import Done
from ..experiment.perform import perform
from ..experiment.planning import Plan, plan
from ..experiment.session_log import SessionLog, last_planned
from ..registry.describing import problem_card, strategy_card
from ..runner.finished_run import FinishedRun
from ..store.folder import Store
from ..store.provenance import cores
from ..trial import Run
from .anchoring.lacking import said_of_anchors
from .console import Printer
from .progress import watched
from .report import finished_runs, incomplete, show_report
from .terminal import (
    show_end,
    show_interruption,
    show_notices,
    show_plan,
)

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it."""


def perform_and_report(
    experiment: Experiment,
    folder: Path,
    jobs: int | None,
    *,
    retries: int = 1,
    isolation: Isolation | None = None,
    retry_failed: bool = False,
) -> int:
    """Run what is not done yet, then report; return the exit status.

    `jobs`: the number of processes; None: one a core. `retries`: how often a run is tried again
    whose process was killed. `isolation`: None for the usual one. `retry_failed`: whether runs that
    have failed are made again.
    """
    console = Printer()
    planned, store = plan(experiment), Store(folder)
    first = next(iter(planned.runs))
    with store.writing(first.budget, first.workers):
        if retry_failed:
            for run in filter(store.has_failed, planned.runs):
                store.retry(run)
        chosen = isolation or usual_isolation()
        session = _Session(console, planned, store, jobs or cores(), retries, chosen)
        try:
            ended = session.ended()
        except KeyboardInterrupt:
            left = sum(not store.is_sealed(run) for run in planned.runs)
            show_interruption(console, left, len(planned.runs))
            return INTERRUPTED
        if not ended:  # no run has kept within the limit
            show_end(console, [], incomplete(session.done))
            show_notices(console, store.notices)
            return 1
        runs, output = set(planned.runs), folder / "report"
        wrong = show_report(console, store, output, ended, wanted=runs, done=session.done)
    return 1 if wrong else 0


@dataclass(slots=True)
class _Session:
    """A session: the runs of a plan that this program makes."""

    console: Printer
    plan: Plan
    store: Store
    jobs: int
    retries: int
    isolation: Isolation
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
        found = finished_runs(store)
        made = set(left)
        if damaged := [run for run in runs if not store.is_sealed(run) and run not in made]:
            self._perform(damaged, TimeLeft(estimates, damaged, self.jobs), log)
            found = finished_runs(store)
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
            steps = perform(runs, self.store, pool, retries=self.retries)
            for each in watched(self.console, steps, len(runs), time, self.store):
                self.done.append(each)  # what is done stays when it is interrupted
