"""What `list` shows: a line each, or the card of one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from .card import ProblemCard, StrategyCard
from .experiment import problem_card, strategy_card
from .registry import find_problems, find_strategies, problems, strategies

KINDS = ("strategies", "problems")


def listed(kind: str) -> list[dict[str, str]]:
    """Return a row for each of ours."""
    names = strategies() if kind == "strategies" else problems()
    return [_row(_card(kind, name)) for name in names]


def card(kind: str, spec: str) -> dict[str, object]:
    """Return all that is known of one, for JSON; of a file with several, of the first."""
    content = asdict(_card(kind, spec))
    del content["identity"]["path"]
    for anchors in ("values", "scores"):
        for anchor in content.get(anchors, ()):
            del anchor["curve"]  # long, and it has holes that JSON can't tell
    return {"identity": content.pop("identity"), **content}


def print_list(kind: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Print rows as a table."""
    table = Table(title=kind, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in rows[0]:
        table.add_column(heading, overflow="fold", no_wrap=heading == "name")
    for row in rows:
        table.add_row(*row.values())
    Console(highlight=False).print(table)


def print_card(content: Mapping[str, object]) -> None:
    """Print a card, a line a fact."""
    console = Console(highlight=False)
    for key, value in content.items():
        if isinstance(value, Mapping):
            console.print(f"{key.replace('_', ' ')}:", markup=False)
            for name, fact in value.items():
                console.print(f"  {name}: {_words(fact)}", markup=False)
        elif value not in (None, "", ()):
            console.print(f"{key.replace('_', ' ')}: {_words(value)}", markup=False)


def _card(kind: str, spec: str) -> StrategyCard | ProblemCard:
    if kind == "strategies":
        return strategy_card(find_strategies(spec)[0])
    return problem_card(find_problems(spec)[0])


def _row(card: StrategyCard | ProblemCard) -> dict[str, str]:
    if isinstance(card, StrategyCard):
        return {"name": card.identity.name, "what it does": card.summary}
    fidelity = card.fidelity
    return {
        "name": card.identity.name,
        "family": card.family,
        "dimensions": ", ".join(f"{number} {kind}" for kind, number in card.dimensions.items()),
        "conditional": str(card.conditional or "-"),
        "fidelity": f"{fidelity.low:g}-{fidelity.high:g} {fidelity.unit}" if fidelity else "-",
        "gradients": "-" if card.gradient_cost is None else "yes",
    }


def _words(value: object) -> str:
    match value:
        case Mapping():
            return ", ".join(f"{key} {_words(each)}" for key, each in value.items() if each != {})
        case list() | tuple():
            return "; ".join(map(_words, value))
        case float():
            return f"{value:g}"
        case _:
            return str(value)
