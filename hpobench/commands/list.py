"""What `list` shows: a line each, or the card of one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from rich.cells import cell_len
from rich.table import Table

from ..cards.card import ProblemCard, StrategyCard
from ..cards.digits import fixed
from ..cards.text import problem_prose, strategy_prose, words
from ..hosting.placement import state
from ..library import Library
from ..problem import Problem
from ..registry.describing import problem_card, strategy_card
from ..registry.finding import Entry, entrants, find_entrants, find_problems
from ..registry.rehearsal import rehearsed
from ..strategy import Entrant
from .console import Printer

KINDS = ("strategies", "problems")
SINGULAR = {"strategy": "strategies", "problem": "problems"}
MOST_OF_A_LINE = 30
"""Characters that a name is shown with, however narrow the terminal."""
COLUMNS = ("parameters", "fidelity", "held", "apart", "grad", "if")
"""What is shown of problems beside their names, first what a narrow terminal needs most."""
GAP = 1
"""Cells of the terminal between two columns."""
NO_LIBRARY, MISSING = "-", "missing: "
LEGEND = (
    "parameters: float (f), int (i), ordinal (o), categorical (c); if: how many of them depend on"
    " another; grad: gives gradients; held: held out, strategies are judged on it and never tuned;"
    " apart: the share of variance between the strategies of a fixed panel"
)


def listed(kind: str, spec: str | None = None) -> list[dict[str, str]]:
    """Return a row for each that a spec names; None: for each of ours."""
    given = [] if spec is None else [spec]
    if kind == "strategies":
        with rehearsed(strategies=given):
            specs = given or entrants()
            return [_strategy_row(entry) for each in specs for entry in find_entrants(each)]
    with rehearsed(problems=given):
        return [
            _problem_row(entry) for each in given or ["everything"] for entry in find_problems(each)
        ]


def told(kind: str, spec: str) -> dict[str, object]:
    """Return all that is known of the first that a spec names, for people."""
    if kind == "problems":
        problem = find_problems(spec)[0]
        known = problem_prose(problem_card(problem))
        return {**known, "library": _library(problem.item.library, "")}
    entry = find_entrants(spec)[0]
    known = strategy_prose(strategy_card(entry))
    return {**known, "library": _library(entry.item.library, "")}


def card(kind: str, spec: str) -> dict[str, object]:
    """Return all that is known of the first that a spec names, for JSON."""
    content = asdict(_cards(kind, spec)[0])
    del content["identity"]["path"]
    for anchors in ("values", "scores"):
        for anchor in content.get(anchors, ()):
            del anchor["evaluations"], anchor["curve"]  # long
    return {"identity": content.pop("identity"), **content}


def print_list(kind: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Print rows as a table a group, and what brings the libraries that are missing."""
    console = Printer()
    console.say(kind, "bold")
    if kind == "strategies":
        _print_strategies(console, rows)
    else:
        _print_problems(console, rows)
    _print_missing(console, rows)


def print_card(content: Mapping[str, object]) -> None:
    """Print a card, a line a fact."""
    console = Printer()
    for key, value in content.items():
        if isinstance(value, Mapping) and value:
            console.say(f"{key.replace('_', ' ')}:")
            for name, fact in value.items():
                console.say(f"  {name}: {words(fact)}")
        elif value:
            console.say(f"{key.replace('_', ' ')}: {words(value)}")


def _print_strategies(console: Printer, rows: Sequence[Mapping[str, str]]) -> None:
    """Print a line a strategy, cut to the terminal's width: its card has it whole."""
    native = [row for row in rows if row["library"] == NO_LIBRARY]
    there = [row for row in rows if row not in native and not row["library"].startswith(MISSING)]
    for title, shown in (("that need no library", native), ("whose library is here", there)):
        if not shown:
            continue
        table = Table(title=title, title_justify="left", box=None, pad_edge=False, expand=True)
        headings = list(shown[0]) if shown is there else ["name", "what it does"]
        for heading in headings[:-1]:
            longest = max(len(row[heading]) for row in shown)
            table.add_column(heading, no_wrap=True, min_width=min(longest, MOST_OF_A_LINE))
        table.add_column(headings[-1], no_wrap=True, ratio=1)
        for row in shown:
            table.add_row(*(row[heading] for heading in headings))
        console.print(table)


def _print_problems(console: Printer, rows: Sequence[Mapping[str, str]]) -> None:
    """Print a line a problem, by family; where there is no room, columns are left out."""
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    headings = _fitting(rows, console.width)
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    family = ""
    for row in sorted(rows, key=lambda row: row["family"]):
        if row["family"] != family:
            family = row["family"]
            table.add_row(family, style="bold")
        table.add_row(*(row[heading] for heading in headings))
    console.print(table)
    console.say(LEGEND, "dim")


def _fitting(rows: Sequence[Mapping[str, str]], width: int) -> list[str]:
    """Return the columns of problems that a line has room for; no number is broken."""
    kept, room = {"name"}, width - _width("name", rows)
    for heading in COLUMNS:
        if _width(heading, rows) + GAP <= room:
            kept.add(heading)
            room -= _width(heading, rows) + GAP
    return [heading for heading in rows[0] if heading in kept]


def _width(heading: str, rows: Sequence[Mapping[str, str]]) -> int:
    return max(cell_len(heading), *(cell_len(row[heading]) for row in rows))


def _print_missing(console: Printer, rows: Sequence[Mapping[str, str]]) -> None:
    """Print the names of those whose library is missing, by the command that brings it."""
    lacking = [row for row in rows if row["library"].startswith(MISSING)]
    if lacking:
        console.say("whose library is missing, and what brings it:", "italic")
    for command in dict.fromkeys(row["library"].removeprefix(MISSING) for row in lacking):
        names = [row["name"] for row in lacking if row["library"] == MISSING + command]
        console.say(f"{', '.join(names)}: {command}")


def _cards(kind: str, spec: str) -> Sequence[StrategyCard | ProblemCard]:
    if kind == "strategies":
        return [strategy_card(entry) for entry in find_entrants(spec)]
    return [problem_card(entry) for entry in find_problems(spec)]


def _strategy_row(entry: Entry[Entrant]) -> dict[str, str]:
    card = strategy_card(entry)
    return {
        "name": entry.identity.name,
        "library": _library(entry.item.library, NO_LIBRARY),
        "what it does": f"(system) {card.summary}" if card.system else card.summary,
    }


def _problem_row(entry: Entry[Problem]) -> dict[str, str]:
    card = problem_card(entry)
    fidelity, kinds = card.fidelity, card.dimensions.items()
    return {
        "name": card.identity.name,
        "family": card.about.family,
        "library": _library(entry.item.library, NO_LIBRARY),
        "parameters": " ".join(f"{number}{kind[0]}" for kind, number in kinds),
        "if": str(card.conditional or "-"),
        "fidelity": f"{fidelity.low:g}-{fidelity.high:g} {fidelity.unit}" if fidelity else "-",
        "grad": "-" if card.gradient_cost is None else "yes",
        "held": "yes" if card.split == "held-out" else "-",
        "apart": fixed(card.separation.share, 2) if card.separation else "-",
    }


def _library(library: Library | None, nothing: str) -> str:
    return nothing if library is None else state(library)
