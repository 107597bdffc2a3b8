"""What it costs to hold as much as random search holds after some number of evaluations."""

import numpy as np

from ...statistics import FloatArray, expected_running_time, success_rate
from ...statistics.summaries import quantiles
from ..compared import Compared
from ..gaps import absent
from ..looks.tables import NONE, Cell, Column, Table, count, decimals, text
from ..words import percent

_SHOWN = 4
"""How many targets the table shows at most."""
_NOTES = (
    "The expected running time is what all runs of a strategy on a problem spent until "
    "they reached the target, over how many did (Hansen et al., 2021): it counts what runs "
    "that missed the target spent in vain. It says what to expect if runs that fail are "
    "begun anew."
)
"""How the table's numbers were made."""


def with_targets(compared: Compared) -> list[int]:
    """Return the problems with regrets for which there are targets."""
    times = compared.targets.times
    return [p for p in compared.scaled if not np.isnan(times[:, p]).all()]


def targets_table(compared: Compared) -> tuple[Table, ...]:
    """List what targets cost each strategy; nothing where no problem has targets."""
    found = compared.targets
    members = with_targets(compared)
    who = compared.ranked
    if not members or not who:
        return ()
    running = expected_running_time(found.times, compared.scores.totals.spent)[:, members]
    reached = success_rate(found.times)[:, members]
    known = ~np.isnan(running[who]).all(axis=(0, 1))
    shown = [t for t in np.flatnonzero(known).tolist() if found.efforts[t] > 1][:_SHOWN]
    table = Table(
        name="targets",
        title="What it costs to hold what random search holds",
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
    typical = float(quantiles(running[there], [0.5])[0])
    shown = f"{decimals(typical, 1)} ({solved}; {percent(share)})"
    return Cell(shown, (typical, solved, share))
