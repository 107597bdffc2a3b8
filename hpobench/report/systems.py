"""The section on systems: beside the strategies on the same problems, and ranked with none."""

import json
from collections import Counter
from collections.abc import Iterator

import numpy as np

from ..scores import CHECKPOINTS, at_checkpoints
from ..statistics import FEWEST_SEEDS, within_problems
from ..statistics.summaries import quantiles
from . import bounds
from .descriptions import REPEATS
from .intervals import named
from .looks.page import Facts, Item
from .looks.tables import NONE, Cell, Column, Table, decimals, text
from .names import COMPARATOR
from .study import Apart, Study, plural

MEANING = (
    "A system brings its own learners and ranges. It is compared at an equal number of trained "
    "configurations, not at equal work, and a difference says nothing of its search alone. It has "
    "no part in any rank, test, win or curve of this report."
)
SHARES = CHECKPOINTS[1:]
"""Of the budget, at which scores are shown."""


def systems(study: Study, apart: Apart) -> tuple[str | Table | Item, ...]:
    """Return what is said of the systems: what that means, how they fared, what they are."""
    rows = tuple(_rows(study, apart))
    table = (_table(rows),) if rows else ()
    return (MEANING, *table, *_shortfalls(apart), *_facts(apart))


def _table(rows: tuple[tuple[Cell, ...], ...]) -> Table:
    shares = [f"{share:.0%}" for share in SHARES]
    return Table(
        name="systems",
        title="Systems beside the strategies",
        caption=(
            "On each problem that a system ran on: score of the incumbent at shares of the budget "
            "(lower is better), median over seeds; in brackets the middle half of the seeds, which "
            f"is no confidence interval. Gain: {COMPARATOR}'s regret less its own, with a 95 % "
            "interval for this problem alone. No test."
        ),
        notes=(
            "The middle half: 25 to 75 %. A run that failed counts as infinite. Gain: on the same "
            f"instance; the mean over seeds ({named('t over seeds')}; none under {FEWEST_SEEDS} "
            "seeds). Learners: the last incumbents', with their number of runs."
        ),
        columns=(
            Column("Problem", "l"),
            Column("Name", "l"),
            Column("Runs"),
            *(Column(share.replace("%", " %"), parts=(share,)) for share in shares[:-1]),
            Column("100 %", parts=("100%", "low quartile", "high quartile")),
            Column("Gain", parts=("gain", "gain low", "gain high")),
            Column("Learners", "p"),
        ),
        rows=rows,
    )


def _rows(study: Study, apart: Apart) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each system and strategy on each problem that a system ran on."""
    table = apart.table
    own = {card.identity for card in apart.cards}
    ours = [s for s, each in enumerate(table.strategies) if each in own]
    rest = [table.strategies.index(study.table.strategies[s]) for s in study.order]
    ran = ~np.isin(table.status, ("missing", "unsupported"))
    took_place = np.asarray(ran.any(axis=2))
    for p in np.flatnonzero(took_place[ours].any(axis=0)).tolist():
        for s in [*ours, *rest]:
            if took_place[s, p]:
                yield _row(study, apart, s, p, " (system)" if s in ours else "")


def _row(study: Study, apart: Apart, s: int, p: int, mark: str) -> tuple[Cell, ...]:
    table = apart.table
    status = table.status[s, p]
    took_place = ~np.isin(status, ("missing", "unsupported"))
    held = table.scores.held[s, p].copy()
    held[status == "failed"] = np.inf
    scores = at_checkpoints(held[took_place], table.shares)[:, -len(SHARES) :]
    low, medians, high = quantiles(scores, [0.25, 0.5, 0.75]).tolist()
    *earlier, end = medians
    return (
        text(table.problems[p].identity.name),
        text(table.strategies[s].name + mark),
        text(f"{int(took_place.sum())} of {int(table.planned[p].sum())}"),
        *(Cell(_shown(median), (median,)) for median in earlier),
        Cell(f"{_shown(end)} ({_shown(low[-1])} to {_shown(high[-1])})", (end, low[-1], high[-1])),
        _gain(study, apart, s, p),
        text(_learners(apart, s, p) or NONE),
    )


def _shown(value: float) -> str:
    return "\N{INFINITY}" if value == np.inf else decimals(value)


def _gain(study: Study, apart: Apart, s: int, p: int) -> Cell:
    """Compare the final regrets with random search's, seed by seed."""
    nothing = Cell(NONE, (np.nan, np.nan, np.nan))
    comparator, strategies = study.comparator, apart.table.strategies
    if comparator not in strategies or strategies[s] == comparator:
        return nothing
    regrets = apart.table.scores.bounded[:, p, :, -1]
    gained = (regrets[strategies.index(comparator)] - regrets[s])[None]
    found = within_problems(gained, bounds.of_gains(apart.table, [p]))
    gain, low, high = float(found.mean), float(found.low), float(found.high)
    if np.isnan(gain):
        return nothing
    interval = "" if np.isnan(low) else f" [{decimals(low)}, {decimals(high)}]"
    return Cell(decimals(gain) + interval, (gain, low, high))


def _learners(apart: Apart, s: int, p: int) -> str:
    """Count the learners of the last incumbents."""
    table, found = apart.table, Counter[str]()
    strategy, problem = table.strategies[s], table.problems[p].identity
    for each in apart.every:
        if each.records and (each.run.strategy, each.run.problem) == (strategy, problem):
            best = table.histories[s, p, table.seeds.index(each.run.seed)].best
            if best[-1] >= 0:
                config = each.records[best[-1]].trial.proposal.config
                found[str(config.get("learner", NONE))] += 1
    return ", ".join(f"{learner} ({runs})" for learner, runs in found.most_common())


def _shortfalls(apart: Apart) -> Iterator[str]:
    """Say which runs of systems did not come to their end, and how many evaluations failed."""
    stops: dict[tuple[str, str, str], set[str]] = {}
    for each in apart.outcomes:
        if each.stop.reason in {"unsupported", "failed"}:
            key = (each.run.strategy.name, each.stop.reason, each.stop.detail)
            stops.setdefault(key, set()).add(each.run.problem.name)
    for (name, reason, detail), problems in sorted(stops.items()):
        yield f"{name}: {reason} on {', '.join(sorted(problems))}: {detail}."
    for card in apart.cards:
        trials = [
            record
            for each in apart.outcomes
            if each.run.strategy == card.identity
            for record in each.records
        ]
        failed = sum(record.failed for record in trials)
        if failed:
            yield f"{card.identity.name}: {failed} of {plural(len(trials), 'evaluation')} failed."


def _facts(apart: Apart) -> Iterator[Facts]:
    for card in apart.cards:
        fields = ", ".join(f"{name}={json.dumps(value)}" for name, value in card.fields.items())
        facts = {
            "What": card.summary,
            "Version": card.identity.version,
            "Hyperparameters": fields,
            REPEATS: card.repeats if card.irreproducible else "",
            "Source": card.citation,
        }
        yield Facts(card.identity.name, {name: fact for name, fact in facts.items() if fact})
