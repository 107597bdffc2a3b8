"""The figures over the budget of each problem."""

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..statistics import Interval
from ..statistics.summaries import quantiles
from .exhibit import Exhibit, by_budget, missing
from .figures import curves
from .figures.panels import Panel
from .looks import markup
from .names import COMPARATOR
from .over_budget import FLOOR, HEADINGS, SCALE, ZERO, panel_of
from .study import Study
from .summary import listed

PROBLEMS = "regret-by-problem"
"""How the names of its figures begin."""


def problems(study: Study) -> tuple[Exhibit, ...]:
    """Draw a panel a problem, with every strategy that has a run there; a figure a family."""
    if not study.problems:
        return (missing(PROBLEMS, "Regret over budget, by problem", study.no_regrets),)
    return tuple(_problems(study, name, title, members) for name, title, members in _sheets(study))


def _sheets(study: Study) -> Iterator[tuple[str, str, list[int]]]:
    """Yield a name, a title and the problems of each figure: a family, or a page of it."""
    taken: set[str] = set()
    for family in dict.fromkeys(study.table.problems[p].about.family for p in study.problems):
        members = [p for p in study.problems if study.table.problems[p].about.family == family]
        rows = -(-len(members) // curves.COLUMNS)
        most = curves.COLUMNS * math.ceil(rows / math.ceil(rows / curves.ROWS))
        starts = range(0, len(members), most)
        for sheet, start in enumerate(starts, 1):
            part = f" ({sheet} of {len(starts)})" if len(starts) > 1 else ""
            name = f"{PROBLEMS}-{markup.file_name(family + part)}"
            while name in taken:
                name += "-"
            taken.add(name)
            there = members[start : start + most]
            yield name, f"{_drawn(study, there)} over budget, by problem: {family}{part}", there


def _drawn(study: Study, members: Sequence[int]) -> str:
    """Name what the panels of some problems show."""
    scaled = {p in study.scaled() for p in members}
    return "Regret and score" if len(scaled) == 2 else "Regret" if scaled == {True} else "Score"


def _problems(study: Study, name: str, title: str, members: Sequence[int]) -> Exhibit:
    panels, numbers = list[Panel](), list[tuple[object, ...]]()
    scaled = study.scaled()
    for p in members:
        card = study.table.problems[p]
        quantity = study.table.scores
        who = np.flatnonzero(study.ran[:, p]).tolist()
        runs = (quantity.bounded if p in scaled else quantity.comparable)[who, p]
        floor = float(study.floors([p])[0]) if p in scaled else None
        middle = _quartiles(runs if floor is None else np.maximum(runs, floor))
        label = "Regret" if p in scaled else "Score"
        panels.append(
            panel_of(
                study,
                middle,
                label,
                who,
                title=card.identity.name,
                log=p in scaled,
                floor=floor,
            )
        )
        numbers += by_budget(card.identity.name, panels[-1].grid, panels[-1].curves)
    caption = (
        f"{_shown(study, members)} Bands (the best three and {COMPARATOR}): the middle half of the "
        "seeds, which is no confidence interval."
    )
    notes = f"Band: 25 to 75 % of the seeds.{_treated(study, members)}"
    draw = partial(curves.draw, panels, study.looks)
    return Exhibit(name, title, caption, draw, notes, HEADINGS, numbers)


def _shown(study: Study, members: Sequence[int]) -> str:
    """Say what the curves of some problems are: regrets, raw scores, or which of them what."""
    scaled = [p for p in members if p in study.scaled()]
    raw = [p for p in members if p not in scaled]
    said = list[str]()
    if scaled:
        said.append(
            f"Test regret of the incumbent ({SCALE}; lower is better): median over the seeds of "
            f"{study.scope(scaled)}."
        )
    if raw:
        names = [study.table.problems[p].identity.name for p in raw]
        where = f"On {listed(names)}, without anchors: score" if scaled else "Score"
        why = "" if scaled else "; without anchors there are no regrets"
        said.append(
            f"{where} of the incumbent in the problem's own unit (lower is better{why}): median "
            f"over the seeds of {study.scope(raw)}."
        )
    return " ".join(said)


def _treated(study: Study, members: Sequence[int]) -> str:
    """Say what becomes of runs that failed or hold nothing, and of regrets near 0."""
    scaled = {p in study.scaled() for p in members}
    said = ""
    if True in scaled:
        said = (
            f" Regrets are raised to {FLOOR}. A run that failed or holds nothing yet counts as 2. "
            f"{ZERO}"
        )
    if False in scaled:
        said += " Of scores, a run that failed or holds nothing yet counts as infinite."
    return said


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
