"""How much faster than random search strategies are, over the budget."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from ...cards.digits import significant
from ...scores import CHECKPOINTS, Speedups, checkpoints, expected_share_better, speedups_at
from ...statistics import FEWEST_PROBLEMS, Median, censored_median
from ..compared import Compared
from ..finals import PLANNED, PLANS
from ..intervals import COVERAGE_OF, SURE
from ..looks.tables import NONE, Cell, Column, Table, decimals, text
from ..primary_comparison import factor, within
from ..words import percent


@dataclass(frozen=True, slots=True)
class Faster:
    """A strategy's speed-up at a share of the budget, over the problems."""

    median: Median
    slower: int
    """On how many problems it is known to be under 1."""
    problems: int
    """How many problems it is over."""


def over_the_budget(
    compared: Compared,
) -> tuple[dict[int, tuple[Faster, ...]], dict[int, Median]]:
    """Return each strategy's speed-ups at CHECKPOINTS, and the share of random evaluations beaten.

    The second is the share of random evaluations that is expected to be better than the best of as
    many as the strategy's budget is worth. Both are over the problems that count and on which the
    strategy has a run and the anchors have a curve.
    """
    scores = compared.scores
    points = checkpoints(scores.shares).tolist()
    every = speedups_at(scores, "scores", points)
    faster = {s: tuple(_faster(each, s, compared) for each in every) for s in compared.order}
    return faster, {s: _better(every[-1], s, compared) for s in compared.order}


def speedups_table(compared: Compared) -> tuple[Table, ...]:
    """List speed-ups over the budget; nothing where no problem has a curve of random search."""
    faster, better = over_the_budget(compared)
    who = [s for s in compared.order if any(each.problems for each in faster[s])]
    if not who:
        return ()
    plans = any(compared.cards[s].plans_for_budget for s in who)
    table = Table(
        name="speed-ups",
        title="Speed-up over random search, over the budget",
        caption=(
            "Evaluations of random search that one evaluation of the strategy's own is worth, by "
            "shares of the budget: median over problems, with its "
            f"{SURE} interval (none under {FEWEST_PROBLEMS} problems), and the number of problems "
            "on which it is known to be slower than random search, its worth under 1; random "
            "search's own row is not exactly 1, by the luck of its seeds. "
            "Last column: share of random evaluations that is expected to beat what the strategy "
            f"ends with, median over problems. Of {compared.scope(compared.problems)}, over those "
            "where the anchors have a curve of random search. No test."
        ),
        notes=(
            "Compared is the mean regret of the runs with what random search is expected to hold, "
            "from its frozen anchors on the same instances; runs that failed or hold nothing yet "
            "make a speed-up less than what one evaluation is worth. \N{GREATER-THAN OR EQUAL TO} "
            "and \N{LESS-THAN OR EQUAL TO}: a bound, as where runs hold more than all evaluations "
            "of the anchors' pool. Random search is worth 1 of "
            "itself by definition: its own row says what these runs came to. The "
            "last column is 1/(m+1), the expected quantile of the best of m draws, m being the "
            "evaluations that the budget is worth: anchors keep the expected course of random "
            "search and not its pool, in which the very share could be counted; on synthetic "
            "problems it was 0.4 to 1.2 times that, for 20 to 100 evaluations. Intervals: "
            "interpolated order statistics, which "
            f"covered {COVERAGE_OF['interpolated order statistics']} in simulations."
            f"{PLANNED if plans else ''}"
        ),
        columns=_columns(),
        rows=tuple((_name(compared, s), *_row(faster[s], better[s])) for s in who),
    )
    return (table,)


def _name(compared: Compared, strategy: int) -> Cell:
    return text(compared.names[strategy] + PLANS * compared.cards[strategy].plans_for_budget)


def _row(faster: Sequence[Faster], better: Median) -> tuple[Cell, ...]:
    """Return the numbers of a strategy."""
    return *(cell for each in faster for cell in _cells(each)), _share(better)


def _columns() -> tuple[Column, ...]:
    """Return the columns of the table."""
    ends = ("least", "most", "low", "high")
    at_shares = [
        (
            Column(f"At {name}", parts=tuple(f"{name} {end}" for end in ends)),
            Column(f"Slower at {name}", parts=(f"{name} share under 1", f"{name} problems")),
        )
        for name in map(percent, CHECKPOINTS)
    ]
    better = Column("Random better (%)", parts=tuple(f"better {end}" for end in ends))
    return (Column("Strategy", "l"), *chain.from_iterable(at_shares), better)


def _faster(found: Speedups, s: int, compared: Compared) -> Faster:
    members = compared.problems
    low, high = found.low[s, members], found.high[s, members]
    return Faster(
        median=censored_median(low, high),
        slower=int((high < 1.0).sum()),
        problems=int((~np.isnan(low)).sum()),
    )


def _better(found: Speedups, s: int, compared: Compared) -> Median:
    """Return the share of random evaluations that is expected to be better, at the end."""
    members, budgets = compared.problems, compared.scores.budgets
    least, most = (
        expected_share_better(each[s, members] * budgets[members])
        for each in (found.high, found.low)
    )
    return censored_median(least, most)


def _cells(each: Faster) -> tuple[Cell, Cell]:
    if not each.problems:
        return Cell(NONE, (np.nan,) * 4), Cell(NONE, (np.nan, 0))
    share = each.slower / each.problems
    return (
        _worth(each.median),
        Cell(f"{each.slower} of {each.problems}", (share, each.problems)),
    )


def _worth(median: Median) -> Cell:
    """Return a median speed-up as it is known, with its interval."""
    raw = (median.least, median.most, median.low, median.high)
    if np.isnan(median.least):
        return Cell(NONE, raw)
    return Cell(within(median, factor) + _interval(median.low, median.high, factor), raw)


def _share(median: Median) -> Cell:
    """Return a median share as a percentage, or what it is at most, with its interval."""
    raw = (median.least, median.most, median.low, median.high)
    if np.isnan(median.least):
        return Cell(NONE, raw)
    bound = "" if median.least == median.most else "\N{LESS-THAN OR EQUAL TO} "
    interval = _interval(100 * median.low, 100 * median.high, _percentage)
    return Cell(f"{bound}{_percentage(100 * median.most)}{interval}", raw)


def _interval(low: float, high: float, written: Callable[[float], str]) -> str:
    return "" if np.isnan(low) else f" [{written(low)}, {written(high)}]"


def _percentage(value: float) -> str:
    """Return a percentage with a decimal, or with two digits where it is small."""
    return significant(value, 2) if 0 < value < 0.995 else decimals(value, 1)
