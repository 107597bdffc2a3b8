"""The report: figures, tables and a page, from the results alone, as the content of files.

The report needs no strategy and no problem installed. Made twice of the same results, it is the
same, byte for byte.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from ..cards.card import ProblemCard, StrategyCard
from ..processes.helpers import MANY
from ..registry.choice import Choice
from ..runner.finished_run import FinishedRun
from ..runner.threads import one_thread
from ..store.certificate_file import Certificate
from ..trial import Run
from . import by_problem, choosing, gaps, other_settings, rankings, selection
from .certified import certified, certified_sentences, certified_table
from .compared import Compared
from .comparisons import Comparisons, comparisons
from .compute import compute
from .files import Files
from .headlines import Headline, headlines
from .limits import limits_said
from .looks.tables import Table
from .looks.venues import Style, style_called
from .page.data import data
from .page.first_screen import FirstScreen, first_screen
from .page.items import Item, Page, Section
from .page.rendering import render
from .paper.content import Content
from .paper.making import paper
from .reproduction import reproduction
from .sections import Titled, background, facts, results
from .trace.inputs import PRINTED, digests, inputs
from .trace.manifest import MANIFEST, PAGE, Manifest, Settings, versions


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
    out = _come_out(given, settings.choice)
    of_runs = digests(given.runs, given.strategies, given.problems)
    made_of = inputs(of_runs, given.runs, given.sessions, given.certificates)
    files = Files(of_runs, made_of.hash[:PRINTED], style_called(settings.choice.style))
    proved = certified(given.certificates, given.runs)
    said = [*certified_sentences(proved, len(given.runs))]
    again: Sequence[Table | Item] = (
        *_commands(given, settings.choice, out.compared),
        *said,
        *certified_table(out.compared, proved),
        compute(out.compared, given.sessions),
        _checked(files.whole),
    )
    single = by_problem.single(out.compared) if settings.choice.each else ()
    parts = _parts(given, out, again, files.style)
    sections = files.sections(parts, single, helped=len(given.runs) >= MANY)
    if settings.choice.paper:
        notice = " ".join(each for each in (given.notice, out.read) if each)
        fitting = [words for words, each in zip(said, proved, strict=True) if each.fits]
        about = out.compared, out.found, sections, given.sessions, fitting
        files.add_all(paper(Content(notice, files.style, *about, files.content, files.whole)))
    first = first_screen(out.compared, out.found, out.headlines, given.notice, out.read)
    files.add(PAGE, _page(given, settings, out, first, sections), files.whole)
    return Report(
        page=folder / PAGE,
        files=files.content,
        manifest=Manifest(versions(), settings, made_of, dict(sorted(files.entries.items()))),
        ranking=rankings.brief(out.compared, out.found, out.ranking),
        own=out.compared.own,
        answer=first.answer.lines,
        headlines=out.headlines,
        notes=out.notes,
        unranked="" if out.ranking.rows else out.compared.no_regrets,
    )


@dataclass(frozen=True, slots=True)
class _ComeOut:
    """What the runs came to, as all parts of the report say it."""

    compared: Compared
    """What is compared, under the names that were chosen."""
    runs: Sequence[FinishedRun]
    """All runs, as they stood at the budget that was chosen."""
    read: str
    """How the runs are read; empty: as they are."""
    found: Comparisons
    ranking: Table
    groups: Sequence[Headline]

    @property
    def headlines(self) -> tuple[str, ...]:
        """Who comes first on groups of the problems."""
        return tuple(each.line for each in self.groups)

    @property
    def notes(self) -> tuple[str, ...]:
        """Which runs are not in the report, or count in nothing."""
        about = gaps.unfinished, gaps.unmeasured, other_settings.others
        noticed = chain.from_iterable(notes(self.compared) for notes in about)
        return (*([self.read] if self.read else ()), *noticed)


def _parts(
    given: Results, out: _ComeOut, again: Sequence[Table | Item], style: Style
) -> tuple[Titled, ...]:
    """Return the parts of all sections; `again`: how the runs are made again."""
    about = out.compared, out.found
    limits = limits_said(out.compared, given.sessions)
    came_out = results(*about, out.ranking, out.groups, out.runs, style=style)
    return (*came_out, *background(*about, again, limits))


def _page(
    given: Results,
    settings: Settings,
    out: _ComeOut,
    first: FirstScreen,
    sections: tuple[Section, ...],
) -> bytes:
    """Return the page as HTML."""
    numbers = data(out.compared, given.runs, given.notice)
    page = Page(settings.title, first, facts(out.compared), sections, numbers)
    return render(page).encode()


def _commands(given: Results, choice: Choice, compared: Compared) -> Sequence[Item]:
    """Return the commands that make the runs again."""
    cards: Sequence[StrategyCard | ProblemCard] = (*given.strategies, *given.problems)
    return reproduction(_asked(compared, given, choice), cards, given.sessions)


def _come_out(given: Results, choice: Choice) -> _ComeOut:
    """Compare what was chosen of the results, as it stood at the budget that was chosen."""
    runs, planned, others = given.runs, given.planned, given.elsewhere
    if choice.budget is not None:
        runs = choosing.cut(runs, choice.budget)
        planned = choosing.shortened(planned, choice.budget)
        others = frozenset(choosing.shortened(others, choice.budget))
    every = selection.compared(runs, given.strategies, given.problems, planned, elsewhere=others)
    compared = choosing.called(every, choice, given.strategies)
    found, read = comparisons(compared), choosing.said_of_cut(compared, given.runs)
    ranking = rankings.ranking(compared, found)
    return _ComeOut(compared, runs, read, found, ranking, headlines(compared))


def _asked(compared: Compared, given: Results, choice: Choice) -> Collection[Run]:
    """Return the runs that the report is about, with the budgets that they were made for."""
    if choice.budget is None:
        return compared.asked
    budget = compared.setting.budget
    every = {each.run for each in given.runs}.union(given.planned)
    return {run for run in every if replace(run, budget=min(run.budget, budget)) in compared.asked}


def _checked(runs: str) -> str:
    """Say what the report's hash is, and how it is checked."""
    return (
        f"The runs behind this report, with the cards of their strategies and problems, have the "
        f"hash {runs}; the files of its figures and tables carry the hash of theirs, and "
        f"{MANIFEST} lists all. \N{LEFT DOUBLE QUOTATION MARK}python -m hpobench report DIR "
        "--check\N{RIGHT DOUBLE QUOTATION MARK} makes the report again and names what differs."
    )
