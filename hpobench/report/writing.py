"""Writing a report into a folder, in place of an earlier one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..cards.card import ProblemCard, StrategyCard
from ..runner.finished_run import FinishedRun
from ..trial import Run
from .looks.venues import DEFAULT
from .making import Report, Results, make
from .names import RANDOM_SEARCH
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
    comparator: str = RANDOM_SEARCH,
    groups: Sequence[str] = (),
    style: str = DEFAULT.name,
) -> Report:
    """Write the report into a folder.

    `planned`: the runs that the last session was to make; the report names those that have not
    ended. `comparator`: the name of the strategy that every other one is compared with. `groups`:
    the names by which the problems were chosen, for the manifest; empty: they are all. `style`: the
    name of the figures' style.

    Raises ValueError where there is no run, or one without the card of its strategy or problem.
    """
    given = Results(runs, strategies, problems, sessions, planned, notice)
    report = make(given, Settings(title, comparator, tuple(groups), style), folder)
    notes = put(report.manifest, report.files, folder)
    return replace(report, notes=(*notes, *report.notes))
