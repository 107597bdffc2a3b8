"""The report: figures, tables and a page, from the results alone, as the content of files.

The report needs no strategy and no problem installed. Made twice of the same results, it is the
same, byte for byte.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path

from ..cards.card import ProblemCard, StrategyCard
from ..processes.helpers import MANY, begun, helpers
from ..registry.choice import Choice
from ..runner.finished_run import FinishedRun
from ..runner.threads import one_thread
from ..store.certificate_file import Certificate
from ..trial import Run
from . import by_problem, choosing, gaps, other_settings, rankings, selection
from .captioned_figure import CaptionedFigure, Rendering, rendered
from .certified import certified, certified_sentences, certified_table
from .compared import Compared
from .comparisons import comparisons
from .compute import compute
from .headlines import headlines
from .limits import limits_said
from .looks import tables
from .looks.columns import without_idle
from .looks.latex import latex
from .looks.tables import Table
from .looks.venues import Style, style_called
from .page.data import data
from .page.first_screen import first_screen
from .page.items import Item, Listing, Page, Picture, Section
from .page.pictures import light
from .page.rendering import render
from .paper.content import Content
from .paper.layouts import room
from .paper.making import paper
from .reproduction import reproduction
from .sections import Titled, background, facts, in_figures, results
from .trace.inputs import PRINTED, Digests, digests, inputs
from .trace.manifest import (
    FIGURES,
    MANIFEST,
    PAGE,
    TABLES,
    Entry,
    Manifest,
    Settings,
    entry,
    versions,
)


@dataclass(frozen=True, slots=True)
class Results:
    """All that a report is made from."""

    runs: Sequence[FinishedRun]
    strategies: Sequence[StrategyCard]
    problems: Sequence[ProblemCard]
    sessions: Sequence[Mapping[str, object]]
    planned: Sequence[Run]
    """The runs that the last session was to make; the report names those that have not ended."""
    elsewhere: Collection[Run]
    """Those of them that other shares of the plan make."""
    notice: str
    """What the report says first; empty: nothing."""
    certificates: Sequence[Certificate]
    """What is known of runs that were made again, the oldest first."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report, and what a terminal shows of it."""

    page: Path
    """The path of the page, whether it is written yet or not."""
    files: Mapping[str, bytes]
    """The content of each file but for the manifest, by its path within the report's folder."""
    manifest: Manifest
    ranking: Table
    """A table with a line for each strategy; the name of the first one is bold."""
    own: frozenset[str]
    """The strategies that come from users' files, as the ranking calls them."""
    answer: tuple[str, ...]
    """What to use, what that gains and how sure it is, as the page says it."""
    headlines: tuple[str, ...]
    """Who comes first on groups of the problems, a sentence for each."""
    notes: tuple[str, ...]
    """Sentences that say which runs are not in the report, or count in nothing."""
    unranked: str
    """Why the ranking has no line; empty: it has one."""


def make(given: Results, settings: Settings, folder: Path) -> Report:
    """Make the report that belongs into a folder, and write nothing.

    Linear algebra has one thread meanwhile: with several it may round otherwise, and the report
    would not be the same, byte for byte.

    Raises ValueError where there is no run, or one without the card of its strategy or problem.
    """
    with one_thread():
        return _made(given, settings, folder)


def _made(given: Results, settings: Settings, folder: Path) -> Report:
    compared, runs, read = _compared(given, settings.choice)
    of_runs = digests(given.runs, given.strategies, given.problems)
    made_of = inputs(of_runs, given.runs, given.sessions, given.certificates)
    style = style_called(settings.choice.style)
    files = _Files(of_runs, made_of.hash[:PRINTED], style)
    cards: Sequence[StrategyCard | ProblemCard] = (*given.strategies, *given.problems)
    commands = reproduction(_asked(compared, given, settings.choice), cards, given.sessions)
    proved = certified(given.certificates, given.runs)
    said = [*certified_sentences(proved, len(given.runs))]
    again = (
        *(*commands, *said, *certified_table(compared, proved)),
        *(compute(compared, given.sessions), _checked(files.whole)),
    )
    found = comparisons(compared)
    ranking = rankings.ranking(compared, found)
    groups = headlines(compared)
    limits = limits_said(compared, given.sessions)
    came_out = (*results(compared, found, ranking, groups, runs, style=style),)
    drawn = in_figures(compared, came_out, runs)
    parts = (*came_out, *drawn, *background(compared, found, again, limits))
    single = by_problem.single(compared) if settings.choice.each else ()
    sections = files.sections(parts, single, helped=len(given.runs) >= MANY)
    notice = " ".join(each for each in (given.notice, read) if each)
    if settings.choice.paper:
        fitting = [words for words, each in zip(said, proved, strict=True) if each.fits]
        about = compared, found, sections, given.sessions, fitting
        files.add_all(paper(Content(notice, style, *about, files.content, files.whole)))
    first = first_screen(compared, found, [each.line for each in groups], given.notice, read)
    text = render(
        Page(
            title=settings.title,
            first=first,
            facts=facts(compared),
            sections=sections,
            data=data(compared, given.runs, given.notice),
        )
    )
    files.add(PAGE, text.encode(), files.whole)
    noticed = (
        gaps.unfinished(compared),
        gaps.unmeasured(compared),
        other_settings.others(compared),
    )
    return Report(
        page=folder / PAGE,
        files=files.content,
        manifest=Manifest(versions(), settings, made_of, dict(sorted(files.entries.items()))),
        ranking=rankings.brief(compared, found, ranking),
        own=compared.own,
        answer=first.answer.lines,
        headlines=tuple(each.line for each in groups),
        notes=(*([read] if read else ()), *chain.from_iterable(noticed)),
        unranked="" if ranking.rows else compared.no_regrets,
    )


