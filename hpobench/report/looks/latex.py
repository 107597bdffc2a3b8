"""Tables as LaTeX floats: in the size that fits, and in several where one page cannot hold them.

A tabular is in a file of its own; the float around it, with caption and label, is in another.
"""

import math
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from . import markup
from .parts import evenly
from .tables import Cell, Table

LENGTH = 400
"""The most characters of a cell: the CSV has all of them."""
CAPTION = 1500
"""The most characters of a caption, so that a page holds it: the report's page has all of them."""

_GAP = 3.0
"""The space on either side of a column, in points."""
_NAME = 17.0
"""The width, in em, beyond which a column of words is broken into lines."""
_BROKEN = 11.0
"""The least width of a column that is broken into lines, in em."""
_HEADING = 8.0
"""The width, in em, beyond which the heading of a column of numbers is broken into lines."""
_WIDTHS = {
    **dict.fromkeys("il.,:;'|![]", 0.3), **dict.fromkeys("tfrsjI()/- ", 0.38),
    **dict.fromkeys("mwMW@%", 0.86),
    **dict.fromkeys("+=<>\N{MINUS SIGN}\N{PLUS-MINUS SIGN}\N{MULTIPLICATION SIGN}~", 0.78),
}  # fmt: skip
"""The widths of characters in Computer Modern, in em; other capitals have 0.75, all else 0.54."""


FOLDER = r"\hpobenchtables"
"""The command that says in which folder the tabulars are, as a paper sees it."""


@dataclass(frozen=True, slots=True)
class Room:
    """The room that a paper has for a table; a narrower page shrinks the table."""

    column: float
    """The width of a column, in points."""
    page: float
    """The width of the text across all columns, in points."""
    height: float
    """The greatest height of a float, in points, where the caption has one line."""
    type: float
    """The size of the paper's text, in points."""


@dataclass(frozen=True, slots=True)
class _Size:
    """A size of type in a paper whose text has 10 points."""

    command: str
    """The command of LaTeX that sets the size."""
    em: float
    """The width of an em, in points, as far as it makes the widths below those of Times, in which
    venues set their papers; in a wider font, a table is shrunk to the page."""
    leading: float
    """The distance from line to line, in points, the space between rows included."""


_SIZES = (
    _Size(r"\small", 8.4, 11.5),
    _Size(r"\footnotesize", 7.5, 10.0),
    _Size(r"\scriptsize", 6.7, 8.6),
)


@dataclass(frozen=True, slots=True)
class _Block:
    """Columns that stand side by side."""

    columns: tuple[int, ...]
    """The positions of the columns in the table."""
    shares: tuple[float, ...]
    """The width of each column as a share of the line; 0: as wide as its text."""


def latex(table: Table, room: Room) -> dict[str, str]:
    """Return the files of a table by their names; they need the packages booktabs and graphicx.

    The first one has the floats with their captions, and takes in the others, a tabular each. A
    table that is too wide is cut into parts of about one width, each with the first column; a table
    that is too long is cut into parts of about one length. Its notes stand in comments.
    """
    ems = [_ems(column) for column in _columns(table)]
    whole = sum(ems)
    gaps = 2 * _GAP * (len(ems) - 1)
    for size in _sizes(room):
        if whole * size.em + gaps <= room.column:
            blocks: Sequence[_Block] = (_Block((*range(len(ems)),), (0.0,) * len(ems)),)
            return _files(table, blocks, size, room, "table")
    kind = "table" if room.column == room.page else "table*"
    ways = [(size, [*_blocks(table, ems, size, room)]) for size in _sizes(room)]
    fewest = min(len(blocks) for _, blocks in ways)
    fitting = [way for way in ways if len(way[1]) == fewest]
    size, blocks = fitting[-1] if _breaks(table, ems) else fitting[0]
    return _files(table, blocks, size, room, kind)


def _sizes(room: Room) -> list[_Size]:
    """Return the sizes of type in a paper, from the largest one down."""
    grown = room.type / 10
    return [replace(each, em=each.em * grown, leading=each.leading * grown) for each in _SIZES]


def _columns(table: Table) -> list[tuple[str, ...]]:
    """Return the texts of each column, the lines of its heading first."""
    return [
        (*_heading(table, i), *(_text(row[i]) for row in table.rows))
        for i in range(len(table.columns))
    ]


def _heading(table: Table, column: int) -> list[str]:
    """Return a heading in lines that are about as wide as the numbers below."""
    words = markup.plain(table.columns[column].heading)
    if table.columns[column].align != "r":
        return [words]
    room = max(_HEADING, _ems(_text(row[column]) for row in table.rows))
    lines = [""]
    for part in re.findall(r"[^-:,=_ +]*[-:,=_ +]*", words):
        if lines[-1] and _width(lines[-1] + part) > room:
            lines.append("")
        lines[-1] += part
    return [line.strip() for line in lines]


def _text(cell: Cell) -> str:
    return markup.cut(markup.plain(cell.noted), LENGTH)


def _ems(words: Iterable[str]) -> float:
    """Return the width of the longest of some texts."""
    return max(map(_width, words), default=0.0)


def _width(words: str) -> float:
    return sum(_WIDTHS.get(each, 0.75 if each.isupper() else 0.54) for each in words)


def _wraps(table: Table, column: int, width: float) -> bool:
    align = table.columns[column].align
    return (align == "p" and width > _BROKEN) or (align != "r" and width > _NAME)


def _breaks(table: Table, ems: Sequence[float]) -> bool:
    """Tell whether any column is broken into lines."""
    return any(_wraps(table, i, width) for i, width in enumerate(ems))


