"""The figures over the budget: regret, by family and by problem, and mean rank."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..figures import curves
from ..figures.curves import Curve, Panel
from ..scores import random_curves, random_held
from ..statistics import FEWEST_SEEDS, Interval, noise_band, within_problems
from ..statistics.summaries import quantiles
from ..style import power
from .exhibit import Exhibit, by_budget, missing
from .intervals import band, named
from .names import COMPARATOR
from .study import FLOOR_OF_BEST, FLOOR_OF_KNOWN, Study

HEADINGS = ("panel", "strategy", "budget", "centre", "low", "high")
SCALE = (
    "0 is the optimum or, where none is known, the test score of the configuration that was best "
    "on validation in a long search, and below it is no achievement; 1 is the median of one random "
    "evaluation"
)
"""What a test regret means."""
_FLOOR = (
    f"a floor of {power(FLOOR_OF_KNOWN)} where the optimum is known, else {power(FLOOR_OF_BEST)}"
)
_NO_SCALE = "no problem has anchors for every instance that was run, so regrets have no scale"
_NOBODY = "no strategy has a run on every problem"


def regret(study: Study) -> Exhibit:
    """Draw the mean regret of all problems: linear, and as geometric mean on a logarithmic axis."""
    name, title = "regret", "Regret over budget"
    problems = study.scaled()
    if not problems:
        return missing(name, title, _NO_SCALE)
    if not study.complete:
        return missing(name, title, _NOBODY)
    linear, method = band(study.runs("scores", study.complete, problems))
    logs, _ = band(_logs(study, study.complete, problems))
    guides = _guides(study, problems)
    panels = [
        _panel(study, linear, "Regret, mean", guides=guides),
        _panel(study, _powers(logs), "Regret, geometric mean", log=True),
    ]
    doubled = " Dotted: what random search is expected to hold with twice the budget."
    if not guides:
        doubled = f" What {COMPARATOR} holds with twice the budget is not known on every problem."
    caption = (
        f"Test regret of the incumbent chosen on validation ({SCALE}; lower is better), over "
        f"{study.scope(problems)}. Left: mean over problems of per-problem means over seeds, each "
        "run winsorised to [\N{MINUS SIGN}1, 2]; a run that failed or holds nothing yet counts as "
        f"2. Right: geometric mean of the same, each run raised to {_FLOOR}. Band: {method}."
        f"{doubled}{study.absent()}"
    )
    drawing = curves.draw(panels, study.looks)
    numbers = by_budget("mean", panels[0].grid, panels[0].curves)
    numbers += by_budget("geometric mean", panels[1].grid, panels[1].curves)
    for guide, values in guides.items():
        bare = Curve(values, np.full_like(values, np.nan), np.full_like(values, np.nan))
        numbers += by_budget("mean", panels[0].grid, {guide: bare})
    return Exhibit(name, title, caption, drawing, HEADINGS, numbers)


def families(study: Study) -> Exhibit:
    """Draw the geometric mean of regrets, a panel a family of problems."""
    name, title = "regret-by-family", "Regret over budget, by family"
    table, scaled = study.table, study.scaled()
    found = list(dict.fromkeys(table.problems[p].family for p in scaled))
    if len(found) < 2:
        return missing(name, title, "problems of two families or more are needed")
    panels, numbers, sizes = list[Panel](), list[tuple[object, ...]](), list[str]()
    for family in found:
        members = [p for p in scaled if table.problems[p].family == family]
        who = np.flatnonzero(study.ran[:, members].all(axis=1)).tolist()
        interval = _powers(within_problems(_logs(study, who, members)))
        panels.append(
            _panel(study, interval, "Regret, geometric mean", who, title=family, log=True)
        )
        numbers += by_budget(family, panels[-1].grid, panels[-1].curves)
        sizes.append(f"{family}: {study.scope(members)}")
    caption = (
        f"Geometric mean of the test regret of the incumbent ({SCALE}; lower is better), raised to "
        f"{_FLOOR}, for the strategies with runs on all problems of a family ({'; '.join(sizes)}). "
        f"Band: pointwise 95 %, {named('t over seeds')}; it speaks of these problems alone. None "
        f"with fewer than {FEWEST_SEEDS} seeds."
    )
    return Exhibit(name, title, caption, curves.draw(panels, study.looks), HEADINGS, numbers)


def problems(study: Study) -> Exhibit:
    """Draw a panel a problem, with every strategy that has a run there."""
    name, title = "regret-by-problem", "Regret over budget, by problem"
    if not study.problems:
        return missing(name, title, "no run took place")
    scaled = study.scaled()
    panels, numbers = list[Panel](), list[tuple[object, ...]]()
    for p in study.problems:
        card = study.table.problems[p]
        quantity = study.table.scores
        who = np.flatnonzero(study.ran[:, p]).tolist()
        runs = (quantity.bounded if p in scaled else quantity.held)[who, p]
        if p in scaled:
            runs = np.maximum(runs, study.floors([p])[0])
        middle = _quartiles(runs)
        positive = bool(np.all(runs[~np.isnan(runs)] > 0))
        panels.append(
            _panel(
                study,
                middle,
                "Regret" if p in scaled else "Score",
                who,
                title=card.identity.name.replace("+", "\n+", 1),
                log=p in scaled and positive,
            )
        )
        numbers += by_budget(card.identity.name, panels[-1].grid, panels[-1].curves)
    caption = (
        f"Test regret of the incumbent on each problem ({SCALE}; the raw score where there are no "
        f"anchors; lower is better), raised to {_FLOOR}: median over the seeds of "
        f"{study.scope(study.problems)}. Band: the middle half of the seeds (25 to 75 %), which "
        "is no confidence interval. A run that failed or holds nothing yet counts as 2."
    )
    return Exhibit(name, title, caption, curves.draw(panels, study.looks), HEADINGS, numbers)


def mean_rank(study: Study) -> Exhibit:
    """Draw the mean of expected ranks, with what identical strategies would show."""
    name, title = "mean-rank", "Mean rank over budget"
    who = study.complete
    if len(who) < 2:
        return missing(name, title, "a rank needs two strategies with runs on every problem")
    interval, name_of_band = band(np.moveaxis(study.instance_ranks, 0, 2))
    noise = noise_band(len(who), [study.runs_by_instance(p) for p in study.problems])
    panel = _panel(study, interval, "Mean rank (1 is best)", noise=(noise.low, noise.high))
    caption = (
        "Rank of the test score of the incumbent, expected over all pairings of runs on the same "
        f"instance, ties averaged; mean over {study.scope(study.problems)}. Band: "
        f"{name_of_band}. Grey: between the best and the worst mean rank that "
        f"{len(who)} identical strategies would be expected to show on as many problems and seeds "
        f"(simulated). Ranks depend on who takes part.{study.absent()}"
    )
    numbers = by_budget("mean rank", panel.grid, panel.curves)
    numbers.append(("mean rank", "identical strategies", np.nan, np.nan, noise.low, noise.high))
    return Exhibit(name, title, caption, curves.draw([panel], study.looks), HEADINGS, numbers)


def _panel(
    study: Study,
    interval: Interval,
    ylabel: str,
    who: Sequence[int] | None = None,
    *,
    title: str = "",
    log: bool = False,
    guides: dict[str, NDArray[np.float64]] | None = None,
    noise: tuple[float, float] | None = None,
) -> Panel:
    """Return a panel of (strategies, grid) curves, in the order of the ranking."""
    who = study.complete if who is None else who
    order = sorted(range(len(who)), key=lambda i: study.order.index(who[i]))
    return Panel(
        grid=study.spent,
        curves={
            study.names[who[i]]: _begun(
                Curve(interval.mean[i], interval.low[i], interval.high[i]),
                study.begins(who[i], study.problems),
            )
            for i in order
        },
        ylabel=ylabel,
        title=title,
        log=log,
        guides=guides or {},
        noise=noise,
    )


def _begun(curve: Curve, first: int) -> Curve:
    """Blank a curve before a point of the grid."""
    arrays = [array.copy() for array in (curve.centre, curve.low, curve.high)]
    for array in arrays:
        array[:first] = np.nan
    return Curve(*arrays)


def _logs(study: Study, who: Sequence[int], members: Sequence[int]) -> NDArray[np.float64]:
    """Return log10 of floored regrets, (problems, seeds, strategies, grid)."""
    floors = study.floors(members)[:, None, None, None]
    return np.log10(np.maximum(study.runs("scores", who, members), floors))


def _powers(logs: Interval) -> Interval:
    return Interval(10**logs.mean, 10**logs.low, 10**logs.high, logs.method)


def _guides(study: Study, members: Sequence[int]) -> dict[str, NDArray[np.float64]]:
    """Return random search with twice the budget, by its label; empty where it is not known.

    It is not known of the mean where it is not known of one of the problems.
    """
    known = random_curves(study.table, "scores")
    if not known.size or study.control is None:
        return {}
    doubled = random_held(known, 2 * study.table.costs)[list(members)].mean(axis=0)
    return {} if np.all(np.isnan(doubled)) else {f"{COMPARATOR} \N{MULTIPLICATION SIGN}2": doubled}


def _quartiles(runs: NDArray[np.float64]) -> Interval:
    """Return median and quartiles of (strategies, seeds, grid) over the seeds that have a run.

    nan where one of these holds nothing yet.
    """
    found = np.full((3, len(runs), runs.shape[2]), np.nan)
    for s, strategy in enumerate(runs):
        there = strategy[~np.isnan(strategy).all(axis=1)]
        if len(there):
            found[:, s] = quantiles(there, [0.5, 0.25, 0.75])
    return Interval(found[0], found[1], found[2], "none")
