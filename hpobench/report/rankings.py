"""The tables of the comparison: the ranking, and each strategy against the comparator."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..statistics import FEWEST_PROBLEMS
from .compared import Compared
from .comparisons import Comparison, Comparisons
from .gaps import fewer_seeds, without_score
from .intervals import COVERAGE_OF, SURE, for_new
from .looks.tables import NONE, Cell, Column, Table, count, decimals, number, probability, text
from .scale import SCALE, ZERO
from .verdicts import in_words, verdict

PROBLEMS, REGRET, BETTER, AGAINST = "Problems", "Regret", "Better", "vs "
"""Headings of the ranking in a terminal."""
_WEIGHTS = (0, 4, 2, 5, 1, 6, 3, -1, 7)
"""The weights of the columns in a terminal, where the lightest is left out first."""
_WEIGHTS_BY_RANK = (0, 4, 1, -2, 6, 5, 2, -1, 3)
"""The weights where there are no regrets."""
_NOTES = (
    "Range: behind all strategies that are surely ahead, and before all that are surely behind, "
    f"by {SURE} intervals of all its differences together (bootstrap), from {FEWEST_PROBLEMS} "
    f"problems on; it held the place in {COVERAGE_OF['range']} of simulations. P(better) is over "
    "the problems where both have runs on the same instance, p over those of them that have "
    "anchors, or over all where most have none. Tied are those whose numbers print the same; they "
    "share a place. A strategy without runs on some problem has no place; its comparison "
    "is over the problems it shares."
)
_FAILED = " In brackets: runs that failed or hold no score, which count as the worst."


def ranking(compared: Compared, found: Comparisons) -> Table:
    """List the strategies from the lowest mean regret up, with what is known of each."""
    by = "mean final regret" if compared.scaled else "mean rank, since there are no regrets"
    rivals = {each.strategy: each for each in found.every}
    failed = without_score(compared)
    scale, means = _said_of_regrets(compared)
    return Table(
        name="ranking",
        title=f"The strategies, ranked by {by}",
        caption=(
            f"{scale} Mean rank over {compared.scope(compared.problems)}. P(better): chance to be "
            f"better than {compared.comparator}, over the problems that both have runs on; p: "
            f"Wilcoxon, after Holm. {fewer_seeds(compared)}"
        ).rstrip(),
        notes=f"{means}{_NOTES}{_FAILED if failed else ''}",
        columns=(
            Column("Strategy", "l"),
            Column("Place"),
            Column("Range", parts=("best place", "worst place")),
            Column("Mean regret", parts=("mean regret", "low", "high")),
            Column("Mean rank"),
            Column("P(better)"),
            Column("Problems"),
            Column("p (Holm)"),
            Column(f"Against {compared.comparator}", "l"),
        ),
        rows=tuple(
            (
                _named(compared, s, failed, " runs without a score"),
                *_ranked(compared, s, rivals.get(s)),
            )
            for s in compared.order
        ),
    )


def _said_of_regrets(compared: Compared) -> tuple[str, str]:
    """Say for the ranking's caption and for its notes what the mean regrets are."""
    if not compared.scaled:
        return f"Without a mean regret: {compared.no_regrets}.", ""
    scale = (
        f"Mean final test regret over {compared.scope(compared.scaled)} ({SCALE}; lower is better),"
        f" with its {SURE} interval where one can be had."
    )
    return scale, f"Mean final test regret: with {for_new(len(compared.scaled))}. {ZERO} "


def brief(compared: Compared, found: Comparisons, table: Table) -> Table:
    """Shorten the ranking's table to a line a strategy in a terminal; the first place is bold."""
    rivals = {each.strategy: each for each in found.every}
    failed = without_score(compared)
    ranged = any(row[2].text != NONE for row in table.rows)
    new = any(not np.isnan(each.superiority.low) for each in found.every)
    rows = [
        (
            replace(
                _named(compared, s, failed, " without a score"), bold=compared.places.get(s) == "1"
            ),
            row[1],
            row[2] if ranged else text(""),
            text(NONE) if row[3].text == NONE else number(row[3].values[0]),
            *row[4:6],
            _between(rivals.get(s), new=new),
            row[6],
            text(verdict(rivals[s]) if s in rivals else NONE),
        )
        for s, row in zip(compared.order, table.rows, strict=True)
    ]
    return replace(table, columns=_brief_columns(compared, new=new), rows=tuple(rows))


def _between(each: Comparison | None, *, new: bool) -> Cell:
    """Return the interval of the chance to be better, on new problems or on these alone."""
    if each is None:
        return text(NONE)
    found = each.superiority if new else each.here
    if np.isnan(found.low):
        return text(NONE)
    bounds = (float(found.low), float(found.high))
    return Cell(f"[{decimals(bounds[0], 2)}, {decimals(bounds[1], 2)}]", bounds)


def _brief_columns(compared: Compared, *, new: bool) -> tuple[Column, ...]:
    names = (
        *("Strategy", "#", "Range", REGRET, "Rank", BETTER),
        SURE if new else f"{SURE} here",
        *(PROBLEMS, f"{AGAINST}{compared.comparator}"),
    )
    weights = _WEIGHTS if compared.scaled else _WEIGHTS_BY_RANK
    return tuple(
        Column(name, "l" if name in (names[0], names[-1]) else "r", weight=weight)
        for name, weight in zip(names, weights, strict=True)
    )


def bracketed(mean: float, low: float, high: float, digits: int = 3) -> Cell:
    """Return a cell of a mean with its interval, or with as much of both as is known."""
    if np.isnan(mean):
        return Cell(NONE, (np.nan, np.nan, np.nan))
    interval = f" [{decimals(low, digits)}, {decimals(high, digits)}]"
    shown = decimals(mean, digits) + ("" if np.isnan(low) else interval)
    return Cell(shown, (float(mean), float(low), float(high)))


def _named(compared: Compared, s: int, failed: Mapping[int, tuple[int, int]], words: str) -> Cell:
    """Return a strategy's name, and beside it how many of its runs hold no score."""
    number, of = failed.get(s, (0, 0))
    return Cell(compared.names[s], note=f"{number} of {of}{words}" if number else "")


def _ranked(compared: Compared, s: int, each: Comparison | None) -> tuple[Cell, ...]:
    """Return the cells of a strategy's row, after its name; None: it is not compared."""
    nothing = Cell(NONE, (np.nan,))
    place = compared.places.get(s)
    return (
        nothing
        if place is None
        else Cell(place.replace("=", " (tied)"), (int(place.rstrip("=")),)),
        _range(compared, s),
        bracketed(*compared.final_regrets.get(s, (np.nan, np.nan, np.nan))),
        number(compared.ranks[s], 2) if s in compared.ranks else nothing,
        nothing if each is None else number(each.superiority.chance, 2),
        nothing if each is None else count(each.superiority.problems),
        nothing if each is None or np.isnan(each.adjusted) else probability(each.adjusted),
        text(NONE if each is None else in_words(each)),
    )


def _range(compared: Compared, s: int) -> Cell:
    """Return the places between which a strategy stands, if it has a place and they are known."""
    if s not in compared.complete:
        return Cell(NONE, (np.nan, np.nan))
    at = compared.complete.index(s)
    best, worst = float(compared.rank_ranges.best[at]), float(compared.rank_ranges.worst[at])
    if np.isnan(best):
        return Cell(NONE, (np.nan, np.nan))
    shown = f"{best:.0f}" if best == worst else f"{best:.0f}\N{EN DASH}{worst:.0f}"
    return Cell(shown, (best, worst))
