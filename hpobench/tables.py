"""Tables, once as data, then as LaTeX (booktabs), Markdown, CSV and rows for the page."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Align: TypeAlias = Literal["l", "r", "p"]
"""Left, right, or left in a column that wraps."""

NONE = "\N{EN DASH}"
"""What stands where there is nothing."""

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "%": r"\%", "&": r"\&",
    "#": r"\#", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"$<$", ">": r"$>$", "|": r"$|$", "\N{EN DASH}": "--", "\N{EM DASH}": "---",
    "\N{MINUS SIGN}": "$-$", "\N{PLUS-MINUS SIGN}": r"$\pm$",
    "\N{MULTIPLICATION SIGN}": r"$\times$", "\N{LESS-THAN OR EQUAL TO}": r"$\le$",
    "\N{GREATER-THAN OR EQUAL TO}": r"$\ge$", "\N{HORIZONTAL ELLIPSIS}": r"\dots{}",
    "\N{INFINITY}": r"$\infty$", "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{MIDDLE DOT}": r"$\cdot$", "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """What is printed, and the number behind it."""

    text: str
    values: tuple[float, ...] = ()
    """What the CSV holds, unrounded, nan for nothing; empty: the text."""
    bold: bool = False
    """Whether it is the best of its column."""
    underlined: bool = False
    """Whether it is not significantly worse than the best."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how what is below it lines up."""

    heading: str
    align: Align = "r"
    parts: tuple[str, ...] = ()
    """The CSV's headings, where a cell holds several numbers; empty: the heading."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its caption."""

    name: str
    """Of its files."""
    title: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


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
    """Return a number with so many decimals and a true minus sign.

    >>> decimals(0.0449), decimals(float("nan"))
    ('0.045', 'n/a')
    """
    if math.isnan(value):
        return "n/a"
    shown = f"{value:.{digits}f}"
    if float(shown) == 0:
        shown = shown.lstrip("-")
    return shown.replace("-", "\N{MINUS SIGN}")


def probability(value: float) -> Cell:
    """Return a cell of a p-value: three decimals, but never "0.000"."""
    if value < 0.001:
        return Cell("<0.001", (value,))
    return number(value)


def latex(table: Table) -> str:
    """Return a floating table that needs the package booktabs and no other."""
    wrapping = sum(column.align == "p" for column in table.columns)
    share = (0.9 - 0.08 * (len(table.columns) - wrapping)) / max(wrapping, 1)
    wrapped = rf"p{{{share:.2f}\linewidth}}"
    form = "".join(wrapped if c.align == "p" else c.align for c in table.columns)
    size = r"\scriptsize\setlength{\tabcolsep}{3pt}" if len(table.columns) > 8 else r"\small"
    lines = [
        r"% \usepackage{booktabs}",
        r"\begin{table}[t]",
        r"\centering",
        size,
        rf"\caption{{{escaped(table.caption)}}}",
        rf"\label{{tab:{table.name}}}",
        rf"\begin{{tabular}}{{@{{}}{form}@{{}}}}",
        r"\toprule",
        _row(escaped(column.heading) for column in table.columns),
        r"\midrule",
        *(_row(_latex_cell(cell) for cell in row) for row in table.rows),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def markdown(table: Table) -> str:
    """Return a table in GitHub's Markdown, its caption below."""
    rules = ["---:" if column.align == "r" else "---" for column in table.columns]
    rows = [[_markdown_cell(cell) for cell in row] for row in table.rows]
    lines = [[_plain(column.heading) for column in table.columns], rules, *rows]
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{body}\n\n{table.caption}\n"


def comma_separated(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV; floats are written so that they read back the same, nan as nothing."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_entry(entry) for entry in row])
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


def escaped(words: str) -> str:
    r"""Return words as LaTeX.

    >>> escaped("95 % of a_b")
    '95 \\% of a\\_b'
    """
    return "".join(_LATEX.get(letter, letter) for letter in words)


def _row(cells: Iterable[str]) -> str:
    return " & ".join(cells) + r" \\"


def _latex_cell(cell: Cell) -> str:
    words = escaped(cell.text)
    if cell.bold:
        return rf"\textbf{{{words}}}"
    return rf"\underline{{{words}}}" if cell.underlined else words


def _markdown_cell(cell: Cell) -> str:
    words = _plain(cell.text)
    if cell.bold:
        return f"**{words}**"
    return f"<u>{words}</u>" if cell.underlined else words


def _plain(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")


def _parts(cell: Cell, wanted: int) -> Sequence[object]:
    if cell.values:
        return cell.values
    return [cell.text, *[None] * (wanted - 1)]


def _entry(entry: object) -> object:
    if isinstance(entry, float):
        return "" if math.isnan(entry) else repr(float(entry))
    return "" if entry is None else entry
