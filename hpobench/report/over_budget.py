"""The figures over the budget: regret, of all problems and by family, and mean rank."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..scores import BOUNDS, random_curves, random_held
from ..statistics import FEWEST_SEEDS, Interval, noise_band, within_problems
from . import bounds
from .captioned_figure import CaptionedFigure, by_budget, missing
from .compared import FLOOR_OF_BEST, FLOOR_OF_KNOWN, Compared
from .figures import curves
from .figures.panels import Curve, Panel
from .intervals import SURE, band, named
from .looks.style import power
from .looks.tables import decimals
from .names import RANDOM_SEARCH
from .words import spelled

BANDS = 3
"""So many of the best have bands: those of all hide the curves."""
HEADINGS = ("panel", "strategy", "budget", "centre", "low", "high")
WORST = f"{BOUNDS[1]:g}"
"""What a run counts as that failed or holds nothing yet."""
WINSORISED = f"winsorised to [{decimals(BOUNDS[0], 0)}, {WORST}]"
"""What is done to regrets."""
BEST = f"the best {spelled(BANDS)}"
"""Who has bands, beside the comparator."""
SCALE = "0 is the reference, 1 the median of one random evaluation"
"""How a test regret is scaled."""
ZERO = (
    "The reference is the optimum or, where none is known, the test score of the configuration "
    "that was best on validation in a long search, and below it is no achievement."
)
"""What a test regret of 0 is."""
FLOOR = (
    f"a floor of {power(FLOOR_OF_KNOWN)} where the optimum is known, else {power(FLOOR_OF_BEST)}"
)
TWICE = f"{RANDOM_SEARCH} \N{MULTIPLICATION SIGN}2"
"""The label of random search with twice the budget."""
NO_RANKS = "a rank needs two strategies with runs on every problem"
_NOBODY = "no strategy has a run on every problem"


def regret(compared: Compared) -> CaptionedFigure:
    """Draw the mean regret of all problems: linear, and as geometric mean on a logarithmic axis."""
    name, title = "regret", "Regret over budget"
    problems = compared.scaled()
    if not problems:
        return missing(name, title, compared.no_regrets)
    if not compared.complete:
        return missing(name, title, _NOBODY)
    runs = compared.runs("scores", compared.complete, problems)
    linear, method = band(runs, bounds.of_regrets(compared.scores, problems))
    logs, _ = band(
        _logs(compared, compared.complete, problems), bounds.of_logs(compared.floors(problems))
    )
    geometric = _powers(logs)
    left, right = _guides(compared, problems), _geometric_guides(compared, problems, geometric)
    panels = [
        panel_of(compared, linear, "Regret, mean", guides=left),
        panel_of(
            compared,
            geometric,
            "Regret, geometric mean",
            log=True,
            guides=right,
            floor=_floor(compared, problems),
        ),
    ]
    caption = (
        f"Test regret of the incumbent ({SCALE}; lower is better) over {compared.scope(problems)}: "
        f"mean (left) and geometric mean (right). {_bands(compared, method)}{compared.absent()}"
    )
    notes = (
        "The incumbent is chosen on validation. Mean over problems of per-problem means over "
        f"seeds, each run {WINSORISED}; a run that failed or holds nothing "
        f"yet counts as {WORST}. Geometric mean: of the same, each run raised to {FLOOR}. "
        f"Band: {method}. {_said_of_guides(compared, left)}{ZERO}"
    )
    numbers = by_budget("mean", panels[0].grid, panels[0].curves)
    numbers += by_budget("geometric mean", panels[1].grid, panels[1].curves)
    for panel, guides in (("mean", left), ("geometric mean", right)):
        for guide, values in guides.items():
            bare = Curve(values, np.full_like(values, np.nan), np.full_like(values, np.nan))
            numbers += by_budget(panel, panels[0].grid, {guide: bare})
    draw = partial(curves.draw, panels, compared.looks)
    return CaptionedFigure(name, title, caption, draw, notes, HEADINGS, numbers)


def families(compared: Compared) -> CaptionedFigure:
    """Draw the geometric mean of regrets, a panel a family of problems."""
    name, title = "regret-by-family", "Regret over budget, by family"
    scores, scaled = compared.scores, compared.scaled()
    found = list(dict.fromkeys(scores.problems[p].about.family for p in scaled))
    if len(found) < 2:
        reason = compared.no_regrets or "problems of two families or more are needed"
        return missing(name, title, reason)
    panels, numbers, sizes = list[Panel](), list[tuple[object, ...]](), list[str]()
    for family in found:
        members = [p for p in scaled if scores.problems[p].about.family == family]
        who = np.flatnonzero(compared.ran[:, members].all(axis=1)).tolist()
        logs = within_problems(
            _logs(compared, who, members), bounds.of_logs(compared.floors(members))
        )
        panels.append(
            panel_of(
                compared,
                _powers(logs),
                "Regret, geometric mean",
                who,
                title=family,
                log=True,
                floor=_floor(compared, members),
            )
        )
        numbers += by_budget(family, panels[-1].grid, panels[-1].curves)
        sizes.append(f"{family}: {compared.scope(members)}")
    caption = (
        f"Geometric mean of the test regret of the incumbent ({SCALE}; lower is better), by family "
        f"({'; '.join(sizes)}). Bands ({BEST} and {compared.comparator}): pointwise {SURE}, "
        f"of these problems alone; none with fewer than {FEWEST_SEEDS} seeds."
    )
    notes = (
        f"Each run is raised to {FLOOR}. A panel has the strategies with runs on all problems of "
        f"its family. Band: {named('t over seeds')}. {ZERO}"
    )
    draw = partial(curves.draw, panels, compared.looks)
    return CaptionedFigure(name, title, caption, draw, notes, HEADINGS, numbers)


def mean_rank(compared: Compared) -> CaptionedFigure:
    """Draw the mean of expected ranks, with what identical strategies would show."""
    name, title = "mean-rank", "Mean rank over budget"
    who = compared.complete
    if len(who) < 2:
        return missing(name, title, NO_RANKS)
    ranks = np.moveaxis(compared.instance_ranks, 0, 2)
    interval, name_of_band = band(ranks, bounds.of_ranks(len(who), len(ranks)))
    noise = noise_band(len(who), [compared.runs_by_instance(p) for p in compared.problems])
    panel = panel_of(compared, interval, "Mean rank (1 is best)", noise=(noise.low, noise.high))
    caption = (
        "Mean rank of the incumbent's test score (1 is best) over "
        f"{compared.scope(compared.problems)}. {_bands(compared, name_of_band)} Grey: between the "
        f"least and the greatest mean rank that {len(who)} identical strategies would "
        f"show.{compared.absent()}"
    )
    notes = (
        "Ranks are expected over all pairings of runs on the same instance, ties averaged. Band: "
        f"{name_of_band}. The grey band is no interval: it is the mean, over simulations of "
        "identical strategies on as many problems and seeds, of the best and of the worst of their "
        "mean ranks. Ranks depend on who takes part."
    )
    numbers = by_budget("mean rank", panel.grid, panel.curves)
    numbers.append(("mean rank", "identical strategies", np.nan, np.nan, noise.low, noise.high))
    draw = partial(curves.draw, [panel], compared.looks)
    return CaptionedFigure(name, title, caption, draw, notes, HEADINGS, numbers)


def _bands(compared: Compared, method: str) -> str:
    """Say of whom bands are drawn, and where there are none."""
    if method.startswith("n/a"):
        return f"Band: {method}."
    who = "all" if len(compared.complete) <= BANDS else f"{BEST} and {compared.comparator}"
    return f"Bands ({who}): pointwise {SURE} interval."


def panel_of(
    compared: Compared,
    interval: Interval,
    ylabel: str,
    who: Sequence[int] | None = None,
    *,
    title: str = "",
    log: bool = False,
    floor: float | None = None,
    guides: dict[str, NDArray[np.float64]] | None = None,
    noise: tuple[float, float] | None = None,
) -> Panel:
    """Return a panel of (strategies, grid) curves, in the order of the ranking."""
    who = compared.complete if who is None else who
    order = sorted(range(len(who)), key=lambda i: compared.order.index(who[i]))
    best = [compared.names[who[i]] for i in order[:BANDS]]
    return Panel(
        grid=compared.spent,
        curves={
            compared.names[who[i]]: _begun(
                Curve(interval.mean[i], interval.low[i], interval.high[i]),
                compared.begins(who[i], compared.problems),
            )
            for i in order
        },
        ylabel=ylabel,
        title=title,
        log=log,
        floor=floor,
        guides=guides or {},
        noise=noise,
        bands=(*best, compared.comparator),
    )


def _begun(curve: Curve, first: int) -> Curve:
    """Blank a curve before a point of the grid."""
    arrays = [array.copy() for array in (curve.centre, curve.low, curve.high)]
    for array in arrays:
        array[:first] = np.nan
    return Curve(*arrays)


def _logs(compared: Compared, who: Sequence[int], members: Sequence[int]) -> NDArray[np.float64]:
    """Return log10 of floored regrets, (problems, seeds, strategies, grid)."""
    floors = compared.floors(members)[:, None, None, None]
    return np.log10(np.maximum(compared.runs("scores", who, members), floors))


def _powers(logs: Interval) -> Interval:
    return Interval(10**logs.mean, 10**logs.low, 10**logs.high, logs.method)


def _said_of_guides(compared: Compared, guides: Mapping[str, NDArray[np.float64]]) -> str:
    """Say what the dotted curves of the means are, or why there are none."""
    if compared.comparator != RANDOM_SEARCH:
        return ""
    if not guides:
        return f"What {RANDOM_SEARCH} holds with twice the budget is not known on every problem. "
    return (
        f"Dotted: {RANDOM_SEARCH} with twice the budget; on the left what its anchors expect, on "
        "the right its own curve, beyond its end lowered by as much as they expect. "
    )


def _guides(compared: Compared, members: Sequence[int]) -> dict[str, NDArray[np.float64]]:
    """Return random search with twice the budget, by its label; empty where it is not known.

    It is drawn where random search is the comparator. It is not known of the mean where it is not
    known of one of the problems.
    """
    known = random_curves(compared.scores, "scores")
    if not known.size or compared.control is None or compared.comparator != RANDOM_SEARCH:
        return {}
    once, twice = (
        random_held(known, times * compared.scores.costs)[list(members)].mean(axis=0)
        for times in (1, 2)
    )
    doubled = np.where(np.isnan(once), np.nan, twice)  # it begins when random search does
    return {} if np.all(np.isnan(doubled)) else {TWICE: doubled}


def _geometric_guides(
    compared: Compared, members: Sequence[int], means: Interval
) -> dict[str, NDArray[np.float64]]:
    """Return the same of geometric means, by its label; empty where it is not known.

    Anchors hold expected regrets, whose geometric mean is not that of runs. So it is random
    search's own curve at twice the budget; where that is beyond its end, it is lowered by as much
    as the anchors expect of the rest.
    """
    known, control = random_curves(compared.scores, "scores"), compared.control
    if not known.size or control not in compared.complete or compared.comparator != RANDOM_SEARCH:
        return {}
    floors = compared.floors(members)[:, None]
    twice, ends = 2 * compared.scores.costs, compared.scores.costs[:, -1:]
    within, beyond = (
        np.log10(np.maximum(random_held(known, costs)[list(members)], floors))
        for costs in (np.minimum(twice, ends), twice)
    )
    there = np.minimum(2 * compared.spent, compared.spent[-1]) + 1e-9
    own = means.mean[compared.complete.index(control)]
    held = own[np.searchsorted(compared.spent, there, side="right") - 1]
    lowered = held * 10 ** (beyond - within).mean(axis=0)
    lowered[: compared.begins(control, members)] = np.nan
    return {} if np.all(np.isnan(lowered)) else {TWICE: lowered}


def _floor(compared: Compared, members: Sequence[int]) -> float:
    """Return the least geometric mean that floored regrets can have."""
    return float(10 ** np.log10(compared.floors(members)).mean())
