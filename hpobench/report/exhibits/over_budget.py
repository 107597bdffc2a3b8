"""Figures over the budget: targets reached, problems solved, and how much faster than chance."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from ...scores import CHECKPOINTS
from ...statistics import FloatArray, data_profile, mean_over
from ..appendix.profiles import running_times
from ..captioned_figure import CaptionedFigure
from ..compared import Compared
from ..figures import lines
from ..figures.lines import Chart, Line
from ..gaps import absent
from ..intervals import SURE
from ..looks.tables import Table
from ..over_budget import banded, whose_intervals
from ..words import percent
from .cells import Tables, points, rows_of

_POINTS = 80
"""At how many numbers of evaluations shares are read."""
_TOLERANCE = 0
"""Which of the tolerances of profiles is drawn: the larger one, a regret of 0.1."""
ALL_BEST = "best of all"
"""The label of what the best strategies on each target have reached."""
_BOUNDS = ("least", "most", "low", "high")


def reached(compared: Compared, tables: Tables) -> tuple[CaptionedFigure, ...]:
    """Draw the share of targets that are reached, and of problems that are solved, by cost."""
    if not {"targets", "profiles"} <= tables.keys() or compared.budget <= 1:
        return ()
    times = compared.targets.times[compared.complete]
    members = [p for p in compared.scaled if not np.isnan(times[:, p]).all()]
    charts = {
        "problems solved": _problems_solved(compared),
        "targets reached": _targets_reached(compared, members),
    }
    return (
        CaptionedFigure(
            name="targets-by-cost",
            title="How many targets are reached at which cost",
            caption=_said_of_reached(compared, members),
            draw=partial(lines.draw, [*charts.values()], compared.looks),
            notes=(
                "Each problem weighs the same, and so does each of its targets. Costs are expected "
                "running times; More and Wild (2009) call one evaluation more than a problem has "
                "parameters a simplex gradient. The empirical distribution of running times is "
                "that of Hansen et al. (2021); a run ends with its budget, and none is begun anew. "
                "The crosses are at the median of what a problem's runs have spent: on the left "
                "the greatest of these over the problems, on the right their median."
            ),
            headings=("panel", "strategy", "cost", "share"),
            numbers=[
                (what, *row[:3])
                for what, chart in charts.items()
                for row in points({**chart.lines, **chart.guides})
            ],
        ),
    )


def _problems_solved(compared: Compared) -> Chart:
    """Return the data profile: the share of problems that are solved at a cost."""
    cards = [compared.scores.problems[p] for p in compared.scaled]
    dimensions = np.array([float(sum(card.dimensions.values())) for card in cards])
    running = running_times(compared)[..., _TOLERANCE]
    most = compared.budget / (1 + dimensions.min())
    least = np.min(running / (1 + dimensions), initial=most, where=np.isfinite(running))
    multiples = np.logspace(np.log10(min(0.8 * least, most / 10)), np.log10(most), _POINTS)
    solved = data_profile(running, dimensions, multiples)
    return Chart(
        _lines(compared, multiples, solved),
        "Evaluations / (parameters + 1)",
        "Share of problems at regret 0.1",
        xlog=True,
        steps=True,
        limits=around(float(np.nanmax(solved, initial=0.1))),
        crosses=_ends(compared, compared.scaled, 1 + dimensions, np.max),
    )


def _targets_reached(compared: Compared, members: Sequence[int]) -> Chart:
    """Return the share of targets that runs have reached, on the problems that have targets."""
    spent = np.logspace(0, np.log10(compared.budget), _POINTS)
    each = shares_reached(compared.targets.times[np.ix_(compared.complete, members)], spent)
    mean = mean_over(mean_over(each, axis=2), axis=1)
    best = mean_over(mean_over(np.fmax.reduce(each, axis=0), axis=1), axis=0)
    return Chart(
        _lines(compared, spent, mean),
        "Evaluations",
        "Share of targets reached",
        xlog=True,
        steps=True,
        limits=around(1.0),
        guides={ALL_BEST: _line(spent, best)},
        crosses=_ends(compared, members, np.ones(len(members)), np.median),
    )


def around(highest: float) -> tuple[float, float]:
    """Return the ends of an axis of shares with room for lines and marks at 0 and the highest."""
    return -0.03 * highest, 1.05 * highest


def _ends(
    compared: Compared,
    problems: Sequence[int],
    unit: FloatArray,
    over: Callable[..., FloatArray],
) -> dict[str, float]:
    """Return what a strategy's median run on a problem has spent at its end, in units (problems,).

    `over` joins the problems.
    """
    spent = compared.scores.totals.spent[np.ix_(compared.complete, problems)] / unit[:, None]
    found = over(np.nanmedian(spent, axis=2), axis=1)
    names = (compared.names[s] for s in compared.complete)
    return dict(zip(names, found.tolist(), strict=True))


def _said_of_reached(compared: Compared, members: Sequence[int]) -> str:
    """Return the caption; `members`: the problems that have targets."""
    return (
        "Left: share of problems whose regret comes down to 0.1 at a cost of at most so many "
        "evaluations, over one more than the problem has parameters (data profile); "
        f"{compared.scope(compared.scaled)}. Right: share of targets "
        "that runs have reached after so many evaluations; targets are what random search "
        f"is expected to hold after {_efforts(compared)} evaluations, over "
        f"{compared.scope(members)}. {ALL_BEST.capitalize()}: on each target the strategy "
        "with most runs there, which flatters it. \N{MULTIPLICATION SIGN}: the strategy's median "
        "run has ended; left, on every problem, so that costs beyond it are of runs that are begun "
        f"anew. No band, no test.{absent(compared)}"
    )


def shares_reached(times: FloatArray, spent: FloatArray) -> FloatArray:
    """Return the share of runs that have reached each target, (strategies, problems, targets, x).

    `spent` is (x,), and `times` are (strategies, problems, seeds, targets): inf where a run never
    did, nan where there is no run or no target; then so are shares.
    """
    found = np.full((*times.shape[:2], times.shape[3], spent.size), np.nan)
    for s, own in enumerate(times):
        there = np.where(np.isnan(own)[..., None], np.nan, own[..., None] <= spent)
        found[s] = mean_over(there, axis=1)
    return found


def faster(compared: Compared, tables: Tables) -> tuple[CaptionedFigure, ...]:
    """Draw how many evaluations of random search one of each strategy is worth."""
    if "speed-ups" not in tables:
        return ()
    table = tables["speed-ups"]
    found = _speedups(compared, table)
    if not found:
        return ()
    best = banded(compared, [compared.names[s] for s in compared.order])
    chart = Chart(
        found,
        "Budget spent (evaluations)",
        "Speed-up over random search",
        xlog=True,
        ylog=True,
        level=1.0,
        ticks={float(x): f"{x:g}" for line in found.values() for x in line.x},
        with_intervals=(*best, compared.comparator),
    )
    return (
        CaptionedFigure(
            name="speed-up-curves",
            title=table.title,
            caption=(
                f"{table.caption.partition(':')[0]}: median over problems; bands "
                f"({whose_intervals(compared)}): {SURE}. "
                "Where only a bound is known, it is drawn. The line at 1 is random search. Of "
                f"{compared.scope(compared.problems)}, over those where the anchors have a curve "
                "of random search."
            ),
            draw=partial(lines.draw, [chart], compared.looks),
            notes=table.how,
            headings=("strategy", "budget", "speed-up", "low", "high"),
            numbers=points(found),
        ),
    )


def _speedups(compared: Compared, table: Table) -> dict[str, Line]:
    """Return the speed-ups of each strategy, by the budget, where an evaluation has been made."""
    begun = [share for share in CHECKPOINTS if share * compared.budget >= 1]
    shares = [percent(share) for share in begun]
    spent = np.array(begun) * compared.budget
    found = dict[str, Line]()
    for name, row in rows_of(table, compared.names):
        if name in compared.names:
            ends = np.array([[row[f"{share} {end}"] for end in _BOUNDS] for share in shares])
            found[name] = Line(spent, _known(ends[:, 0], ends[:, 1]), ends[:, 2], ends[:, 3])
    return found


def _known(least: FloatArray, most: FloatArray) -> FloatArray:
    """Return what is known of medians between two bounds: the middle, or the bound that says more.

    The lower bound may be 0 and the upper one infinite, which say nothing.
    """
    least = np.where(least > 0, least, most)
    return np.sqrt(least * np.where(np.isfinite(most), most, least))


def _efforts(compared: Compared) -> str:
    efforts = compared.targets.efforts
    return f"{efforts[0]} to {efforts[-1]}"


def _lines(compared: Compared, x: FloatArray, values: FloatArray) -> dict[str, Line]:
    """Return the lines of (complete, points), in the order of the ranking."""
    return {
        compared.names[s]: _line(x, values[compared.complete.index(s)]) for s in compared.ranked
    }


def _line(x: FloatArray, y: FloatArray) -> Line:
    nothing = np.full_like(y, np.nan)
    return Line(x, y, nothing, nothing)
