"""How many runs end how near to the reference."""

import numpy as np

from ...scores import RESOLUTION
from ...statistics import FEWEST_SEEDS, score_profile
from ...statistics.profiles import REPLICATES
from ..compared import Compared
from ..gaps import absent
from ..intervals import COVERAGE_OF, SURE
from ..looks.tables import NONE, Cell, Column, Table, decimals, text
from ..scale import SCALE, ZERO

THRESHOLDS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0)
"""The regrets of which a table says how many runs end at or below them."""
_NOTES = (
    "The performance profile of Agarwal et al. (2021); each problem weighs the same, and a "
    "run that failed is above all. Interval: bootstrap of the seeds within each problem, "
    f"of one seed less than there are, B = {REPLICATES:,}, which covered "
    f"{COVERAGE_OF['distribution']} in simulations; none where a problem has fewer than "
    f"{FEWEST_SEEDS}. A share of 0 or 100 has no width, which says little where runs "
    f"are few. {ZERO}"
)
"""How the table's numbers were made."""


def distributions_table(compared: Compared) -> tuple[Table, ...]:
    """List the share of runs at or below each regret; nothing where no regret is averaged."""
    members, who = compared.scaled, compared.ranked
    if not members or not who:
        return ()
    runs = compared.runs("scores", who, members)[..., -1]
    found = score_profile(runs, np.array(THRESHOLDS) + RESOLUTION)
    table = Table(
        name="distribution",
        title="How many runs end how near to the reference",
        caption=(
            f"Share of runs, in percent, whose final test regret is at most so much ({SCALE}), "
            f"over {compared.scope(members)}, with its pointwise {SURE} interval for these "
            f"problems alone. No test.{absent(compared)}"
        ),
        notes=_NOTES,
        columns=(
            Column("Strategy", "l"),
            *(
                Column(
                    f"\N{LESS-THAN OR EQUAL TO} {t:g}",
                    parts=(f"{t:g}", f"{t:g} low", f"{t:g} high"),
                )
                for t in THRESHOLDS
            ),
        ),
        rows=tuple(
            (
                text(compared.names[s]),
                *(
                    _cell(float(found.share[i, t]), float(found.low[i, t]), float(found.high[i, t]))
                    for t in range(len(THRESHOLDS))
                ),
            )
            for i, s in enumerate(who)
        ),
    )
    return (table,)


def _cell(share: float, low: float, high: float) -> Cell:
    if np.isnan(share):
        return Cell(NONE, (np.nan,) * 3)
    shown = decimals(100 * share, 0)
    if not np.isnan(low):
        shown += f" [{decimals(100 * low, 0)}, {decimals(100 * high, 0)}]"
    return Cell(shown, (share, low, high))
