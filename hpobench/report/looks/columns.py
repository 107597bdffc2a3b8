"""Columns that a table is read without, since they say nothing or stand beside its question."""

from collections.abc import Sequence
from dataclasses import replace

from ..words import listed
from .tables import NONE, Cell, Table


def without_idle(table: Table) -> Table:
    """Return a table without the columns that are alike in all rows, or like one further left.

    What they hold is said in `same`. The first column stays; of a table with a single row, only
    columns that hold nothing are left out.
    """
    columns = [*zip(*table.rows, strict=True)]
    kept, said = [0], dict[str, list[str]]()
    for i, cells in enumerate(columns[1:], 1):
        why = _idle(cells) or _like(cells, [(table.columns[k].heading, columns[k]) for k in kept])
        if why:
            said.setdefault(why, []).append(_quoted(table.columns[i].heading))
        else:
            kept.append(i)
    if not said:
        return table
    named = "; ".join(f"{listed(headings)} ({why})" for why, headings in said.items())
    return replace(
        table,
        columns=tuple(table.columns[i] for i in kept),
        rows=tuple(tuple(row[i] for i in kept) for row in table.rows),
        same=f"In the CSV alone: {named}.",
    )


def without_beside(table: Table) -> Table:
    """Return a table without the columns that stand beside its question, for lack of room."""
    kept = [i for i, each in enumerate(table.columns) if not each.beside]
    left = [_quoted(each.heading) for each in table.columns if each.beside]
    return replace(
        table,
        columns=tuple(table.columns[i] for i in kept),
        rows=tuple(tuple(row[i] for i in kept) for row in table.rows),
        same=f"{table.same} For lack of room in the CSV alone: {listed(left)}.".strip(),
    )


def _idle(cells: Sequence[Cell]) -> str:
    """Say what all rows have in a column; empty: they differ, or the only row has something."""
    if len(set(_looks(cells))) > 1 or (len(cells) == 1 and cells[0].noted not in ("", NONE)):
        return ""
    return f"{cells[0].noted or NONE} in {'all rows' if len(cells) > 1 else 'the only row'}"


def _like(cells: Sequence[Cell], kept: Sequence[tuple[str, Sequence[Cell]]]) -> str:
    """Say which of the columns that are kept a column is like in all rows; empty: none."""
    alike = [heading for heading, others in kept if _looks(others) == _looks(cells)]
    return f"the same as {_quoted(alike[0])}" if alike and len(cells) > 1 else ""


def _quoted(heading: str) -> str:
    return f"“{heading}”"


def _looks(cells: Sequence[Cell]) -> list[tuple[str, bool, bool]]:
    return [(each.noted, each.bold, each.underlined) for each in cells]
