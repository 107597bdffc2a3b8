"""What strategies cost beside evaluations: their own seconds, and workers that wait."""

from dataclasses import dataclass

import numpy as np

from ...cards.digits import significant
from ...scores import break_even, utilisation
from ...statistics import expected_running_time, mean_over
from ...statistics.summaries import median
from ..compared import Compared
from ..looks.style import MINUS
from ..looks.tables import NONE, Cell, Column, Table, decimals, number, text


@dataclass(frozen=True, slots=True)
class Costs:
    """What a strategy's runs cost, over the problems that count."""

    strategy: int
    thinking: float
    """The strategy's own real seconds in a run, the median over runs; nan: not measured."""
    worked: float
    """The share of their time that workers evaluated, mean over runs."""
    pays: tuple[float, float]
    """Between which seconds an evaluation it reaches its target sooner than the comparator."""


def costs(compared: Compared) -> tuple[Costs, ...]:
    """Sum up what the runs of each strategy cost, in the ranking's order.

    The target of the comparison is the hardest one that both reach in at least half of their runs
    together: what random search holds after so many evaluations.
    """
    scores, members = compared.scores, compared.problems
    totals = scores.totals
    shares = utilisation(totals.busy, totals.makespan, compared.setting.workers)
    found = list[Costs]()
    for s in compared.order:
        own = totals.thinking[s, members]
        worked = mean_over(shares[s, members].ravel(), axis=0)
        typical = median(np.where(own > 0, own, np.nan))
        found.append(Costs(s, typical, float(worked), _pays(compared, s)))
    return tuple(found)


def _pays(compared: Compared, s: int) -> tuple[float, float]:
    """Return from which and up to which seconds an evaluation a strategy takes less time."""
    control = compared.comparator_position
    if control is None or s == control:
        return np.nan, np.nan
    scores = compared.scores
    times = compared.targets.times[[s, control]][:, compared.scaled]
    there = ~np.isnan(times).any(axis=0)
    reached = np.where(there, np.isfinite(times), np.nan)
    share = mean_over(reached.reshape(2, -1, times.shape[-1]), axis=1)
    able = np.flatnonzero((share >= 0.5).all(axis=0))
    if not able.size:
        return np.nan, np.nan
    hardest = np.where(there, times, np.nan)[..., [able[-1]]]
    spent = scores.totals.spent[[s, control]][:, compared.scaled]
    thinking = scores.totals.thinking[[s, control]][:, compared.scaled]
    solved = np.isfinite(hardest)
    shares = np.where(solved, hardest, 0.0) / np.where(spent > 0, spent, np.nan)[..., None]
    thought = np.where(solved, shares * thinking[..., None], hardest)
    expected = expected_running_time(hardest, spent)[..., 0]
    own = expected_running_time(thought, thinking)[..., 0]
    both = np.isfinite(expected).all(axis=0)
    evaluations, seconds = (
        mean_over(np.where(both, each, np.nan), axis=1) for each in (expected, own)
    )
    return break_even(
        (float(evaluations[0]), float(evaluations[1])), (float(seconds[0]), float(seconds[1]))
    )


def costs_table(compared: Compared) -> tuple[Table, ...]:
    """List what strategies cost beside evaluations; nothing where nobody has a run."""
    found = costs(compared)
    if not found:
        return ()
    table = Table(
        name="costs",
        title="What strategies cost beside evaluations",
        caption=(
            "Own time: real seconds that a strategy took in a run, to suggest and to be told, "
            "median over runs. Workers busy: share of the simulated time in which workers "
            "evaluated, mean over runs. Sooner if: how many real seconds an evaluation has to "
            f"take for the strategy to reach a target sooner than {compared.comparator}, its own "
            f"time included; {NONE}: it never does, or too few runs reach one. Over "
            f"{compared.scope(compared.problems)}. No band, no test."
        ),
        notes=(
            "The target is the hardest of those that random search is expected to hold after so "
            "many evaluations, which both strategies reach in half of their runs or more; compared "
            "are expected running times, over the problems on which a run of both does: what runs "
            "that miss it spend counts. A strategy's own time is taken to be spread evenly "
            "over its run. Seconds depend on the machine and on what else it did."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Own time (s)"),
            Column("Workers busy (%)"),
            Column("Sooner if an evaluation takes (s)", parts=("pays from", "pays to")),
        ),
        rows=tuple(
            (
                text(compared.names[each.strategy]),
                Cell(_seconds(each.thinking), (each.thinking,)),
                number(100 * each.worked, 0),
                _between(*each.pays),
            )
            for each in found
        ),
    )
    return (table,)


def _between(low: float, high: float) -> Cell:
    if np.isnan(low):
        return Cell(NONE, (np.nan, np.nan))
    if np.isinf(high):
        return Cell("any time" if low == 0 else f"over {_seconds(low)}", (low, high))
    return Cell(f"under {_seconds(high)}", (low, high))


def _seconds(value: float) -> str:
    """Return seconds with three decimals, short times with two digits; n/a for nan."""
    return significant(value, 2).replace("-", MINUS) if 0 < value < 0.01 else decimals(value)
