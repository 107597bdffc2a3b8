"""What the command `sql` does: it answers a query, for people or for programs."""

import csv
import json
import math
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeAlias

from rich.box import SIMPLE_HEAD
from rich.table import Table

from ..exchange.queries import Answer, ask
from .console import Printer
from .places import folder_to_read
from .terminal import show_notices

Form: TypeAlias = Literal["table", "csv", "json"]


def answer(folder: Path, query: str, form: Form) -> None:
    """Answer a query about a folder of results; what was left out is said on standard error."""
    found = ask(folder_to_read(folder), query)
    match form:
        case "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerows([found.columns, *found.rows])
        case "json":
            rows = [dict(zip(found.columns, map(_finite, row), strict=True)) for row in found.rows]
            sys.stdout.write(json.dumps(rows, indent=1, default=_plain) + "\n")
        case "table":
            _print(found)
    show_notices(Printer(sys.stderr), found.notices)


def _print(found: Answer) -> None:
    console, table = Printer(), Table(box=SIMPLE_HEAD)
    numeric = [
        all(isinstance(each, int | float | Decimal | None) for each in column)
        for column in zip(*found.rows, strict=True)
    ]
    for name, right in zip(found.columns, numeric or [False] * len(found.columns), strict=True):
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for row in found.rows:
        table.add_row(*map(_said, row))
    console.print(table)


def _said(value: object) -> str:
    """Return a value as a cell of a table shows it."""
    match value:
        case None:
            return "\N{EN DASH}"
        case float():
            return f"{value:.6g}"
        case _:
            return str(value)


def _finite(value: object) -> object:
    """Return a value as it is, but None for a number that JSON can't hold."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> str | float:  # noqa: ANN401  # any type of DuckDB's
    """Return what JSON can hold of a value that it does not know."""
    return float(value) if isinstance(value, Decimal) else str(value)
