"""Tables as data, and their forms in Markdown and CSV."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Literal, TypeAlias

from ...cards.digits import fixed, significant
from . import markup

Align: TypeAlias = Literal["l", "r", "p"]
"""How a column is aligned: left, right, or left in a column that wraps."""

NONE = "\N{EN DASH}"
"""The text of a cell that has nothing to show."""

LENGTH = 1000
"""The most characters of a cell in Markdown; the CSV has all of them."""
HUGE = 1e7
"""The number from which on numbers are printed with an exponent."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is printed in a place of a table, and the numbers behind it."""

    text: str
    values: tuple[float, ...] = ()
    """What the CSV holds, unrounded, nan for nothing; empty: the CSV holds the text."""
    bold: bool = False
    """Whether the cell is the best of its column."""
    underlined: bool = False
    """Whether the cell is not significantly worse than the best of its column."""
    note: str = ""
    """What stands in brackets beside the text, though not in the CSV; empty: nothing."""

    @property
    def noted(self) -> str:
        """The text with its note."""
        return f"{self.text} ({self.note})" if self.note else self.text


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how the cells below it are aligned."""

    heading: str
    align: Align = "r"
    parts: tuple[str, ...] = ()
    """The headings of the CSV, where a cell holds several numbers; empty: the heading."""
    weight: int = 0
    """Where there is no room for all columns, the one of the lowest weight is left out first; one
    of a negative weight is left out before any name is cut."""
    beside: bool = False
    """Whether the column stands beside the table's question, and is in the CSV alone where print
    would need small letters for all columns."""
    explained: str = ""
    """What the notes say of the column where it is shown; empty: they speak of it anyway."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption."""

    name: str
    """The name of the table's files."""
    title: str
    caption: str
    """What a reader must know to read the table."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: str = ""
    """How the table's numbers were made, as far as no column explains it; empty: nothing."""
    same: str = ""
    """What columns hold that are left out, since they would repeat; empty: none is."""

    @property
    def below(self) -> str:
        """The caption, and what is left out."""
        return f"{self.caption} {self.same}".strip()

    @property
    def how(self) -> str:
        """How the numbers of all columns were made; empty: the caption says all."""
        return " ".join(filter(None, (self.notes, *(each.explained for each in self.columns))))


def text(words: object) -> Cell:
    """Return a cell of words."""
    return Cell(str(words))


def count(number: int) -> Cell:
    """Return a cell of a whole number."""
    return Cell(str(number), (number,))


def number(value: float, digits: int = 3) -> Cell:
    """Return a cell of a number with so many decimals; n/a for nan."""
    return Cell(decimals(value, digits), (value,))


def decimals(value: float, digits: int = 3) -> str:
    """Return a number with so many decimals, a half rounded away from 0, and a true minus sign.

    >>> decimals(0.0449), decimals(0.0625), decimals(float("nan"))
    ('0.045', '0.063', 'n/a')
    """
    if math.isnan(value):
        return "n/a"
    if math.isinf(value):
        return "\N{INFINITY}" if value > 0 else "\N{MINUS SIGN}\N{INFINITY}"
    shown = fixed(value, digits) if abs(value) < HUGE else significant(value, digits)
    return shown.replace("-", "\N{MINUS SIGN}")


def probability(value: float) -> Cell:
    """Return a cell of a p-value: three decimals, but never "0.000"."""
    if value < 0.001:
        return Cell("<0.001", (value,))
    return number(value)


def said_of_p(value: float) -> str:
    """Return a p-value in a sentence.

    >>> said_of_p(0.0123), said_of_p(1e-9)
    ('p = 0.012', 'p < 0.001')
    """
    return "p < 0.001" if value < 0.001 else f"p = {decimals(value)}"


def markdown(table: Table) -> str:
    """Return a table in GitHub's Markdown, its caption and notes below."""
    rules = ["---:" if column.align == "r" else "---" for column in table.columns]
    rows = [[_markdown_cell(cell) for cell in row] for row in table.rows]
    lines = [[markup.markdown(column.heading) for column in table.columns], rules, *rows]
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    below = [markup.markdown(words) for words in (table.below, table.how) if words]
    return "\n\n".join([body, *below]) + "\n"


def comma_separated(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV that a spreadsheet may open: no text is a formula.

    Floats are written so that they read back the same; nan is written as nothing.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    harmless = cache(markup.comma_separated)  # the same names stand in many rows
    for row in chain([headings], rows):
        writer.writerow(
            [harmless(entry) if isinstance(entry, str) else _entry(entry) for entry in row]
        )
    return file.getvalue()


def csv_of(table: Table) -> str:
    """Return the table as CSV, with the numbers behind what is printed."""
    parts = [column.parts or (column.heading,) for column in table.columns]
    rows = (
        [
            entry
            for cell, names in zip(row, parts, strict=True)
            for entry in _parts(cell, len(names))
        ]
        for row in table.rows
    )
    return comma_separated([name for names in parts for name in names], rows)


def _markdown_cell(cell: Cell) -> str:
    words = markup.markdown(markup.cut(cell.noted, LENGTH))
    if cell.bold:
        return f"**{words}**"
    return f"<u>{words}</u>" if cell.underlined else words


def _parts(cell: Cell, wanted: int) -> Sequence[object]:
    """Return the entries of a cell in a CSV, as many as are wanted."""
    if cell.values:
        return cell.values
    return [cell.text, *[None] * (wanted - 1)]


def _entry(entry: object) -> object:
    if isinstance(entry, float):
        return "" if math.isnan(entry) else repr(float(entry))
    return "" if entry is None else entry
