"""What it costs to hold as much as random search holds after some number of evaluations."""

from dataclasses import dataclass

import numpy as np

from ...statistics import (
    FloatArray,
    Median,
    censored_median,
    expected_running_time,
    success_rate,
)
from ...statistics.summaries import median
from ..compared import Compared
from ..gaps import absent
from ..looks.tables import NONE, Cell, Column, Table, count, decimals, text
from ..words import percent

TITLE = "What it costs to hold what random search holds"
"""The table's title."""
_SHOWN = 4
"""How many targets the table shows at most."""
_NOTES = (
    "The expected running time is what all runs of a strategy on a problem spent until "
    "they reached the target, over how many did (Hansen et al., 2021): it counts what runs "
    "that missed the target spent in vain. It says what to expect if runs that fail are "
    "begun anew."
)
"""How the table's numbers were made."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What a strategy needs to hold what random search is expected to hold."""

    effort: int
    """After how many evaluations random search is expected to hold it."""
    evaluations: float
    """The strategy's expected running time, as the table has it."""
    of_random: float
    """Random search's own expected running time."""
    sooner: tuple[tuple[int, float], ...]
    """Which of the others that run on all problems take less, and how long they take."""
    spread: Median
    """That median with its interval, a problem that no run solved known by its budget alone."""
    problems: int


def with_targets(compared: Compared) -> list[int]:
    """Return the problems with regrets for which there are targets."""
    times = compared.targets.times
    return [p for p in compared.scaled if not np.isnan(times[:, p]).all()]


def quicker(compared: Compared, s: int) -> Reached | None:
    """Return the hardest target within the budget that it and random search reach, and when.

    None: it is no quicker to it than random search, or strategies are compared with another one.
    """
    members, efforts = with_targets(compared), compared.targets.efforts
    every, rival = _running_times(compared, members), compared.comparator_position
    if not compared.against_random or rival is None:
        return None
    for t in reversed(range(len(efforts))):
        typical = {each: median(every[each, :, t]) for each in {*compared.ranked, rival, s}}
        if efforts[t] > compared.budget or not np.isfinite([typical[s], typical[rival]]).all():
            continue
        if round(typical[s]) >= round(typical[rival]):
            return None
        own = every[s, :, t]
        least = np.where(np.isinf(own), compared.scores.budgets[members], own)
        sooner = tuple((r, typical[r]) for r in compared.ranked if typical[r] < typical[s])
        spread, there = censored_median(least, own), int((~np.isnan(own)).sum())
        return Reached(efforts[t], typical[s], typical[rival], sooner, spread, there)
    return None


def targets_table(compared: Compared) -> tuple[Table, ...]:
    """List what targets cost each strategy; nothing where no problem has targets."""
    found = compared.targets
    members = with_targets(compared)
    who = compared.ranked
    if not members or not who:
        return ()
    running = _running_times(compared, members)
    reached = success_rate(found.times)[:, members]
    known = ~np.isnan(running[who]).all(axis=(0, 1))
    shown = [t for t in np.flatnonzero(known).tolist() if found.efforts[t] > 1][:_SHOWN]
    table = Table(
        name="targets",
        title=TITLE,
        caption=(
            "Expected running time, in evaluations, until a run holds what random search is "
            "expected to hold after so many evaluations of its own: median over problems, one that "
            "no run of the strategy solved counting as infinite. In brackets: on how many problems "
            "a run did, and the share of all runs that did. Over "
            f"{compared.scope(members)}. No band, no test.{absent(compared)}"
        ),
        notes=_NOTES,
        columns=(
            Column("Strategy", "l"),
            *(_column(found.efforts[t]) for t in shown),
            Column("Problems"),
        ),
        rows=tuple(
            (
                text(compared.names[s]),
                *(_cell(running[s, :, t], reached[s, :, t]) for t in shown),
                count(len(members)),
            )
            for s in who
        ),
    )
    return (table,)


def _running_times(compared: Compared, members: list[int]) -> FloatArray:
    """Return expected running times, (strategies, members, targets)."""
    spent = compared.scores.totals.spent
    return expected_running_time(compared.targets.times, spent)[:, members]


def _column(effort: int) -> Column:
    """Return the column of the target that random search holds after so many evaluations."""
    parts = (f"running time {effort}", f"problems {effort}", f"share of runs {effort}")
    return Column(f"As random search after {effort}", parts=parts)


def _cell(running: FloatArray, reached: FloatArray) -> Cell:
    """Return a cell of running times and of the share of runs, both (problems,)."""
    there = ~np.isnan(running)
    if not there.any():
        return Cell(NONE, (np.nan, 0, np.nan))
    solved, share = int(np.isfinite(running).sum()), float(reached[there].mean())
    typical = median(running)
    shown = f"{decimals(typical, 1)} ({solved}; {percent(share)})"
    return Cell(shown, (typical, solved, share))
