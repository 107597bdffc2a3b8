"""The figures of the end of the budget: ranks, comparisons, where, validation, seconds."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..figures import heat, intervals, ranks, seconds, validation
from ..figures.intervals import Column
from ..figures.intervals import Interval as Row
from ..figures.ranks import Standing
from ..figures.seconds import Thinking
from ..figures.validation import Path
from ..scores import CHECKPOINTS, overtuning, problem_means
from ..scores import seconds as real_seconds
from ..statistics import (
    ALPHA,
    all_pairs,
    cliques,
    common_means,
    friedman,
    instance_means,
    problems_needed,
)
from ..tables import decimals
from .comparisons import Comparisons
from .exhibit import Exhibit, missing
from .intervals import RULE
from .names import COMPARATOR
from .over_budget import SCALE
from .study import Study, plural

NO_COMPARATOR = f"{COMPARATOR} was not run, and it is what strategies are compared with"


def final_ranks(study: Study) -> Exhibit:
    """Draw the mean ranks at the end, joined where Wilcoxon and Holm do not separate them."""
    name, title = "final-ranks", "Final ranks"
    who, members = study.complete, study.scaled()
    if len(who) < 2:
        return missing(name, title, "a rank needs two strategies with runs on every problem")
    found = np.array([study.ranks[s] for s in who])
    tests = all_pairs(study.paired()[np.ix_(who, who)])
    order = np.argsort(found, kind="stable").tolist()
    joined = [
        (order.index(group[0]), order.index(group[-1])) for group in cliques(found, tests.adjusted)
    ]
    standings = [Standing(study.names[who[i]], float(found[i])) for i in order]
    regrets = study.table.scores.bounded[np.ix_(who, members)][..., -1]
    means = instance_means(regrets, study.table.instances[members])
    omnibus = friedman(common_means(means))
    pairs = len(who) * (len(who) - 1) // 2
    needed = problems_needed(pairs)
    limit = f" So few problems can separate none: that needs {needed}."
    caption = (
        "Mean rank at the end of the budget (1 is best; ties averaged, expected over all "
        f"pairings of runs on the same instance), over {study.scope(study.problems)}. A bar joins "
        "strategies that follow each other and that no Wilcoxon signed-rank test on per-problem "
        f"differences of regrets separates at {ALPHA:g} (Holm over {plural(pairs, 'pair')}, "
        f"{plural(len(members), 'problem')}).{limit if len(members) < needed else ''} Friedman's "
        f"test, tie-corrected: {_p(omnibus.p)}; with Iman's and Davenport's F: {_p(omnibus.f_p)}. "
        f"Each bar is a group of no proven difference, not "
        f"of proven equality; mean ranks depend on who takes part.{study.absent()}"
    )
    drawing = ranks.draw(standings, joined, study.looks)
    numbers = [
        (each.strategy, each.rank, *(_joined(place, joined)))
        for place, each in enumerate(standings)
    ]
    return Exhibit(name, title, caption, drawing, ("strategy", "mean rank", "bars"), numbers)


def against_random(study: Study, found: Comparisons) -> Exhibit:
    """Draw the chance to be better than random search, and by how much, with intervals."""
    name, title = "against-random-search", "Against random search"
    if study.control is None:
        return missing(name, title, NO_COMPARATOR)
    if not found.every:
        return missing(name, title, f"{COMPARATOR} is the only strategy")
    chances = [
        Row(
            study.names[each.strategy],
            each.superiority.chance,
            each.superiority.low,
            each.superiority.high,
            f"({each.superiority.problems})",
        )
        for each in found.every
    ]
    gains = [
        Row(study.names[each.strategy], each.gain, each.gain_low, each.gain_high)
        for each in found.every
    ]
    columns = [
        Column(chances, f"P(better than {COMPARATOR})", neutral=0.5, limits=(0, 1)),
        Column(gains, f"Regret gained on {COMPARATOR}", neutral=0),
    ]
    caption = (
        f"Left: chance that a run is better than one of {COMPARATOR} on the same instance, ties "
        "counted half, averaged over the problems that both have such runs on (their number in "
        f"brackets), of {study.scope(study.problems)}. Right: difference of mean regrets on the "
        f"same instances, over those of them that have anchors. Bars: 95 % interval for new "
        f"problems like these, {RULE}."
    )
    numbers = [
        (a.strategy, a.centre, a.low, a.high, b.centre, b.low, b.high, each.superiority.problems)
        for a, b, each in zip(chances, gains, found.every, strict=True)
    ]
    bounds = ("chance", "chance low", "chance high", "gain", "gain low", "gain high")
    headings = ("strategy", *bounds, "problems")
    return Exhibit(name, title, caption, intervals.draw(columns, study.looks), headings, numbers)


def where(study: Study) -> Exhibit:
    """Draw the final regret of every strategy on every problem."""
    name, title = "final-by-problem", "Final regret by problem"
    members = study.scaled()
    if not members:
        return missing(name, title, "no problem has anchors, so regrets have no scale")
    who = np.flatnonzero(study.ran.any(axis=1))
    means = problem_means(study.table.scores.bounded)[np.ix_(who.tolist(), members)][..., -1]
    worst = np.where(np.isnan(means), np.inf, means).mean(axis=1)
    chosen = np.lexsort((np.array(study.names)[who], worst, (~study.ran[who]).sum(axis=1)))
    who, means = who[chosen], means[chosen]
    best = means <= np.nanmin(means, axis=0) + 1e-12
    strategies = [study.names[s] for s in who]
    problems = [study.table.problems[p].identity.name for p in members]
    caption = (
        f"Mean over seeds of the final test regret, winsorised to [\N{MINUS SIGN}1, 2] ({SCALE}; "
        f"lower is better), over {study.scope(members)}. Dot: the lowest of its problem, without "
        "a test. Hatched: no run. Colours go by the square root, and end at 0 and 1. No band: a "
        "cell is a mean."
    )
    numbers = [
        (strategy, problem, float(means[i, j]))
        for i, strategy in enumerate(strategies)
        for j, problem in enumerate(problems)
    ]
    drawing = heat.draw(means, strategies, problems, best)
    return Exhibit(name, title, caption, drawing, ("strategy", "problem", "regret"), numbers)


def against_validation(study: Study) -> Exhibit:
    """Draw the incumbents' test against their validation regret, and overtuning."""
    name, title = "validation-and-test", "Validation against test"
    table, members = study.table, _with_test_score(study)
    if not members:
        return missing(name, title, "no problem has a test score apart from the value, and anchors")
    who = np.flatnonzero(study.ran[:, members].all(axis=1)).tolist()
    if not who:
        return missing(name, title, "no strategy has a run on every problem with a test score")
    told, tested = (
        np.asarray(problem_means(table.quantity(kind).bounded)[np.ix_(who, members)].mean(axis=1))
        for kind in ("values", "scores")
    )
    for i, s in enumerate(who):
        told[i, : study.begins(s, members)] = tested[i, : study.begins(s, members)] = np.nan
    lost = overtuning(table).absolute[np.ix_(who, members)][..., -1].reshape(len(who), -1)
    order = np.argsort(tested[:, -1], kind="stable").tolist()
    later = np.flatnonzero(study.table.shares >= CHECKPOINTS[0])
    paths = {study.names[who[i]]: Path(told[i, later], tested[i, later], lost[i]) for i in order}
    caption = (
        "Left: mean test regret of the incumbent against its mean validation regret from a tenth "
        f"of the budget on, each on its own scale (validation: 0 is the optimum or the best value "
        f"known; test: {SCALE}), over the {study.scope(members)}, "
        "whose score differs from the value told; the mark is the end, the dotted line equality. "
        "A path that turns up gives test score away. Right: share of runs that lost at most so "
        "much regret on test, the last incumbent against the best on test that it had before "
        "(Schneider et al., 2025). No band: means and all runs."
    )
    numbers: list[tuple[object, ...]] = []
    for strategy, path in paths.items():
        numbers += [
            (strategy, "path", float(spent), float(v), float(t))
            for spent, v, t in zip(study.spent[later], path.validation, path.test, strict=True)
        ]
        losses = np.sort(path.overtuning[~np.isnan(path.overtuning)])
        numbers += [(strategy, "overtuning of a run", np.nan, np.nan, float(x)) for x in losses]
    headings = ("strategy", "what", "budget", "validation", "test")
    return Exhibit(name, title, caption, validation.draw(paths, study.looks), headings, numbers)


