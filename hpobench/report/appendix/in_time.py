"""Regrets in time instead of evaluations: simulated time, and the strategy's own beside it."""

from dataclasses import dataclass

import numpy as np

from ...scores import regrets_by, with_thinking
from ...statistics import FloatArray, Interval, mean_over, new_problems
from .. import bounds
from ..compared import Compared
from ..gaps import absent
from ..intervals import SURE
from ..looks.tables import NONE, Cell, Column, Table, text
from ..rankings import bracketed
from ..scale import SCALE
from ..words import percent

SHARES = (0.25, 0.5, 1.0)
"""The shares of the comparator's simulated time at which regrets are read."""
PRICES = {"1 s": 1.0, "1 min": 60.0, "1 h": 3600.0}
"""How long an evaluation takes in seconds, by how this is called."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How long the comparator's runs took on problems, means over its runs; arrays (problems,)."""

    problems: list[int]
    """The problems with regrets on which the comparator has a run that did not fail."""
    unit: FloatArray
    """The simulated time of an evaluation at the highest fidelity; nan on other problems."""
    makespan: FloatArray
    """The simulated time of a run."""
    thinking: FloatArray
    """The comparator's own real seconds in a run."""


def clock(compared: Compared) -> Clock | None:
    """Return how long the comparator's runs took; None where it has none."""
    control, scores = compared.comparator_position, compared.scores
    if control is None:
        return None
    ended = np.isin(scores.status[control], ("complete", "exhausted"))
    totals = scores.totals
    busy, spent, makespan, thinking = (
        mean_over(np.where(ended, each[control], np.nan), axis=1)
        for each in (totals.busy, totals.spent, totals.makespan, totals.thinking)
    )
    known = (busy > 0) & (spent > 0)
    unit = np.divide(busy, spent, out=np.full(len(busy), np.nan), where=known)
    members = [p for p in compared.scaled if known[p]]
    return Clock(members, unit, makespan, thinking) if members else None


def in_time(compared: Compared, by: Clock) -> Interval:
    """Return mean regrets when the comparator would have spent its budget, or a share of it.

    (strategies, SHARES then PRICES): on the simulated clock, then in real seconds with the time of
    the strategies themselves. They are read half an evaluation later: else a microsecond of a
    strategy's own time would lose the evaluation with which the budget ends.
    """
    scores, steps = compared.scores, compared.scores.steps
    _, problems, seeds = steps.shape
    unit = by.unit[steps.run // seeds % problems]
    at = by.makespan[:, None] * np.array(SHARES) + by.unit[:, None] / 2
    curves = [regrets_by(scores, steps.finished, at)]
    for price in PRICES.values():
        seconds = with_thinking(steps.finished, steps.thinking, unit, price)
        ends = with_thinking(by.makespan + by.unit / 2, by.thinking, by.unit, price)
        curves.append(regrets_by(scores, seconds, ends[:, None]))
    runs = np.concatenate(curves, axis=-1)[:, by.problems]
    return new_problems(np.moveaxis(runs, 0, 2), bounds.of_regrets(scores, by.problems))


def in_time_table(compared: Compared) -> tuple[Table, ...]:
    """List regrets in time; nothing without a run of the comparator or without regrets."""
    by = clock(compared)
    if by is None or not compared.complete:
        return ()
    found, control, workers = in_time(compared, by), compared.comparator, compared.setting.workers
    several = " (an approximation, as several workers are busy meanwhile)" if workers > 1 else ""
    table = Table(
        name="regret-in-time",
        title="Regret in time instead of evaluations",
        caption=(
            "Mean test regret of what strategies hold after shares of the simulated time in which "
            f"{control} spends its budget; then by the time it has spent all of it where an "
            f"evaluation takes so long and strategies' own time counts{several}. With {SURE} "
            f"intervals for new problems, over {compared.scope(by.problems)} ({SCALE}). Lower is "
            f"better. No test.{absent(compared)}"
        ),
        notes=(
            f"The simulated time is that of the mean run of {control} on the same problem, which "
            "did not fail, and regrets are read half an evaluation later, so that a little time of "
            "its own does not cost a strategy its last evaluation. A strategy that spends its "
            "budget sooner keeps what it has; of one that takes longer, what it found later does "
            "not count. In real seconds, an evaluation of "
            f"{control} takes on average as long as the column says, others longer or shorter as "
            "on the simulated clock; own time is what suggesting and being told took, which "
            f"depends on the machine. {NONE}: it was not measured."
        ),
        columns=(
            Column("Strategy", "l"),
            *(
                Column(name, parts=(name, f"{name} low", f"{name} high"))
                for name in (
                    *(f"{percent(share)} of the time" for share in SHARES),
                    *(f"Evaluation of {name}" for name in PRICES),
                )
            ),
        ),
        rows=tuple((text(compared.names[s]), *_cells(compared, found, s)) for s in compared.ranked),
    )
    return (table,)


def _cells(compared: Compared, found: Interval, s: int) -> tuple[Cell, ...]:
    """Return a strategy's regrets; those with its own time only where that was measured."""
    measured = bool((compared.scores.totals.thinking[s, compared.problems] > 0).any())
    return tuple(
        bracketed(found.mean[s, c], found.low[s, c], found.high[s, c])
        if c < len(SHARES) or measured
        else Cell(NONE, (np.nan,) * 3)
        for c in range(found.mean.shape[1])
    )
