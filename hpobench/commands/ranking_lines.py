"""The ranking as a terminal shows it: a line for each strategy, in which no number is ever cut."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal, TypeAlias

from rich.cells import cell_len
from rich.table import Table as Grid

from ..report.looks.tables import Cell, Table
from .console import Printer

OWN, GAP = "yours", "  "
NARROWEST = 12
"""The width down to which a name is cut before a column is left out, in cells of the terminal."""
SHARES = (0.5, 0.25, 0.75, 0.0, 1.0)
"""The shares of a cut name that may be its beginning: the first that leaves all names different
is taken."""
ANSWER = 2
"""How many columns, the heaviest ones, stay longer than what is written beside the names."""
_Marks: TypeAlias = Literal["whole", "short", "none"]
_SHORT = "!"
"""The mark of a name whose note stands below the ranking."""
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def show_ranking(console: Printer, ranking: Table, own: Collection[str]) -> None:
    """Print a ranking; where there is no room, whole columns are left out, and names are cut.

    The first column holds the names; a row whose name is bold is a winner's, and a name's note
    stands beside it. The lightest column is left out first, and a column without any text always.
    `own`: the names of the strategies that come from users' files.
    """
    chosen = _chosen(ranking, own, console.width)
    grid = Grid(box=None, pad_edge=False, padding=(0, len(GAP), 0, 0))
    for place in (0, *chosen.columns):
        column = ranking.columns[place]
        grid.add_column(
            column.heading, justify="right" if column.align == "r" else "left", no_wrap=True
        )
    for name, row in zip(chosen.names, ranking.rows, strict=True):
        style = f"{'bold' * row[0].bold} {'cyan' * (row[0].text in own)}".strip()
        grid.add_row(name, *(row[place].text for place in chosen.columns), style=style)
    console.print(grid)
    if chosen.marks == "short":
        for row in ranking.rows:
            if row[0].note:
                console.say(f"{_SHORT} {row[0].text}: {row[0].note}")


def shortened(names: Sequence[str], width: int, marks: Sequence[str] = ()) -> list[str]:
    """Return the names; those that are too wide lose a part, and all stay different.

    `marks`: what stands beside each name, and takes its part of the width; empty: nothing does.

    >>> shortened(["sobol", "genetic-algorithm:population=20"], 15)
    ['sobol', 'genetic…tion=20']
    """
    rooms = [max(width - cell_len(mark), 1) for mark in marks or [""] * len(names)]
    each = [*zip(names, rooms, strict=True)]
    cuts = [[_cut(name, room, share) for name, room in each] for share in SHARES]
    cuts += [
        [_at_difference(name, names, room, whole=whole) for name, room in each]
        for whole in (True, False)
    ]
    return next((cut for cut in cuts if _different(cut, names)), cuts[0])


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What of a ranking is printed."""

    names: list[str]
    columns: tuple[int, ...]
    """The positions of the columns, without that of the names."""
    marks: _Marks


def _chosen(ranking: Table, own: Collection[str], width: int) -> _Chosen:
    """Return the most columns beside which names that differ still look different."""
    names = [row[0].text for row in ranking.rows]
    heading = cell_len(ranking.columns[0].heading)
    found = _Chosen(names, (), "none")
    for columns, kind in _choices(ranking):
        marks = [_mark(row[0], own, kind) for row in ranking.rows]
        taken = sum(_width(ranking, place) + len(GAP) for place in columns)
        room = width - taken
        cut = shortened(names, room, marks)
        marked_names = [name + mark for name, mark in zip(cut, marks, strict=True)]
        found = _Chosen(marked_names, columns, kind)
        light = any(ranking.columns[place].weight < 0 for place in columns)
        enough = (
            (cell_len(name) if light else min(NARROWEST, cell_len(name))) + cell_len(mark)
            for name, mark in zip(names, marks, strict=True)
        )
        if room >= max(heading, *enough) and _different(cut, names):
            break
    return found


def _mark(name: Cell, own: Collection[str], kind: _Marks) -> str:
    """Return what stands beside a name: in brackets whose it is and its note, or the short mark."""
    if kind == "short":
        return f" {_SHORT}" if name.note else ""
    words = [each for each in (OWN * (name.text in own), name.note) if each and kind == "whole"]
    return f" ({', '.join(words)})" if words else ""


def _choices(ranking: Table) -> Iterator[tuple[tuple[int, ...], _Marks]]:
    """Yield ever fewer columns, and with each choice how names are marked."""
    kept = [
        place
        for place in range(1, len(ranking.columns))
        if any(row[place].text for row in ranking.rows)
    ]
    by_weight = sorted(kept, key=lambda place: (ranking.columns[place].weight, -place))
    for lightest in by_weight:
        yield tuple(kept), "whole"
        if len(kept) <= ANSWER:
            yield tuple(kept), "short"
        if len(kept) == 1:
            yield tuple(kept), "none"
        kept.remove(lightest)
    yield (), "none"


def _width(ranking: Table, place: int) -> int:
    texts = (ranking.columns[place].heading, *(row[place].text for row in ranking.rows))
    return max(map(cell_len, texts))


def _different(cut: Sequence[str], names: Sequence[str]) -> bool:
    return len(set(cut)) == len(set(names))


def _cut(name: str, width: int, share: float) -> str:
    """Leave out the middle of a name that is too wide."""
    if cell_len(name) <= width:
        return name
    head = _fitting(name, int((width - 1) * share))
    tail = _fitting(name[::-1], width - 1 - cell_len(head))[::-1]
    return head + _ELLIPSIS + tail


def _at_difference(name: str, names: Sequence[str], width: int, *, whole: bool) -> str:
    """Leave out of a name what it shares with the one most like it.

    `whole`: whether what is left begins with a whole setting.
    """
    if cell_len(name) <= width:
        return name
    first = max(_alike(name, other) for other in ("", *names) if other != name)
    if whole:
        first = max(name.rfind(mark, 0, first) + 1 for mark in ":,(")
    head = _fitting(name[:first], width // 3)
    rest = name[first:]
    room = max(width - cell_len(head) - 1, 0)
    shown = rest if cell_len(rest) <= room else _fitting(rest, max(room - 1, 0)) + _ELLIPSIS
    return head + _ELLIPSIS + shown


def _alike(name: str, other: str) -> int:
    """Return with how many equal letters two names begin."""
    pairs = zip(name, other, strict=False)
    return sum(1 for _ in takewhile(lambda letters: letters[0] == letters[1], pairs))


def _fitting(text: str, width: int) -> str:
    """Return the longest beginning of a text that is no wider than `width`."""
    end = width
    while cell_len(text[:end]) > width:
        end -= 1
    return text[:end]
