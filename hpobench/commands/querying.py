"""What the command `sql` does: it answers a query, for people or for programs."""

import csv
import json
import math
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Literal, TypeAlias

from rich.box import SIMPLE_HEAD
from rich.table import Table

from ..errors import InputError, line
from ..exchange.queries import Answer, ask
from ..store.spreadsheets import comma_separated
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
            writer.writerows([*map(_cell, row)] for row in (found.columns, *found.rows))
        case "json":
            rows = [dict(zip(_names(found), map(_plain, row), strict=True)) for row in found.rows]
            sys.stdout.write(json.dumps(rows, indent=1, allow_nan=False) + "\n")
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


def _cell(value: object) -> object:
    """Return a value for a cell of a spreadsheet, which must not read a text as a formula."""
    return comma_separated(value) if isinstance(value, str) else value


def _names(found: Answer) -> list[str]:
    """Return the names of the columns; raises InputError where an object can't have them all."""
    for name, times in Counter(found.columns).items():
        if times > 1:
            raise InputError(
                f"{times} columns have one name, of which JSON keeps one; name them with AS:"
                f" {line(name, most=100)}"
            )
    return found.columns


def _plain(value: object) -> object:
    """Return what JSON can hold of a value of any of DuckDB's types; None for nan and infinity."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal():
            return float(value) if math.isfinite(value) else None
        case list() | tuple():
            return [_plain(each) for each in value]
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case _:
            return str(value)
