"""The sections of a report: which figures, tables and sentences stand where, and its facts."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeAlias

from ..cards.card import OWN
from ..errors import counted
from ..runner.finished_run import FinishedRun
from . import (
    at_the_end,
    by_problem,
    descriptions,
    finals,
    gaps,
    other_settings,
    over_budget,
    primary_comparison,
    summary,
    systems,
    validation,
)
from .appendix.aggregates import aggregates_table
from .appendix.attainment import attainment_table
from .appendix.costs import costs_table
from .appendix.critical_differences import critical_differences_table
from .appendix.distributions import distributions_table
from .appendix.fair_starts import fair_starts_tables
from .appendix.in_time import in_time_table
from .appendix.objectives import AtOnce, at_once, objectives_table
from .appendix.opinions import opinions_table
from .appendix.pairs import pairs_table
from .appendix.portfolios import portfolios_table
from .appendix.profiles import profiles_table
from .appendix.quantiles import quantiles_table
from .appendix.recommendations import recommendations_table
from .appendix.restarts import restarts_table
from .appendix.robustness import robustness_table
from .appendix.solved import solved_table
from .appendix.speedups import speedups_table
from .appendix.targets import targets_table
from .appendix.variance import variance_table
from .appendix.workers import workers_table
from .captioned_figure import CaptionedFigure
from .compared import Compared
from .comparisons import Comparisons
from .exhibits.every import exhibits
from .headlines import Headline, shown
from .looks.tables import Table
from .looks.venues import Style
from .method import method
from .page.items import Aside, Item, Listing
from .strategy_table import strategies
from .textbook import textbook

TESTED = "The same in the words of statistics: tests, intervals, power"
"""The title of the answer's sentences, which the first screen has in plain words."""
TOLD_FIRST = {"default": "the default, told to every strategy"}
"""What the facts say of the first trial, by the setting; nothing where strategies are told none."""

Parts: TypeAlias = Sequence[CaptionedFigure | Table | Item]
"""What a section holds, from the top down."""
Titled: TypeAlias = tuple[str, str, Parts]
"""A section's anchor, its title and its parts."""


def results(
    compared: Compared,
    found: Comparisons,
    ranking: Table,
    groups: Sequence[Headline],
    runs: Sequence[FinishedRun],
    *,
    style: Style,
) -> Iterator[Titled]:
    """Yield the sections on what came out; the last one has figures of the tables of the others.

    `runs` are all runs, those of other settings included; `style` is that of the figures.
    """
    both = at_once(compared, runs)
    tables = (*_in_tables(compared, found, ranking, groups, runs, both=both, style=style),)
    yield from tables
    drawn = exhibits(compared, tables_in(tables), runs, both)
    if drawn:
        yield "figures", "The same in figures", drawn


def _in_tables(
    compared: Compared,
    found: Comparisons,
    ranking: Table,
    groups: Sequence[Headline],
    runs: Sequence[FinishedRun],
    *,
    both: Sequence[AtOnce],
    style: Style,
) -> Iterator[Titled]:
    """Yield the sections that have tables; `both`: what runs came to in two objectives."""
    answer = _answer(compared, found, ranking, groups)
    yield "summary", "Which wins, and how sure that is", answer
    yield "budget", "Over the budget", _over_the_budget(compared)
    yield "comparison", "At the end of the budget", _at_the_end(compared, found, runs)
    yield "each-problem", "Problem by problem", _by_problem(compared, both, style)
    yield "textbook", "What textbooks say", textbook(compared)
    yield "validation", "Validation against test", _validated(compared)
    yield "time", "Suggestion time", _in_time(compared, runs)
    if compared.apart is not None:
        apart = systems.systems(compared, compared.apart)
        yield "systems", "Systems, apart from the strategies", apart


def _answer(
    compared: Compared, found: Comparisons, ranking: Table, groups: Sequence[Headline]
) -> Parts:
    table = (ranking,) if ranking.rows else ()
    others = chain.from_iterable(map(shown, groups))
    lacking = gaps.sentences(compared)
    said = Aside(TESTED, summary.sentences(compared, found)[len(lacking) :])
    return (*lacking, *table, said, *others)


