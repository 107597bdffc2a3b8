"""The report: figures, tables and a page, from the results alone.

A pure function of what it is given: made twice it is the same, byte for byte, with no strategy or
problem installed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from ..cards.card import OWN, ProblemCard, StrategyCard
from ..trial import Outcome, Run
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
from .comparisons import Comparisons, comparisons
from .exhibit import Exhibit, rendered
from .looks import page, style, tables
from .looks.latex import latex
from .looks.page import Item, Listing, Page, Picture, Section
from .looks.tables import Table
from .method import METHOD
from .reproduction import reproduction
from .study import Study

Parts: TypeAlias = Sequence[Exhibit | Table | Item]

FIGURES = "figures"
TABLES = "tables"
_KINDS = ("pdf", "png", "csv")
_FORMATS = {"tex": latex, "csv": tables.csv_of, "md": tables.markdown}
_MAY_LACK = (
    *("ranking", "against-random-search", "final-regret", "final-scores"),
    *("cells", "failed-evaluations", "overtuning", "systems"),
)
"""The tables that a report may have or not."""
DEFAULT_TITLE = "A comparison of strategies"


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was written, and what a terminal shows of it."""

    page: Path
    ranking: Table
    """A line a strategy; the name of the first one is bold."""
    own: frozenset[str]
    """The strategies that come from users' files, as the ranking calls them."""
    notes: tuple[str, ...]
    """What runs are not in it."""


def write(
    outcomes: Sequence[Outcome],
    strategies: Sequence[StrategyCard],
    problems: Sequence[ProblemCard],
    sessions: Sequence[Mapping[str, object]],
    folder: Path,
    *,
    title: str = DEFAULT_TITLE,
    notice: str = "",
    planned: Sequence[Run] = (),
) -> Report:
    """Write the report into a folder.

    `planned`: the runs that the last session was to make; those that have not ended are said.

    Raises ValueError where there is no outcome, or one without the card of its strategy or problem.
    """
    about = selection.study(outcomes, strategies, problems, planned)
    again = reproduction(about.asked, (*strategies, *problems), sessions)
    found = comparisons(about)
    for name in (FIGURES, TABLES):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _forget(folder)
    with style.applied():
        sections = tuple(
            Section(anchor, heading, tuple(_written(part, folder) for part in parts))
            for anchor, heading, parts in chain(
                _results(about, found), _background(about, found, again)
            )
        )
    text = page.render(Page(title, notice, _facts(about), sections))
    path = folder / "index.html"
    path.write_text(text, encoding="utf-8")
    own = frozenset(card.identity.name for card in about.cards if card.source is not None)
    return Report(
        path,
        rankings.brief(about, found),
        own,
        (*gaps.unfinished(about), *descriptions.others(about)),
    )


def _results(about: Study, found: Comparisons) -> Iterator[tuple[str, str, Parts]]:
    """Yield an anchor, a title and the parts of each section on what came out."""
    standing = rankings.ranking(about, found)
    table = (standing,) if standing.rows else ()
    answer: Parts = (*summary.sentences(about, found), *table)
    yield "summary", "Which wins, and how sure that is", answer
    yield (
        "budget",
        "Over the budget",
        (
            over_budget.regret(about),
            over_budget.mean_rank(about),
            finals.final(about),
            over_budget.families(about),
        ),
    )
    yield (
        "comparison",
        "At the end of the budget",
        (
            at_the_end.against_random(about, found),
            rankings.primary(about, found),
            at_the_end.final_ranks(about),
        ),
    )
    maps, curves = at_the_end.where(about), by_problem.problems(about)
    each: Parts = (*maps, *curves, _folded(finals.scores(about)))
    yield "each-problem", "Problem by problem", each
    drawn = validation.against_validation(about)
    yield "validation", "Validation against test", (drawn, *validation.overtuned(about))
    yield "time", "Suggestion time", (at_the_end.suggestion_seconds(about),)
    if about.apart is not None:
        yield "systems", "Systems, apart from the strategies", systems.systems(about, about.apart)


def _background(
    about: Study, found: Comparisons, again: Sequence[Item]
) -> Iterator[tuple[str, str, Parts]]:
    """Yield the same of each section on what was done."""
    yield (
        "runs",
        "What was run",
        (
            descriptions.cells(about),
            _folded(descriptions.trials(about)),
            *descriptions.others(about),
            _folded(descriptions.strategies(about)),
            _folded(descriptions.problems(about)),
            _folded(descriptions.sources(about)),
        ),
    )
    yield "method", "How it was measured", (*METHOD, summary.calibration(about, found))
    yield "reproduce", "How to do it again", again


def _folded(table: Table | str) -> Listing | str:
    return Listing(table, folded=True) if isinstance(table, Table) else table


def _written(part: Exhibit | Table | Item, folder: Path) -> Item:
    """Write the files of a part, and return what the page shows of it."""
    match part:
        case Exhibit():
            return _picture(part, folder / FIGURES)
        case Table():
            return _listing(Listing(part), folder / TABLES)
        case Listing():
            return _listing(part, folder / TABLES)
        case _:
            return part


def _facts(about: Study) -> dict[str, str]:
    """Return the experiment in a few numbers; what is none or all goes without saying."""
    status = about.table.status
    seeds = about.table.planned.sum(axis=1)
    idle = [name for s, name in enumerate(about.names) if not about.took_place[s].any()]
    evaluations = [record.failed for each in about.outcomes for record in each.records]
    facts = {
        "Strategies": str(len(about.names) - len(idle)),
        "Without any run": ", ".join(idle),
        "Systems, apart": str(len(about.apart.cards)) if about.apart else "",
        "Problems": str(len(about.table.problems)),
        "Of them left out": ", ".join(about.table.problems[p].identity.name for p in about.void),
        "Of them held out": _some(sum(c.split == "held-out" for c in about.table.problems)),
        "Of them users' own": _some(sum(c.split == OWN for c in about.table.problems)),
        "Seeds": f"{seeds.min()}"
        if seeds.min() == seeds.max()
        else f"{seeds.min()} to {seeds.max()}",
        "Budget": summary.plural_budget(about),
        "Workers": str(about.setting[1]),
        "Cells": _of(len(about.outcomes), about.cells),
        "Failed runs": _some(int((status == "failed").sum())),
        "Failed evaluations": _some(sum(evaluations), len(evaluations)),
        "Unsupported": _some(int((status == "unsupported").sum())),
        "With anchors": f"{len(about.scaled())} of {len(about.problems)}"
        if len(about.scaled()) < len(about.problems)
        else "",
    }
    return {name: fact for name, fact in facts.items() if fact}


def _of(some: int, every: int) -> str:
    return f"{some:,}" if some == every else f"{some:,} of {every:,}"


def _some(number: int, every: int | None = None) -> str:
    """Return a number, of how many; empty where it is 0."""
    return "" if number == 0 else _of(number, number if every is None else every)


def _forget(folder: Path) -> None:
    """Remove of an earlier report the figures and tables that there may not be now."""
    for name in (at_the_end.WHERE, by_problem.PROBLEMS):
        for kind in _KINDS:
            for path in (folder / FIGURES).glob(f"{name}*.{kind}"):
                path.unlink()
    for name in _MAY_LACK:
        for kind in _FORMATS:
            (folder / TABLES / f"{name}.{kind}").unlink(missing_ok=True)


def _picture(exhibit: Exhibit, folder: Path) -> Picture:
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
