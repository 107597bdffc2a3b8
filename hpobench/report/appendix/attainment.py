"""What half of a strategy's runs held over the budget, what nine in ten held, and how many."""

import numpy as np

from ...scores import CHECKPOINTS, at_checkpoints, attained, attainment_surface
from ...statistics import FloatArray, mean_over
from ..compared import Compared
from ..finals import PLANNED, PLANS
from ..gaps import absent
from ..looks.tables import Cell, Column, Table, number, text
from ..over_budget import WINSORISED, WORST
from ..scale import SCALE
from ..words import percent

TYPICAL, RELIABLE = 0.5, 0.9
"""The shares of runs of which surfaces are shown: over the budget, and at its end."""
LEVELS = (0.1, 0.01)
"""The regrets of which is shown how many runs end with at most that."""


def surfaces(compared: Compared) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what the empirical attainment functions of the complete strategies say.

    These are what half of the runs hold by CHECKPOINTS, (complete, 4); what nine in ten hold at the
    end, (complete,); and the shares of runs that end with at most LEVELS, (complete, levels). All
    are means over the problems with regrets.
    """
    chosen = np.ix_(compared.complete, compared.scaled)
    curves = compared.scores.reported.bounded[chosen]
    read = at_checkpoints(curves, compared.scores.shares)
    typical = attainment_surface(read, TYPICAL)
    reliable = attainment_surface(curves[..., -1:], RELIABLE)[..., 0]
    shares = attained(curves[..., -1:], np.array(LEVELS))[..., 0]
    return mean_over(typical, axis=1), mean_over(reliable, axis=1), mean_over(shares, axis=1)


def attainment_table(compared: Compared) -> tuple[Table, ...]:
    """List what shares of the runs hold; nothing where no problem has regrets."""
    if not compared.scaled or not compared.complete:
        return ()
    found = surfaces(compared)
    who = compared.ranked
    plans = any(compared.cards[s].plans_for_budget for s in who)
    table = Table(
        name="attainment",
        title="What half of the runs hold, and nine in ten",
        caption=(
            "Test regret that half of the runs of a strategy on a problem hold or are below, by "
            f"shares of the budget; that {percent(RELIABLE)} of them do at the end; and the share "
            "of runs that end with at most some regret. Means over "
            f"{compared.scope(compared.scaled)} ({SCALE}). No band, no test.{absent(compared)}"
        ),
        notes=(
            "These are surfaces and values of the empirical attainment function of the runs on a "
            "problem (Grunert da Fonseca, Fonseca and Hall, 2001). Regrets are "
            f"{WINSORISED}; a run that failed or holds nothing yet counts as {WORST}, and as being "
            "at no regret."
            f"{PLANNED if plans else ''}"
        ),
        columns=(
            Column("Strategy", "l"),
            *(Column(f"Half, at {percent(share)}") for share in CHECKPOINTS),
            Column(f"{percent(RELIABLE)} of runs, at {percent(CHECKPOINTS[-1])}"),
            *(
                Column(f"At most {level:g} (%)", parts=(f"share at most {level:g}",))
                for level in LEVELS
            ),
        ),
        rows=tuple(_row(compared, s, found) for s in who),
    )
    return (table,)


def _row(
    compared: Compared, strategy: int, found: tuple[FloatArray, FloatArray, FloatArray]
) -> tuple[Cell, ...]:
    """Return the row of a strategy; `found` is what `surfaces` returns."""
    typical, reliable, shares = (each[compared.complete.index(strategy)] for each in found)
    return (
        text(compared.names[strategy] + PLANS * compared.cards[strategy].plans_for_budget),
        *(number(regret) for regret in (*typical.tolist(), float(reliable))),
        *(Cell(f"{100 * share:.0f}", (share,)) for share in shares.tolist()),
    )
