"""The ranking as a terminal shows it: a line a strategy, and no number is ever cut."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rich.cells import cell_len
from rich.table import Table as Grid

from .console import Printer
from .tables import Table

NOTHING = "There is no ranking: no run on any problem holds a score."
OWN, GAP = " (yours)", "  "
NARROWEST = 12
"""Cells of the terminal: a name is not cut further while there is a column to leave out."""
SHARES = (0.5, 0.25, 0.75, 0.0, 1.0)
"""How much of a name that is cut is its beginning: the first that leaves all names different."""
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def show_ranking(console: Printer, ranking: Table, own: Collection[str]) -> None:
    """Print a ranking; where there is no room, whole columns are left out, and names are cut.

    Its first column holds the names; a row whose name is bold is a winner's. The lightest column
    goes first. `own`: the user's.
    """
    if not ranking.rows:
        console.say(NOTHING)
        return
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


def shortened(names: Sequence[str], width: int) -> list[str]:
    """Return the names, those that are too wide without a part, so that all stay different.

    >>> shortened(["sobol", "genetic-algorithm:population=20"], 15)
    ['sobol', 'genetic…tion=20']
    """
    cuts = [[_cut(name, width, share) for name in names] for share in SHARES]
    cuts += [
        [_at_difference(name, names, width, whole=whole) for name in names]
        for whole in (True, False)
    ]
    return next((cut for cut in cuts if _different(cut, names)), cuts[0])


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What of a ranking is printed."""

    names: list[str]
    columns: tuple[int, ...]
    """Without that of the names."""


def _chosen(ranking: Table, own: Collection[str], width: int) -> _Chosen:
    """Return the most columns beside which names that differ still look different."""
    names = [row[0].text for row in ranking.rows]
    heading = cell_len(ranking.columns[0].heading)
    enough = max(heading, min(NARROWEST, max(map(cell_len, names))))
    found = _Chosen(names, ())
    for columns, marked in _choices(ranking):
        marks = [OWN * (marked and name in own) for name in names]
        taken = sum(_width(ranking, place) + len(GAP) for place in columns)
        room = width - taken - max(map(len, marks))
        cut = shortened(names, max(room, 1))
        marked_names = [name + mark for name, mark in zip(cut, marks, strict=True)]
        found = _Chosen(marked_names, columns)
        if room >= enough and _different(cut, names):
            break
    return found


def _choices(ranking: Table) -> Iterator[tuple[tuple[int, ...], bool]]:
    """Yield ever fewer columns, and whether the user's own names are marked beside them."""
    kept = [*range(1, len(ranking.columns))]
    by_weight = sorted(kept, key=lambda place: (ranking.columns[place].weight, -place))
    for lightest in by_weight:
        yield tuple(kept), True
        if len(kept) == 1:
            yield tuple(kept), False
        kept.remove(lightest)
    yield (), False


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
    """Leave out of a name what it shares with the one most like it; `whole`: down to a setting."""
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
    """Return with how many letters both begin."""
    pairs = zip(name, other, strict=False)
    return sum(1 for _ in takewhile(lambda letters: letters[0] == letters[1], pairs))


def _fitting(text: str, width: int) -> str:
    """Return the longest beginning that is not wider."""
    end = width
    while cell_len(text[:end]) > width:
        end -= 1
    return text[:end]
