"""How the first place depends on the way in which runs are looked at."""

from collections import Counter

import numpy as np

from ...errors import counted
from ...statistics import BoolArray, FloatArray, leaders
from ..compared import Compared
from ..gaps import absent
from ..looks.tables import NONE, Cell, Column, Table, number, text
from ..scale import SCALE
from ..words import listed
from .ways import WORST, Ways, ways

_NAMED = 3
"""How many strategies that are level a cell names."""
_CHANGES = 8
"""How many problems without which another strategy is first are named."""


def robustness_table(compared: Compared) -> tuple[Table | str, ...]:
    """List who is first in each way of looking, below a sentence; nothing below two strategies."""
    if len(compared.complete) < 2:
        return ()
    found = ways(compared)
    first = compared.complete.index(compared.order[0])
    ahead = leaders(found.values)
    kept = ahead[..., first] & (ahead.sum(axis=-1) == 1)
    return (_said(compared, found, kept), _table(compared, found, ahead, kept))


def _said(compared: Compared, found: Ways, kept: BoolArray) -> str:
    """Say in how many ways the first strategy of the ranking is first, alone."""
    name = compared.names[compared.order[0]]
    factors = [
        counted(len(found.measures), "measure"),
        counted(len(found.budgets), "budget"),
        *([f"{len(found.treatments)} treatments of failed runs"] * (len(found.treatments) > 1)),
    ]
    whole, crossed = kept[..., 0], " \N{MULTIPLICATION SIGN} ".join(factors)
    shared = compared.places[compared.order[0]].endswith("=")
    words = (
        f"Other ways of looking: {name}, which the ranking puts first"
        f"{', in a place that it shares' if shared else ''}, is first alone in "
        f"{whole.sum()} of {whole.size} ({crossed}; {whole[:, -1].sum()} of {whole[:, -1].size} at "
        "the end of the budget)"
    )
    if not found.problems:
        return f"{words}."
    left_out = f"{counted(len(found.problems), 'problem')}"
    if found.families:
        left_out += f" or one of {len(found.families)} families"
    return (
        f"{words}, and in {kept.sum():,} of {kept.size:,} if these are also taken without one of "
        f"{left_out}."
    )


def _of_fewer(compared: Compared) -> str:
    """Say where ranks are over fewer problems than the mean rank of the ranking."""
    if len(compared.tested) == len(compared.problems):
        return ""
    return f" on these problems, not on all {len(compared.problems)} as the ranking's mean rank"


def _table(compared: Compared, found: Ways, ahead: BoolArray, kept: BoolArray) -> Table:
    planned = [s for s in compared.complete if compared.cards[s].plans_for_budget]
    return Table(
        name="robustness",
        title="Who is first, in other ways of looking",
        caption=(
            "The first and the second strategy where one thing is done otherwise than in the "
            f"ranking, which goes by {found.measures[0].name} at the end of the budget, failed "
            f"runs counting {WORST}, over {compared.scope(compared.tested)}"
            f"{f' ({SCALE})' if compared.scaled else ''}. Kept: in how many of the ways of looking "
            "that do this thing so, and all others in any way, "
            f"{compared.names[compared.order[0]]} is first alone. No interval, "
            f"no test.{absent(compared)}"
        ),
        notes=(
            "All measures but the area over the curve are lower for better strategies, which is "
            "taken up to the share of the budget. Geometric mean: of regrets raised to a floor. "
            "Interquartile mean: of the middle half of all runs. Ranks are those among the "
            f"strategies that are shown{_of_fewer(compared)}. Left out: runs that failed or hold "
            "no score at their end; a strategy without any other run on some problem has no place "
            "then. Ways of looking share their runs, so they are no independent witnesses."
            + (
                f" {listed([compared.names[s] for s in planned])} planned for the whole budget: "
                "what stands under less of it is read from such runs."
                if planned
                else ""
            )
            + _changes(compared, found, ahead)
        ),
        columns=(
            Column("What is done otherwise", "l"),
            Column("First", "l"),
            Column("Its number", parts=("number of the first",)),
            Column("Second", "l"),
            Column("Its number", parts=("number of the second",)),
            Column("Kept", parts=("kept", "of")),
        ),
        rows=(*_choices(compared, found, kept), *_left_out(compared, found, ahead, kept)),
    )


