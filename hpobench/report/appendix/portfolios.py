"""Which strategies complete each other: the best pair, and the best three."""

import numpy as np

from ...statistics import FloatArray, Portfolio, best_portfolios, mean_over, new_problems
from ...statistics.portfolio import LARGEST
from .. import bounds
from ..compared import Compared
from ..gaps import absent
from ..intervals import COVERAGE_OF, SURE
from ..looks.tables import Column, Table, count, text
from ..rankings import bracketed
from ..scale import SCALE
from ..words import listed


def portfolios(compared: Compared) -> tuple[Portfolio, ...]:
    """Return the best portfolios of one, two and three of the strategies that are averaged.

    Empty where some problem has fewer than two seeds.
    """
    runs = compared.scores.reported.bounded[np.ix_(compared.complete, compared.scaled)][..., -1]
    if not runs.size or (~np.isnan(runs)).sum(axis=2).min() < 2:
        return ()
    halves = _halves(runs)
    found = [best_portfolios(halves, size) for size in range(1, LARGEST + 1)]
    return tuple(each for each in found if each is not None)


def portfolios_table(compared: Compared) -> tuple[Table, ...]:
    """List the best portfolios; nothing below two strategies."""
    found = portfolios(compared)
    if len(found) < 2:
        return ()
    table = Table(
        name="portfolios",
        title="Which strategies complete each other",
        caption=(
            "Mean final test regret if the best of so many strategies could be chosen for each "
            f"problem, of the best such choice ({SCALE}; lower is better), over "
            f"{compared.scope(compared.scaled)}, with its {SURE} interval for new problems; both "
            "halves of the seeds count alike, so one alone can differ from the ranking."
            f"{absent(compared)}"
        ),
        notes=(
            "On each problem the strategy is chosen by one half of the seeds and counts with the "
            "other half, both ways, so that luck makes no strategy complete another. That choice "
            "can be wrong: where members are about equal on a problem, luck makes it, and on "
            "average a mean of theirs is held. So more strategies can hold a higher regret than "
            "the best one alone, and then they don't complete it. Of an odd number of seeds the "
            "smaller half counts as much as the greater. The members are chosen by the same runs, "
            "which flatters portfolios: intervals of the "
            f"best pair of four equal strategies covered {COVERAGE_OF['portfolio']} in simulations."
        ),
        columns=(
            Column("Strategies"),
            Column("Which", "l"),
            Column("Mean regret", parts=("mean regret", "low", "high")),
        ),
        rows=tuple(
            (
                count(len(each.members)),
                text(listed([compared.names[compared.complete[i]] for i in each.members])),
                bracketed(*_bounded(compared, each.regrets)),
            )
            for each in found
        ),
    )
    return (table,)


def _halves(runs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the means of (strategies, problems, seeds) over every other seed and over the rest."""
    order = np.argsort(np.isnan(runs), axis=2, kind="stable")
    there = np.take_along_axis(runs, order, axis=2)
    return mean_over(there[..., ::2], axis=2), mean_over(there[..., 1::2], axis=2)


def _bounded(compared: Compared, regrets: FloatArray) -> tuple[float, float, float]:
    """Return the mean of regrets (problems,), and its interval for new problems."""
    ends = bounds.of_regrets(compared.scores, compared.scaled)
    found = new_problems(regrets[:, None], ends)
    return float(found.mean), float(found.low), float(found.high)
