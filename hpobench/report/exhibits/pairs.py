"""The matrix of all pairs of strategies."""

import string
from functools import partial

import numpy as np

from ..captioned_figure import CaptionedFigure
from ..compared import Compared
from ..figures import matrix
from ..looks.tables import NONE
from .cells import Tables, rows_of


def pairs(compared: Compared, tables: Tables) -> tuple[CaptionedFigure, ...]:
    """Draw the chance of each strategy to be better than each other one."""
    if "pairs" not in tables:
        return ()
    table = tables["pairs"]
    names = [name for name, _ in rows_of(table, compared.names)]
    cells = [row[1:] for row in table.rows]
    chances = np.array([[cell.values[0] for cell in row] for row in cells])
    marks = [[cell.text.strip(NONE + string.digits) for cell in row] for row in cells]
    numbers = [
        (a, b, *cells[i][j].values[:3])
        for i, a in enumerate(names)
        for j, b in enumerate(names)
        if i != j
    ]
    return (
        CaptionedFigure(
            name="pairs-matrix",
            title=table.title,
            caption=table.caption,
            draw=partial(matrix.draw, names, chances, marks),
            notes=table.how,
            headings=("row", "column", "P(better)", "p (Holm)", "p"),
            numbers=numbers,
        ),
    )
