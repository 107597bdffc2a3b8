"""What `report` does: it makes a report of a folder of results, and prints the ranking."""

from collections.abc import Collection, Sequence
from pathlib import Path

from ..cards.card import SPLITS
from ..errors import InputError
from ..experiment.one_run import Done
from ..experiment.session_log import last_planned
from ..report import writing
from ..runner.finished_run import FinishedRun
from ..store.folder import Store, saying
from ..trial import Run
from .console import Printer
from .progress import waiting
from .ranking_lines import show_ranking
from .terminal import show_end, show_notices, show_path, show_warnings, title


def make_report(folder: Path, output: Path, split: str | None = None) -> None:
    """Make the report of a folder of results, and say where it is.

    `split`: one of SPLITS, whose problems alone are shown; None: all problems are.
    """
    if split is not None and split not in SPLITS:
        raise InputError(f"the split must be {' or '.join(SPLITS)}: {split!r}")
    store = Store(folder)
    store.check(new=False)
    where, results = output.resolve(), folder.resolve()
    if where.is_relative_to(results) and not where.is_relative_to(results / "report"):
        raise InputError(
            f"a report inside a folder of results has to be in {folder / 'report'}: {output}"
        )
    show_report(Printer(), store, output, finished_runs(store), split=split)


def finished_runs(store: Store) -> list[FinishedRun]:
    """Read every run that has ended; configurations only where systems' learners are reported."""
    systems = any(card.system for card in store.cards()[0])
    return list(store.finished(configured=systems))


def show_report(
    console: Printer,
    store: Store,
    output: Path,
    runs: list[FinishedRun],
    *,
    wanted: Collection[Run] | None = None,
    done: Sequence[Done] = (),
    split: str | None = None,
) -> bool:
    """Write the report and show the ranking; return whether a run (of `wanted`) went wrong."""
    strategies, problems = store.cards()
    sessions = store.sessions()
    if not runs and store.notices:
        raise InputError(f"no run in this folder can be read: {'; '.join(store.notices)}")
    if not runs:
        raise InputError(f"no run has ended in this folder yet: {store.folder}")
    if split is not None:
        problems = [card for card in problems if card.split == split]
        there = {card.identity for card in problems}
        runs = [each for each in runs if each.run.problem in there]
        if not runs:
            raise InputError(f"no run of a {split} problem has ended yet: {store.folder}")
    systems = {card.identity for card in strategies if card.system}
    known = {card.identity for card in strategies} | {card.identity for card in problems}
    asked = [run for run in last_planned(sessions) if {run.strategy, run.problem} <= known]
    runs = store.with_cards(runs, known)
    if not runs:
        raise InputError(
            f"the cards of all runs in this folder are missing: {'; '.join(store.notices)}"
        )
    if all(each.run.strategy in systems for each in runs):
        raise InputError(
            "a system is shown beside strategies, and no strategy has a run in this folder;"
            f" add one, e.g. -s random-search: {store.folder}"
        )
    experiment = sessions[-1].get("experiment", {}) if sessions else {}
    notice = experiment.get("notice", "")
    with waiting(console, "making the report"), saying(output):
        made = writing.write(
            *(runs, strategies, problems, sessions, output),
            title=title(store.folder),
            notice=notice,
            planned=asked,
        )
    show_ranking(console, made.ranking, made.own)
    ours = [each for each in runs if wanted is None or each.run in wanted]
    wrong = show_end(console, ours, incomplete(done), apart=sorted(each.name for each in systems))
    of_runs = [notice for each in done for notice in each.notices]
    show_notices(console, [*store.notices, *made.notes, *of_runs])
    show_warnings(console, [each.warnings for each in done])
    show_path(console, made.page)
    return wrong


def incomplete(done: Sequence[Done]) -> list[tuple[Run, str]]:
    """Return the runs that have not ended, and why."""
    return [(each.run, each.detail) for each in done if each.status == "incomplete"]
