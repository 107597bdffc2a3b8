"""What the commands `run` and `all` do: they show a plan, make its runs, and write the report."""

from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from ..errors import InputError, counted
from ..experiment.dask.connection import LOCAL, count_threads
from ..experiment.experiment import Experiment
from ..experiment.local.pool import Isolation, usual_isolation
from ..experiment.planning import Plan, plan
from ..experiment.sharing import shard_in, share_of
from ..guards import exit_status
from ..registry.describing import problem_card, strategy_card
from ..report import selection, widths
from ..report.looks.venues import style_called
from ..report.names import RANDOM_SEARCH
from ..report.widths import Width
from ..runner.finished_run import FinishedRun
from ..store.folder import Store
from ..store.provenance import cores
from ..store.remote.mirror import Mirror
from ..strategy import Strategy
from .console import Printer
from .narrowing import Narrowing, check_regrets
from .places import mirror_at, show_whereabouts
from .reporting import show_report, usual
from .session import Session, deadline_after, finished_runs, incomplete
from .terminal import show_end, show_interruption, show_lateness, show_notices


def perform_and_report(
    experiment: Experiment,
    folder: Path,
    jobs: int | None,
    *,
    retries: int = 1,
    isolation: Isolation | None = None,
    retry_failed: bool = False,
    max_time: float | None = None,
    shard: str | None = None,
) -> int:
    """Run what is not done yet, then report; return the exit status.

    `jobs`: the number of processes; None: one a core. `retries`: how often a run is tried
    again whose process was killed. `isolation`: None for the usual one. `retry_failed`: whether
    runs that have failed are made again. `max_time`: the seconds after which no run is made any
    more; None: all are made. `shard`: the share of the runs that is made, as in 2/3; None: all.
    """
    style_called(experiment.report.style)
    console = Printer()
    if experiment.executor != LOCAL:
        jobs = _threads(console, experiment.executor, jobs)
    mirror = mirror_at(folder, shard or "")
    if mirror is not None:
        folder = _mirrored(console, mirror, retry_failed=retry_failed)
    planned, store = _planned(experiment, shard), Store(folder)
    session = Session(
        *(console, planned, store, partial(finished_runs, store)),
        *(jobs or cores(), retries, isolation or usual_isolation()),
        mirror=mirror,
        deadline=deadline_after(max_time),
        retry_failed=retry_failed,
    )
    first = next(iter(planned.runs))
    with store.writing(first.budget, first.workers):
        if retry_failed:
            session.retry(planned.runs)
        try:
            with nullcontext() if mirror is None else mirror.kept(store):
                said = _made(session)
        except KeyboardInterrupt as stop:
            left = sum(not store.is_sealed(run) for run in session.plan.runs)
            show_interruption(session.console, left, len(session.plan.runs))
            return exit_status(stop)
        return _reported(session, said)


def _planned(experiment: Experiment, shard: str | None) -> Plan:
    """Return the plan of an experiment, or of a share of its runs; raises InputError."""
    planned = plan(experiment)
    if shard is not None:
        planned = share_of(planned, shard_in(shard))
    if experiment.until is not None:
        _check_rivals(planned)
        check_regrets(planned)
    return planned


def _mirrored(console: Printer, mirror: Mirror, *, retry_failed: bool) -> Path:
    """Begin to work in a mirror, say where it is, and return its folder; raises InputError."""
    if retry_failed:
        raise InputError("--retry-failed takes a folder: what was handed in to a URL stays there")
    mirror.begin()
    console.say(f"results at {mirror.bucket.url}, mirrored in {mirror.folder}")
    return mirror.folder


def _threads(console: Printer, address: str, jobs: int | None) -> int:
    """Say how many threads a cluster has now, and return their number, at least 1.

    Raises InputError where no scheduler answers, and where a number of jobs was asked for.
    """
    if jobs is not None:
        raise InputError(
            f"--jobs {jobs} is for this machine; a cluster does as many runs as it has threads"
        )
    found = count_threads(address)
    said = "" if found else "; runs begin when workers come"
    console.say(f"executor: {address}, {counted(found, 'thread')} now{said}")
    return max(1, found)


def deciding(planned: Plan, runs: Sequence[FinishedRun]) -> Width | None:
    """Return the interval of a gain over random search by which seeds are added to a plan.

    It is by the plan's runs that have ended. None: no strategy has regrets to compare with random
    search's, or the plan wants no width.
    """
    wanted = planned.experiment.until
    strategies = [each for each in planned.strategies if isinstance(each.item, Strategy)]
    names = {each.identity for each in strategies}
    chosen = [each for each in runs if each.run in planned.runs and each.run.strategy in names]
    if wanted is None or not chosen:
        return None
    cards = [strategy_card(each) for each in strategies]
    problems = [problem_card(each) for each in planned.problems]
    return widths.deciding(selection.compared(chosen, cards, problems), wanted)


def _check_rivals(planned: Plan) -> None:
    """Raise InputError where no strategy of a plan is compared with random search."""
    named = [each.identity for each in planned.strategies if isinstance(each.item, Strategy)]
    if len(named) < 2 or not any(e.name == RANDOM_SEARCH and e.path is None for e in named):
        raise InputError(
            f"--until is the width of gains over {RANDOM_SEARCH}, so it takes this strategy and"
            f" another one: {', '.join(each.name for each in named) or 'no strategy'}"
        )


def _made(session: Session) -> str:
    """Make the runs of a plan and of the seeds that are added; say why no more are added."""
    experiment = session.plan.experiment
    if experiment.until is None:
        session.hold()
        return ""
    session.runs = session.read()
    narrowing = Narrowing(session, experiment.until, experiment.max_seeds, deciding)
    said = narrowing.narrow()
    if session.held is not session.plan:  # no run of the last seeds was missing: say and log them
        session.hold()
    if narrowing.decided is None:
        return said
    return f"the interval of {narrowing.decided.strategy}'s gain decides; {said}"


def _reported(session: Session, said: str) -> int:
    """Show and report all runs that have ended; `said`: on the width; return the exit status."""
    console, store, planned = session.console, session.store, session.plan
    show_lateness(console, session.left, len(planned.runs))
    if not session.runs:  # no run has kept within the limit
        show_end(console, [], incomplete(session.done))
        show_notices(console, store.notices)
        return 1
    if said:
        console.say(f"width: {said}")
    choice = planned.experiment.report
    wrong = show_report(
        *(console, store, usual(store.folder, choice), session.runs),
        wanted=set(planned.runs),
        done=session.done,
        choice=choice,
    )
    if session.mirror is not None:
        show_whereabouts(console, "the report", session.mirror.bucket.url, "report")
    return 1 if wrong else 0
