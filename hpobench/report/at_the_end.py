"""The figures of the end of the budget: ranks, comparisons, regrets by problem, seconds."""

from functools import partial
from itertools import pairwise

import numpy as np

from ..errors import counted
from ..statistics import (
    ALPHA,
    FloatArray,
    Omnibus,
    all_pairs,
    cliques,
    common_means,
    friedman,
    mean_over,
    problems_needed,
)
from ..statistics.summaries import QUARTILES
from .captioned_figure import CaptionedFigure, missing
from .compared import Compared
from .comparisons import Comparisons, nobody
from .figures import heat, intervals, ranks, seconds
from .figures.heat import Group
from .figures.intervals import Column, Row
from .figures.ranks import Standing
from .figures.seconds import SuggestionTimes
from .gaps import absent
from .intervals import MIDDLE, RULE, SURE
from .looks.tables import said_of_p
from .looks.venues import Style
from .over_budget import NO_RANKS, WINSORISED, banded, whose_intervals
from .scale import SCALE, ZERO
from .verdicts import LEVEL

WHERE = "final-by-problem"
"""How the names of the figures of final regrets by problem begin."""


def final_ranks(compared: Compared) -> CaptionedFigure:
    """Draw the mean ranks at the end, joined where Wilcoxon and Holm do not separate them."""
    name, title = "final-ranks", "Final ranks"
    who = compared.complete
    if len(who) < 2:
        return missing(name, title, NO_RANKS)
    found = np.array([compared.ranks[s] for s in who])
    tests = all_pairs(compared.final_differences[np.ix_(who, who)])
    order = np.argsort(found, kind="stable").tolist()
    joined = [
        (order.index(group[0]), order.index(group[-1])) for group in cliques(found, tests.adjusted)
    ]
    standings = [Standing(compared.names[who[i]], float(found[i])) for i in order]
    omnibus = friedman(common_means(compared.final_means[who]))
    tested, how = _said_of_tests(compared, omnibus)
    caption = (
        f"Mean rank at the end of the budget (1 is best) over {compared.scope(compared.problems)}. "
        "A bar joins strategies that follow each other and that no test separates: a group of no "
        f"proven difference, not of proven equality. {tested}{absent(compared)}"
    )
    notes = (
        "Ranks: ties averaged, expected over all pairings of runs on the same instance; they "
        f"depend on who takes part.{how}"
    )
    draw = partial(ranks.draw, standings, joined, compared.looks)
    numbers = [
        (each.strategy, each.rank, *(_joined(place, joined)))
        for place, each in enumerate(standings)
    ]
    return CaptionedFigure(
        name, title, caption, draw, notes, ("strategy", "mean rank", "bars"), numbers
    )


def _said_of_tests(compared: Compared, omnibus: Omnibus) -> tuple[str, str]:
    """Return what the tests between strategies came to, and how they were made."""
    members, who = compared.scaled, len(compared.complete)
    if not members:
        return f"Nothing was tested: {compared.no_regrets}.", ""
    pairs = who * (who - 1) // 2
    needed = problems_needed(pairs)
    if len(members) < needed:  # the omnibus tests' distributions are approximate, too
        said = f"so few problems can separate none by Wilcoxon tests at {LEVEL} after Holm"
        return f"Nothing was tested: {said}, that needs {needed}.", ""
    how = (
        f" Bars: Wilcoxon signed-rank tests on per-problem differences of regrets, {ALPHA:g}, Holm "
        f"over {counted(pairs, 'pair')}, {counted(len(members), 'problem')}. Friedman's test is "
        f"corrected for ties; with Iman's and Davenport's F: {_p(omnibus.f_p)}."
    )
    return f"Friedman's test: {_p(omnibus.p)}.", how


