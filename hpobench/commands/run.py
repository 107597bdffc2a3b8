"""What the commands `run` and `all` do: they show a plan, make its runs, and write the report."""

from functools import partial
from pathlib import Path

from ..experiment.experiment import Experiment
from ..experiment.local.pool import Isolation, usual_isolation
from ..experiment.planning import plan
from ..store.folder import Store
from ..store.provenance import cores
from .console import Printer
from .report import show_report
from .session import INTERRUPTED, Session, finished_runs, incomplete
from .terminal import show_end, show_interruption, show_notices


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
        read = partial(finished_runs, store)
        session = Session(console, planned, store, read, jobs or cores(), retries, chosen)
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
