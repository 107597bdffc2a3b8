"""The tables of the comparison: the ranking, and each strategy against the comparator."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from ..statistics import ALPHA, FEWEST_PROBLEMS, POWER, ROPE
from .compared import Compared
from .comparisons import Comparison, Comparisons, Speedup, nobody
from .gaps import fewer_seeds, scope_of_regrets, without_score
from .intervals import RULE, SURE, for_new
from .looks.tables import NONE, Cell, Column, Table, count, decimals, number, probability, text
from .names import RANDOM_SEARCH
from .over_budget import SCALE, ZERO
from .words import percent

TEST = "two-sided Wilcoxon signed-rank test"
LEVEL = percent(ALPHA)
"""The level of every test, before any correction."""
PROBLEMS, REGRET, BETTER = "Problems", "Regret", "Better"
"""Headings of the ranking in a terminal."""
Verdict: TypeAlias = Literal["better", "not told apart", "differs", "worse", "too few", "n/a"]
"""What a comparison came to, as it is told. With "too few" problems no result could have been
significant; "n/a": the two share no problem with regrets."""
TOO_FEW: Verdict = "too few"
"""The verdict where no result could have been significant."""

_WEIGHTS = (0, 3, 4, 1, 5, 2, -1, 6)
"""The weights of the columns in a terminal, where the lightest is left out first."""
_WEIGHTS_BY_RANK = (0, 3, -2, 6, 5, 1, -1, 2)
"""The weights where no problem has anchors, and nothing is tested."""
_NOTES = (
    "P(better) is over the problems where both have runs on the same instance, p over those of "
    "them that have anchors. An = marks a place that several share, since their numbers print the "
    "same. A strategy without runs on some problem has no place; its comparison is over the "
    "problems it shares."
)
_FAILED = " In brackets: runs that failed or hold no score, which count as the worst."


def ranking(compared: Compared, found: Comparisons) -> Table:
    """List the strategies from the lowest mean regret up, with what is known of each."""
    by = "mean final regret" if compared.scaled else "mean rank, since no problem has anchors"
    rivals = {each.strategy: each for each in found.every}
    failed = without_score(compared)
    scale, means = _said_of_regrets(compared)
    return Table(
        name="ranking",
        title=f"The strategies, ranked by {by}",
        caption=(
            f"{scale} Mean rank over {compared.scope(compared.problems)}. P(better): chance to be "
            f"better than {compared.comparator}, over P shared problems; p: Wilcoxon, after Holm. "
            f"{fewer_seeds(compared)}"
        ).rstrip(),
        notes=f"{means}{_NOTES}{_FAILED if failed else ''}",
        columns=(
            Column("Strategy", "l"),
            Column("Place"),
            Column("Mean regret", parts=("mean regret", "low", "high")),
            Column("Mean rank"),
            Column("P(better)"),
            Column("P"),
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
    rows = [
        (
            replace(
                _named(compared, s, failed, " without a score"), bold=compared.places.get(s) == "1"
            ),
            row[1],
            text(NONE) if row[2].text == NONE else number(row[2].values[0]),
            *row[3:5],
            _between(rivals.get(s)),
            row[5],
            text(verdict(rivals[s]) if s in rivals else NONE),
        )
        for s, row in zip(compared.order, table.rows, strict=True)
    ]
    return replace(table, columns=_brief_columns(compared), rows=tuple(rows))


def _between(each: Comparison | None) -> Cell:
    """Return the interval of the chance to be better."""
    if each is None or np.isnan(each.superiority.low):
        return text(NONE)
    bounds = (float(each.superiority.low), float(each.superiority.high))
    return Cell(f"[{decimals(bounds[0], 2)}, {decimals(bounds[1], 2)}]", bounds)


def _brief_columns(compared: Compared) -> tuple[Column, ...]:
    names = (
        *("Strategy", "#", REGRET, "Rank", BETTER, SURE, PROBLEMS),
        f"vs {compared.comparator}",
    )
    weights = _WEIGHTS if compared.scaled else _WEIGHTS_BY_RANK
    return tuple(
        Column(name, "l" if name in (names[0], names[-1]) else "r", weight=weight)
        for name, weight in zip(names, weights, strict=True)
    )


def verdict(each: Comparison) -> Verdict:
    """Say what the primary test found, and whether it could have found anything."""
    if not each.problems:
        return "n/a"
    if each.adjusted <= ALPHA:
        if each.gain > 0 and each.superiority.chance > 0.5:
            return "better"
        if each.gain < 0 and each.superiority.chance < 0.5:
            return "worse"
        return "differs"
    return "not told apart" if each.possible else TOO_FEW


def in_words(each: Comparison) -> str:
    """Say at length what the primary test found."""
    match verdict(each):
        case "n/a" if each.superiority.problems:
            return "n/a (no problem in common has anchors)"
        case "n/a":
            return "n/a (no instance in common)"
        case "too few":
            anchored = "" if each.problems == each.superiority.problems else " with anchors"
            return f"too few shared problems{anchored} ({each.problems})"
        case "differs":
            return "differs: better by mean or by chance, not by both"
        case found:
            return found


def primary(compared: Compared, found: Comparisons) -> Table | str:
    """List the comparisons with the comparator, or say why there are none.

    They are the one family of tests that hpobench fixes before any run.
    """
    if reason := nobody(compared, found):
        return f"Each strategy against {compared.comparator} (primary comparison): n/a, {reason}."
    return Table(
        name=compared.against,
        title=f"Each strategy against {compared.comparator} (primary comparison)",
        caption=(
            f"Each strategy against {compared.comparator} at the end of the budget, over the P "
            "problems where both have runs on the same instance, of "
            f"{compared.scope(compared.problems)}: chance to be better and regret gained, with "
            f"{SURE} intervals for new problems, wins, ties and losses by problem, and Wilcoxon's "
            f"p.{scope_of_regrets(compared)}"
        ),
        notes=_primary_notes(compared, found),
        columns=(
            Column("Strategy", "l"),
            Column("P"),
            Column("P(better)", parts=("chance", "chance low", "chance high")),
            Column("Gain", parts=("gain", "gain low", "gain high")),
            Column("W/T/L", parts=("wins", "ties", "losses")),
            Column("p"),
            Column("p (Holm)"),
            Column(f"Found at {percent(POWER)}"),
            Column("Speed-up", parts=("speed-up", "at most", "speed-up low", "speed-up high")),
            Column("Beyond, <1", parts=("beyond the pool", "under 1", "of")),
        ),
        rows=tuple(_compared(compared, each) for each in found.every),
    )


def _primary_notes(compared: Compared, found: Comparisons) -> str:
    return (
        "Instances are averaged within a problem. P(better): chance that a run is better, ties "
        f"counted half, mean over problems. Gain: difference of mean regrets. Intervals: {RULE}. "
        f"W/T/L: problems with a mean regret lower by over {ROPE:g}, equal, higher. p: Wilcoxon "
        f"signed-rank on per-problem differences, two-sided, Holm over the {found.tests} that "
        f"could be significant by themselves; \N{EN DASH}: it could not. Found at "
        f"{percent(POWER)}: the difference in mean regret that this test would find with that "
        f"probability at {first_level(found.tests)}. {_speedups(compared, found)}"
    )


def first_level(tests: int) -> str:
    """Return the level at which the smallest p of so many tests is significant, after Holm."""
    return f"{LEVEL}/{tests}, Holm's first step" if tests > 1 else LEVEL


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
        nothing if place is None else Cell(place, (int(place.rstrip("=")),)),
        bracketed(*compared.final_regrets.get(s, (np.nan, np.nan, np.nan))),
        number(compared.ranks[s], 2) if s in compared.ranks else nothing,
        nothing if each is None else number(each.superiority.chance, 2),
        nothing if each is None else count(each.superiority.problems),
        nothing if each is None or np.isnan(each.adjusted) else probability(each.adjusted),
        text(NONE if each is None else in_words(each)),
    )


def _compared(compared: Compared, each: Comparison) -> tuple[Cell, ...]:
    chance = each.superiority
    tally = (each.wins, each.ties, each.losses)
    return (
        text(compared.names[each.strategy]),
        count(chance.problems),
        bracketed(chance.chance, chance.low, chance.high, 2),
        bracketed(each.gain, each.gain_low, each.gain_high),
        Cell("/".join(map(str, tally)), tally) if each.problems else Cell("n/a", (np.nan,) * 3),
        probability(each.raw),
        Cell(NONE, (np.nan,)) if np.isnan(each.adjusted) else probability(each.adjusted),
        number(each.detectable) if np.isfinite(each.detectable) else Cell(NONE, (np.nan,)),
        *_speedup(each.speedup),
    )


def _speedups(compared: Compared, found: Comparisons) -> str:
    """Say what a speed-up is, and what the comparator's own comes to."""
    said = (
        "Speed-up: evaluations of random search, as expected from its anchors on the instances "
        f"that were run, that one evaluation is worth; median over problems with its {SURE} "
        f"two-level bootstrap interval (n/a under {FEWEST_PROBLEMS} problems), with > or < where "
        "it is a bound. Beyond: problems on which all evaluations of the anchors' pool are worth "
        "less; <1: problems on which random search is faster."
    )
    if found.itself is None or not found.itself.problems:
        return said
    own = _speedup(found.itself)[0].text
    why = ", by the noise of its seeds" if compared.comparator == RANDOM_SEARCH else ""
    return f"{said} {compared.comparator}'s own is {own}{why}."


def _speedup(found: Speedup) -> tuple[Cell, Cell]:
    """Return a speed-up as it is known, and on how many problems it is a bound or under 1."""
    if not found.problems:
        return text(NONE), text(NONE)
    median = found.median
    if median.least == median.most:
        shown = _factor(median.least)
    elif median.most == np.inf:
        shown = f"> {_factor(median.least)}" if median.least else NONE
    else:
        shown = f"{_factor(median.least)} to {_factor(median.most)}"
        shown = shown if median.least else f"< {_factor(median.most)}"
    if not np.isnan(median.low):
        high = "\N{INFINITY}" if median.high == np.inf else _factor(median.high)
        shown += f" [{_factor(median.low)}, {high}]"
    counts = (found.beyond, found.slower, found.problems)
    return (
        Cell(shown, (median.least, median.most, median.low, median.high)),
        Cell(f"{found.beyond}, {found.slower} of {found.problems}", counts),
    )


def _factor(factor: float) -> str:
    return decimals(factor, 1 if factor >= 1 or not factor else 2)
