"""The figures over the budget, with a panel for each problem."""

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from ..statistics import FloatArray, Interval
from ..statistics.summaries import QUARTILES, quantiles
from . import bounds
from .captioned_figure import CaptionedFigure, by_budget, missing
from .compared import Compared
from .figures import curves
from .figures.panels import Panel
from .intervals import MIDDLE
from .looks import markup
from .looks.venues import Style
from .over_budget import FLOOR, HEADINGS, WORST, panel_of, whose_intervals
from .scale import SCALE, ZERO
from .words import listed

PROBLEMS = "regret-by-problem"
"""How the names of the figures by problem begin."""
SINGLE = "regret-on-"
"""How the names of the figures of one problem begin."""


def problems(compared: Compared, style: Style) -> tuple[CaptionedFigure, ...]:
    """Draw a figure for each family, with a panel for each problem and all strategies run there."""
    if not compared.problems:
        return (missing(PROBLEMS, "Regret over budget, by problem", compared.no_regrets),)
    return tuple(
        _problems(compared, name, title, members)
        for name, title, members in _sheets(compared, style)
    )


def single(compared: Compared) -> tuple[CaptionedFigure, ...]:
    """Draw a figure for each problem, as wide as one column, with all strategies run there."""
    names = [f"{SINGLE}{markup.file_name(compared.problem_names[p])}" for p in compared.problems]
    return tuple(
        _problems(
            compared,
            f"{name}-{p}" if names.count(name) > 1 else name,
            f"{_drawn(compared, [p])} over budget: {compared.problem_names[p]}",
            [p],
        )
        for p, name in zip(compared.problems, names, strict=True)
    )


def _sheets(compared: Compared, style: Style) -> Iterator[tuple[str, str, list[int]]]:
    """Yield the name, the title and the problems of each figure: a family, or a page of one."""
    taken: set[str] = set()
    families = {p: compared.scores.problems[p].about.family for p in compared.problems}
    for family in dict.fromkeys(families.values()):
        members = [p for p in compared.problems if families[p] == family]
        columns = curves.columns_of(style)
        rows = -(-len(members) // columns)
        most = columns * math.ceil(rows / math.ceil(rows / curves.rows_of(style)))
        starts = range(0, len(members), most)
        for sheet, start in enumerate(starts, 1):
            part = f" ({sheet} of {len(starts)})" if len(starts) > 1 else ""
            name = markup.untaken(f"{PROBLEMS}-{markup.file_name(family + part)}", taken)
            there = members[start : start + most]
            yield name, f"{_drawn(compared, there)} over budget, by problem: {family}{part}", there


def _drawn(compared: Compared, members: Sequence[int]) -> str:
    """Return what the panels of some problems show: regrets, scores or both."""
    scaled = {p in compared.anchored for p in members}
    return "Regret and score" if len(scaled) == 2 else "Regret" if scaled == {True} else "Score"


def _problems(compared: Compared, name: str, title: str, members: Sequence[int]) -> CaptionedFigure:
    panels = [_panel(compared, p) for p in members]
    caption = (
        f"{_shown(compared, members)} Bars ({whose_intervals(compared)}): the middle "
        "half of the seeds, which is no confidence interval."
    )
    notes = f"Bar: {MIDDLE} of the seeds.{_treated(compared, members)}"
    draw = partial(curves.draw, panels, compared.looks)
    if name.startswith(SINGLE):
        draw = partial(curves.draw_alone, panels[0], compared.looks)
    numbers = [row for each in panels for row in by_budget(each.title, each.grid, each.curves)]
    shown = frozenset(compared.scores.problems[p].identity for p in members)
    return CaptionedFigure(name, title, caption, draw, notes, HEADINGS, numbers, shown)


def _panel(compared: Compared, p: int) -> Panel:
    """Return what is drawn of a problem: medians and quartiles of regrets or, without, scores."""
    quantity, scaled = compared.scores.reported, p in compared.anchored
    who = np.flatnonzero(compared.ran[:, p]).tolist()
    runs = (quantity.bounded if scaled else quantity.comparable)[who, p]
    floor = float(bounds.floors(compared.scores, [p])[0]) if scaled else None
    return panel_of(
        compared,
        _quartiles(runs if floor is None else np.maximum(runs, floor)),
        "Regret" if scaled else "Score",
        who,
        title=compared.problem_names[p],
        log=scaled,
        floor=floor,
    )


def _shown(compared: Compared, members: Sequence[int]) -> str:
    """Say what the curves of some problems are: regrets, raw scores, or on which problems which."""
    scaled = [p for p in members if p in compared.anchored]
    raw = [p for p in members if p not in scaled]
    said = list[str]()
    if scaled:
        said.append(
            f"Test regret of the incumbent ({SCALE}; lower is better): median over the seeds of "
            f"{compared.scope(scaled)}."
        )
    if raw:
        names = [compared.problem_names[p] for p in raw]
        where = f"On {listed(names)}, without anchors: score" if scaled else "Score"
        why = "" if scaled else "; without anchors there are no regrets"
        said.append(
            f"{where} of the incumbent in the problem's own unit (lower is better{why}): median "
            f"over the seeds of {compared.scope(raw)}."
        )
    return " ".join(said)


def _treated(compared: Compared, members: Sequence[int]) -> str:
    """Say how runs that failed or hold nothing count, and what becomes of regrets near 0."""
    scaled = {p in compared.anchored for p in members}
    said = ""
    if True in scaled:
        said = (
            f" Regrets are raised to {FLOOR}. A run that failed or holds nothing yet counts as "
            f"{WORST}. {ZERO}"
        )
    if False in scaled:
        said += " Of scores, a run that failed or holds nothing yet counts as infinite."
    return said


def _quartiles(runs: FloatArray) -> Interval:
    """Return median and quartiles of (strategies, seeds, grid) over the seeds that have a run.

    They are nan where any of these runs holds nothing yet.
    """
    found = np.full((3, len(runs), runs.shape[2]), np.nan)
    for s, strategy in enumerate(runs):
        there = strategy[~np.isnan(strategy).all(axis=1)]
        if len(there):
            found[:, s] = quantiles(there, QUARTILES)
    return Interval(found[1], found[0], found[2], "none")
