"""What it costs to reach a target if runs that miss it are punished, or begun anew."""

from dataclasses import dataclass

import numpy as np

from ...statistics import (
    FloatArray,
    expected_running_time,
    mean_over,
    penalised_average,
    simulated_restarts,
    success_rate,
)
from ...statistics.running_times import PENALTY
from ...statistics.summaries import median
from ..compared import Compared
from ..finals import PLANS
from ..gaps import absent
from ..looks.tables import NONE, Cell, Column, Table, decimals, number, text
from ..words import percent
from .targets import with_targets

DRAWS = 200
"""How many costs with restarts are drawn, for each strategy on each problem."""
SHARES = (0.1, 0.5, 0.9)
"""The quantiles of the drawn costs that are shown."""


@dataclass(frozen=True, slots=True)
class Restarts:
    """What a target costs a strategy over the problems, in evaluations."""

    strategy: int
    reached: float
    """The share of runs that reach the target, mean over problems."""
    penalised: float
    """PAR10, mean over problems."""
    expected: float
    """The expected running time, median over problems."""
    drawn: FloatArray
    """(SHARES,): quantiles of costs with restarts, all problems together; nan: it may not be begun
    anew, since it plans for its budget."""


def chosen_target(compared: Compared, most: float) -> tuple[int, list[int]] | None:
    """Return the hardest target of at most so much effort, and the problems that have it."""
    members, efforts = with_targets(compared), compared.targets.efforts
    for t in reversed(range(len(efforts))):
        where = [p for p in members if not np.isnan(compared.targets.times[:, p, :, t]).all()]
        if where and 1 < efforts[t] <= most:
            return t, where
    return None


def restarts(compared: Compared, target: int, problems: list[int]) -> tuple[Restarts, ...]:
    """Sum up what a target costs each complete strategy, in the ranking's order."""
    found = list[Restarts]()
    budgets = compared.scores.budgets[problems]
    for s in (s for s in compared.order if s in compared.complete):
        times = compared.targets.times[s, problems, :, target]
        spent = compared.scores.totals.spent[s, problems]
        running = expected_running_time(times[..., None], spent)[:, 0]
        found.append(
            Restarts(
                strategy=s,
                reached=float(mean_over(success_rate(times[..., None])[:, 0], axis=0)),
                penalised=float(mean_over(penalised_average(times[..., None], budgets), axis=0)[0]),
                expected=median(running),
                drawn=np.full(len(SHARES), np.nan)
                if compared.cards[s].plans_for_budget
                else _drawn(times, spent),
            )
        )
    return tuple(found)


def restarts_table(compared: Compared) -> tuple[Table, ...]:
    """List what a hard target costs with restarts; nothing where no problem has such a target."""
    known = chosen_target(compared, compared.budget)
    if known is None or not compared.complete:
        return ()
    target, members = known
    found = restarts(compared, target, members)
    table = Table(
        name="restarts",
        title="What a hard target costs, with restarts",
        caption=(
            "Evaluations until a run holds what random search is expected to hold after "
            f"{compared.targets.efforts[target]} of its own. Reached: share of runs, mean over "
            f"problems. PAR10: mean over runs and problems, a miss counting {PENALTY:g} budgets. "
            "Expected: expected running time, median over problems. Restarts: quantiles of the "
            "cost if runs that miss the target are begun anew until one reaches it, all problems "
            f"together. Over {compared.scope(members)}. No band, no test.{absent(compared)}"
        ),
        notes=(
            "A failed run misses the target; it costs what it had spent in the expected running "
            "time and with restarts. Restarts are simulated by drawing runs with replacement, "
            f"{DRAWS} times a problem (Hansen et al., 2021); their mean is the expected running "
            "time. They say something only where a strategy may be begun anew after the budget "
            f"that it was given. {PLANS} plans for its budget: with another one it would have run "
            f"otherwise, so restarts are {NONE} and its expected running time says what runs of "
            "this budget cost, one after the other."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Reached (%)"),
            Column("PAR10"),
            Column("Expected"),
            Column(
                f"Restarts, {', '.join(percent(each) for each in SHARES)}",
                parts=tuple(f"restarts {each:g}" for each in SHARES),
            ),
        ),
        rows=tuple(_row(compared, each) for each in found),
    )
    return (table,)


def _row(compared: Compared, each: Restarts) -> tuple[Cell, ...]:
    s = each.strategy
    known = not np.isnan(each.drawn).any()
    shown = ", ".join(decimals(cost, 0) for cost in each.drawn.tolist()) if known else NONE
    return (
        text(compared.names[s] + PLANS * compared.cards[s].plans_for_budget),
        number(100 * each.reached, 0),
        number(each.penalised, 1),
        number(each.expected, 1),
        Cell(shown, tuple(each.drawn.tolist())),
    )


def _drawn(times: FloatArray, spent: FloatArray) -> FloatArray:
    """Return quantiles of costs with restarts of runs (problems, seeds), all problems together."""
    every = np.concatenate(
        [
            simulated_restarts(times[p], spent[p], draws=DRAWS, seed=p)
            for p in range(len(times))
            if not np.isnan(times[p]).all()
        ]
    )
    return np.asarray(np.quantile(every, SHARES, method="inverted_cdf"))
