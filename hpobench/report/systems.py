"""The section on systems: beside the strategies on the same problems, and ranked with none."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from ..errors import counted
from ..scores import CHECKPOINTS, at_checkpoints
from ..statistics import FEWEST_SEEDS, within_problems
from ..statistics.summaries import QUARTILES, quantiles
from . import bounds
from .compared import Compared
from .intervals import MIDDLE, SURE, named
from .looks.tables import NONE, Cell, Column, Table, decimals, text
from .page.items import Facts, Item
from .rankings import bracketed
from .strategy_table import REPEATS, hyperparameters
from .system_runs import SystemRuns
from .words import percent

MEANING = (
    "A system brings its own learners and ranges. It is compared at an equal number of trained "
    "configurations, not at equal work, and a difference says nothing of its search alone. It has "
    "no part in any rank, test, win or curve of this report."
)
SHARES = CHECKPOINTS[1:]
"""The shares of the budget at which scores are shown."""


def systems(compared: Compared, apart: SystemRuns) -> tuple[str | Table | Item, ...]:
    """Return the section on systems: what it means, how the systems fared, and what they are."""
    rows = tuple(_rows(compared, apart))
    table = (_table(compared, rows),) if rows else ()
    return (MEANING, *table, *_shortfalls(apart), *_facts(apart))


def _table(compared: Compared, rows: tuple[tuple[Cell, ...], ...]) -> Table:
    return Table(
        name="systems",
        title="Systems beside the strategies",
        caption=(
            "On each problem that a system ran on: score of the incumbent at shares of the budget "
            "(lower is better), median over seeds; in brackets the middle half of the seeds, "
            f"which is no confidence interval. Gain: {compared.comparator}'s regret less its own, "
            f"with a {SURE} interval for this problem alone. No test."
        ),
        notes=(
            f"The middle half: {MIDDLE}. A run that failed counts as infinite. Gain: on the same "
            f"instance; the mean over seeds ({named('t over seeds')}; none under {FEWEST_SEEDS} "
            "seeds). Learners: the last incumbents', with their number of runs."
        ),
        columns=(
            Column("Problem", "l"),
            Column("Name", "l"),
            Column("Runs"),
            *(Column(percent(share), parts=(f"{share:.0%}",)) for share in SHARES[:-1]),
            Column("100 %", parts=("100%", "low quartile", "high quartile")),
            Column("Gain", parts=("gain", "gain low", "gain high")),
            Column("Learners", "p"),
        ),
        rows=rows,
    )


def _rows(compared: Compared, apart: SystemRuns) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each system and strategy on each problem that a system ran on."""
    scores, ours = apart.scores, sorted(apart.systems)
    rest = [scores.strategies.index(compared.scores.strategies[s]) for s in compared.order]
    took_place = np.asarray(scores.took_place.any(axis=2))
    for p in np.flatnonzero(took_place[ours].any(axis=0)).tolist():
        for s in [*ours, *rest]:
            if took_place[s, p]:
                yield _row(compared, apart, s, p, " (system)" if s in ours else "")


def _row(compared: Compared, apart: SystemRuns, s: int, p: int, mark: str) -> tuple[Cell, ...]:
    """Return the row of a system or strategy on a problem; `mark` stands after its name."""
    scores, took_place = apart.scores, apart.scores.took_place[s, p]
    held = scores.reported.held[s, p].copy()
    held[scores.status[s, p] == "failed"] = np.inf
    shown = at_checkpoints(held[took_place], scores.shares)[:, -len(SHARES) :]
    low, medians, high = quantiles(shown, QUARTILES).tolist()
    *earlier, end = medians
    return (
        text(apart.problem_names[p]),
        text(apart.names[s] + mark),
        text(f"{int(took_place.sum())} of {int(scores.planned[p].sum())}"),
        *(Cell(decimals(median), (median,)) for median in earlier),
        Cell(
            f"{decimals(end)} ({decimals(low[-1])} to {decimals(high[-1])})",
            (end, low[-1], high[-1]),
        ),
        _gain(compared, apart, s, p),
        text(_learners(apart, s, p) or NONE),
    )


def _gain(compared: Compared, apart: SystemRuns, s: int, p: int) -> Cell:
    """Return by how much its final regrets are below the comparator's, seed by seed."""
    if compared.comparator not in apart.names or apart.names[s] == compared.comparator:
        return bracketed(np.nan, np.nan, np.nan)
    comparator = apart.names.index(compared.comparator)
    regrets = apart.scores.reported.bounded[:, p, :, -1]
    gained = (regrets[comparator] - regrets[s])[None]
    found = within_problems(gained, bounds.of_gains(apart.scores, [p]))
    return bracketed(float(found.mean), float(found.low), float(found.high))


def _learners(apart: SystemRuns, s: int, p: int) -> str:
    """List the learners of the last incumbents, the most frequent first, with their counts."""
    found = apart.tallies.learners.get((s, p), Counter[str]())
    return ", ".join(f"{learner} ({runs})" for learner, runs in found.most_common())


def _shortfalls(apart: SystemRuns) -> Iterator[str]:
    """Say which runs of systems failed or are unsupported, and how many evaluations failed."""
    scores, tallies = apart.scores, apart.tallies
    stops = defaultdict[tuple[str, str, str], set[str]](set)
    for (s, p, r), detail in tallies.details.items():
        if s in apart.systems:
            reason = str(scores.status[s, p, r])
            stops[apart.names[s], reason, detail].add(apart.problem_names[p])
    for (name, reason, detail), problems in sorted(stops.items()):
        yield f"{name}: {reason} on {', '.join(sorted(problems))}: {detail}."
    for s in apart.systems:
        failed = sum(counts.total() for (who, _), counts in tallies.errors.items() if who == s)
        if failed:
            every = counted(int(tallies.evaluations[s].sum()), "evaluation")
            yield f"{apart.names[s]}: {failed} of {every} failed."


def _facts(apart: SystemRuns) -> Iterator[Facts]:
    """Yield what is known of each system."""
    for card, s in zip(apart.cards, apart.systems, strict=True):
        facts = {
            "What": card.summary,
            "Version": card.identity.version,
            "Hyperparameters": hyperparameters(card),
            REPEATS: card.repeats if card.irreproducible else "",
            "Source": card.citation,
        }
        yield Facts(apart.names[s], {name: fact for name, fact in facts.items() if fact})
