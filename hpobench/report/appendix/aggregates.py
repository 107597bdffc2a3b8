"""Other summaries of the same runs: what is typical, what is left, how good it was all along."""

from dataclasses import dataclass

import numpy as np

from ...scores import (
    area_over_curve,
    logarithmic,
)
from ...statistics import (
    Bounds,
    FloatArray,
    Interval,
    MedianInterval,
    frontier_advantage,
    improvability,
    interquartile_mean,
    jackknife,
    mean_over,
    median_interval,
    new_problems,
)
from .. import bounds
from ..compared import Compared
from ..gaps import absent
from ..intervals import COVERAGE_OF, RULE, SURE
from ..looks.tables import NONE, Cell, Column, Table, text
from ..rankings import bracketed
from ..scale import SCALE

_NOTES = (
    "IQM: interquartile mean, the mean of the middle half of all runs (Agarwal et al., "
    "2021). Median: over problems of the means over seeds. Gap: optimality gap, the mean "
    "of what is above the reference. AOCC: area over the curve, 1 less the mean over the "
    "budget of the regret, cut to 0 and 1; by logarithms, of regrets from 0.0001 to 1 and "
    "of the budget from one evaluation on (Lopez-Ibanez et al., 2024). Improvability: by "
    "which share the lowest mean regret of a problem is below the strategy's, mean over "
    "problems (Erickson et al., 2025). Lost without: how much higher the lowest regret "
    "would be if the strategy had not been run, mean over problems. The last two depend on "
    "who takes part. Intervals: of the median, order statistics, which hold it in "
    f"{COVERAGE_OF['order statistics']} of all studies; of IQM and improvability, a "
    f"jackknife over problems, which covered {COVERAGE_OF['jackknife']} in simulations; of "
    f"the rest: {RULE}. That of what is lost covered only "
    f"{COVERAGE_OF['lost without']}, since on most problems nothing is."
)
"""How the table's numbers were made."""


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Summaries of the runs of the strategies that are averaged; intervals are (strategies,)."""

    middle: Interval
    """The interquartile mean of final regrets."""
    medians: tuple[MedianInterval, ...]
    """The median over problems of mean final regrets."""
    gap: Interval
    """The optimality gap."""
    area: Interval
    """The area over the curve, regrets and costs as they are."""
    logarithmic: Interval
    """The area over the curve, both by their logarithms."""
    behind: Interval
    """The improvability: by which share the best strategy's regret is lower."""
    lost: Interval
    """The frontier advantage: how much higher the lowest regret would be without the strategy."""


def aggregates(compared: Compared) -> Aggregates:
    """Sum up the runs of the strategies that are averaged on the problems with regrets."""
    members = compared.scaled
    curves = compared.runs("scores", compared.complete, members)
    ends = curves[..., -1]
    means = mean_over(ends, axis=1)
    missed = np.where(np.isnan(ends), np.nan, np.maximum(ends, 0.0))
    regrets = bounds.of_regrets(compared.scores, members)
    positive = Bounds(np.zeros(len(members)), regrets.most)
    shares = Bounds(positive.least, np.ones(len(members)))
    return Aggregates(
        middle=jackknife(
            interquartile_mean, ends, least=regrets.least.min(), most=regrets.most.max()
        ),
        medians=tuple(median_interval(column) for column in means.T),
        gap=new_problems(missed, positive),
        area=new_problems(_areas(curves, curves, compared.spent, by_log=False), shares),
        logarithmic=new_problems(
            _areas(curves, logarithmic(curves), compared.spent, by_log=True), shares
        ),
        behind=jackknife(
            lambda kept: improvability(np.maximum(kept, 0.0).T), means, least=0.0, most=1.0
        ),
        lost=new_problems(
            frontier_advantage(means.T).T[:, None],
            Bounds(positive.least, regrets.most - regrets.least),
        ),
    )


def aggregates_table(compared: Compared) -> Table | str:
    """List other summaries of the runs of each strategy, or say why there are none."""
    if not compared.scaled or not compared.complete:
        reason = compared.no_regrets or "no strategy has runs on every problem"
        return f"Other summaries of the same runs: n/a, {reason}."
    found = aggregates(compared)
    return Table(
        name="aggregates",
        title="Other summaries of the same runs",
        caption=(
            f"Summaries of the test regrets over {compared.scope(compared.scaled)} ({SCALE}), in "
            f"the order of the ranking, with {SURE} intervals for new problems. Lower is better, "
            "but for the areas over the curve and for what is lost without a strategy."
            f"{absent(compared)}"
        ),
        notes=_NOTES,
        columns=(
            Column("Strategy", "l"),
            *(
                Column(name, parts=(name.lower(), f"{name.lower()} low", f"{name.lower()} high"))
                for name in ("IQM", "Median", "Gap", "AOCC", "AOCC, log", "Improvability")
            ),
            Column("Lost without", parts=("lost", "lost low", "lost high")),
        ),
        rows=tuple(
            (text(compared.names[s]), *_cells(found, compared.complete.index(s)))
            for s in compared.ranked
        ),
    )


def _areas(curves: FloatArray, shown: FloatArray, spent: FloatArray, *, by_log: bool) -> FloatArray:
    """Return the areas over curves (..., grid), (...), nan where there is no run."""
    areas = area_over_curve(shown, spent, by_log=by_log)
    return np.where(np.isnan(curves[..., -1]), np.nan, areas)


def _cells(found: Aggregates, i: int) -> tuple[Cell, ...]:
    median = found.medians[i]
    return (
        _cell(found.middle, i),
        bracketed(median.median, median.low, median.high),
        *(
            _cell(each, i)
            for each in (found.gap, found.area, found.logarithmic, found.behind, found.lost)
        ),
    )


def _cell(interval: Interval, i: int) -> Cell:
    mean = float(interval.mean[i])
    if np.isnan(mean):
        return Cell(NONE, (np.nan,) * 3)
    return bracketed(mean, float(interval.low[i]), float(interval.high[i]))
