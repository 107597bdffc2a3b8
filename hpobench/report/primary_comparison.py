"""The table of the primary comparison: each strategy against the comparator."""

from collections.abc import Callable

import numpy as np

from ..statistics import FEWEST_PROBLEMS, POWER, ROPE, Median
from .compared import Compared
from .comparisons import Comparison, Comparisons, Speedup, nobody
from .gaps import scope_of_regrets
from .intervals import COVERAGE_OF, RULE, SURE
from .looks.tables import NONE, Cell, Column, Table, count, decimals, number, probability, text
from .rankings import bracketed
from .verdicts import first_level
from .words import percent

_BOUNDED = (
    "Beyond the pool: problems on which all evaluations of the anchors' pool are worth less; "
    "slower: problems on which random search is faster, the speed-up being under 1."
)
"""What the numbers of bounds are."""


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
            f"Each strategy against {compared.comparator} at the end of the budget, over the "
            "problems where both have runs on the same instance, of "
            f"{compared.scope(compared.problems)}: chance to be better and regret gained, with "
            f"{SURE} intervals for new problems, wins, ties and losses by problem, and Wilcoxon's "
            f"p.{scope_of_regrets(compared)}"
        ),
        notes=_primary_notes(compared, found),
        columns=(
            Column("Strategy", "l"),
            Column("Problems"),
            Column("P(better)", parts=("chance", "chance low", "chance high")),
            Column("Gain", parts=("gain", "gain low", "gain high")),
            Column("W/T/L", parts=("wins", "ties", "losses")),
            Column("p"),
            Column("p (Holm)"),
            Column(f"Detectable at {percent(POWER)}"),
            Column(
                "Speed-up",
                parts=("speed-up", "at most", "speed-up low", "speed-up high"),
                beside=True,
                explained=_speedups(compared, found),
            ),
            Column(
                "Beyond the pool; slower",
                parts=("beyond the pool", "under 1", "of"),
                beside=True,
                explained=_BOUNDED,
            ),
        ),
        rows=tuple(_compared(compared, each) for each in found.every),
    )


def _primary_notes(compared: Compared, found: Comparisons) -> str:
    return (
        "Instances are averaged within a problem. P(better): chance that a run is better, ties "
        f"counted half, mean over problems. Gain: difference of mean regrets. Intervals: {RULE}. "
        f"W/T/L: {_won(compared)}. p: Wilcoxon signed-rank on per-problem differences, two-sided, "
        f"{_corrected(found.tests)}; {NONE}: the problems are too few for any p to be "
        f"significant. The intervals are not corrected for the number of strategies. Detectable at "
        f"{percent(POWER)}: the difference in mean regret that this test would find with that "
        f"probability at {first_level(found.tests)}."
    )


def _corrected(tests: int) -> str:
    """Say over which tests the p are corrected."""
    if not tests:
        return "not corrected, as none could be significant by itself"
    over = "the only one" if tests == 1 else f"the {tests}"
    which = "itself" if tests == 1 else "themselves"
    return f"Holm over {over} that could be significant by {which}"


def _won(compared: Compared) -> str:
    """Say on which problems a strategy wins, ties and loses."""
    if compared.scaled:
        return f"problems with a mean regret lower by over {ROPE:g}, equal, higher"
    return f"problems with a chance to be better above one half by over {ROPE:g}, equal, lower"


def _compared(compared: Compared, each: Comparison) -> tuple[Cell, ...]:
    chance = each.superiority
    tally = (each.wins, each.ties, each.losses)
    return (
        text(compared.names[each.strategy]),
        count(chance.problems),
        bracketed(chance.chance, chance.low, chance.high, 2),
        bracketed(each.gain, each.gain_low, each.gain_high),
        Cell("/".join(map(str, tally)), tally) if each.problems else Cell("n/a", (np.nan,) * 3),
        *_tested(each),
        number(each.detectable) if np.isfinite(each.detectable) else Cell(NONE, (np.nan,)),
        *speedup(each.speedup),
    )


def _tested(each: Comparison) -> tuple[Cell, Cell]:
    """Return the test's p before and after the correction, or nothing where no p could tell."""
    if np.isnan(each.adjusted):
        return Cell(NONE, (np.nan,)), Cell(NONE, (np.nan,))
    return probability(each.raw), probability(each.adjusted)


def _speedups(compared: Compared, found: Comparisons) -> str:
    """Say what a speed-up is, and what the comparator's own comes to."""
    said = (
        "Speed-up: evaluations of random search, as expected from its anchors on the instances "
        f"that were run, that one evaluation is worth; median over problems with its {SURE} "
        f"interval (n/a under {FEWEST_PROBLEMS} problems; interpolated order statistics, which "
        f"covered {COVERAGE_OF['interpolated order statistics']} in simulations), with "
        "\N{GREATER-THAN OR EQUAL TO} or \N{LESS-THAN OR EQUAL TO} where it is a bound."
    )
    if found.itself is None or not found.itself.problems:
        return said
    own = speedup(found.itself)[0].text
    why = ", by the noise of its seeds" if compared.against_random else ""
    return f"{said} {compared.comparator}'s own is {own}{why}."


def speedup(found: Speedup) -> tuple[Cell, Cell]:
    """Return a speed-up as it is known, and on how many problems it is a bound or under 1."""
    if not found.problems:
        return text(NONE), text(NONE)
    median = found.median
    shown = within(median, factor)
    if not np.isnan(median.low):
        high = "\N{INFINITY}" if median.high == np.inf else factor(median.high)
        shown += f" [{factor(median.low)}, {high}]"
    counts = (found.beyond, found.slower, found.problems)
    return (
        Cell(shown, (median.least, median.most, median.low, median.high)),
        Cell(f"{found.beyond}; {found.slower} of {found.problems}", counts),
    )


def within(median: Median, written: Callable[[float], str]) -> str:
    """Return a median as it is `written`, or what it is at least, or at most."""
    least, most = written(median.least), written(median.most)
    if least == most:
        return least
    if median.least:
        return f"\N{GREATER-THAN OR EQUAL TO} {least}"
    return NONE if median.most == np.inf else f"\N{LESS-THAN OR EQUAL TO} {most}"


def between(median: Median, written: Callable[[float], str]) -> str:
    """Return the interval of a median factor, its ends as they are `written`; nothing if open."""
    low, high, times = written(median.low), written(median.high), "\N{MULTIPLICATION SIGN}"
    if median.high == np.inf:
        return f"\N{GREATER-THAN OR EQUAL TO} {low}{times}" if median.low else NONE
    if not median.low:
        return f"\N{LESS-THAN OR EQUAL TO} {high}{times}"
    return f"{low} to {high}{times}"


def factor(value: float) -> str:
    """Return a factor with a decimal, or with two where it is under 1.

    >>> factor(27.81), factor(0.093), factor(0.996)
    ('27.8', '0.09', '1.0')
    """
    return decimals(value, 2 if 0 < value < 0.995 else 1)
