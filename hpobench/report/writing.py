"""The report: figures, tables and a page, from the results alone.

The report needs no strategy and no problem installed. Made twice of the same results, it is the
same, byte for byte.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ..cards.card import OWN, ProblemCard, StrategyCard
from ..errors import counted
from ..runner.finished_run import FinishedRun
from ..trial import Run
from . import (
    at_the_end,
    by_problem,
    descriptions,
    finals,
    gaps,
    over_budget,
    rankings,
    selection,
    summary,
    systems,
    validation,
)
from .appendix.aggregates import aggregates_table
from .appendix.costs import costs_table
from .appendix.opinions import opinions_table
from .appendix.portfolios import portfolios_table
from .appendix.targets import targets_table
from .captioned_figure import CaptionedFigure, rendered
from .compared import AGAINST, Compared
from .comparisons import Comparisons, comparisons
from .looks import page, style, tables
from .looks.latex import latex
from .looks.page import Item, Listing, Page, Picture, Section
from .looks.tables import Table
from .method import method
from .names import RANDOM_SEARCH
from .reproduction import reproduction

Parts: TypeAlias = Sequence[CaptionedFigure | Table | Item]

FIGURES = "figures"
TABLES = "tables"
_KINDS = ("pdf", "png", "csv")
_FORMATS = {"tex": latex, "csv": tables.csv_of, "md": tables.markdown}
_MAY_LACK = (
    *("ranking", "against-*", "final-regret", "final-scores"),
    *("runs", "failed-evaluations", "overtuning", "systems"),
    *("aggregates", "costs", "portfolios", "second-opinions", "targets"),
)
"""The names of the tables that not every report has."""
DEFAULT_TITLE = "A comparison of strategies"


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was written, and what a terminal shows of it."""

    page: Path
    ranking: Table
    """A table with a line for each strategy; the name of the first one is bold."""
    own: frozenset[str]
    """The strategies that come from users' files, as the ranking calls them."""
    notes: tuple[str, ...]
    """Sentences that say which runs are not in the report, or count in nothing."""
    unranked: str
    """Why the ranking has no line; empty: it has one."""


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
) -> Report:
    """Write the report into a folder.

    `planned`: the runs that the last session was to make; the report names those that have not
    ended. `comparator`: the name of the strategy that every other one is compared with.

    Raises ValueError where there is no run, or one without the card of its strategy or problem.
    """
    compared = selection.compared(runs, strategies, problems, planned, comparator=comparator)
    again = reproduction(compared.asked, (*strategies, *problems), sessions)
    found = comparisons(compared)
    ranking = rankings.ranking(compared, found)
    parts = (*_results(compared, found, ranking), *_background(compared, found, again))
    _prepare(folder)
    with style.applied():
        sections = tuple(
            Section(anchor, heading, tuple(_written(part, folder) for part in each))
            for anchor, heading, each in parts
        )
    path = folder / "index.html"
    text = page.render(Page(title, notice, _facts(compared), sections))
    path.write_text(text, encoding="utf-8")
    notes = (
        *gaps.unfinished(compared),
        *gaps.unmeasured(compared),
        *descriptions.others(compared),
    )
    unranked = "" if ranking.rows else compared.no_regrets
    return Report(path, rankings.brief(compared, found, ranking), compared.own, notes, unranked)


def _results(
    compared: Compared, found: Comparisons, ranking: Table
) -> Iterator[tuple[str, str, Parts]]:
    """Yield the anchor, the title and the parts of each section on what came out."""
    table = (ranking,) if ranking.rows else ()
    answer: Parts = (*summary.sentences(compared, found), *table)
    yield "summary", "Which wins, and how sure that is", answer
    yield (
        "budget",
        "Over the budget",
        (
            over_budget.regret(compared),
            over_budget.mean_rank(compared),
            finals.final(compared),
            over_budget.families(compared),
            *map(_folded, targets_table(compared)),
        ),
    )
    yield (
        "comparison",
        "At the end of the budget",
        (
            at_the_end.against_comparator(compared, found),
            rankings.primary(compared, found),
            at_the_end.final_ranks(compared),
            *map(_folded, opinions_table(compared)),
            _folded(aggregates_table(compared)),
            *map(_folded, portfolios_table(compared)),
        ),
    )
    maps, curves = at_the_end.where(compared), by_problem.problems(compared)
    each: Parts = (*maps, *curves, _folded(finals.scores(compared)))
    yield "each-problem", "Problem by problem", each
    drawn = validation.against_validation(compared)
    yield "validation", "Validation against test", (drawn, *validation.overtuned(compared))
    yield (
        "time",
        "Suggestion time",
        (at_the_end.suggestion_seconds(compared), *costs_table(compared)),
    )
    if compared.apart is not None:
        yield (
            "systems",
            "Systems, apart from the strategies",
            systems.systems(compared, compared.apart),
        )


