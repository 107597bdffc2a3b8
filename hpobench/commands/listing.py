"""What the command `list` shows: rows of strategies or problems, or all about one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from ..cards.card import ProblemCard, StrategyCard
from ..cards.digits import fixed
from ..cards.text import problem_text, strategy_text, words
from ..hosting.placement import state
from ..library import Library
from ..problem import Problem
from ..registry.describing import problem_card, strategy_card
from ..registry.entry import Entry
from ..registry.finding import find_entrants, find_problems
from ..registry.ours import entrants
from ..registry.rehearsal import rehearsed
from ..strategy import Entrant
from .anchoring.lacking import said_of_anchors
from .console import Printer
from .list_lines import NO_LIBRARY

KINDS = ("strategies", "problems")
SINGULAR = {"strategy": "strategies", "problem": "problems"}


def listed(kind: str, spec: str | None = None) -> list[dict[str, str]]:
    """Return a row for each strategy or problem that a spec names; None: for all of ours."""
    given = [] if spec is None else [spec]
    if kind == "strategies":
        with rehearsed(strategies=given):
            specs = given or entrants()
            return [_strategy_row(entry) for each in specs for entry in find_entrants(each)]
    with rehearsed(problems=given):
        return [
            _problem_row(entry) for each in given or ["everything"] for entry in find_problems(each)
        ]


def card_for_people(kind: str, spec: str) -> dict[str, object]:
    """Return all that is known of the first thing that a spec names, for people."""
    if kind == "problems":
        problem = find_problems(spec)[0]
        known = problem_text(problem_card(problem))
        return {**known, "library": _library(problem.item.library, "")}
    entry = find_entrants(spec)[0]
    known = strategy_text(strategy_card(entry))
    return {**known, "library": _library(entry.item.library, "")}


def card(kind: str, spec: str) -> dict[str, object]:
    """Return all that is known of the first thing that a spec names, for JSON."""
    content = asdict(_cards(kind, spec)[0])
    del content["identity"]["path"]
    for anchors in ("value_anchors", "score_anchors"):
        for anchor in content.get(anchors, ()):
            del anchor["evaluations"], anchor["curve"]  # long
    return {"identity": content.pop("identity"), **content}


def notes(kind: str | None, spec: str | None) -> list[str]:
    """Return a line for each thing that is to be known of the anchors of a user's own problems."""
    return said_of_anchors(find_problems(spec)) if kind == "problems" and spec is not None else []


def print_card(content: Mapping[str, object]) -> None:
    """Print a card: each fact is a line."""
    console = Printer()
    for key, value in content.items():
        if isinstance(value, Mapping) and value:
            console.say(f"{key.replace('_', ' ')}:")
            for name, fact in value.items():
                console.say(f"  {name}: {words(fact)}")
        elif value:
            console.say(f"{key.replace('_', ' ')}: {words(value)}")


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
        "separates": fixed(card.separation.share, 2) if card.separation else "-",
    }


def _library(library: Library | None, nothing: str) -> str:
    return nothing if library is None else state(library)
