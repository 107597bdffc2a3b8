"""Writing a report into a folder, in place of an earlier one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..cards.card import ProblemCard, StrategyCard
from ..registry.choice import ALL, Choice
from ..runner.finished_run import FinishedRun
from ..store.certificate_file import Certificate
from ..trial import Run
from .making import Report, Results, make
from .trace.folder import put
from .trace.manifest import Settings

DEFAULT_TITLE = "A comparison of strategies"


def write(
    runs: Sequence[FinishedRun],
    strategies: Sequence[StrategyCard],
    problems: Sequence[ProblemCard],
    sessions: Sequence[Mapping[str, object]],
    folder: Path,
    *,
    title: str = DEFAULT_TITLE,
    notice: str = "",
    planned: Sequence[Run] = (),
    elsewhere: Collection[Run] = frozenset(),
    choice: Choice = ALL,
    certificates: Sequence[Certificate] = (),
) -> Report:
    """Write the report into a folder.

    `planned`: the runs that the last session was to make; the report names those that have not
    ended. `elsewhere`: those of them that other shares of the plan make. `choice`: what is shown,
    and how; the runs, cards and problems are those that it chose. `certificates`: those of the
    folder, the oldest first.

    Raises ValueError where there is no run, or one without the card of its strategy or problem.
    """
    given = Results(runs, strategies, problems, sessions, planned, elsewhere, notice, certificates)
    report = make(given, Settings(title, choice), folder)
    notes = put(report.manifest, report.files, folder)
    return replace(report, notes=(*notes, *report.notes))