def suggestion_seconds(study: Study) -> Exhibit:
    """Draw the real seconds of the n-th suggestion."""
    name, title = "suggestion-seconds", "Suggestion time"
    found: dict[str, Thinking] = {}
    for s in np.flatnonzero(study.ran.any(axis=1)).tolist():
        runs = [each for each in study.outcomes if each.run.strategy == study.table.strategies[s]]
        thinking = _thinking(real_seconds(runs, "ask"))
        if thinking.numbers.size:
            found[study.names[s]] = thinking
    if not found:
        return missing(name, title, "no run measured its seconds")
    found = dict(
        sorted(found.items(), key=lambda each: (-float(np.nanmax(each[1].median)), each[0]))
    )
    caption = (
        "Real seconds that the n-th suggestion took: median over all runs (and, from the tenth on, "
        "over suggestions of about the same number, ten steps a decade), "
        f"{study.scope(study.problems)}; band: their middle half (25 to 75 %), which is no "
        "confidence interval. They depend on the machine and on what else it did; no run was "
        "steered by them."
    )
    numbers = [
        (strategy, *(float(x) for x in row))
        for strategy, spent in found.items()
        for row in zip(spent.numbers, spent.median, spent.low, spent.high, strict=True)
    ]
    headings = ("strategy", "suggestion", "median", "low", "high")
    return Exhibit(name, title, caption, seconds.draw(found, study.looks), headings, numbers)


