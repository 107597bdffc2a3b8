"""The numbers of a table, by the name of the row and the heading of the CSV."""

from collections.abc import Collection, Mapping
from typing import TypeAlias

import numpy as np

from ..figures.lines import Line
from ..finals import PLANS
from ..looks.tables import Table

Tables: TypeAlias = Mapping[str, Table]
"""The tables of a report by their names; a table that could not be made is missing."""
Row: TypeAlias = dict[str, float]
"""The numbers of a row by the headings of the CSV; nan where there is none."""


def rows_of(table: Table, names: Collection[str]) -> list[tuple[str, Row]]:
    """Return the rows in their order, each with its name, and the numbers of its other cells.

    `names` are those of the strategies, behind which a table may have put a mark.
    """
    found = list[tuple[str, Row]]()
    for first, *rest in table.rows:
        name = first.text if first.text in names else first.text.removesuffix(PLANS)
        row: Row = {}
        for column, cell in zip(table.columns[1:], rest, strict=True):
            headings = column.parts or (column.heading,)
            values = cell.values or (np.nan,) * len(headings)
            row.update(zip(headings, map(float, values), strict=True))
        found.append((name, row))
    return found


def points(lines: Mapping[str, Line]) -> list[tuple[str, float, float, float, float]]:
    """Return rows with what is drawn of lines: the strategy, x, y, low and high."""
    return [
        (name, float(x), float(y), float(low), float(high))
        for name, line in lines.items()
        for x, y, low, high in zip(line.x, line.y, line.low, line.high, strict=True)
    ]
