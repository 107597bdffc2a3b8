"""What strategies recommend at the end of their runs: the inference regret."""

from dataclasses import dataclass

import numpy as np

from ...scores import inference_regrets
from ...statistics import (
    FEWEST_PROBLEMS,
    FEWEST_SEEDS,
    FloatArray,
    Interval,
    mean_over,
    new_problems,
    within_problems,
)
from .. import bounds
from ..compared import Compared
from ..intervals import SURE
from ..looks.tables import NONE, Cell, Column, Table, count, number, text
from ..over_budget import WORST
from ..rankings import bracketed
from ..scale import SCALE


@dataclass(frozen=True, slots=True)
class Recommended:
    """What the recommendations of a strategy are worth."""

    strategy: int
    runs: int
    """The runs that ended with a recommendation, on all problems that count."""
    departures: int
    """Those whose recommendation is another configuration than their incumbent's."""
    unjudged: int
    """Those of them in which the evaluation of this configuration failed."""
    problems: tuple[int, ...]
    """The problems with regrets on which it recommended something in some run: the regrets are over
    all of its runs there."""
    held: float
    """The mean regret of the incumbents; nan without such a problem."""
    recommended: float
    """The mean inference regret; nan without such a problem."""
    gain: Interval
    """The first less the second, with an interval."""


def recommendations(compared: Compared) -> tuple[Recommended, ...]:
    """Sum up the recommendations of each strategy that made any, in the ranking's order."""
    scores, found = compared.scores, list[Recommended]()
    made = ~np.isnan(scores.recommended)
    held, recommended = scores.reported.bounded[..., -1], inference_regrets(scores)
    for s in compared.order:
        counts = made[s, compared.problems]
        if not counts.any():
            continue
        where = [p for p in compared.scaled if made[s, p].any()]
        ends = (held[s, where], recommended[s, where])
        first, second = (float(mean_over(mean_over(each, axis=1), axis=0)) for each in ends)
        found.append(
            Recommended(
                strategy=s,
                runs=int(counts.sum()),
                departures=int(compared.tallies.departures[s, compared.problems].sum()),
                unjudged=sum(
                    each.total()
                    for pair, each in compared.tallies.unjudged.items()
                    if pair[0] == s and pair[1] in compared.problems
                ),
                problems=tuple(where),
                held=first,
                recommended=second,
                gain=_gain(compared, where, ends[0] - ends[1]),
            )
        )
    return tuple(found)


def recommendations_table(compared: Compared) -> tuple[Table, ...]:
    """List what recommendations are worth; nothing where no run ended with one."""
    found = recommendations(compared)
    if not found:
        return ()
    table = Table(
        name="recommendations",
        title="What strategies recommend at the end",
        caption=(
            "Mean test regret of the incumbents at the end of the budget and of what the strategy "
            f"itself recommends then, the inference regret ({SCALE}; lower is better), and the "
            f"first less the second with a {SURE} interval: positive where the recommendation is "
            "better. Each row is over the problems with regrets on which the strategy recommended "
            "something in some run, and over all of its runs there."
        ),
        notes=(
            "A recommendation is evaluated at the highest fidelity, at no cost, and the strategy "
            "is not told; one that is the incumbent's configuration has the incumbent's score. A "
            "run without a recommendation counts with its incumbent; a failed run, and a "
            f"recommendation whose evaluation failed, as {WORST}. The interval is for new problems "
            f"from {FEWEST_PROBLEMS} problems on; below, it is for these problems alone, from "
            f"{FEWEST_SEEDS} seeds on each. Made, other than the incumbent's, and with an "
            "evaluation that failed: in how many runs, on all problems that count. Rankings "
            "and tests are by the incumbents."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Incumbent"),
            Column("Recommendation"),
            Column("Gain", parts=("gain", "gain low", "gain high")),
            Column("Interval for", "l"),
            Column("Problems"),
            Column("Made"),
            Column("Other than the incumbent's"),
            Column("Failed"),
        ),
        rows=tuple(_row(compared, each) for each in found),
    )
    return (table,)


def _gain(compared: Compared, problems: list[int], gains: FloatArray) -> Interval:
    """Return the mean of gains (problems, seeds) with the interval that there are enough runs for.

    It is for new problems where there are enough of them, and else for these alone.
    """
    ends = bounds.of_gains(compared.scores, problems)
    found = new_problems(gains, ends)
    return found if not np.isnan(found.low) else within_problems(gains, ends)


def _row(compared: Compared, each: Recommended) -> tuple[Cell, ...]:
    gain = each.gain
    return (
        text(compared.names[each.strategy]),
        *(Cell(NONE, (x,)) if np.isnan(x) else number(x) for x in (each.held, each.recommended)),
        bracketed(float(gain.mean), float(gain.low), float(gain.high)),
        text(_scope(gain)),
        count(len(each.problems)),
        count(each.runs),
        count(each.departures),
        count(each.unjudged),
    )


def _scope(gain: Interval) -> str:
    if np.isnan(gain.low):
        return NONE
    return "these problems" if gain.method == "t over seeds" else "new problems"
