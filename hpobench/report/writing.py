"""The report: figures, tables and a page, from the results alone.

The report needs no strategy and no problem installed. Made twice of the same results, it is the
same, byte for byte.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..cards.card import ProblemCard, StrategyCard
from ..runner.finished_run import FinishedRun
from ..trial import Run
from . import at_the_end, by_problem, descriptions, gaps, rankings, selection
from .captioned_figure import CaptionedFigure, rendered
from .compared import AGAINST
from .comparisons import comparisons
from .headlines import headlines
from .looks import page, style, tables
from .looks.latex import latex
from .looks.page import Item, Listing, Page, Picture, Section
from .looks.tables import Table
from .names import RANDOM_SEARCH
from .reproduction import reproduction
from .sections import background, facts, results

FIGURES = "figures"
TABLES = "tables"
_KINDS = ("pdf", "png", "csv")
_FORMATS = {"tex": latex, "csv": tables.csv_of, "md": tables.markdown}
_MAY_LACK = (
    *("ranking", "ranking-*", "against-*", "final-regret", "final-scores"),
    *("runs", "failed-evaluations", "overtuning", "systems"),
    *("aggregates", "claims", "costs", "portfolios", "second-opinions", "targets"),
    *("attainment", "profiles", "restarts", "speed-ups", "targets-reached"),
    *("regret-in-time", "workers"),
    *("pairs", "critical-differences", "quantiles", "robustness", "variance", "distribution"),
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
    headlines: tuple[str, ...]
    """Who comes first on groups of the problems, a sentence for each."""
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
    groups = headlines(compared)
    came_out = results(compared, found, ranking, groups, runs)
    parts = (*came_out, *background(compared, found, again))
    _prepare(folder)
    with style.applied():
        sections = tuple(
            Section(anchor, heading, tuple(_written(part, folder) for part in each))
            for anchor, heading, each in parts
        )
    path = folder / "index.html"
    text = page.render(Page(title, notice, facts(compared), sections))
    path.write_text(text, encoding="utf-8")
    notes = (
        *gaps.unfinished(compared),
        *gaps.unmeasured(compared),
        *descriptions.others(compared),
    )
    unranked = "" if ranking.rows else compared.no_regrets
    return Report(
        page=path,
        ranking=rankings.brief(compared, found, ranking),
        own=compared.own,
        headlines=tuple(each.line for each in groups),
        notes=notes,
        unranked=unranked,
    )


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
