"""What the command `report` does: it makes a report of results, and prints the ranking."""

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path

from ..errors import InputError
from ..experiment.one_run import Done
from ..experiment.session_log import elsewhere, last_planned
from ..registry.choice import ALL, Choice
from ..report import writing
from ..report.choosing import problems_of, strategies_of
from ..report.looks.markup import file_name
from ..report.looks.venues import style_called
from ..report.making import Report, Results
from ..runner.finished_run import FinishedRun
from ..store.contents import check_output, no_run
from ..store.folder import Store
from ..store.holding import saying
from ..store.remote.address import url_of
from ..trial import Run
from .console import Printer
from .enough import said_of_ranking
from .places import folder_to_read, show_whereabouts
from .progress import waiting
from .ranking_lines import show_ranking
from .session import finished_runs, incomplete
from .terminal import show_end, show_notices, show_path, show_warnings, title

_LONG = 60
"""The length of a name of a folder from which it is cut off."""


def make_report(folder: Path, output: Path | None, choice: Choice = ALL) -> None:
    """Make the report of a folder of results, and say where it is.

    `output`: None for the usual folder. `choice`: what is shown, and how.
    """
    url, folder, console = url_of(folder), folder_to_read(folder), Printer()
    store = opened(folder, where := output or usual(folder, choice))
    show_report(console, store, where, finished_runs(store), choice=choice)
    if url is not None and output is None:
        show_whereabouts(console, "the report", url, "report")


def usual(folder: Path, choice: Choice) -> Path:
    """Return the folder that a report of this choice is in unless another is asked."""
    words = " ".join(choice.what)
    name = file_name(words)
    if len(words) > _LONG:  # what was cut off may be all that differs
        name += f"-{hashlib.sha256(words.encode()).hexdigest()[:8]}"
    return folder / "report" / name


def opened(folder: Path, output: Path, *, touched: bool = True) -> Store:
    """Return the results in a folder whose report belongs into `output`.

    `touched`: whether damaged files are moved out of the way. Raises InputError where there are no
    results, or the report can't be there.
    """
    store = Store(folder, touched=touched)
    store.check(new=False)
    check_output(folder, output, folder / "report", "a report")
    return store


def show_report(
    console: Printer,
    store: Store,
    output: Path,
    runs: list[FinishedRun],
    *,
    wanted: Collection[Run] | None = None,
    done: Sequence[Done] = (),
    choice: Choice = ALL,
) -> bool:
    """Write the report and show the ranking; return whether a run (of `wanted`) went wrong.

    `wanted`: the runs of this session; None: all are. `done`: what became of those made just now.
    """
    reported = results_of(store, runs, choice)
    with waiting(console, "making the report"), saying(output):
        made = writing.write(
            *(reported.runs, reported.strategies, reported.problems, reported.sessions, output),
            title=title(store.folder),
            notice=reported.notice,
            planned=reported.planned,
            elsewhere=reported.elsewhere,
            certificates=reported.certificates,
            choice=choice,
        )
    _show_answer(console, made, reported)
    for said in made.headlines:
        console.say(said)
    ours = [each for each in reported.runs if wanted is None or each.run in wanted]
    systems = sorted(card.identity.name for card in reported.strategies if card.system)
    wrong = show_end(console, ours, incomplete(done), apart=systems)
    of_runs = [notice for each in done for notice in each.notices]
    show_notices(console, [*store.notices, *made.notes, *of_runs])
    show_warnings(console, [each.warnings for each in done])
    show_path(console, made.page)
    return wrong


def _show_answer(console: Printer, made: Report, reported: Results) -> None:
    """Show the ranking and what to use, or why there is neither."""
    if made.unranked:
        console.say(f"There is no ranking: {made.unranked}.")
        return
    show_ranking(console, made.ranking, made.own)
    ran = {each.run.problem for each in reported.runs}
    there = [card for card in reported.problems if card.identity in ran]
    for said in said_of_ranking(made.ranking, there):
        console.say(said, "dim")
    for said in made.answer:
        console.say(said)


def results_of(store: Store, runs: list[FinishedRun], choice: Choice) -> Results:
    """Choose the runs that have cards and were asked for, and all else that a report needs.

    Raises InputError where no run is left.
    """
    if not runs:
        raise no_run(store.folder, store.notices)
    strategies, problems = store.cards()
    style_called(choice.style)
    problems = problems_of(problems, choice)
    there = {card.identity for card in problems}
    missing = choice.problems or choice.split
    runs = [each for each in runs if each.run.problem in there or not missing]
    if not runs:
        named = ", ".join(each for each in (*choice.problems, choice.split) if each)
        raise InputError(f"this folder has no run on a problem of {named}: {store.folder}")
    ran = {each.run.strategy for each in runs}
    if choice.strategies:
        strategies = strategies_of([c for c in strategies if c.identity in ran], choice)
        there = {card.identity for card in strategies}
        runs = [each for each in runs if each.run.strategy in there]
    known = {each.identity for each in strategies} | {each.identity for each in problems}
    runs = store.with_cards(runs, known)
    if not runs:
        raise InputError(
            f"the cards of all runs in this folder are missing: {'; '.join(store.notices)}"
        )
    systems = {card.identity for card in strategies if card.system}
    if all(each.run.strategy in systems for each in runs):
        raise InputError(
            "a system is shown beside strategies, and no strategy has a run in this folder;"
            f" add one, e.g. -s random-search: {store.folder}"
        )
    sessions = store.sessions()
    asked = [run for run in last_planned(sessions) if {run.strategy, run.problem} <= known]
    notice = (sessions[-1].get("experiment", {}) if sessions else {}).get("notice", "")
    others, certificates = elsewhere(sessions).runs, store.certificates()
    return Results(runs, strategies, problems, sessions, asked, others, notice, certificates)