def _compared(given: Results, choice: Choice) -> tuple[Compared, Sequence[FinishedRun], str]:
    """Return what is compared, under the names that were chosen, its runs, and how they are read.

    The runs are as they stood at the budget that was chosen.
    """
    runs, planned, others = given.runs, given.planned, given.elsewhere
    if choice.budget is not None:
        runs = choosing.cut(runs, choice.budget)
        planned = choosing.shortened(planned, choice.budget)
        others = frozenset(choosing.shortened(others, choice.budget))
    found = selection.compared(runs, given.strategies, given.problems, planned, elsewhere=others)
    found = choosing.called(found, choice, given.strategies)
    return found, runs, choosing.said_of_cut(found, given.runs)


def _asked(compared: Compared, given: Results, choice: Choice) -> Collection[Run]:
    """Return the runs that the report is about, with the budgets that they were made for."""
    if choice.budget is None:
        return compared.asked
    budget = compared.setting.budget
    every = {each.run for each in given.runs}.union(given.planned)
    return {run for run in every if replace(run, budget=min(run.budget, budget)) in compared.asked}


@dataclass(frozen=True)
class _Files:
    """The files of a report, as they are made; each states the hash of the runs behind it."""

    digests: Digests
    whole: str
    """The hash of all runs of the report, as it is printed."""
    style: Style
    content: dict[str, bytes] = field(default_factory=dict[str, bytes])
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])

    def sections(
        self,
        parts: Iterable[Titled],
        single: Iterable[CaptionedFigure],
        *,
        helped: bool,
    ) -> tuple[Section, ...]:
        """Return the sections, by anchor, title and parts, and add the files of all figures.

        `single`: figures that stand in no section; `helped`: whether another process draws, too.
        """
        with helpers(1) if helped else nullcontext() as pool:
            apart = [self.started(each, pool) for each in single]
            started = [
                (anchor, heading, [self.started(part, pool) for part in each])
                for anchor, heading, each in parts
            ]
            found = tuple(
                Section(anchor, heading, tuple(part() for part in each))
                for anchor, heading, each in started
            )
            for drawn in apart:
                drawn()
        return found

    def add(self, name: str, data: bytes, runs: str) -> None:
        """Add a file; `runs`: the hash of the runs behind it."""
        self.content[name] = data
        self.entries[name] = entry(data, runs)

    def add_all(self, every: Mapping[str, bytes]) -> None:
        """Add files behind which all runs are, by their names."""
        for name, content in every.items():
            self.add(name, content, self.whole)

    def started(
        self, part: CaptionedFigure | Table | Item, pool: ProcessPoolExecutor | None
    ) -> Callable[[], Item]:
        """Begin to draw a part, and return what adds its files and returns what the page shows.

        `pool`: where figures are drawn; None: here, once they are asked for.
        """
        match part:
            case CaptionedFigure():
                runs = self.whole
                if part.problems is not None:
                    runs = self.digests.hash(part.problems)[:PRINTED]
                drawn = begun(pool, rendered, replace(part, numbers=()), self.style, _said(runs))
                return partial(self._picture, part, runs, drawn)
            case Table():
                return partial(self._listing, Listing(part))
            case Listing():
                return partial(self._listing, part)
            case _:
                return lambda: part

    def _picture(
        self, exhibit: CaptionedFigure, runs: str, drawing: Callable[[], Rendering | str]
    ) -> Picture:
        drawn = drawing()
        if isinstance(drawn, str):
            return Picture(exhibit.name, exhibit.title, drawn, b"")
        numbers = tables.comma_separated(exhibit.headings, exhibit.numbers)
        path = f"{FIGURES}/{exhibit.name}"
        self.add(f"{path}.pdf", drawn.pdf, runs)
        self.add(f"{path}.png", drawn.png, runs)
        self.add(f"{path}.csv", numbers.encode(), runs)
        image, width = light(drawn.png)
        return Picture(
            *(exhibit.name, exhibit.title, drawn.caption, image, width, exhibit.notes, runs)
        )

    def _listing(self, listing: Listing) -> Listing:
        """Add a table's files; a comment in a CSV would break its readers.

        The CSV has all columns.
        """
        table, said = without_idle(listing.table), _said(self.whole)
        path = f"{TABLES}/{table.name}"
        printed = latex(table, room(self.style))
        for name, lines in printed.items():
            self.add(f"{TABLES}/{name}", f"% {said}\n{lines}".encode(), self.whole)
        self.add(f"{path}.csv", tables.csv_of(listing.table).encode(), self.whole)
        self.add(f"{path}.md", f"{tables.markdown(table)}\n<!-- {said} -->\n".encode(), self.whole)
        tabulars = tuple(name for name in printed if name != f"{table.name}.tex")
        return Listing(table, listing.folded, self.whole, tabulars)


def _said(runs: str) -> str:
    """Return what a file says of the runs behind it."""
    return f"hpobench, runs {runs}"


def _checked(runs: str) -> str:
    """Say what the report's hash is, and how it is checked."""
    return (
        f"The runs behind this report, with the cards of their strategies and problems, have the "
        f"hash {runs}; the files of its figures and tables carry the hash of theirs, and "
        f"{MANIFEST} lists all. \N{LEFT DOUBLE QUOTATION MARK}python -m hpobench report DIR "
        "--check\N{RIGHT DOUBLE QUOTATION MARK} makes the report again and names what differs."
    )