def _choices(compared: Compared, found: Ways, kept: BoolArray) -> list[tuple[Cell, ...]]:
    """Return the rows of measures, budgets and treatments: the ranking's own way, then others."""
    last = len(found.budgets) - 1
    rows = [("nothing", (0, last, 0), kept)]
    rows += [(m.name, (i, last, 0), kept[i]) for i, m in enumerate(found.measures)][1:]
    rows += [
        (f"at {share} of the budget", (0, i, 0), kept[:, i])
        for i, share in enumerate(found.budgets[:-1])
    ]
    rows += [
        (f"failed runs {how}", (0, last, i), kept[:, :, i])
        for i, how in enumerate(found.treatments)
    ][1:]
    return [
        (
            text(words),
            *_places(compared, found, found.values[(*at, 0)], at[0]),
            _share(alike),
        )
        for words, at, alike in rows
    ]


def _left_out(
    compared: Compared, found: Ways, ahead: BoolArray, kept: BoolArray
) -> list[tuple[Cell, ...]]:
    """Return the rows of problems and families that are left out one by one."""
    start = 1 + len(found.problems)
    parts = (
        (f"without one of {len(found.problems)} problems", slice(1, start)),
        (f"without one of {len(found.families)} families", slice(start, None)),
    )
    return [
        (
            text(words),
            text(_tally(compared, ahead[0, -1, 0, part])),
            *(text(NONE) for _ in range(3)),
            _share(kept[..., part]),
        )
        for words, part in parts
        if kept[..., part].size
    ]


def _places(compared: Compared, found: Ways, values: FloatArray, measure: int) -> tuple[Cell, ...]:
    """Return who is first and second by (strategies,) values, with their numbers."""
    first = leaders(values)
    rest = np.where(first, np.nan, values)
    shown = found.measures[measure].shown
    cells = list[Cell]()
    for who, each in ((first, values), (leaders(rest), rest)):
        if not who.any():
            cells += [text(NONE), Cell(NONE, (np.nan,))]
            continue
        cells += [text(_named(compared, who)), number(shown(float(np.nanmin(each))))]
    return tuple(cells)


def _named(compared: Compared, who: BoolArray) -> str:
    """Name the strategies that are level, in the order of the ranking, or say how many."""
    level = [s for s in compared.ranked if who[compared.complete.index(s)]]
    if len(level) > _NAMED:
        return f"{len(level)} strategies"
    return listed([compared.names[s] for s in level])


def _tally(compared: Compared, ahead: BoolArray) -> str:
    """Say who is first how often, of (choices, strategies)."""
    names = Counter(_named(compared, each) for each in ahead)
    return ", ".join(f"{name} ({times})" for name, times in names.most_common())


def _share(kept: BoolArray) -> Cell:
    return Cell(f"{kept.sum():,} of {kept.size:,}", (int(kept.sum()), kept.size))


def _changes(compared: Compared, found: Ways, ahead: BoolArray) -> str:
    """Name the problems and families without which another strategy is first."""
    usual = ahead[0, -1, 0, 0]
    names = [*(compared.problem_names[p] for p in found.problems), *found.families]
    changed = [
        f"{name} ({_named(compared, each)})"
        for name, each in zip(names, ahead[0, -1, 0, 1:], strict=True)
        if (each != usual).any()
    ]
    if not changed:
        return ""
    more = f" and {len(changed) - _CHANGES} more" if len(changed) > _CHANGES else ""
    return f" Another is first without: {', '.join(changed[:_CHANGES])}{more}."
