"""What `list` shows: a line each, or the card of one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from .card import ProblemCard, StrategyCard
from .experiment import problem_card, strategy_card
from .hosts import state
from .prose import prose, words
from .registry import Entry, find_problems, find_strategies, strategies
from .strategy import Strategy

KINDS = ("strategies", "problems")
LEGEND = (
    "parameters: float (f), int (i), ordinal (o), categorical (c); if: how many of them depend on"
    " another; grad: gives gradients; held: held out, strategies are judged on it and never tuned;"
    " apart: the share of variance between the strategies of a fixed panel"
)


def listed(kind: str, spec: str | None = None) -> list[dict[str, str]]:
    """Return a row for each that a spec names; None: for each of ours."""
    if kind == "strategies":
        specs = strategies() if spec is None else [spec]
        return [_strategy_row(entry) for each in specs for entry in find_strategies(each)]
    return [_problem_row(problem_card(entry)) for entry in find_problems(spec or "everything")]


def told(kind: str, spec: str) -> dict[str, object]:
    """Return all that is known of the first that a spec names, for people."""
    if kind == "problems":
        return prose(problem_card(find_problems(spec)[0]))
    entry = find_strategies(spec)[0]
    content = asdict(strategy_card(entry))
    del content["identity"]["path"]
    library = entry.item.library
    return {**content, "library": "" if library is None else state(library)}


def card(kind: str, spec: str) -> dict[str, object]:
    """Return all that is known of the first that a spec names, for JSON."""
    content = asdict(_cards(kind, spec)[0])
    del content["identity"]["path"]
    for anchors in ("values", "scores"):
        for anchor in content.get(anchors, ()):
            del anchor["curve"]  # long, and it has holes that JSON can't tell
    return {"identity": content.pop("identity"), **content}


def print_list(kind: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Print rows as a table, those of problems by family."""
    table = Table(title=kind, title_justify="left", title_style="bold", box=None, pad_edge=False)
    headings = [heading for heading in rows[0] if heading != "family"]
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading == "name")
    family = ""
    for row in sorted(rows, key=lambda row: row.get("family", "")):
        if row.get("family", "") != family:
            family = row["family"]
            table.add_row(f"[bold]{family}[/bold]")
        table.add_row(*(row[heading] for heading in headings))
    console = Console(highlight=False)
    console.print(table)
    if kind == "problems":
        console.print(LEGEND, style="dim", markup=False)


def print_card(content: Mapping[str, object]) -> None:
    """Print a card, a line a fact."""
    console = Console(highlight=False)
    for key, value in content.items():
        if isinstance(value, Mapping):
            console.print(f"{key.replace('_', ' ')}:", markup=False)
            for name, fact in value.items():
                console.print(f"  {name}: {words(fact)}", markup=False)
        elif value not in (None, "", ()):
            console.print(f"{key.replace('_', ' ')}: {words(value)}", markup=False)


def _cards(kind: str, spec: str) -> Sequence[StrategyCard | ProblemCard]:
    if kind == "strategies":
        return [strategy_card(entry) for entry in find_strategies(spec)]
    return [problem_card(entry) for entry in find_problems(spec)]


def _strategy_row(entry: Entry[Strategy]) -> dict[str, str]:
    library, card = entry.item.library, strategy_card(entry)
    return {
        "name": entry.reference.name,
        "library": "-" if library is None else state(library),
        "what it does": f"(system) {card.summary}" if card.system else card.summary,
    }


def _problem_row(card: ProblemCard) -> dict[str, str]:
    fidelity, kinds = card.fidelity, card.dimensions.items()
    return {
        "name": card.identity.name,
        "family": card.family,
        "parameters": " ".join(f"{number}{kind[0]}" for kind, number in kinds),
        "if": str(card.conditional or "-"),
        "fidelity": f"{fidelity.low:g}-{fidelity.high:g} {fidelity.unit}" if fidelity else "-",
        "grad": "-" if card.gradient_cost is None else "yes",
        "held": "yes" if card.split == "held-out" else "-",
        "apart": f"{card.separation.share:.2f}" if card.separation else "-",
    }