def against_comparator(compared: Compared, found: Comparisons) -> CaptionedFigure:
    """Draw each strategy's chance to be better than the comparator, and the regret it gains."""
    name, title = compared.against, f"Against {compared.comparator}"
    if reason := nobody(compared, found):
        return missing(name, title, reason)
    chances = [
        Row(
            compared.names[each.strategy],
            each.superiority.chance,
            each.superiority.low,
            each.superiority.high,
            f"({each.superiority.problems})",
        )
        for each in found.every
    ]
    gains = [
        Row(compared.names[each.strategy], each.gain, each.gain_low, each.gain_high)
        for each in found.every
    ]
    columns = [Column(chances, f"P(better than {compared.comparator})", neutral=0.5, limits=(0, 1))]
    gained = not np.all(np.isnan([each.centre for each in gains]))
    if gained:
        columns.append(Column(gains, f"Regret gained on {compared.comparator}", neutral=0))
    caption, notes = _said_of_chances(compared, gained=gained)
    numbers = [
        (a.strategy, a.centre, a.low, a.high, b.centre, b.low, b.high, each.superiority.problems)
        for a, b, each in zip(chances, gains, found.every, strict=True)
    ]
    bounds = ("chance", "chance low", "chance high", "gain", "gain low", "gain high")
    headings = ("strategy", *bounds, "problems")
    draw = partial(intervals.draw, columns, compared.looks)
    return CaptionedFigure(name, title, caption, draw, notes, headings, numbers)


def _said_of_chances(compared: Compared, *, gained: bool) -> tuple[str, str]:
    """Return the caption and the notes; `gained`: whether regrets are drawn beside the chances."""
    gain = " Right: difference of mean regrets." if gained else ""
    caption = (
        f"{'Left: chance' if gained else 'Chance'} that a run is better than one of "
        f"{compared.comparator} on the same instance, over the problems that both have such runs "
        f"on (their number in brackets), of {compared.scope(compared.problems)}.{gain} Bar: {SURE} "
        "interval for new problems like these; a hollow mark has none."
    )
    gains = " Regrets: on the same instances, over those of the problems that have anchors."
    notes = f"Chances: ties count half; mean over problems.{gains * gained} Bars: {RULE}."
    return caption, notes


def where(compared: Compared, style: Style) -> tuple[CaptionedFigure, ...]:
    """Draw the final regret of every strategy on every problem, on as many pages as it takes."""
    title = "Final regret by problem"
    members = compared.scaled
    if not members:
        return (missing(WHERE, title, compared.no_regrets),)
    sheets = [*heat.pages(_groups(compared, members), style)]
    several = len(sheets) > 1
    return tuple(
        _map(
            compared,
            WHERE + f"-{number}" * several,
            title + f" ({number} of {len(sheets)})" * several,
            groups,
        )
        for number, groups in enumerate(sheets, 1)
    )


def _groups(compared: Compared, members: list[int]) -> list[Group]:
    """Return the problems by family, with the strategies in the order of the ranking."""
    final = compared.scores.reported.bounded[..., -1]
    means = mean_over(final, axis=2)[np.ix_(compared.order, members)].T
    lowest = np.fmin.reduce(means, axis=1, initial=np.inf)[:, None]
    # where all strategies are the same, none is best
    differ = np.fmax.reduce(means, axis=1, initial=-np.inf)[:, None] > lowest + 1e-12
    best = differ & (means <= lowest + 1e-12)
    families = [compared.scores.problems[p].about.family for p in members]
    found: list[Group] = []
    for family in dict.fromkeys(families):
        rows = [i for i, each in enumerate(families) if each == family]
        names = [compared.problem_names[members[i]] for i in rows]
        found.append(Group(family, names, means[rows], best[rows]))
    return found