def _over_the_budget(compared: Compared) -> Parts:
    return (
        over_budget.regret(compared),
        over_budget.mean_rank(compared),
        finals.final(compared),
        over_budget.families(compared),
        *map(_folded, speedups_table(compared)),
        *map(_folded, targets_table(compared)),
        *map(_folded, solved_table(compared)),
        *map(_folded, restarts_table(compared)),
        *map(_folded, profiles_table(compared)),
        *map(_folded, attainment_table(compared)),
    )


def _at_the_end(compared: Compared, found: Comparisons, runs: Sequence[FinishedRun]) -> Parts:
    return (
        at_the_end.against_comparator(compared, found),
        primary_comparison.primary(compared, found),
        at_the_end.final_ranks(compared),
        *fair_starts_tables(compared, runs),
        *map(_folded, opinions_table(compared)),
        *map(_folded, pairs_table(compared)),
        *map(_folded, critical_differences_table(compared)),
        *map(_folded, quantiles_table(compared)),
        *map(_folded, robustness_table(compared)),
        *map(_folded, variance_table(compared)),
        _folded(aggregates_table(compared)),
        *map(_folded, distributions_table(compared)),
        *map(_folded, portfolios_table(compared)),
    )


def _by_problem(compared: Compared, both: Sequence[AtOnce], style: Style) -> Parts:
    return (
        *at_the_end.where(compared, style),
        *by_problem.problems(compared, style),
        _folded(finals.scores(compared)),
        *map(_folded, objectives_table(compared, both)),
    )


def _validated(compared: Compared) -> Parts:
    return (
        validation.against_validation(compared),
        *validation.overtuned(compared),
        *map(_folded, recommendations_table(compared)),
    )


def _in_time(compared: Compared, runs: Sequence[FinishedRun]) -> Parts:
    return (
        at_the_end.suggestion_seconds(compared),
        *costs_table(compared),
        *map(_folded, in_time_table(compared)),
        *map(_folded, workers_table(compared, runs)),
    )


def tables_in(sections: Sequence[Titled]) -> dict[str, Table]:
    """Return the tables of sections, folded ones included, by name."""
    parts = chain.from_iterable(parts for _, _, parts in sections)
    whole = (part.table if isinstance(part, Listing) else part for part in parts)
    return {table.name: table for table in whole if isinstance(table, Table)}


def background(
    compared: Compared, found: Comparisons, again: Parts, limits: str
) -> Iterator[Titled]:
    """Yield the sections on what was done; `limits`: which ones were set, empty: none."""
    yield (
        "runs",
        "What was run",
        (
            descriptions.without_number(compared),
            _folded(descriptions.trials(compared)),
            *other_settings.others(compared),
            _folded(strategies(compared)),
            _folded(descriptions.problems(compared)),
            _folded(descriptions.sources(compared)),
        ),
    )
    yield (
        "method",
        "How it was measured",
        (
            *(f"{word}: {said}" for word, said in method(compared).items()),
            *([limits] if limits else ()),
            summary.calibration(compared, found),
        ),
    )
    yield "reproduce", "How to do it again", again


def facts(compared: Compared) -> dict[str, str]:
    """Return the experiment in a few numbers; a fact that says nothing is left out."""
    status = compared.scores.status
    seeds, impossible = compared.scores.planned.sum(axis=1), int((status == "unsupported").sum())
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
        "Workers": str(compared.setting.workers),
        "First trial": TOLD_FIRST.get(compared.setting.first, ""),
        "Runs": _of(compared.ended - impossible, compared.asked_runs - impossible),
        "Failed runs": _some(int((status == "failed").sum())),
        "Failed evaluations": _some(failed, evaluations),
        "Runs that are not possible": _some(impossible),
        "With anchors": f"{len(compared.anchored)} of {len(compared.problems)}"
        if len(compared.anchored) < len(compared.problems)
        else "",
    }
    return {name: fact for name, fact in facts.items() if fact}


def _of(some: int, every: int) -> str:
    return f"{some:,}" if some == every else f"{some:,} of {every:,}"


def _some(number: int, every: int | None = None) -> str:
    """Return a number, and of how many it is; empty where the number is 0."""
    return "" if number == 0 else _of(number, number if every is None else every)


def _folded(table: Table | str) -> Listing | str:
    return Listing(table, folded=True) if isinstance(table, Table) else table
