"""A session in the terminal: the plan, the progress, the ranking, the report's path."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .cards.card import SPLITS
from .console import Printer
from .errors import InputError
from .experiment.cell import Done
from .experiment.estimates import Estimates, TimeLeft
from .experiment.experiment import Experiment
from .experiment.perform import perform
from .experiment.planning import Plan, plan
from .experiment.pool import Isolation, usual_isolation
from .experiment.session_log import SessionLog, last_planned
from .progress import waiting, watched
from .ranking_lines import show_ranking
from .registry.describing import problem_card, strategy_card
from .report import writing
from .store.folder import Store, saying
from .store.provenance import cores
from .terminal import (
    show_end,
    show_interruption,
    show_notices,
    show_path,
    show_plan,
    show_warnings,
    title,
)
from .trial import Outcome, Run

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

    `jobs`: how many processes, None: one a core; `retries`: how often a cell is tried again whose
    process was killed; `isolation`: None for the usual one; `retry_failed`: whether cells that have
    failed are run again.
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
            outcomes = session.outcomes()
        except KeyboardInterrupt:
            show_interruption(console, session.left - len(session.done), session.left)
            return INTERRUPTED
        if not outcomes:  # a limit that no run keeps
            show_end(console, [], _incomplete(session.done))
            show_notices(console, store.notices)
            return 1
        runs, output = set(planned.runs), folder / "report"
        wrong = _report(console, store, output, outcomes, wanted=runs, done=session.done)
    return 1 if wrong else 0


@dataclass(slots=True)
class _Session:
    """The cells of a plan that are run here and now."""

    console: Printer
    plan: Plan
    store: Store
    jobs: int
    retries: int
    isolation: Isolation
    left: int = 0
    """How many cells were to be run."""
    done: list[Done] = field(default_factory=list[Done])

    def outcomes(self) -> list[Outcome]:
        """Run what is not done yet, and what is found damaged then; return all that has ended."""
        store, runs = self.store, self.plan.runs
        estimates = Estimates(runs, max(1, self.jobs / cores()))
        estimates.learn_from(store, runs)
        left = estimates.longest_first(run for run in runs if not store.is_sealed(run))
        time, self.left = TimeLeft(estimates, left, self.jobs), len(left)
        show_plan(
            *(self.console, self.plan, store.folder),
            left=len(left),
            jobs=self.jobs,
            rest=time.from_the_start(),
        )
        for strategy in self.plan.strategies:
            store.put_card(strategy_card(strategy))
        for problem in self.plan.problems:
            store.put_card(problem_card(problem))
        log = SessionLog(store, self.plan, self.isolation)
        if left or set(last_planned(store.sessions())) != set(runs):
            self._perform(left, time, log)
        found = list(store.outcomes())
        if damaged := [run for run in runs if run not in left and not store.is_sealed(run)]:
            self._perform(damaged, TimeLeft(estimates, damaged, self.jobs), log)
            found = list(store.outcomes())
        return found

    def _perform(self, runs: Sequence[Run], time: TimeLeft, log: SessionLog) -> None:
        steps = perform(
            runs,
            self.store,
            jobs=self.jobs,
            limit=self.plan.experiment.limit,
            retries=self.retries,
            isolation=self.isolation,
            session=log.identity,
        )
        with log.kept(self.done):
            for each in watched(self.console, steps, len(runs), time, self.store):
                self.done.append(each)  # what is done stays when it is interrupted


def make_report(folder: Path, output: Path, split: str | None = None) -> None:
    """Make the report of a folder of results, and say where it is.

    `split`: of the problems of one of SPLITS alone; None: of all.
    """
    if split is not None and split not in SPLITS:
        raise InputError(f"the split must be {' or '.join(SPLITS)}: {split!r}")
    store = Store(folder)
    store.check(new=False)
    where, results = output.resolve(), folder.resolve()
    if where.is_relative_to(results) and not where.is_relative_to(results / "report"):
        raise InputError(
            f"a report among results must be in {folder / 'report'}, else it is no results' folder"
            f" any more: {output}"
        )
    _report(Printer(), store, output, list(store.outcomes()), split=split)


def _report(
    console: Printer,
    store: Store,
    output: Path,
    outcomes: list[Outcome],
    *,
    wanted: Collection[Run] | None = None,
    done: Sequence[Done] = (),
    split: str | None = None,
) -> bool:
    """Write the report and show the ranking; return whether a cell (of `wanted`) went wrong."""
    strategies, problems = store.cards()
    sessions = store.sessions()
    if not outcomes and store.notices:
        raise InputError(f"no run in this folder can be read: {'; '.join(store.notices)}")
    if not outcomes:
        raise InputError(f"no run has ended in this folder yet: {store.folder}")
    if split is not None:
        problems = [card for card in problems if card.split == split]
        there = {card.identity for card in problems}
        outcomes = [outcome for outcome in outcomes if outcome.run.problem in there]
        if not outcomes:
            raise InputError(f"no run of a {split} problem has ended yet: {store.folder}")
    systems = {card.identity for card in strategies if card.system}
    known = {card.identity for card in strategies} | {card.identity for card in problems}
    asked = [run for run in last_planned(sessions) if {run.strategy, run.problem} <= known]
    outcomes = store.with_cards(outcomes, known)
    if not outcomes:
        raise InputError(f"no run in this folder has its cards: {'; '.join(store.notices)}")
    if all(outcome.run.strategy in systems for outcome in outcomes):
        raise InputError(
            "a system is shown beside strategies, and no run of one has ended in this folder,"
            f" add e.g. -s random-search: {store.folder}"
        )
    experiment = sessions[-1].get("experiment", {}) if sessions else {}
    notice = experiment.get("notice", "")
    with waiting(console, "making the report"), saying(output):
        made = writing.write(
            *(outcomes, strategies, problems, sessions, output),
            title=title(store.folder),
            notice=notice,
            planned=asked,
        )
    show_ranking(console, made.ranking, made.own)
    ours = [each for each in outcomes if wanted is None or each.run in wanted]
    wrong = show_end(console, ours, _incomplete(done), apart=sorted(each.name for each in systems))
    of_cells = [notice for each in done for notice in each.notices]
    show_notices(console, [*store.notices, *made.notes, *of_cells])
    show_warnings(console, [each.warnings for each in done])
    show_path(console, made.page)
    return wrong


def _incomplete(done: Sequence[Done]) -> list[tuple[Run, str]]:
    return [(each.run, each.detail) for each in done if each.status == "incomplete"]