def _with_test_score(study: Study) -> list[int]:
    """Return the problems with both scales, whose incumbents' score is not always their value."""
    values, scores = study.table.values.held, study.table.scores.held
    differs = np.any((values != scores) & ~np.isnan(scores), axis=(0, 2, 3))
    return [p for p in study.scaled("values") if p in study.scaled("scores") and differs[p]]


def _thinking(taken: NDArray[np.float64]) -> Thinking:
    """Pool the seconds of (runs, trials) into steps; steps without any are left out."""
    starts = np.unique(np.round(np.logspace(0, 6, 61))).astype(int)
    steps = list[tuple[float, ...]]()
    for first, last in pairwise(starts[starts <= taken.shape[1] + 1].tolist()):
        pooled = taken[:, first - 1 : last - 1]
        pooled = pooled[~np.isnan(pooled) & (pooled > 0)]
        if pooled.size:
            low, middle, high = np.quantile(pooled, [0.25, 0.5, 0.75])
            steps.append((float(first), float(middle), float(low), float(high)))
    if steps and taken.shape[1] > steps[-1][0]:
        steps.append((float(taken.shape[1]), *steps[-1][1:]))  # so that the last one has a width
    columns = np.array(steps, dtype=float).reshape(-1, 4).T
    return Thinking(columns[0], columns[1], columns[2], columns[3])


def _p(value: float) -> str:
    if np.isnan(value):
        return "n/a, it needs two problems"
    return "p < 0.001" if value < 0.001 else f"p = {decimals(value)}"


def _joined(place: int, bars: list[tuple[int, int]]) -> list[str]:
    numbers = [str(i + 1) for i, (first, last) in enumerate(bars) if first <= place <= last]
    return [" ".join(numbers)]
