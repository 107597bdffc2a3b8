"""The first strategy against two others, from their luckiest to their unluckiest runs."""

import numpy as np

from ...statistics import FEWEST_SEEDS, FloatArray, new_problems, quantile_differences
from .. import bounds
from ..compared import Compared
from ..gaps import absent
from ..intervals import SURE, for_new
from ..looks.tables import Cell, Column, Table, count, text
from ..rankings import bracketed
from ..scale import SCALE
from ..words import percent

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""The shares of a problem's runs below the quantiles that are compared."""


def quantiles_table(compared: Compared) -> tuple[Table, ...]:
    """Compare quantiles of runs; nothing below two strategies, or with few seeds everywhere."""
    found = [
        (compared.names[rival], *_gained(compared, first, rival))
        for first, rival in _pairs(compared)
    ]
    shown = [(name, cells, problems) for name, cells, problems in found if problems]
    if not shown:
        return ()
    first = compared.names[compared.order[0]]
    table = Table(
        name="quantiles",
        title=f"{first} against others, from lucky runs to unlucky ones",
        caption=(
            f"Final test regret of the other strategy less that of {first}, by quantile of the "
            f"runs on a problem: 10 % compares lucky runs of both, 90 % unlucky ones ({SCALE}; "
            f"above 0 {first} is better). Mean over the problems where both have {FEWEST_SEEDS} "
            f"seeds in common or more, of {compared.scope(compared.scaled)}.{absent(compared)}"
        ),
        notes=(
            f"Quantiles are over the seeds that both strategies ran, linear in between; with few "
            "seeds the outer ones are little more than the best and the worst run. Means: with "
            f"{for_new(max(problems for _, _, problems in shown))}. {SURE} intervals, each for "
            "itself; no test."
        ),
        columns=(
            Column("Against", "l"),
            *(
                Column(
                    percent(share), parts=(f"{share:.0%}", f"{share:.0%} low", f"{share:.0%} high")
                )
                for share in SHARES
            ),
            Column("Problems"),
        ),
        rows=tuple((text(name), *cells, count(problems)) for name, cells, problems in shown),
    )
    return (table,)


def _pairs(compared: Compared) -> list[tuple[int, int]]:
    """Return the first strategy with the comparator, and with the runner-up."""
    who = compared.ranked
    rivals = dict.fromkeys([compared.comparator_position, *who[1:2]])
    return [(who[0], s) for s in rivals if s in who[1:]] if compared.scaled else []


def _gained(compared: Compared, first: int, rival: int) -> tuple[tuple[Cell, ...], int]:
    """Return a cell for each quantile, and over how many problems they are."""
    runs = compared.scores.reported.bounded[np.ix_([first, rival], compared.scaled)][..., -1]
    own, other = _in_common(runs)
    gained = quantile_differences(other, own, np.array(SHARES))
    ends = bounds.of_gains(compared.scores, compared.scaled)
    found = new_problems(gained[:, None], ends)
    cells = zip(found.mean.tolist(), found.low.tolist(), found.high.tolist(), strict=True)
    return tuple(bracketed(*each) for each in cells), int((~np.isnan(gained[:, 0])).sum())


def _in_common(runs: FloatArray) -> FloatArray:
    """Return the runs (2, problems, seeds) of seeds that both ran, where there are enough."""
    both = ~np.isnan(runs).any(axis=0)
    both &= both.sum(axis=1, keepdims=True) >= FEWEST_SEEDS
    return np.where(both, runs, np.nan)
