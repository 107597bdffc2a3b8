"""Each strategy against each other one: chances to be better, and which pairs are told apart."""

import numpy as np

from ...errors import counted
from ...statistics import (
    ALPHA,
    ROPE,
    Family,
    FloatArray,
    all_pairs,
    problems_needed,
    superiority,
    win_tie_loss,
)
from ..compared import Compared
from ..gaps import absent, scope_of_regrets
from ..looks.tables import NONE, Cell, Column, Table, decimals
from ..verdicts import TEST
from ..words import percent

_BETTER, _WORSE, _DIFFERS = "+", "\N{MINUS SIGN}", "\N{PLUS-MINUS SIGN}"
_PARTS = ("P(better)", "p (Holm)", "p", "wins", "ties", "losses", "problems")


def pairs_table(compared: Compared) -> tuple[Table, ...]:
    """Show the chance of each strategy against each; nothing below two strategies."""
    who = compared.ranked
    if len(who) < 2:
        return ()
    differences = compared.tested_differences[np.ix_(who, who)]
    family, tallies = all_pairs(differences), win_tie_loss(differences)
    chances = superiority(compared.chances[np.ix_(who, who)])
    table = Table(
        name="pairs",
        title="All pairs of strategies",
        caption=(
            "Chance that a run of the row's strategy ends better than one of the column's on the "
            f"same instance, in percent, over {compared.scope(compared.problems)}. "
            f"{_said_of_tests(compared, family)} No interval.{absent(compared)}"
        ),
        notes=(
            "These comparisons are secondary: the primary family is each strategy against one. "
            "Chances count ties half and are means over problems. The CSV has for each pair the "
            "chance, p after Holm and before (none where the problems are too few), the problems "
            f"with a {_measured(compared)} by over {ROPE:g}, equal, the other way round, and how "
            f"many problems were tested.{scope_of_regrets(compared)}"
        ),
        columns=(
            Column("Strategy", "l"),
            *(_column(place, compared.names[s]) for place, s in enumerate(who, 1)),
        ),
        rows=tuple(
            (
                Cell(compared.names[s], note=str(a + 1)),
                *(
                    _cell(float(chances[a, b]), differences[a, b], family, (a, b), tallies[a, b])
                    for b in range(len(who))
                ),
            )
            for a, s in enumerate(who)
        ),
    )
    return (table,)


def _column(place: int, name: str) -> Column:
    """Return the column of the strategy in a place."""
    return Column(str(place), parts=tuple(f"{part}, {name}" for part in _PARTS))


def _cell(
    chance: float,
    differences: FloatArray,
    family: Family,
    pair: tuple[int, int],
    tally: FloatArray,
) -> Cell:
    """Return the cell of a pair: its chance, and a mark where it is told apart."""
    if pair[0] == pair[1]:
        return Cell("", (np.nan,) * len(_PARTS))
    adjusted = float(family.adjusted[pair])
    mark = ""
    if adjusted <= ALPHA:
        gain = -float(np.nanmean(differences))
        agreed = {(True, True): _BETTER, (False, False): _WORSE}
        mark = agreed.get((gain > 0, chance > 0.5), _DIFFERS)
    shown = NONE if np.isnan(chance) else f"{decimals(100 * chance, 0)}{mark}"
    raw = np.nan if np.isnan(adjusted) else float(family.raw[pair])
    numbers = (chance, adjusted, raw, *tally.tolist())
    return Cell(shown, (*numbers, int(family.problems[pair])))


def _said_of_tests(compared: Compared, family: Family) -> str:
    """Say what the marks mean, or why there can be none."""
    pairs = len(family.raw) * (len(family.raw) - 1) // 2
    most = int(family.problems.max())
    if not family.possible[np.triu_indices(len(family.raw), 1)].any():
        needed = problems_needed(pairs)
        return (
            f"No pair could have been told apart, with {counted(most, 'problem')} and "
            f"{counted(pairs, 'pair')}: that takes {needed}."
        )
    return (
        f"{_BETTER}: told apart, and the row's is better; {_WORSE}: the column's; {_DIFFERS}: one "
        f"is better by its mean, the other by chance ({TEST} on per-problem differences of "
        f"{'regrets' if compared.scaled else 'chances from one half'}, {percent(ALPHA)}, Holm over "
        f"{counted(family.tests, 'pair')})."
    )


def _measured(compared: Compared) -> str:
    return "mean regret lower" if compared.scaled else "chance to be better above one half"
