"""Where differences between runs come from, and what would settle who is first."""

from collections.abc import Iterator

import numpy as np

from ...errors import counted
from ...statistics import (
    ALPHA,
    POWER,
    FloatArray,
    Settling,
    Variances,
    components,
    settling,
    variances,
    wilcoxon,
)
from ..compared import Compared
from ..gaps import absent
from ..looks.tables import Column, Table, decimals, number, text
from ..words import listed, percent

_SOURCES = (
    ("strategy", "how good a strategy is on all problems alike"),
    ("problem", "how hard a problem is for all strategies alike"),
    ("strategy and problem", "on which problems a strategy is better or worse than its level"),
    ("seed", "what a seed does to all strategies alike: its instance, its luck"),
    ("rest", "the luck of one run"),
)
"""The parts of the variance, in the order of `Variances.shares`, and what each of them is."""
_CHEAPEST = 3
"""How many families a sentence names."""


def variance_table(compared: Compared) -> tuple[Table | str, ...]:
    """List the parts of the variance; nothing below two strategies on two problems."""
    found = variances(_runs(compared, compared.complete))
    return (*settling_sentences(compared), *_components(compared, found))


def settling_sentences(compared: Compared) -> Iterator[str]:
    """Say what would settle the first strategy against the second, and which problems cost least.

    Nothing below two strategies on two problems.
    """
    who = compared.ranked
    if len(who) < 2 or len(compared.tested) < 2:
        return
    first, second = who[:2]
    differences = compared.tested_differences[first, second]
    pair = components(_runs(compared, [first, second]))
    found = settling(differences, 2 * pair.noise / pair.seeds, pair.seeds)
    problems = int((~np.isnan(differences)).sum())
    names = f"{compared.names[first]} and {compared.names[second]}, first and second"
    if wilcoxon(differences) <= ALPHA:
        yield (
            f"What would settle it: {names}, are told apart by a signed-rank test at "
            f"{percent(ALPHA)} on {counted(problems, 'problem')}, before any correction."
        )
        return
    if not problems:
        return
    size = decimals(abs(float(np.nanmean(differences))))
    measure = "mean regret" if compared.scaled else "their chance to be better from one half"
    yield (
        f"What would settle it: {names}, differ by {size} in {measure}, on "
        f"{counted(problems, 'problem')}. If the difference is as large as "
        f"it looks, a signed-rank test at {percent(ALPHA)}, before any correction, would find it "
        f"with a probability of {percent(POWER)} {_settled(found)}."
    )
    yield from _cheapest(compared)


def _settled(found: Settling) -> str:
    """Say on how many problems, or with how many seeds, a test would find it."""
    if not np.isfinite(found.problems):
        return "in no study, however large"
    words = f"in a study of {counted(int(found.problems), 'problem')} like these with as many seeds"
    if np.isnan(found.seeds):
        return words
    if np.isinf(found.seeds):
        return f"{words}; more seeds on as many problems would not do"
    return f"{words}, or of as many problems with {counted(int(found.seeds), 'seed')} on each"


def _cheapest(compared: Compared) -> Iterator[str]:
    """Say which family's problems take the fewest seconds an evaluation, by their cards."""
    seconds = dict[str, list[float]]()
    for p in compared.tested:
        about = compared.scores.problems[p].about
        if about.seconds is not None:
            seconds.setdefault(about.family, []).append(about.seconds)
    typical = sorted((float(np.median(each)), family) for family, each in seconds.items())
    if len(typical) < 2:
        return
    named = [f"{family} ({seconds:.2g} s)" for seconds, family in typical[:_CHEAPEST]]
    yield (
        "Cheapest to add are problems of the families with the shortest evaluations, by the "
        f"problems' cards: {listed(named)}. Problems of one family alone would say nothing of the "
        "others."
    )


def _runs(compared: Compared, who: list[int]) -> FloatArray:
    return compared.scores.reported.bounded[np.ix_(who, compared.scaled)][..., -1]


def _components(compared: Compared, found: Variances) -> tuple[Table, ...]:
    """Return the table of the parts of the variance; nothing where they are not known."""
    if np.isnan(found.shares).any():
        return ()
    parts = (found.strategy, found.problem, found.interaction, found.seed, found.rest)
    table = Table(
        name="variance",
        title="Where differences between runs come from",
        caption=(
            f"Parts of the variance of a run's final test regret, of {len(compared.complete)} "
            f"strategies over {counted(found.problems, 'problem')} and {decimals(found.seeds, 1)} "
            "seeds of each that all of them ran (harmonic mean), of "
            f"{compared.scope(compared.scaled)}. No interval, no test.{absent(compared)}"
        ),
        notes=(
            "Analysis of variance with all parts at random (Searle, Casella and McCulloch, 1992, "
            "chapter 4); an estimate below 0 is 0. A comparison of two strategies is blurred by "
            "the third part over the number of problems, and by the last over the number of "
            "problems and of seeds; the second and the fourth cancel in it. Few strategies or "
            "problems make these numbers rough."
        ),
        columns=(
            Column("Part", "l"),
            Column("What it is", "p"),
            Column("Standard deviation"),
            Column("Share of the variance (%)"),
        ),
        rows=tuple(
            (text(name), text(what), number(float(np.sqrt(part))), number(100 * share, 1))
            for (name, what), part, share in zip(
                _SOURCES, parts, found.shares.tolist(), strict=True
            )
        ),
    )
    return (table,)
