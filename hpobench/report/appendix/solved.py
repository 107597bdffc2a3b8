"""Which share of targets runs have reached by shares of the budget."""

import numpy as np

from ...scores import CHECKPOINTS
from ...statistics import Bounds, Interval, new_problems, reached_by
from ..compared import Compared
from ..finals import PLANNED, PLANS
from ..gaps import absent
from ..intervals import SURE
from ..looks.tables import Cell, Column, Table, text
from ..rankings import bracketed
from ..words import listed, percent
from .targets import with_targets


def solved(compared: Compared) -> Interval:
    """Return the share of targets that runs reach by CHECKPOINTS, (complete strategies, 4).

    It is the mean over problems with targets of the mean over runs.
    """
    members = with_targets(compared)
    times = compared.targets.times[np.ix_(compared.complete, members)]
    spent = compared.scores.budgets[members, None] * np.array(CHECKPOINTS)
    shares = reached_by(times[..., None, :], spent[:, None])
    ends = Bounds(np.zeros(len(members)), np.ones(len(members)))
    return new_problems(np.moveaxis(shares, 0, 2), ends)


def solved_table(compared: Compared) -> tuple[Table, ...]:
    """List the shares of targets that were reached; nothing where no problem has targets."""
    members = with_targets(compared)
    if not members or not compared.complete:
        return ()
    found = solved(compared)
    unknown = np.isnan(compared.targets.times[:, members]).all(axis=(0, 1, 2))
    efforts = [str(compared.targets.efforts[t]) for t in np.flatnonzero(~unknown)]
    who = compared.ranked
    plans = any(compared.cards[s].plans_for_budget for s in who)
    table = Table(
        name="targets-reached",
        title="Share of targets reached",
        caption=(
            "Share of all pairs of a run and a target that were reached by a share of the budget: "
            "the empirical distribution of running times, mean over problems with "
            f"{SURE} intervals for new problems. A failed run reaches no target. Over "
            f"{compared.scope(members)}. Higher is better. No test."
            f"{absent(compared)}"
        ),
        notes=(
            "The targets of an instance are what random search is expected to hold there after "
            f"{listed(efforts)} evaluations, as far as its anchors say, whoever takes part "
            "(Hansen et al., 2021). Runs end with their budget, and none is begun anew."
            f"{PLANNED if plans else ''}"
        ),
        columns=(
            Column("Strategy", "l"),
            *(
                Column(name, parts=(name, f"{name} low", f"{name} high"))
                for name in map(percent, CHECKPOINTS)
            ),
        ),
        rows=tuple(_row(compared, s, found) for s in who),
    )
    return (table,)


def _row(compared: Compared, strategy: int, found: Interval) -> tuple[Cell, ...]:
    i = compared.complete.index(strategy)
    return (
        text(compared.names[strategy] + PLANS * compared.cards[strategy].plans_for_budget),
        *(
            bracketed(found.mean[i, c], found.low[i, c], found.high[i, c])
            for c in range(len(CHECKPOINTS))
        ),
    )
