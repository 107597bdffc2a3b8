"""What a strategy's own time costs: quality against it, and by the price of an evaluation."""

from functools import partial

import numpy as np

from ..appendix.in_time import PRICES
from ..captioned_figure import CaptionedFigure
from ..compared import Compared
from ..figures import lines
from ..figures.lines import Chart, Line
from ..gaps import absent
from ..intervals import SURE
from ..scale import SCALE
from .cells import Tables, points, rows_of


def own_time(compared: Compared, tables: Tables) -> tuple[CaptionedFigure, ...]:
    """Draw mean final regrets against own seconds, and by how long an evaluation takes."""
    if not {"costs", "ranking", "regret-in-time"} <= tables.keys():
        return ()
    own, equal = _own_time(compared, tables), _equal_time(compared, tables)
    if not own.lines or not equal.lines:
        return ()
    return (
        CaptionedFigure(
            name="quality-and-time",
            title="Quality against own time",
            caption=(
                "Left: mean final test regret against the real seconds that the strategy took in a "
                f"run, median over runs. Right: mean regret by the time {compared.comparator} has "
                "spent its budget, if an evaluation takes so long and own time counts "
                f"({SCALE}; lower is better), over {compared.scope(compared.scaled)}. Bars: "
                f"{SURE} intervals for new problems; those on the right are in a "
                f"table.{absent(compared)}"
            ),
            draw=partial(lines.draw, [own, equal], compared.looks),
            notes=tables["regret-in-time"].how,
            headings=("panel", "strategy", "seconds", "regret", "low", "high"),
            numbers=[
                (what, *row)
                for what, chart in (("own time", own), ("equal time", equal))
                for row in points(chart.lines)
            ],
        ),
    )


def _own_time(compared: Compared, tables: Tables) -> Chart:
    """Return the regret of each strategy that is in both tables by the seconds that it took."""
    seconds = dict(rows_of(tables["costs"], compared.names))
    means = dict(rows_of(tables["ranking"], compared.names))
    found = dict[str, Line]()
    for name, _ in rows_of(tables["regret-in-time"], compared.names):
        own, row = seconds[name]["Own time (s)"], means[name]
        if own > 0 and not np.isnan(row["mean regret"]):
            ends = (np.array([row[key]]) for key in ("mean regret", "low", "high"))
            found[name] = Line(np.array([own]), *ends)
    return Chart(found, "Own time in a run (s)", "Mean final regret", xlog=True, points=True)


def _equal_time(compared: Compared, tables: Tables) -> Chart:
    """Return the regret of each strategy by the seconds that an evaluation takes."""
    prices = np.array([*PRICES.values()])
    found = dict[str, Line]()
    for name, row in rows_of(tables["regret-in-time"], compared.names):
        y, low, high = (
            np.array([row[f"Evaluation of {price}{end}"] for price in PRICES])
            for end in ("", " low", " high")
        )
        if not np.isnan(y).all():
            found[name] = Line(prices, y, low, high)
    return Chart(
        found,
        "An evaluation takes",
        "Mean regret in equal time",
        xlog=True,
        ticks={price: name for name, price in PRICES.items()},
    )
