"""Figures of two objectives at once, a figure for each problem that has them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from ...scores import both_attained
from ...statistics import FloatArray
from ...statistics.summaries import QUARTILES, quantiles
from ..appendix.attainment import TYPICAL
from ..appendix.objectives import HOW, MEASURE, AtOnce, lacking
from ..captioned_figure import CaptionedFigure
from ..compared import Compared
from ..figures import lines
from ..figures.lines import Chart, Line
from ..figures.numbers import finite
from ..figures.panels import TAIL
from ..intervals import MIDDLE
from ..looks import markup
from ..looks.look import MANY, Look, highlighted
from ..over_budget import banded
from ..words import listed
from .cells import points

_ATTAINED = (
    "Attained: a run attains a point if one of its evaluations at the highest fidelity is at most "
    "that in both objectives; the line is the median surface of the empirical attainment function "
    "(Grunert da Fonseca, Fonseca and Hall, 2001). Runs that failed attain nothing; a strategy of "
    "which fewer than half of the runs attain anything has no line."
)
_DECADES = 30
"""How many times the lowest value the highest one is where an axis is logarithmic."""
_FEW_DECADES = 10
"""How many times that is for regrets, which come down to little in the end."""
_MARGIN = 0.04
"""The room beside what is drawn, as a share of an axis."""


def objectives(compared: Compared, every: Sequence[AtOnce]) -> Iterator[CaptionedFigure]:
    """Yield a figure for each problem with two objectives and no limit."""
    taken = set[str]()
    for found in every:
        name = f"objectives-{markup.file_name(compared.problem_names[found.problem])}"
        yield _figure(compared, found, markup.untaken(name, taken))


def _figure(compared: Compared, found: AtOnce, name: str) -> CaptionedFigure:
    p = found.problem
    first, second = compared.scores.problems[p].objectives
    attained = {compared.names[s]: both_attained(each, TYPICAL) for s, each in found.fronts.items()}
    regrets = _regrets(compared, found)
    looks = _looks(compared, [*attained])
    barred = _barred(compared, regrets)
    charts = [_over_budget(regrets, barred)] if regrets else []
    charts.append(_attained(attained, first, second))
    left = (
        f"Left: {MEASURE[0].lower()}{MEASURE[1:]} (0: all of it, 1: nothing; lower is better), "
        f"over the budget: median over the runs; bars ({listed([*barred] or ['none'])}): {MIDDLE} "
        "of the runs, which is no interval. Right: what"
    )
    return CaptionedFigure(
        name=name,
        title=f"Both objectives at once: {compared.problem_names[p]}",
        caption=(
            f"{left if regrets else 'What'} at least half of the runs attain of {first} and "
            f"{second} at once at the end (nearer to the lower left is better). Over "
            f"{compared.problem_names[p]} alone ({compared.scope([p])}). No test."
            f"{lacking(compared, found)}"
        ),
        draw=partial(lines.draw_named, charts, looks),
        notes=f"{HOW + ' ' if regrets else ''}{_ATTAINED}",
        headings=("panel", "strategy", "x", "y", "low", "high"),
        numbers=[
            *(("hypervolume regret by budget", *row) for row in points(regrets)),
            *(
                (f"{second} by {first}", who, *corner, np.nan, np.nan)
                for who, corners in attained.items()
                for corner in corners.tolist()
            ),
        ],
        problems=frozenset([compared.scores.problems[p].identity]),
    )


def _looks(compared: Compared, names: Sequence[str]) -> Mapping[str, Look]:
    """Return the looks of the report or, if none or too many of these stand out, of the best.

    `names`: the strategies, the best first.
    """
    rivals = [name for name in names if name != compared.comparator]
    shown = sum(not compared.looks[name].faint for name in rivals)
    if compared.highlight or not rivals or 0 < shown < MANY:
        return compared.looks
    return highlighted(compared.own_looks, names, compared.comparator)


def _barred(compared: Compared, regrets: Mapping[str, Line]) -> list[str]:
    """Return which strategies have bars: the best ones, and the one others are compared with."""
    some = {*banded(compared, [*regrets]), compared.comparator}
    return [name for name in regrets if name in some]


def _regrets(compared: Compared, found: AtOnce) -> dict[str, Line]:
    """Return medians and quartiles of the runs over the budget; empty where there is no scale."""
    drawn = dict[str, Line]()
    for s, each in found.regrets.items():
        low, middle, high = quantiles(each, QUARTILES)
        drawn[compared.names[s]] = Line(compared.spent, middle, low, high)
    return drawn


def _over_budget(regrets: Mapping[str, Line], barred: Sequence[str]) -> Chart:
    medians = np.concatenate([line.y for line in regrets.values()])
    return Chart(
        {name: _with_tail(line) for name, line in regrets.items()},
        "Budget spent (evaluations)",
        "Hypervolume regret",
        ylog=bool(0 < _FEW_DECADES * np.min(medians) < np.max(medians)),
        steps=True,
        with_intervals=barred,
    )


def _with_tail(line: Line) -> Line:
    """Return steps whose last one has a width."""
    last = line.x[-1:] * (1 + TAIL)
    y, low, high = (np.append(each, each[-1:]) for each in (line.y, line.low, line.high))
    return Line(np.append(line.x, last), y, low, high)


def _attained(attained: Mapping[str, FloatArray], first: str, second: str) -> Chart:
    """Return the surfaces as steps that begin above the axes and go on to their right end."""
    corners = finite(np.concatenate([*attained.values()]))
    x, y = corners.T if len(corners) else np.ones((2, 1))
    (xlog, across), (ylog, limits) = _span(x), _span(y)
    nothing = np.full(1, np.nan)
    drawn = {name: Line(nothing, nothing, nothing, nothing) for name in attained}
    for name, each in attained.items():
        if len(each):
            steps = np.concatenate(
                [[(each[0, 0], limits[1])], each, [(across[1], each[-1, 1])]], axis=0
            )
            unknown = np.full(len(steps), np.nan)
            drawn[name] = Line(steps[:, 0], steps[:, 1], unknown, unknown)
    return Chart(
        drawn,
        first[:1].upper() + first[1:],
        second[:1].upper() + second[1:],
        xlog=xlog,
        ylog=ylog,
        steps=True,
        limits=limits,
        across=across,
    )


def _span(values: FloatArray) -> tuple[bool, tuple[float, float]]:
    """Return whether an axis is logarithmic, and its ends: there is room beside the values."""
    low, high = float(np.min(values)), float(np.max(values))
    if 0 < _DECADES * low < high:
        room = (high / low) ** _MARGIN
        return True, (low / room, high * room)
    room = _MARGIN * (high - low) or 0.1 * abs(high) or 1.0
    return False, (low - room, high + room)