def _background(
    compared: Compared, found: Comparisons, again: Sequence[Item]
) -> Iterator[tuple[str, str, Parts]]:
    """Yield the anchor, the title and the parts of each section on what was done."""
    yield (
        "runs",
        "What was run",
        (
            descriptions.without_number(compared),
            _folded(descriptions.trials(compared)),
            *descriptions.others(compared),
            _folded(descriptions.strategies(compared)),
            _folded(descriptions.problems(compared)),
            _folded(descriptions.sources(compared)),
        ),
    )
    yield (
        "method",
        "How it was measured",
        (*method(compared.comparator), summary.calibration(compared, found)),
    )
    yield "reproduce", "How to do it again", again


def _folded(table: Table | str) -> Listing | str:
    return Listing(table, folded=True) if isinstance(table, Table) else table


def _written(part: CaptionedFigure | Table | Item, folder: Path) -> Item:
    """Write the files of a part, and return what the page shows of it."""
    match part:
        case CaptionedFigure():
            return _picture(part, folder / FIGURES)
        case Table():
            return _listing(Listing(part), folder / TABLES)
        case Listing():
            return _listing(part, folder / TABLES)
        case _:
            return part


def _facts(compared: Compared) -> dict[str, str]:
    """Return the experiment in a few numbers; a fact that says nothing is left out."""
    status = compared.scores.status
    seeds = compared.scores.planned.sum(axis=1)
    idle = [
        name for s, name in enumerate(compared.names) if not compared.scores.took_place[s].any()
    ]
    failed, evaluations = (
        compared.tallies.failed_evaluations,
        int(compared.tallies.evaluations.sum()),
    )
    facts = {
        "Strategies": str(len(compared.names) - len(idle)),
        "Without any run": ", ".join(idle),
        "Systems, apart": str(len(compared.apart.cards)) if compared.apart else "",
        "Problems": str(len(compared.scores.problems)),
        "Of them left out": ", ".join(compared.problem_names[p] for p in compared.void),
        "Of them held out": _some(sum(c.split == "held-out" for c in compared.scores.problems)),
        "Of them users' own": _some(sum(c.split == OWN for c in compared.scores.problems)),
        "Seeds": f"{seeds.min()}"
        if seeds.min() == seeds.max()
        else f"{seeds.min()} to {seeds.max()}",
        "Budget": counted(compared.budget, "evaluation"),
        "Workers": str(compared.setting[1]),
        "Runs": _of(compared.ended, compared.asked_runs),
        "Failed runs": _some(int((status == "failed").sum())),
        "Failed evaluations": _some(failed, evaluations),
        "Unsupported": _some(int((status == "unsupported").sum())),
        "With anchors": f"{len(compared.scaled)} of {len(compared.problems)}"
        if len(compared.scaled) < len(compared.problems)
        else "",
    }
    return {name: fact for name, fact in facts.items() if fact}


def _of(some: int, every: int) -> str:
    return f"{some:,}" if some == every else f"{some:,} of {every:,}"


def _some(number: int, every: int | None = None) -> str:
    """Return a number, and of how many it is; empty where the number is 0."""
    return "" if number == 0 else _of(number, number if every is None else every)


def _prepare(folder: Path) -> None:
    """Make the report's folders, and remove what only an earlier report in them may have."""
    for name in (FIGURES, TABLES):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in (at_the_end.WHERE, by_problem.PROBLEMS, AGAINST):
        for kind in _KINDS:
            for path in (folder / FIGURES).glob(f"{name}*.{kind}"):
                path.unlink()
    for name in _MAY_LACK:
        for kind in _FORMATS:
            for path in (folder / TABLES).glob(f"{name}.{kind}"):
                path.unlink()


def _picture(exhibit: CaptionedFigure, folder: Path) -> Picture:
    """Write a figure's files, or remove those of an earlier report where there is none now."""
    paths = {kind: folder / f"{exhibit.name}.{kind}" for kind in _KINDS}
    drawn = rendered(exhibit)
    if isinstance(drawn, str):
        for path in paths.values():
            path.unlink(missing_ok=True)
        return Picture(exhibit.name, exhibit.title, drawn, b"")
    paths["png"].write_bytes(drawn.png)
    paths["pdf"].write_bytes(drawn.pdf)
    numbers = tables.comma_separated(exhibit.headings, exhibit.numbers)
    paths["csv"].write_text(numbers, encoding="utf-8")
    return Picture(exhibit.name, exhibit.title, drawn.caption, drawn.png, exhibit.notes)


def _listing(listing: Listing, folder: Path) -> Listing:
    """Write a table's files."""
    table = listing.table
    for kind, form in _FORMATS.items():
        (folder / f"{table.name}.{kind}").write_text(form(table), encoding="utf-8")
    return listing
