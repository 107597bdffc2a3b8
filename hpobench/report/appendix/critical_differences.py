"""Mean ranks with the critical differences of Nemenyi and of Bonferroni and Dunn."""

from collections.abc import Mapping

from ...errors import counted
from ...statistics import (
    ALPHA,
    FloatArray,
    bonferroni_dunn_difference,
    common_means,
    nemenyi_difference,
    problem_ranks,
)
from ..compared import Compared
from ..gaps import absent
from ..looks.tables import NONE, Cell, Column, Table, decimals, number, text
from ..words import percent

_NOTES = (
    "Beware: mean ranks depend on who takes part, and with them whether two strategies "
    "differ by these tests; with other company the same runs of the two may say the "
    "opposite (Benavoli, Corani and Mangili, 2016, JMLR 17(5)). The table is here because "
    "it is often asked for; what the report says of pairs comes from signed-rank tests. "
    "Formulas: Demsar, 2006, JMLR 7, section 3.2.2; both distributions are those of many "
    "problems. Ties share their mean rank."
)
"""How the table's numbers were made."""


def critical_differences_table(compared: Compared) -> tuple[Table, ...]:
    """List mean ranks and which differences are critical; nothing where nobody can be ranked."""
    who = compared.ranked
    ranks = problem_ranks(_means(compared))
    problems, strategies = ranks.shape
    if strategies < 2 or problems < 2:
        return ()
    means = dict(zip(compared.complete, ranks.mean(axis=0).tolist(), strict=True))
    nemenyi = nemenyi_difference(strategies, problems)
    dunn = bonferroni_dunn_difference(strategies, problems)
    control = compared.comparator_position
    table = Table(
        name="critical-differences",
        title="Ranks of means, and their critical differences",
        caption=(
            "Rank of means: on each problem strategies are ranked by their mean "
            f"{_measure(compared)} (1 is best), and these ranks are averaged; the ranking's mean "
            "rank ranks single runs instead. It is over the "
            f"{counted(problems, 'problem')} where all {strategies} have runs on the same "
            f"instance, of {compared.scope(compared.tested)}. Two strategies differ by Nemenyi's "
            f"test at {percent(ALPHA)} where their ranks are {decimals(nemenyi, 2)} or more "
            f"apart; one differs from {compared.comparator} by Bonferroni's and Dunn's from "
            f"{decimals(dunn, 2)} on.{_vain(nemenyi, strategies)} No interval.{absent(compared)}"
        ),
        notes=_NOTES,
        columns=(
            Column("Strategy", "l"),
            Column("Rank of means"),
            Column("Behind the best"),
            Column("Nemenyi", "l"),
            Column(f"Behind {compared.comparator}"),
            Column("Bonferroni-Dunn", "l"),
        ),
        rows=tuple(
            (text(compared.names[s]), *_cells(s, means, control, (nemenyi, dunn)))
            for s in sorted(who, key=means.__getitem__)
        ),
    )
    return (table,)


def _cells(
    strategy: int, means: Mapping[int, float], control: int | None, critical: tuple[float, float]
) -> tuple[Cell, ...]:
    """Return the cells of a strategy; `critical` are Nemenyi's and Bonferroni's differences."""
    nemenyi, dunn = critical
    mean, best = means[strategy], min(means.values())
    against = text(NONE), text(NONE)
    if control is not None and control in means:
        against = _apart(mean - means[control], dunn, itself=strategy == control)
    return number(mean, 2), *_apart(mean - best, nemenyi, itself=mean == best), *against


def _means(compared: Compared) -> FloatArray:
    """Return what strategies are ranked by on each problem, (complete strategies, problems)."""
    if compared.scaled:
        return common_means(compared.final_means[compared.complete])
    return common_means(compared.instance_ranks[..., -1])


def _measure(compared: Compared) -> str:
    return "final test regret" if compared.scaled else "rank of final scores"


def _apart(behind: float, critical: float, *, itself: bool) -> tuple[Cell, Cell]:
    """Return how far a strategy is behind another one, and whether that is critical."""
    if itself:
        return number(behind, 2), text(NONE)
    if abs(behind) < critical:
        return number(behind, 2), text("not told apart")
    return number(behind, 2), text("worse" if behind > 0 else "better")


def _vain(critical: float, strategies: int) -> str:
    """Say where no difference of mean ranks can be critical."""
    if critical <= strategies - 1:
        return ""
    return f" No two mean ranks of {strategies} strategies can be so far apart for Nemenyi's."
