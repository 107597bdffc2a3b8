"""Tables as LaTeX floats: in the size that fits, and in several where one page cannot hold them.

A tabular is in a file of its own; the float around it, with caption and label, is in another.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from . import markup
from .aligning import Piece
from .columns import without_beside
from .parts import evenly
from .sheet import LENGTH, Sheet, sheet, widest, width
from .tables import Cell, Table

CAPTION = 1500
"""The most characters of a caption, so that a page holds it: the report's page has all of them."""

_GAP = 3.0
"""The space on either side of a column, in points."""
_NAME = 17.0
"""The width, in em, beyond which a column of words is broken into lines."""
_BROKEN = 11.0
"""The least width of a column that is broken into lines, in em."""
_NOTED = 0.35
"""The greatest part of a float that notes may take where the table stands in one of two columns."""
_FOOT = 0.8
"""The size of notes, over that of the paper's text."""
NOTES = 3000
"""The most characters of notes, so that a page holds them."""

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

    The first one has the floats with their captions, and takes in the others, a tabular each. Where
    all columns would need letters smaller than those of notes, the ones that stand beside the
    table's question are left out. A table that is too wide is cut into parts of about one width,
    each with the first column; a table that is too long is cut into parts of about one length. Its
    notes stand below the last part.
    """
    made, sizes = sheet(table), _sizes(room)
    if any(each.beside for each in table.columns) and not _fits(made.ems, sizes[1], room.page):
        made = sheet(without_beside(table))
    ems = made.ems
    for size in sizes[:2]:
        short = _below(made.table.how, room.column, _FOOT * room.type) <= _NOTED * room.height
        if _fits(ems, size, room.column) and (short or room.column == room.page):
            return _files(made, [_whole(ems)], size, room, "table")
    kind = "table" if room.column == room.page else "table*"
    ways = [(size, [*_blocks(made.table, ems, size, room)]) for size in sizes]
    fewest = min(len(blocks) for _, blocks in ways)
    fitting = [way for way in ways if len(way[1]) == fewest]
    size, blocks = fitting[-1] if _breaks(made.table, ems) else fitting[0]
    return _files(made, blocks, size, room, kind)


def _sizes(room: Room) -> list[_Size]:
    """Return the sizes of type in a paper, from the largest one down."""
    grown = room.type / 10
    return [replace(each, em=each.em * grown, leading=each.leading * grown) for each in _SIZES]


def _fits(ems: Sequence[float], size: _Size, points: float) -> bool:
    """Tell whether columns of such widths have room side by side."""
    return sum(ems) * size.em + 2 * _GAP * (len(ems) - 1) <= points


def _whole(ems: Sequence[float]) -> _Block:
    return _Block((*range(len(ems)),), (0.0,) * len(ems))


def _below(words: str, points: float, size: float) -> float:
    """Return the greatest height that a paragraph takes, in points; `size`: that of its letters."""
    return 1.2 * size * (width(words) * size / points)


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
    texts = (markup.cut(row[column].noted, LENGTH) for row in table.rows)
    return max(_BROKEN, widest(part for words in texts for part in markup.parts(words)))


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
    made: Sheet, blocks: Sequence[_Block], size: _Size, room: Room, kind: str
) -> dict[str, str]:
    table, points = made.table, room.column if kind == "table" else room.page
    caption = f"{table.title}. {table.below}"
    words = _below(caption, points, room.type) + _below(table.how, points, _FOOT * room.type)
    parts = [
        (block, rows)
        for block in blocks
        for rows in _pages(made, block, size, room, room.height - words)
    ]
    names = [f"{table.name}.tabular{f'-{i + 1}' * (len(parts) > 1)}" for i in range(len(parts))]
    lines = [r"% \usepackage{booktabs,graphicx}", rf"\providecommand{{{FOLDER}}}{{tables}}"]
    for number, name in enumerate(names):
        lines += [
            rf"\begin{{{kind}}}[tp]",
            r"\centering",
            *_captioned(table, number, len(names)),
            rf"{size.command}\setlength{{\tabcolsep}}{{{_GAP:g}pt}}",
            r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
            rf"\input{{{FOLDER}/{name}}}\unskip}}",
            *(_noted(table.how) if number == len(names) - 1 else ()),
            rf"\end{{{kind}}}",
        ]
    files = {f"{table.name}.tex": "\n".join(lines) + "\n"}
    for name, (block, rows) in zip(names, parts, strict=True):
        files[f"{name}.tex"] = "\n".join(_tabular(made, block, rows)) + "\n"
    return files


def _captioned(table: Table, number: int, parts: int) -> list[str]:
    """Return the caption of a part of a table; the first one has the label."""
    part = f" (part {number + 1} of {parts})" if parts > 1 else ""
    words = f"{table.title}{part}." + (f" {table.below}" if not number else "")
    caption = rf"\caption{{{markup.latex(markup.cut(words.strip(), CAPTION))}}}"
    label = rf"\label{{tab:{table.name}}}"
    return [r"\addtocounter{table}{-1}", caption] if number else [caption, label]


def _noted(notes: str) -> Iterator[str]:
    """Yield the notes below a tabular, as wide as the line."""
    if notes:
        words = markup.latex(markup.cut(notes, NOTES), breaking=True)
        yield r"\par\smallskip\begin{minipage}{\linewidth}\footnotesize\raggedright"
        yield rf"\textit{{Notes.}} {words}\end{{minipage}}"


def _pages(made: Sheet, block: _Block, size: _Size, room: Room, height: float) -> Iterator[range]:
    """Yield the rows of each page: as few pages as hold them, with about as many rows each."""
    head = 2 + max(len(made.heading(i)) for i in block.columns)
    heights = [
        size.leading
        * max(
            math.ceil(1.2 * width(made.text(row, i)) * size.em / (share * room.page))
            if share
            else 1
            for i, share in zip(block.columns, block.shares, strict=True)
        )
        for row in range(len(made.table.rows))
    ]
    for start, end in evenly(heights, height - head * size.leading) or [(0, 0)]:
        yield range(start, end)


def _tabular(made: Sheet, block: _Block, rows: range) -> Iterator[str]:
    columns = [*zip(block.columns, block.shares, strict=True)]
    form = "".join(
        rf"p{{{share:.3f}\linewidth}}"
        if share
        else "r"
        if made.table.columns[i].align == "r"
        else "l"
        for i, share in columns
    )
    # in a ragged cell, a double backslash ends a line, and not the row
    end = r" \tabularnewline" if any(block.shares) else r" \\"
    headings = (_set_heading(made.heading(i), share) for i, share in columns)
    yield rf"\begin{{tabular}}{{@{{}}{form}@{{}}}}"
    yield r"\toprule"
    yield " & ".join(headings) + end
    yield r"\midrule"
    for row in rows:
        cells = made.table.rows[row]
        yield " & ".join(_cell(cells[i], made.cells[i][row], share) for i, share in columns) + end
    yield r"\bottomrule"
    yield r"\end{tabular}"


def _set_heading(lines: Sequence[str], share: float) -> str:
    if len(lines) == 1:
        return _set(lines[0], share)
    below = r" \\ ".join(map(markup.latex, lines))
    return rf"\begin{{tabular}}[b]{{@{{}}r@{{}}}}{below}\end{{tabular}}"


def _cell(cell: Cell, pieces: Sequence[Piece], share: float) -> str:
    """Return a cell; what is bold or underlined begins and ends with what is shown."""
    shown = [i for i, each in enumerate(pieces) if each.shown]
    first, last = min(shown, default=0), max(shown, default=-1) + 1
    before, words, after = (
        "".join(_set(each.text, share) if each.shown else _room(each) for each in some)
        for some in (pieces[:first], pieces[first:last], pieces[last:])
    )
    if cell.bold:
        words = rf"\textbf{{{words}}}"
    elif cell.underlined:
        words = rf"\underline{{{words}}}"
    return f"{before}{words}{after}"


def _room(piece: Piece) -> str:
    return rf"\phantom{{{markup.latex(piece.text)}}}"


def _set(words: str, share: float) -> str:
    shown = markup.latex(words, breaking=share > 0)
    return rf"\raggedright {shown}" if share else shown
