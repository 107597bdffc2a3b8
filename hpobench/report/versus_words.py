"""What is said of one strategy against another one: the answer, and a row for each thing behind it.

A row is a label of few characters and a text; a terminal, a file and Markdown print the same rows.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from ..errors import counted
from ..statistics import FEWEST_SEEDS, ROPE
from .intervals import SURE
from .looks import markup
from .looks.tables import NONE, Cell, Column, Table, decimals, markdown, number, probability, text
from .rankings import bracketed
from .versus import Standing, Versus
from .versus_effects import Effect, OnProblem
from .versus_tests import needs, settled, tested
from .words import brief_seconds, listed, percent

Row: TypeAlias = tuple[str, str]
"""A label and a text."""
MOST_NAMES = 8
"""How many problems a row names; it counts the rest. The Markdown has all of them."""
FEW_NAMES = 3
"""How many problems that are left out are named."""
SHOWN = "*"
"""The mark of a problem whose own runs show which strategy is better."""


def heading(found: Versus) -> str:
    """Return what is compared."""
    return (
        f"{found.first} against {found.second}: {found.scope}, after"
        f" {counted(found.budget, 'evaluation')}"
    )


def answer(found: Versus) -> str:
    """Say in a sentence or two which of the two to take."""
    one, other = found.first, found.second
    where = {
        "new problems": "on problems like these",
        "these problems": "on these problems, which are too few to speak of others",
        "nothing": "on these problems",
    }[found.reach]
    match found.conclusion:
        case "better":
            return f"{one} is better than {other} {where}."
        case "worse":
            return f"{one} is worse than {other} {where}."
        case "equal":
            return f"{one} and {other} are practically equal: take the one that is easier to use."
        case "differs":
            return (
                f"{one} and {other} differ: one has the lower mean regret, and the other one is"
                " more often better. Look where each is ahead."
            )
        case "undecided":
            return f"It is undecided whether {one} or {other} is better. {_may_be(found)}".rstrip()
        case "nothing":
            return f"Nothing can be said: {one} and {other} have no runs that can be compared."


def rows(found: Versus) -> tuple[Row, ...]:
    """Return what is behind the answer, the most important thing first."""
    return tuple(_rows(found))


def gate(found: Versus, margin: float, standing: Standing) -> str:
    """Say whether the first strategy is worse than the second one by the margin."""
    scale = "of mean regret" if found.by_regret else "of the chance to be better"
    size = f"by more than {margin:g} {scale}"
    effect, _ = found.effect
    if np.isnan(effect.low):
        return (
            f"there is no interval (it takes {FEWEST_SEEDS} seeds on each problem), so nothing can"
            f" be shown to be worse: as it is, only --fail-if undecided can fail"
        )
    match standing:
        case "worse":
            return f"worse: {found.first} is worse than {found.second} {size}"
        case "not worse":
            return f"passed: {found.first} is not worse than {found.second} {size}"
        case "undecided":
            return f"undecided: {found.first} may be worse than {found.second} {size}, or may not"


def summary(found: Versus, said: Sequence[Row]) -> str:
    """Return heading, answer and rows in Markdown, and a table of all problems."""
    lines = [f"### {markup.markdown(heading(found))}", f"**{markup.markdown(answer(found))}**"]
    listing = "\n".join(
        f"| {markup.markdown(label)} | {markup.markdown(words)} |" for label, words in said
    )
    lines.append(f"| | |\n| --- | --- |\n{listing}")
    return "\n\n".join([*lines, markdown(by_problem(found))])


def by_problem(found: Versus) -> Table:
    """List the problems, with the strategies on each by itself."""
    return Table(
        name="versus",
        title=heading(found),
        caption=(
            f"Each problem by itself: the chance that a run of {found.first} is better than one of "
            f"{found.second}, how much lower its mean regret is, and p of an exact rank-sum test "
            f"of the runs on the same instances, Holm over the problems with enough runs; {NONE}: "
            "it has too few runs, or no anchors."
        ),
        columns=(Column("Problem", "l"), Column("P(better)"), Column("Gain"), Column("p (Holm)")),
        rows=tuple(
            (
                text(each.name),
                number(each.chance, 2),
                _or_none(number(each.gain)),
                _or_none(probability(each.p)),
            )
            for each in found.problems
        ),
    )


def _or_none(cell: Cell) -> Cell:
    return Cell(NONE, cell.values) if np.isnan(cell.values[0]) else cell


def _rows(found: Versus) -> Iterator[Row]:
    if any(found.unpaired):
        one, other = found.unpaired
        yield "seeds", f"only those of both count; {one} and {other} runs have others"
    if found.problems:
        if found.gain.problems:
            yield "regret", _gain(found)
        yield "P(better)", _chance(found.chance)
        yield "p", tested(found)
        if not np.isnan(found.verdict.better):
            yield "Bayes", _verdict(found)
        yield from _where(found)
        yield "cost", _cost(found)
        yield "settled by", settled(found)
    if any(found.without_score):
        one, other = found.without_score
        yield "failed", f"{one} and {other} runs without a score, which count as the worst"
    if found.left_out:
        named = _named(found.left_out, FEW_NAMES)
        yield "left out", f"{named}: no runs of both"


def _may_be(found: Versus) -> str:
    """Say between what the difference lies, where that is known."""
    low, high = found.gain.low, found.gain.high
    if np.isnan(low):
        return ""
    if low >= 0 or high <= 0:
        near, far = sorted((abs(low), abs(high)))
        word = "lower" if low >= 0 else "higher"
        return f"Its mean regret may be {decimals(near)} to {decimals(far)} {word}."
    return f"Its mean regret may be {decimals(-low)} higher or {decimals(high)} lower."


def _gain(found: Versus) -> str:
    """Say how much lower the first one's regret is."""
    gain = found.gain
    mean, low, high = gain.mean, gain.low, gain.high
    word = "lower" if mean >= 0 else "higher"
    if mean < 0:
        mean, low, high = -mean, -high, -low
    over = f"over {counted(gain.problems, 'problem')}"
    return f"{bracketed(mean, low, high).text} {word} {over}; {_reach(gain)}"


