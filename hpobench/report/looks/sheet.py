"""A table as LaTeX sets it: headings in lines, numbers point below point, widths of columns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from . import markup
from .aligning import Piece, aligned
from .tables import Table

LENGTH = 400
"""The most characters of a cell: the CSV has all of them."""
_HEADING = 8.0
"""The width, in em, beyond which the heading of a column of numbers is broken into lines."""
_WIDTHS = {
    **dict.fromkeys("il.,:;'|![]", 0.3), **dict.fromkeys("tfrsjI()/- ", 0.38),
    **dict.fromkeys("mwMW@%", 0.86),
    **dict.fromkeys("+=<>\N{MINUS SIGN}\N{PLUS-MINUS SIGN}\N{MULTIPLICATION SIGN}~", 0.78),
}  # fmt: skip
"""The widths of characters in Computer Modern, in em; other capitals have 0.75, all else 0.54."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with the pieces of its cells."""

    table: Table
    cells: tuple[tuple[tuple[Piece, ...], ...], ...]
    """The pieces of each cell by column and row."""

    @property
    def ems(self) -> list[float]:
        """The width of each column, in em."""
        return [
            widest([*self.heading(i), *(self.text(row, i) for row in range(len(self.table.rows)))])
            for i in range(len(self.table.columns))
        ]

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell, the room that is left in it included."""
        return "".join(each.text for each in self.cells[column][row])

    def heading(self, column: int) -> list[str]:
        """Return a heading in lines that are about as wide as the numbers below."""
        words = markup.plain(self.table.columns[column].heading)
        if self.table.columns[column].align != "r":
            return [words]
        below = (self.text(row, column) for row in range(len(self.table.rows)))
        room = max(_HEADING, widest(below))
        lines = [""]
        for part in re.findall(r"[^-:,=_ +]*[-:,=_ +]*", words):
            if lines[-1] and width(lines[-1] + part) > room:
                lines.append("")
            lines[-1] += part
        return [line.strip() for line in lines]


def sheet(table: Table) -> Sheet:
    """Return a table with its cells in pieces: numbers that stand at the right are aligned."""
    cells = list[tuple[tuple[Piece, ...], ...]]()
    for i, column in enumerate(table.columns):
        texts = [markup.cut(markup.plain(row[i].noted), LENGTH) for row in table.rows]
        some = aligned(texts) if column.align == "r" else [(Piece(each),) for each in texts]
        cells.append(tuple(some))
    return Sheet(table, tuple(cells))


def widest(words: Iterable[str]) -> float:
    """Return the width of the longest of some texts, in em."""
    return max(map(width, words), default=0.0)


def width(words: str) -> float:
    """Return the width of a text, in em."""
    return sum(_WIDTHS.get(each, 0.75 if each.isupper() else 0.54) for each in words)
