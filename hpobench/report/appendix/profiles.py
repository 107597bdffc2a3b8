"""On how many problems a strategy comes near the reference, and at which cost: profiles."""

import numpy as np

from ...scores import reached_regrets
from ...statistics import FloatArray, data_profile, expected_running_time, performance_profile
from ..compared import Compared
from ..gaps import absent
from ..looks.tables import Column, Table, number, text

TOLERANCES = (1e-1, 1e-3)
"""The regrets at which a problem counts as solved: the larger two of More and Wild (2009)."""
MULTIPLES = (5.0, 20.0)
"""The multiples of one evaluation more than a problem has parameters (simplex gradients), at which
data profiles are read."""
FACTORS = (1.0, 4.0)
"""The multiples of the lowest cost at which performance profiles are read."""
_NOTES = (
    "The cost is the expected running time over the runs of a problem, those that missed "
    "that regret or failed included. More and Wild (2009) call d + 1 evaluations a simplex "
    "gradient, and such a regret a tolerance: a share of the way from the median of one random "
    "evaluation to the frozen reference of the anchors. A problem that no run solves has an "
    "infinite cost. A performance profile (Dolan and More, 2002) depends on who takes part: which "
    "of two strategies is ahead may turn when a third one joins (Gould and Scott, 2016). A data "
    "profile does not."
)
"""How the table's numbers were made."""


def running_times(compared: Compared) -> FloatArray:
    """Return what TOLERANCES cost on the problems with regrets: (complete, problems, tolerances).

    They are expected running times, in evaluations; inf where no run came so low.
    """
    chosen = np.ix_(compared.complete, compared.scaled)
    times = reached_regrets(compared.scores, TOLERANCES)[chosen]
    return expected_running_time(times, compared.scores.totals.spent[chosen])


def profiles(compared: Compared) -> FloatArray:
    """Return the profiles of each tolerance, (complete, tolerances times 4).

    For each of TOLERANCES there are the data profile at MULTIPLES and the performance profile at
    FACTORS.
    """
    running = running_times(compared)
    problems = [compared.scores.problems[p] for p in compared.scaled]
    dimensions = np.array([float(sum(card.dimensions.values())) for card in problems])
    shares = [
        profile
        for t in range(len(TOLERANCES))
        for profile in (
            data_profile(running[..., t], dimensions, np.array(MULTIPLES)),
            performance_profile(running[..., t], np.array(FACTORS)),
        )
    ]
    return np.concatenate(shares, axis=1)


def profiles_table(compared: Compared) -> tuple[Table, ...]:
    """List data profiles and performance profiles; nothing where no problem has regrets."""
    members, who = compared.scaled, compared.ranked
    if not members or not who:
        return ()
    shares = profiles(compared)
    table = Table(
        name="profiles",
        title="Data profiles and performance profiles",
        caption=(
            f"Share of problems whose test regret a strategy brings down to {TOLERANCES[0]:g}, or "
            f"to {TOLERANCES[1]:g}: within a multiple of d + 1 evaluations, where the problem has "
            "d parameters (data profile), and at the lowest cost of all strategies, or at most at "
            "a multiple of it (performance profile). Over "
            f"{compared.scope(members)}. Higher is better. No band, no test.{absent(compared)}"
        ),
        notes=_NOTES,
        columns=(
            Column("Strategy", "l"),
            *(
                Column(f"Regret {tolerance:g} {read}")
                for tolerance in TOLERANCES
                for read in (
                    *(f"within {multiple:g} (d + 1) evaluations" for multiple in MULTIPLES),
                    *(f"at {'' if f == 1 else f'{f:g} times '}the lowest cost" for f in FACTORS),
                )
            ),
        ),
        rows=tuple(
            (
                text(compared.names[s]),
                *(number(share, 2) for share in shares[compared.complete.index(s)].tolist()),
            )
            for s in who
        ),
    )
    return (table,)
