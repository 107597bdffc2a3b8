"""The table of what runs took: evaluations, cost, and the time of strategies and processors."""

from collections.abc import Mapping, Sequence

import numpy as np

from .compared import Compared
from .looks.tables import Cell, Column, Table, count, decimals, number, text


def compute(compared: Compared, sessions: Sequence[Mapping[str, object]]) -> Table:
    """List what the runs of each strategy took, in the order of the ranking.

    Strategies without a run that counts come last.
    """
    return Table(
        name="compute",
        title="What the runs took",
        caption=(
            "All runs of each strategy together. Cost: in evaluations at the highest fidelity. Own "
            "time: real seconds in which the strategy suggested and was told. Over "
            f"{compared.suite}. {processors(sessions)} No band."
        ),
        notes=(
            "Processor time is that of whole sessions, runs that failed or were given up included, "
            "and of every session in the folder. Seconds depend on the machine and on what else it "
            "did."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Runs"),
            Column("Evaluations"),
            Column("Failed"),
            Column("Cost"),
            Column("Own time (s)"),
        ),
        rows=_rows(compared),
    )


def processors(sessions: Sequence[Mapping[str, object]]) -> str:
    """Say how much processor time the sessions took, as far as they recorded it."""
    hours = processor_hours(sessions)
    if np.isnan(hours):
        return "Processor time: not recorded."
    return f"Processor time of the sessions: {decimals(hours, 2)} hours."


def processor_hours(sessions: Sequence[Mapping[str, object]]) -> float:
    """Return the processor time that the sessions recorded, in hours; nan: none did."""
    found = [each.get("processor-seconds") for each in sessions]
    known = [float(each) for each in found if isinstance(each, int | float)]
    return sum(known) / 3600 if known else np.nan


def _rows(compared: Compared) -> tuple[tuple[Cell, ...], ...]:
    scores = compared.scores
    runs = scores.took_place.sum(axis=(1, 2))
    evaluations = compared.tallies.evaluations.sum(axis=1)
    failed = np.zeros(len(scores.strategies), dtype=np.int64)
    for (s, _), reasons in compared.tallies.errors.items():
        failed[s] += reasons.total()
    spent = np.nansum(scores.totals.spent, axis=(1, 2))
    own = np.nansum(scores.totals.thinking, axis=(1, 2))
    without = [s for s in np.flatnonzero(runs).tolist() if s not in compared.order]
    return tuple(
        (
            text(compared.names[s]),
            count(int(runs[s])),
            count(int(evaluations[s])),
            count(int(failed[s])),
            number(float(spent[s]), 1),
            number(float(own[s]), 1),
        )
        for s in (*compared.order, *without)
    )
