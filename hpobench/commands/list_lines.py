"""How a list of strategies or problems is printed: in groups, with a line for each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size

from ..cards.card import SPLITS
from ..cards.groups import ALL, DIMENSIONS, PROPERTIES
from ..errors import counted
from ..library import extra
from ..registry.ours import entrants
from .console import Printer, plain
from .ranking_lines import shortened

NO_LIBRARY, MISSING, ISOLATED = "-", "missing: ", ", isolated"
COLUMNS = ("parameters", "fidelity", "held", "separates", "grad", "if")
"""The columns that tell about a problem; a narrow terminal shows the first ones that fit."""
LEGEND = {
    "parameters": "how many are f float, i int, o ordinal, c categorical",
    "if": "how many of them exist only for some values of another one",
    "fidelity": "from the shortest training to the whole one",
    "grad": "whether the problem gives gradients",
    "held": "held out: strategies are judged on it, and never tuned on it",
    "separates": "share of the variance in ranks that comes from strategies, not from luck",
}
GROUPS = (
    "Groups for -p: the families above, {sides}, {every}, and by what problems have: {properties};"
    " & joins them, as in -p '{example}'"
).format(
    sides=", ".join(SPLITS),
    every=ALL,
    properties=", ".join((*PROPERTIES, f"{DIMENSIONS}<=6")),
    example=f"{SPLITS[1]}&{next(iter(PROPERTIES))}",
)
"""What a list of problems says about groups."""
MORE = "All about one of them: python -m hpobench list {} NAME"
LONGEST_NAME = 30
"""The most cells that the name of a strategy takes; in a wide terminal a quarter of the line."""
SHORTEST_TEXT = 12
"""The cells of the terminal below which a text is left out."""
GAP = 2
"""The cells of the terminal between two columns."""
ALL_SHARED, ALL_ISOLATED = "peers", "python -m hpobench env create"
"""What installs all libraries that share an environment, and what installs all others."""

Row: TypeAlias = Mapping[str, str]


def print_list(kind: str, rows: Sequence[Row]) -> None:
    """Print a line for each row under the heading of its group, and a hint at the end."""
    console = Printer()
    console.say(kind, "bold")
    if kind == "strategies":
        _print_strategies(console, rows)
        console.say("")
    else:
        _print_problems(console, rows)
    console.say(MORE.format(kind), "dim")


def _print_strategies(console: Printer, rows: Sequence[Row]) -> None:
    """Print the strategies: native ones, those whose library is here, and those that lack it."""
    native = [row for row in rows if row["library"] == NO_LIBRARY]
    missing = [row for row in rows if row["library"].startswith(MISSING)]
    isolated = [row for row in rows if row["library"].endswith(ISOLATED)]
    installed = [row for row in rows if row not in (*native, *missing, *isolated)]
    names = shortened([row["name"] for row in rows], max(LONGEST_NAME, console.width // 4))
    shown = dict(zip((row["name"] for row in rows), names, strict=True))
    groups = {
        "native: they need no library": native,
        "installed, with the library's version": installed,
        "isolated in an environment of their own, with the library's version": isolated,
        **{
            f"missing; this installs them: {command}": each
            for command, each in _by_command(missing)
        },
    }
    width = max(map(cell_len, names))
    for title, group in groups.items():
        if group:
            _head(console, title)
        for row in group:
            there = group in (installed, isolated)
            words = f"{_version(row)}  {row['what it does']}" if there else row["what it does"]
            console.say(_line(console, shown[row["name"]], width, words))


def _head(console: Printer, title: str) -> None:
    """Print an empty line, and then the heading of a group."""
    console.say("")
    console.say(title, "bold")


def _version(row: Row) -> str:
    """Return the version in a row's text about its library, such as "ax 1.0, isolated"."""
    return row["library"].rpartition(",")[0].rpartition(" ")[2]


def _by_command(missing: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Yield commands, each with the rows whose missing libraries it installs."""
    ours = entrants()
    groups = defaultdict[str, list[Row]](list)
    for row in missing:
        command = row["library"].removeprefix(MISSING)
        groups[command.partition(" ")[0] if row["name"] in ours else command].append(row)
    for group in groups.values():
        command, *others = {row["library"].removeprefix(MISSING) for row in group}
        if others:
            command = ALL_ISOLATED if command.startswith(ALL_ISOLATED) else extra(ALL_SHARED)
        yield command, group


def _line(console: Printer, name: str, width: int, words: str) -> str:
    """Return a name and the words about it, of which a part is left out that does not fit."""
    room = console.width - width - GAP
    start = set_cell_size(plain(name, console.encoding), width)
    if room < SHORTEST_TEXT:
        return start.rstrip()
    return f"{start}{' ' * GAP}{_cut(plain(words, console.encoding), room)}"


def _cut(words: str, room: int) -> str:
    """Return a text, without its last words where it is too wide."""
    if cell_len(words) <= room:
        return words
    kept = words
    while cell_len(kept) > room - GAP and kept:
        kept = kept.rpartition(" ")[0]
    return f"{kept or set_cell_size(words, room - GAP)} \N{HORIZONTAL ELLIPSIS}"


def _print_problems(console: Printer, rows: Sequence[Row]) -> None:
    """Print the problems by family; where there is no room, columns are left out."""
    names = shortened([row["name"] for row in rows], console.width)
    shown: list[Row] = [{**row, "name": name} for row, name in zip(rows, names, strict=True)]
    headings = _fitting(shown, console.width)
    widths = {heading: _width(heading, shown) for heading in headings}
    console.say(_columns({each: each for each in headings}, widths))
    families = defaultdict[str, list[Row]](list)
    for row in shown:
        families[row["family"]].append(row)
    for family, group in sorted(families.items()):
        _head(console, f"{family}: {counted(len(group), 'problem')}{_missing(group)}")
        for row in group:
            console.say(_columns(row, widths))
    console.say("")
    for heading in headings:
        if heading in LEGEND:
            console.say(f"{heading}: {LEGEND[heading]}", "dim")
    console.say(GROUPS, "dim")


def _missing(group: Sequence[Row]) -> str:
    """Say which command installs the packages that a family's problems lack; empty: none lacks."""
    lacking = [row["library"] for row in group if row["library"].startswith(MISSING)]
    commands = "; ".join(each.removeprefix(MISSING) for each in dict.fromkeys(lacking))
    if not lacking:
        return ""
    number = "all" if len(lacking) == len(group) else str(len(lacking))
    return f", {number} missing; this installs them: {commands}"


def _columns(row: Row, widths: Mapping[str, int]) -> str:
    """Return the line of a row, in which each text stands below its heading."""
    cells = (set_cell_size(row[heading], width) for heading, width in widths.items())
    return " ".join(cells).rstrip()


def _fitting(rows: Sequence[Row], width: int) -> list[str]:
    """Return the headings of the columns that a line has room for; no text is cut."""
    kept, room = {"name"}, width - _width("name", rows)
    for heading in COLUMNS:
        if _width(heading, rows) + 1 <= room:
            kept.add(heading)
            room -= _width(heading, rows) + 1
    return [heading for heading in rows[0] if heading in kept]


def _width(heading: str, rows: Sequence[Row]) -> int:
    """Return the cells of the terminal that a column takes."""
    return max(cell_len(heading), *(cell_len(row[heading]) for row in rows))
