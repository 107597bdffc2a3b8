"""How much several workers help: the same targets, reached by one worker and by several."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from ...runner.finished_run import FinishedRun
from ...scores import efficiency, targets_in_time
from ...statistics import FloatArray, MedianInterval, expected_running_time, median_interval
from ..compared import Compared
from ..intervals import COVERAGE_OF, SURE
from ..looks.tables import NONE, Cell, Column, Table, text
from ..rankings import bracketed
from .other_runs import alike, ends
from .restarts import chosen_target


@dataclass(frozen=True, slots=True)
class Together:
    """The efficiency of a number of workers."""

    workers: int
    shares: FloatArray
    """(strategies, problems): T1 / (W TW); nan where one worker reaches the target in no run, or
    where there are no runs of the same seeds."""


def together(compared: Compared, runs: Sequence[FinishedRun], target: int) -> tuple[Together, ...]:
    """Compare runs of several workers with those of one, of the same budget and seeds.

    They are compared by the expected simulated time until a run reaches the target. Empty where
    there are not both.
    """
    found = by_workers(compared, runs)
    several = sorted(found.keys() - {1})
    if 1 not in found or not several:
        return ()
    times = {each: _times(compared, found[each], target) for each in (1, *several)}
    return tuple(_efficiency(times[1], times[each], each) for each in several)


def workers_table(compared: Compared, runs: Sequence[FinishedRun]) -> tuple[Table, ...]:
    """List efficiencies; nothing where one worker and several have no runs of one budget.

    `runs` are all runs of the folder, whatever their setting.
    """
    known = chosen_target(compared, compared.budget / 2)
    if known is None:
        return ()
    target, members = known
    found = [
        each
        for each in together(compared, runs, target)
        if not np.isnan(each.shares[:, members]).all()
    ]
    if not found:
        return ()
    table = Table(
        name="workers",
        title="How much several workers help",
        caption=(
            "Efficiency: the simulated time that one worker needs to hold what random search is "
            f"expected to hold after {compared.targets.efforts[target]} evaluations, over W times "
            "what W workers need. 1: all of their help arrives; 0: they never reach it. Median "
            f"over problems, with its {SURE} interval of order statistics (which holds it in "
            f"{COVERAGE_OF['order statistics']} of studies), and over how many problems it is, of "
            f"{len(members)}. No test."
        ),
        notes=(
            "The times are expected running times on the simulated clock, over runs of the same "
            f"budget ({compared.budget:g}) and seeds, runs that missed the target or failed "
            f"included. Problems that one worker never solves are left out; {NONE}: there are no "
            "others."
        ),
        columns=(Column("Strategy", "l"), *chain.from_iterable(_columns(each) for each in found)),
        rows=tuple(_row(compared.names[s], s, found, members) for s in compared.order),
    )
    return (table,)


def _row(
    name: str, strategy: int, found: Sequence[Together], members: Sequence[int]
) -> tuple[Cell, ...]:
    """Return the row of a strategy, over some problems."""
    return text(name), *(cell for each in found for cell in _cells(each.shares[strategy, members]))


def _columns(each: Together) -> tuple[Column, Column]:
    """Return the columns of a number of workers."""
    parts = tuple(f"{each.workers} {end}" for end in ("median", "low", "high"))
    return (
        Column(f"{each.workers} workers", parts=parts),
        Column(f"Problems, {each.workers}", parts=(f"{each.workers} problems",)),
    )


def by_workers(compared: Compared, runs: Sequence[FinishedRun]) -> dict[int, list[FinishedRun]]:
    """Return the runs that differ from the report's in their workers alone, by workers."""
    settings = {
        compared.setting._replace(workers=workers)
        for workers in {each.run.workers for each in runs}
    }
    found = {setting.workers: alike(compared, runs, setting) for setting in settings}
    return {workers: these for workers, these in found.items() if these}


def _times(
    compared: Compared, runs: Sequence[FinishedRun], target: int
) -> tuple[FloatArray, FloatArray]:
    """Return when runs of one number of workers reached the target, and how long they took.

    Both are (strategies, problems, seeds) of the report, on the simulated clock; nan: no run.
    """
    found, where = ends(compared, runs)
    times, makespan = np.full((2, *compared.scores.status.shape), np.nan)
    reached = targets_in_time(found)
    effort = compared.targets.efforts[target]
    times[where] = reached.times[..., reached.efforts.index(effort)]
    makespan[where] = found.totals.makespan
    return times, makespan


def _efficiency(
    alone: tuple[FloatArray, FloatArray], several: tuple[FloatArray, FloatArray], workers: int
) -> Together:
    """Return the efficiency over the seeds that both have, of times and of makespans."""
    both = ~np.isnan(alone[0]) & ~np.isnan(several[0])
    expected = [
        expected_running_time(np.where(both, times, np.nan)[..., None], spent)[..., 0]
        for times, spent in (alone, several)
    ]
    return Together(workers, efficiency(expected[0], expected[1], workers))


def _cells(shares: FloatArray) -> tuple[Cell, Cell]:
    """Return the cells of efficiencies (problems,)."""
    found: MedianInterval = median_interval(shares)
    count = int((~np.isnan(shares)).sum())
    return bracketed(found.median, found.low, found.high, 2), Cell(str(count), (count,))
