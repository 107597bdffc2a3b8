"""What differs between two tables in CSV, cell by cell."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from .excerpts import versus
from .lines import differing_lines

Row: TypeAlias = Sequence[str]


def differing_cells(there: str, again: str) -> Iterator[str]:
    r"""Yield what differs between two tables, by the names of rows and columns.

    >>> [*differing_cells("who,regret\na,0.1\n", "who,regret\na,0.2\n")]
    ['row a, column regret: 0.1 there, 0.2 from the runs']
    """
    try:
        (headings, *old), (right, *new) = _rows(there), _rows(again)
    except (csv.Error, ValueError):  # it is no CSV any more, or empty
        yield from differing_lines(there, again)
        return
    if headings != right or {len(row) for row in (*old, *new)} != {len(right)}:
        yield from differing_lines(there, again)
        return
    width = _width(new)
    names, same = [row[:width] for row in old], [row[:width] for row in new]
    if width and (len(old) != len(new) or sorted(names) == sorted(same)):
        yield from _by_name(right, old, new, width)
    elif len(old) == len(new):  # the name of a row was altered, or rows are equal
        for number, (before, row) in enumerate(zip(old, new, strict=True), 1):
            name = ", ".join(row[:width]) if width else f"{number} ({row[0]})"
            yield from _cells(right, before, row, name)
    else:
        yield from differing_lines(there, again)


def _by_name(
    headings: Row, there: Sequence[Row], again: Sequence[Row], width: int
) -> Iterator[str]:
    """Yield what differs between rows that the cells at their beginnings tell apart."""
    names = [tuple(row[:width]) for row in there], [tuple(row[:width]) for row in again]
    rows = dict(zip(names[0], there, strict=True))
    for name, row in zip(names[1], again, strict=True):
        if name in rows:
            yield from _cells(headings, rows.pop(name), row, ", ".join(name))
        else:
            yield f"row {', '.join(name)}: missing"
    for name in rows:
        yield f"row {', '.join(name)}: extra"
    if len(there) == len(again) and names[0] != names[1]:
        yield "the order of the rows"


def _rows(text: str) -> list[list[str]]:
    return [*csv.reader(io.StringIO(text, newline=""), strict=True)]


def _width(rows: Sequence[Row]) -> int:
    """Return how many cells at the beginning of a row no other row has; 0: rows are equal."""
    columns = len(rows[0]) if rows else 1
    return next(
        (n for n in range(1, columns + 1) if len({tuple(row[:n]) for row in rows}) == len(rows)),
        0,
    )


def _cells(headings: Row, there: Row, again: Row, name: str) -> Iterator[str]:
    for heading, old, new in zip(headings, there, again, strict=True):
        if old != new:
            yield f"row {name}, column {heading}: {versus(old, new)}"
