"""The figures over the budget: the regret on all problems and by family, and the mean rank."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from ..scores import BOUNDS, CHECKPOINTS
from ..statistics import FEWEST_SEEDS, FloatArray, Interval, noise_band, within_problems
from . import bounds, guides
from .bounds import FLOOR_OF_BEST, FLOOR_OF_KNOWN
from .captioned_figure import CaptionedFigure, by_budget, missing
from .compared import Compared
from .figures import curves
from .figures.panels import Curve, Panel
from .gaps import absent, left_out
from .intervals import SURE, band, named
from .looks.style import power
from .looks.tables import decimals
from .scale import SCALE, ZERO
from .words import percent, spelled

BARRED = 3
"""How many of the best strategies have bars or bands: those of all would hide the curves."""
HEADINGS = ("panel", "strategy", "budget", "centre", "low", "high")
WORST = f"{BOUNDS[1]:g}"
"""The regret of a run that failed or holds nothing yet."""
WINSORISED = f"winsorised to [{decimals(BOUNDS[0], 0)}, {WORST}]"
"""What is done to regrets before they are averaged."""
BEST = f"the best {spelled(BARRED)}"
"""The strategies whose intervals are drawn, beside the comparator."""
FLOOR = (
    f"a floor of {power(FLOOR_OF_KNOWN)} where the optimum is known, else {power(FLOOR_OF_BEST)}"
)
MARKED = " Above: the shares of the budget at which tables read the curves."
NO_RANKS = "a rank needs two strategies with runs on every problem"
_NOBODY = "no strategy has a run on every problem"


def regret(compared: Compared) -> CaptionedFigure:
    """Draw the mean regret of all problems: linear, and as geometric mean on a logarithmic axis."""
    name, title = "regret", "Regret over budget"
    problems = compared.scaled
    if not problems:
        return missing(name, title, compared.no_regrets)
    if not compared.complete:
        return missing(name, title, _NOBODY)
    runs = compared.runs("scores", compared.complete, problems)
    linear, method = band(runs, bounds.of_regrets(compared.scores, problems))
    logs, _ = band(
        _logs(compared, compared.complete, problems), bounds.of_logs(compared.scores, problems)
    )
    geometric = _powers(logs)
    left = panel_of(compared, linear, "Regret, mean", guides=guides.of_means(compared, problems))
    right = panel_of(
        compared,
        geometric,
        "Regret, geometric mean",
        log=True,
        guides=guides.of_geometric_means(compared, problems, geometric),
        floor=_floor(compared, problems),
    )
    caption = (
        f"Test regret of the incumbent ({SCALE}; lower is better) over {compared.scope(problems)}: "
        f"mean (left) and geometric mean (right). {_bars(compared, method)}{absent(compared)}"
    )
    notes = (
        "The incumbent is chosen on validation. Mean over problems of per-problem means over "
        f"seeds, each run {WINSORISED}; a run that failed or holds nothing "
        f"yet counts as {WORST}. Geometric mean: of the same, each run raised to {FLOOR}. "
        f"Bar: {method}. {guides.said(compared, left.guides)}{ZERO}"
    )
    draw = partial(curves.draw, [left, right], compared.looks)
    numbers = _numbers({"mean": left, "geometric mean": right})
    return CaptionedFigure(name, title, caption, draw, notes, HEADINGS, numbers)


def _numbers(panels: Mapping[str, Panel]) -> list[tuple[object, ...]]:
    """Return the numbers of the panels' strategies, then those of the panels' guides."""
    numbers = list[tuple[object, ...]]()
    for name, panel in panels.items():
        numbers += by_budget(name, panel.grid, panel.curves)
    for name, panel in panels.items():
        for guide, values in panel.guides.items():
            unknown = np.full_like(values, np.nan)
            numbers += by_budget(name, panel.grid, {guide: Curve(values, unknown, unknown)})
    return numbers


def families(compared: Compared) -> CaptionedFigure:
    """Draw the geometric mean of regrets, with a panel for each family of problems."""
    name, title = "regret-by-family", "Regret over budget, by family"
    scores, scaled = compared.scores, compared.scaled
    found = list(dict.fromkeys(scores.problems[p].about.family for p in scaled))
    if len(found) < 2:
        reason = compared.no_regrets or "problems of two families or more are needed"
        return missing(name, title, reason)
    panels, numbers, sizes = list[Panel](), list[tuple[object, ...]](), list[str]()
    for family in found:
        members = [p for p in scaled if scores.problems[p].about.family == family]
        who = np.flatnonzero(compared.ran[:, members].all(axis=1)).tolist()
        logs = within_problems(
            _logs(compared, who, members), bounds.of_logs(compared.scores, members)
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
        f"({'; '.join(sizes)}). Bars ({whose_intervals(compared)}): pointwise {SURE}, "
        f"of these problems alone; none with fewer than {FEWEST_SEEDS} seeds. A panel has the "
        "strategies with runs on all problems of its family."
        f"{left_out(compared, {name for panel in panels for name in panel.curves})}"
    )
    notes = f"Each run is raised to {FLOOR}. Bar: {named('t over seeds')}. {ZERO}"
    draw = partial(curves.draw, panels, compared.looks)
    return CaptionedFigure(name, title, caption, draw, notes, HEADINGS, numbers)


def mean_rank(compared: Compared) -> CaptionedFigure:
    """Draw the mean of expected ranks, with the ranks that identical strategies would show."""
    name, title = "mean-rank", "Mean rank over budget"
    who = compared.complete
    if len(who) < 2:
        return missing(name, title, NO_RANKS)
    ranks = np.moveaxis(compared.instance_ranks, 0, 2)
    interval, name_of_band = band(ranks, bounds.of_ranks(len(who), len(ranks)), of="instances")
    noise = noise_band(len(who), [compared.scores.seeds_by_instance(p) for p in compared.problems])
    panel = panel_of(compared, interval, "Mean rank (1 is best)", noise=(noise.low, noise.high))
    panel = replace(panel, marks=_checkpoints(compared))
    caption = (
        "Mean rank of the incumbent's test score (1 is best) over "
        f"{compared.scope(compared.problems)}. {_bars(compared, name_of_band)} Grey: between the "
        f"least and the greatest mean rank that {len(who)} identical strategies would "
        f"show.{MARKED if panel.marks else ''}{absent(compared)}"
    )
    notes = (
        "Ranks are expected over all pairings of runs on the same instance, ties averaged. Bar: "
        f"{name_of_band}. The grey band is no interval: it is the mean, over simulations of "
        "identical strategies on as many problems and seeds, of the best and of the worst of their "
        "mean ranks. Ranks depend on who takes part."
    )
    numbers = by_budget("mean rank", panel.grid, panel.curves)
    numbers.append(("mean rank", "identical strategies", np.nan, np.nan, noise.low, noise.high))
    draw = partial(curves.draw, [panel], compared.looks)
    return CaptionedFigure(name, title, caption, draw, notes, HEADINGS, numbers)


def _checkpoints(compared: Compared) -> dict[float, str]:
    """Return where tables read the curves, as far as one evaluation has been made there."""
    spent = {share * compared.budget: percent(share) for share in CHECKPOINTS}
    return {where: said for where, said in spent.items() if where >= 1}


def _bars(compared: Compared, method: str) -> str:
    """Say which strategies have bars, or why none has."""
    if method.startswith("n/a"):
        return f"Bars: {method}."
    who = "all" if len(compared.complete) <= BARRED else whose_intervals(compared)
    return f"Bars ({who}): pointwise {SURE} interval."


def banded(compared: Compared, names: Sequence[str]) -> list[str]:
    """Return which of some strategies, the best first, have bars or bands beside the comparator.

    They are the best or, where it was asked who stands out, the best of those.
    """
    chosen = [name for name in names if name in compared.highlight] if compared.highlight else names
    return [*chosen[:BARRED]]


def whose_intervals(compared: Compared) -> str:
    """Say which strategies have bars or bands."""
    rivals = [name for s in compared.order if (name := compared.names[s]) != compared.comparator]
    some = [name for name in rivals if name in compared.highlight]
    if len(some or rivals) <= BARRED:
        return f"those highlighted and {compared.comparator}" if some else "all"
    best = f"{BEST} of those highlighted" if some else BEST
    return f"{best} and {compared.comparator}"


def panel_of(
    compared: Compared,
    interval: Interval,
    ylabel: str,
    who: Sequence[int] | None = None,
    *,
    title: str = "",
    log: bool = False,
    floor: float | None = None,
    guides: Mapping[str, FloatArray] | None = None,
    noise: tuple[float, float] | None = None,
) -> Panel:
    """Return a panel of (strategies, grid) curves, in the order of the ranking.

    `who`: the strategies of the curves; None: the complete ones.
    """
    who = compared.complete if who is None else who
    order = sorted(range(len(who)), key=lambda i: compared.order.index(who[i]))
    best = banded(compared, [compared.names[who[i]] for i in order])
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
        with_intervals=(*best, compared.comparator),
    )


def _begun(curve: Curve, first: int) -> Curve:
    """Return a curve that is not drawn before a point of the grid."""
    arrays = [array.copy() for array in (curve.centre, curve.low, curve.high)]
    for array in arrays:
        array[:first] = np.nan
    return Curve(*arrays)


def _logs(compared: Compared, who: Sequence[int], members: Sequence[int]) -> FloatArray:
    """Return log10 of regrets raised to their floors, (problems, seeds, strategies, grid)."""
    floors = bounds.floors(compared.scores, members)[:, None, None, None]
    return np.log10(np.maximum(compared.runs("scores", who, members), floors))


def _powers(logs: Interval) -> Interval:
    return Interval(10**logs.mean, 10**logs.low, 10**logs.high, logs.method)


def _floor(compared: Compared, members: Sequence[int]) -> float:
    """Return the least geometric mean that regrets raised to their floors can have."""
    return float(10 ** np.log10(bounds.floors(compared.scores, members)).mean())