def _least(width: float, column: int, table: Table) -> float:
    """Return the least width of a column, in em: where it is broken, it has room for each part."""
    if not _wraps(table, column, width):
        return width
    texts = (_text(row[column]) for row in table.rows)
    return max(_BROKEN, _ems(part for words in texts for part in markup.parts(words)))


def _blocks(table: Table, ems: Sequence[float], size: _Size, room: Room) -> Iterator[_Block]:
    """Yield columns that fit beside the first one, from left to right."""
    first, *rest = (_least(width, i, table) * size.em for i, width in enumerate(ems))
    needs = [need + 2 * _GAP for need in rest]
    for start, end in evenly(needs, room.page - first) or [(0, 0)]:
        yield _block(table, [0, *range(start + 1, end + 1)], ems, size, room)


def _block(
    table: Table, chosen: Sequence[int], ems: Sequence[float], size: _Size, room: Room
) -> _Block:
    """Share the width that narrow columns leave among the columns that are broken into lines."""
    least = {i: _least(ems[i], i, table) * size.em for i in chosen if _wraps(table, i, ems[i])}
    rest = sum(ems[i] * size.em for i in chosen if i not in least)
    free = room.page - rest - 2 * _GAP * (len(chosen) - 1)
    needed = sum(least.values())
    weights = {i: min(ems[i], 4 * _BROKEN) for i in least}
    spare, total = max(free - needed, 0.0), sum(weights.values())
    fit = min(free / needed, 1.0) if needed else 1.0
    widths = {i: fit * least[i] + spare * weights[i] / total for i in least}
    shares = tuple(
        math.floor(1000 * widths[i] / room.page) / 1000 if i in widths else 0.0 for i in chosen
    )
    return _Block(tuple(chosen), shares)


def _files(
    table: Table, blocks: Sequence[_Block], size: _Size, room: Room, kind: str
) -> dict[str, str]:
    width = room.column if kind == "table" else room.page
    below = 1.2 * room.type * _width(f"{table.title}. {table.below}") * room.type / width
    parts = [
        (block, rows)
        for block in blocks
        for rows in _pages(table, block, size, room, room.height - below)
    ]
    names = [f"{table.name}.tabular{f'-{i + 1}' * (len(parts) > 1)}" for i in range(len(parts))]
    lines = [
        r"% \usepackage{booktabs,graphicx}",
        *_comments(table.notes),
        rf"\providecommand{{{FOLDER}}}{{tables}}",
    ]
    for number, name in enumerate(names):
        part = f" (part {number + 1} of {len(parts)})" if len(parts) > 1 else ""
        words = f"{table.title}{part}." + (f" {table.below}" if not number else "")
        caption = rf"\caption{{{markup.latex(markup.cut(words.strip(), CAPTION))}}}"
        label = rf"\label{{tab:{table.name}}}"
        head = [r"\addtocounter{table}{-1}", caption] if number else [caption, label]
        lines += [
            rf"\begin{{{kind}}}[tp]",
            r"\centering",
            *head,
            rf"{size.command}\setlength{{\tabcolsep}}{{{_GAP:g}pt}}",
            r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
            rf"\input{{{FOLDER}/{name}}}\unskip}}",
            rf"\end{{{kind}}}",
        ]
    files = {f"{table.name}.tex": "\n".join(lines) + "\n"}
    for name, (block, rows) in zip(names, parts, strict=True):
        files[f"{name}.tex"] = "\n".join(_tabular(table, block, rows)) + "\n"
    return files


def _pages(
    table: Table, block: _Block, size: _Size, room: Room, height: float
) -> Iterator[Sequence[tuple[Cell, ...]]]:
    """Yield the rows of each page: as few pages as hold them, with about as many rows each."""
    head = 2 + max(len(_heading(table, i)) for i in block.columns)
    heights = [
        size.leading
        * max(
            math.ceil(1.2 * _width(_text(row[i])) * size.em / (share * room.page)) if share else 1
            for i, share in zip(block.columns, block.shares, strict=True)
        )
        for row in table.rows
    ]
    for start, end in evenly(heights, height - head * size.leading) or [(0, 0)]:
        yield table.rows[start:end]


def _tabular(table: Table, block: _Block, rows: Sequence[tuple[Cell, ...]]) -> Iterator[str]:
    columns = [*zip(block.columns, block.shares, strict=True)]
    form = "".join(
        rf"p{{{share:.3f}\linewidth}}" if share else "r" if table.columns[i].align == "r" else "l"
        for i, share in columns
    )
    # in a ragged cell, a double backslash ends a line, and not the row
    end = r" \tabularnewline" if any(block.shares) else r" \\"
    headings = (_set_heading(_heading(table, i), share) for i, share in columns)
    yield rf"\begin{{tabular}}{{@{{}}{form}@{{}}}}"
    yield r"\toprule"
    yield " & ".join(headings) + end
    yield r"\midrule"
    for row in rows:
        yield " & ".join(_cell(row[i], share) for i, share in columns) + end
    yield r"\bottomrule"
    yield r"\end{tabular}"


def _set_heading(lines: Sequence[str], share: float) -> str:
    if len(lines) == 1:
        return _set(lines[0], share)
    below = r" \\ ".join(map(markup.latex, lines))
    return rf"\begin{{tabular}}[b]{{@{{}}r@{{}}}}{below}\end{{tabular}}"


def _cell(cell: Cell, share: float) -> str:
    words = _set(_text(cell), share)
    if cell.bold:
        return rf"\textbf{{{words}}}"
    return rf"\underline{{{words}}}" if cell.underlined else words


def _set(words: str, share: float) -> str:
    shown = markup.latex(words, breaking=share > 0)
    return rf"\raggedright {shown}" if share else shown


def _comments(notes: str) -> list[str]:
    return [f"% {line}" for line in textwrap.wrap(markup.plain(notes), 96)]