def _chance(chance: Effect) -> str:
    """Say how probably a run of the first one is better."""
    shown = bracketed(chance.mean, chance.low, chance.high, 2).text
    words = f"{shown} that a run of the first beats one of the second"
    return f"{words}; {_reach(chance)}" if chance.reach == "these problems" else words


def _reach(effect: Effect) -> str:
    """Say what an interval speaks of."""
    match effect.reach:
        case "new problems":
            return f"{SURE} for new problems"
        case "these problems":
            return f"{SURE} for these alone"
        case "nothing":
            return f"an interval takes {FEWEST_SEEDS} seeds each"


def _verdict(found: Versus) -> str:
    better, equal, worse = (
        percent(each) for each in (found.verdict.better, found.verdict.equal, found.verdict.worse)
    )
    return f"better {better}, practically equal (within {ROPE:g}) {equal}, worse {worse}"


def _where(found: Versus) -> Iterator[Row]:
    """Yield on which problems the first strategy is ahead, and on which it is behind."""
    ahead = [each for each in found.problems if _lead(each) > 0]
    behind = [each for each in found.problems if _lead(each) < 0]
    for label, some in (("ahead on", ahead), ("behind on", behind)):
        ordered = sorted(some, key=lambda each: (not each.shown, -abs(_lead(each)), each.name))
        names = [each.name + SHOWN * each.shown for each in ordered]
        number = f"{len(some)} of {len(found.problems)} by {_scale(found)}"
        yield label, f"{number}{': ' if some else ''}{_named(names, MOST_NAMES)}"
    able = sum(not np.isnan(each.p) for each in found.problems)
    if not able:
        yield "", f"no problem has enough runs for a test of its own, which takes {needs(found)}"
    elif any(each.shown for each in found.problems):
        yield "", f"{SHOWN} shown by its own runs (rank-sum test, Holm over {able})"
    else:
        yield "", f"none is shown by its own runs (rank-sum test, Holm over {able})"


def _scale(found: Versus) -> str:
    """Say by what strategies are ahead or behind."""
    without = sum(np.isnan(each.gain) for each in found.problems)
    if not without:
        return "mean regret"
    return "chance" if without == len(found.problems) else "mean regret, or chance without anchors"


def _lead(each: OnProblem) -> float:
    """Return how far ahead the first strategy is; 0: the two are practically equal."""
    if np.isnan(each.gain):
        return each.chance - 0.5
    return each.gain if abs(each.gain) > ROPE else 0.0


def _cost(found: Versus) -> str:
    """Say what suggestions cost, and when it pays to wait for them, unless nothing is decided."""
    one, other = (brief_seconds(each) for each in found.suggestion)
    words = f"a suggestion takes {one} {'with both' if one == other else f'against {other}'}"
    low, high = found.pays
    if found.conclusion == "undecided" or np.isnan(low) or (low == 0 and np.isinf(high)):
        return words
    if np.isinf(high):
        return f"{words}; that pays where an evaluation takes over {brief_seconds(low)}"
    return f"{words}; that pays where an evaluation takes under {brief_seconds(high)}"


def _named(names: Sequence[str], most: int) -> str:
    """List the first names, and count the others."""
    if len(names) <= most:
        return listed(names) if names else ""
    return f"{', '.join(names[:most])} and {len(names) - most} more"
