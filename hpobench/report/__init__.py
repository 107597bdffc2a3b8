"""The report: figures, tables and a page, from the results alone.

A pure function of what it is given: made twice it is the same, byte for byte, with no strategy or
problem installed.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from .. import page, style, tables
from ..card import ProblemCard, StrategyCard
from ..page import Item, Listing, Page, Picture, Section
from ..tables import Table
from ..trial import Outcome
from . import at_the_end, descriptions, over_budget, rankings, summary
from .comparisons import Comparisons, comparisons
from .exhibit import Exhibit
from .method import METHOD, reproduction
from .study import Study, study

FIGURES = "figures"
TABLES = "tables"
DEFAULT_TITLE = "Which way of tuning hyperparameters wins"


def write(
    outcomes: Sequence[Outcome],
    strategies: Sequence[StrategyCard],
    problems: Sequence[ProblemCard],
    sessions: Sequence[Mapping[str, object]],
    folder: Path,
    *,
    title: str = DEFAULT_TITLE,
    notice: str = "",
) -> Path:
    """Write the report into a folder and return the path of its page.

    Raises ValueError where there is no outcome, or one without the card of its strategy or problem.
    """
    about = study(outcomes, strategies, problems)
    found = comparisons(about)
    for name in (FIGURES, TABLES):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with style.applied():
        sections = _sections(about, found, sessions, folder)
    text = page.render(Page(title, notice, _facts(about), sections))
    path = folder / "index.html"
    path.write_text(text, encoding="utf-8")
    return path


def _sections(
    about: Study, found: Comparisons, sessions: Sequence[Mapping[str, object]], folder: Path
) -> tuple[Section, ...]:
    def picture(exhibit: Exhibit) -> Item:
        return _picture(exhibit, folder / FIGURES)

    def listing(table: Table | str, *, folded: bool = False) -> Item:
        return _listing(table, folder / TABLES, folded=folded)

    return (
        Section(
            "summary",
            "Which wins, and how sure that is",
            (*summary.sentences(about, found), listing(rankings.ranking(about, found))),
        ),
        Section(
            "budget",
            "Over the budget",
            (
                picture(over_budget.regret(about)),
                picture(over_budget.mean_rank(about)),
                listing(rankings.final(about)),
                picture(over_budget.families(about)),
            ),
        ),
        Section(
            "comparison",
            "At the end of the budget",
            (
                picture(at_the_end.against_random(about, found)),
                listing(rankings.primary(about, found)),
                picture(at_the_end.final_ranks(about)),
            ),
        ),
        Section(
            "problems",
            "Problem by problem",
            (
                picture(at_the_end.where(about)),
                picture(over_budget.problems(about)),
                listing(rankings.scores(about), folded=True),
            ),
        ),
        Section(
            "validation",
            "Validation against test",
            (picture(at_the_end.against_validation(about)),),
        ),
        Section("time", "Suggestion time", (picture(at_the_end.suggestion_seconds(about)),)),
        Section(
            "runs",
            "What was run",
            (
                listing(descriptions.cells(about)),
                listing(descriptions.trials(about), folded=True),
                *descriptions.others(about),
                listing(descriptions.strategies(about), folded=True),
                listing(descriptions.problems(about), folded=True),
                listing(descriptions.sources(about), folded=True),
            ),
        ),
        Section("method", "How it was measured", METHOD),
        Section("reproduce", "How to do it again", reproduction(about, sessions)),
    )


def _facts(about: Study) -> dict[str, str]:
    status = about.table.status
    planned = int(about.table.planned.sum()) * len(about.names)
    failed = int((status == "failed").sum())
    seeds = about.table.planned.sum(axis=1)
    facts = {
        "Strategies": str(len(about.names)),
        "Problems": str(len(about.table.problems)),
        "Seeds": f"{seeds.min()}"
        if seeds.min() == seeds.max()
        else f"{seeds.min()} to {seeds.max()}",
        "Budget": f"{about.budget:g} evaluations",
        "Workers": str(about.setting[1]),
        "Cells": f"{len(about.outcomes):,} of {planned:,}",
        "Failed": str(failed),
        "Unsupported": str(int((status == "unsupported").sum())),
        "Anchors": ", ".join(dict.fromkeys(c.anchors for c in about.table.problems if c.anchors)),
    }
    return {name: fact for name, fact in facts.items() if fact}


def _picture(exhibit: Exhibit, folder: Path) -> Picture:
    """Write a figure's files, or remove those of an earlier report where there is none now."""
    paths = {kind: folder / f"{exhibit.name}.{kind}" for kind in ("pdf", "png", "csv")}
    if exhibit.figure is None:
        for path in paths.values():
            path.unlink(missing_ok=True)
        return Picture(exhibit.name, exhibit.title, exhibit.caption, b"")
    image = style.png(exhibit.figure)
    paths["png"].write_bytes(image)
    paths["pdf"].write_bytes(style.pdf(exhibit.figure))
    numbers = tables.comma_separated(exhibit.headings, exhibit.numbers)
    paths["csv"].write_text(numbers, encoding="utf-8")
    return Picture(exhibit.name, exhibit.title, exhibit.caption, image)


def _listing(table: Table | str, folder: Path, *, folded: bool) -> Item:
    if isinstance(table, str):
        return table
    for kind, written in (
        ("tex", tables.latex(table)),
        ("csv", tables.csv_of(table)),
        ("md", tables.markdown(table)),
    ):
        (folder / f"{table.name}.{kind}").write_text(written, encoding="utf-8")
    return Listing(table, folded)
