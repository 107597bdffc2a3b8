"""The first strategy against others, by quantile of the runs."""

from functools import partial

import numpy as np

from ...statistics import FloatArray
from ..appendix.quantiles import SHARES
from ..captioned_figure import CaptionedFigure
from ..compared import Compared
from ..figures import lines
from ..figures.lines import Chart, Line
from .cells import Row, Tables, points, rows_of


def lucky(compared: Compared, tables: Tables) -> tuple[CaptionedFigure, ...]:
    """Draw by how much the first strategy is ahead, from lucky runs to unlucky ones."""
    if "quantiles" not in tables:
        return ()
    table = tables["quantiles"]
    found = {
        name: Line(100 * np.array(SHARES), *(_read(row, end) for end in ("", " low", " high")))
        for name, row in rows_of(table, compared.names)
    }
    chart = Chart(
        found,
        "Quantile of the runs (%)",
        "Difference in regret",
        level=0.0,
        with_intervals=[*found],
    )
    return (
        CaptionedFigure(
            name="quantile-curves",
            title=table.title,
            caption=table.caption,
            draw=partial(lines.draw, [chart], compared.looks),
            notes=table.how,
            headings=("against", "quantile", "difference", "low", "high"),
            numbers=points(found),
        ),
    )


def _read(row: Row, end: str) -> FloatArray:
    return np.array([row[f"{share:.0%}{end}"] for share in SHARES])