def _map(compared: Compared, name: str, title: str, groups: list[Group]) -> CaptionedFigure:
    strategies = [compared.names[s] for s in compared.order]
    shown = {problem for group in groups for problem in group.problems}
    members = [p for p, name in enumerate(compared.problem_names) if name in shown]
    caption = (
        f"Mean over seeds of the final test regret ({SCALE}; lower is better), over "
        f"{compared.scope(members)}. Dot: the lowest of its problem, without a test. Hatched: no "
        "run. No band: a cell is a mean."
    )
    notes = (
        f"Regrets are {WINSORISED}, and have more than two decimals where the "
        "lowest takes them to differ from the rest and there is room. Colours go by the square "
        f"root, and end at 0 and 1. Strategies stand in the order of the ranking. {ZERO}"
    )
    numbers = [
        (strategy, problem, float(group.regrets[i, j]))
        for j, strategy in enumerate(strategies)
        for group in groups
        for i, problem in enumerate(group.problems)
    ]
    draw = partial(heat.draw, groups, strategies)
    there = frozenset(compared.scores.problems[p].identity for p in members)
    headings = ("strategy", "problem", "regret")
    return CaptionedFigure(name, title, caption, draw, notes, headings, numbers, there)


def suggestion_seconds(compared: Compared) -> CaptionedFigure:
    """Draw the real seconds of the n-th suggestion."""
    name, title = "suggestion-seconds", "Suggestion time"
    found: dict[str, SuggestionTimes] = {}
    for s in np.flatnonzero(compared.ran.any(axis=1)).tolist():
        thinking = _thinking(compared.tallies.ask_seconds[s])
        if thinking.numbers.size:
            found[compared.names[s]] = thinking
    if not found:
        return missing(name, title, "no run measured its seconds")
    found = dict(
        sorted(found.items(), key=lambda each: (-float(np.nanmax(each[1].median)), each[0]))
    )
    best = banded(compared, [compared.names[s] for s in compared.order])
    barred = {*best, compared.comparator}
    caption = (
        "Real seconds that the n-th suggestion took: median over all runs, "
        f"{compared.scope(compared.problems)}. Bars ({whose_intervals(compared)}): "
        "their middle half, which is no confidence interval."
    )
    notes = (
        "From the tenth suggestion on, suggestions of about the same number are taken together, "
        f"ten steps a decade. Bar: {MIDDLE}. Seconds depend on the machine and on what else it "
        "did; no run was steered by them."
    )
    numbers = [
        (strategy, *(float(x) for x in row))
        for strategy, spent in found.items()
        for row in zip(spent.numbers, spent.median, spent.low, spent.high, strict=True)
    ]
    headings = ("strategy", "suggestion", "median", "low", "high")
    draw = partial(seconds.draw, found, compared.looks, barred)
    return CaptionedFigure(name, title, caption, draw, notes, headings, numbers)


def _thinking(taken: FloatArray) -> SuggestionTimes:
    """Pool the seconds of (runs, trials) into steps; a step without any is left out."""
    starts = np.unique(np.round(np.logspace(0, 6, 61))).astype(int)
    steps = list[tuple[float, ...]]()
    for first, last in pairwise(starts[starts <= taken.shape[1] + 1].tolist()):
        pooled = taken[:, first - 1 : last - 1]
        pooled = pooled[~np.isnan(pooled) & (pooled > 0)]
        if pooled.size:
            low, middle, high = np.quantile(pooled, QUARTILES)
            steps.append((float(first), float(middle), float(low), float(high)))
    if steps and taken.shape[1] > steps[-1][0]:
        steps.append((float(taken.shape[1]), *steps[-1][1:]))  # so that the last one has a width
    columns = np.array(steps, dtype=float).reshape(-1, 4).T
    return SuggestionTimes(columns[0], columns[1], columns[2], columns[3])


def _p(value: float) -> str:
    if np.isnan(value):
        return "n/a, it needs two problems"
    return said_of_p(value)


def _joined(place: int, bars: list[tuple[int, int]]) -> list[str]:
    numbers = [str(i + 1) for i, (first, last) in enumerate(bars) if first <= place <= last]
    return [" ".join(numbers)]
