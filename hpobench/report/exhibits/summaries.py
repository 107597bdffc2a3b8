"""Figures of points with intervals: several summaries, places, portfolios, and workers."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..captioned_figure import CaptionedFigure
from ..compared import Compared
from ..figures import intervals
from ..figures.intervals import Column, Row
from ..gaps import absent
from ..intervals import SURE
from ..looks.look import Look
from ..scale import SCALE
from .cells import Tables, rows_of

_ENDS = ("", " low", " high")


def aggregates(compared: Compared, tables: Tables) -> tuple[CaptionedFigure, ...]:
    """Draw four summaries of each strategy's runs, with intervals."""
    if not {"aggregates", "ranking"} <= tables.keys():
        return ()
    means = dict(rows_of(tables["ranking"], compared.names))
    others = rows_of(tables["aggregates"], compared.names)
    parts = {
        "Mean": [(name, _three(means[name], "mean regret")) for name, _ in others],
        "IQM": [(name, _three(row, "iqm")) for name, row in others],
        "Median": [(name, _three(row, "median")) for name, row in others],
        "Optimality gap": [(name, _three(row, "gap")) for name, row in others],
    }
    columns = [
        Column([Row(name, *ends) for name, ends in each], label) for label, each in parts.items()
    ]
    return (
        CaptionedFigure(
            name="summaries",
            title="Four summaries of final regrets",
            caption=(
                f"Final test regret ({SCALE}; lower is better) over "
                f"{compared.scope(compared.scaled)}: mean, interquartile mean of all runs, median "
                "over problems of per-problem means, and mean of what is above the reference, in "
                f"the order of the ranking. Bar: {SURE} interval for new "
                f"problems.{absent(compared)}"
            ),
            draw=partial(intervals.draw, columns, compared.looks),
            notes="The tables of the ranking and of other summaries have the same numbers.",
            headings=("summary", "strategy", "centre", "low", "high"),
            numbers=[(what, name, *ends) for what, each in parts.items() for name, ends in each],
        ),
    )


def places(compared: Compared, tables: Tables) -> tuple[CaptionedFigure, ...]:
    """Draw each strategy's place with the range of places that it may have."""
    if "ranking" not in tables:
        return ()
    rows = rows_of(tables["ranking"], compared.names)
    found = [
        (name, row["Place"], row["best place"], row["worst place"])
        for name, row in rows
        if not np.isnan(row["best place"])
    ]
    if not found:
        return ()
    shown = Column([Row(*each) for each in found], "Place", places=len(found))
    return (
        CaptionedFigure(
            name="rank-ranges",
            title="Places and their ranges",
            caption=(
                "Place of each strategy by its mean "
                f"{'final regret' if compared.scaled else 'rank'} (1 is best), over "
                f"{compared.scope(compared.tested)}; the bar is the range of places that it may "
                f"have on other problems like these, with {SURE} confidence.{absent(compared)}"
            ),
            draw=partial(intervals.draw, [shown], compared.looks),
            notes="Ranges are those of the ranking's table, which says how they are found.",
            headings=("strategy", "place", "best", "worst"),
            numbers=found,
        ),
    )


def portfolios(tables: Tables) -> tuple[CaptionedFigure, ...]:
    """Draw what the best one, two and three strategies hold together."""
    if "portfolios" not in tables:
        return ()
    table = tables["portfolios"]
    rows = list[Row]()
    for _, which, regrets in table.rows:
        mean, low, high = regrets.values
        rows.append(Row(which.text.replace(" and ", " + ").replace(", ", " + "), mean, low, high))
    black = {row.strategy: Look("#000000") for row in rows}
    return (
        CaptionedFigure(
            name="portfolio-regrets",
            title="What strategies hold together",
            caption=table.caption,
            draw=partial(intervals.draw_wide, Column(rows, "Mean final regret"), black),
            notes=table.how,
            headings=("strategies", "mean regret", "low", "high"),
            numbers=[(row.strategy, row.centre, row.low, row.high) for row in rows],
        ),
    )


def workers(compared: Compared, tables: Tables) -> tuple[CaptionedFigure, ...]:
    """Draw the efficiency of several workers."""
    if "workers" not in tables:
        return ()
    table = tables["workers"]
    rows = rows_of(table, compared.names)
    numbers = [each.parts[0].split()[0] for each in table.columns[1:] if len(each.parts) > 1]
    columns = [_efficiency(rows, each) for each in numbers]
    return (
        CaptionedFigure(
            name="worker-efficiency",
            title=table.title,
            caption=table.caption,
            draw=partial(intervals.draw, columns, compared.looks),
            notes=table.how,
            headings=("workers", "strategy", "efficiency", "low", "high"),
            numbers=[
                (number, row.strategy, row.centre, row.low, row.high)
                for number, column in zip(numbers, columns, strict=True)
                for row in column.intervals
            ],
        ),
    )


def _efficiency(rows: Sequence[tuple[str, dict[str, float]]], number: str) -> Column:
    middle, low, high = (f"{number} {end}" for end in ("median", "low", "high"))
    found = [Row(name, row[middle], row[low], row[high]) for name, row in rows]
    return Column(found, f"Efficiency of {number} workers", neutral=1)


def _three(row: dict[str, float], part: str) -> tuple[float, float, float]:
    """Return a number with both ends of its interval."""
    if part == "mean regret":
        return row[part], row["low"], row["high"]
    centre, low, high = (row[part + end] for end in _ENDS)
    return centre, low, high
