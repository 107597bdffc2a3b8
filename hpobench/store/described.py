"""What a folder of results says beside its runs: the cards, and the sessions that made them."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ..cards.card import ProblemCard, StrategyCard
from ..errors import counted
from ..trial import Identity, Run
from . import card_file, sealed_json, session
from .aside import Aside


class OfRun(Protocol):
    """Whatever is of a run."""

    @property
    def run(self) -> Run:
        """The run itself."""
        ...


Told = TypeVar("Told", bound=OfRun)


def cards(folder: Path, aside: Aside) -> tuple[list[StrategyCard], list[ProblemCard]]:
    """Read all cards of strategies and of problems; damaged cards are set aside."""
    strategies, problems = list[StrategyCard](), list[ProblemCard]()
    for path in sorted((folder / "cards").glob("*.json")):
        with aside.putting():
            card = card_file.read(path)
            if isinstance(card, StrategyCard):
                strategies.append(card)
            else:
                problems.append(card)
    return strategies, problems


def with_cards(runs: Iterable[Told], known: Collection[Identity]) -> tuple[list[Told], list[str]]:
    """Return the runs whose strategy and problem are known, and what is lacked for the others."""
    kept, lacking = list[Told](), dict[str, int]()
    for ended in runs:
        missing = {ended.run.strategy, ended.run.problem}.difference(known)
        for identity in missing:
            lacking[identity.name] = lacking.get(identity.name, 0) + 1
        if not missing:
            kept.append(ended)
    return kept, [
        f"lacks the card of {name}, which is written anew when its runs are asked for again; left"
        f" out until then: {counted(number, 'run')}"
        for name, number in sorted(lacking.items())
    ]


def put_session(folder: Path, identity: str, content: Mapping[str, object]) -> None:
    """Keep where and when runs were made; raises OSError."""
    sealed_json.write(folder / "sessions" / f"{identity}.json", {"id": identity, **content})


def sessions(folder: Path, aside: Aside) -> list[dict[str, Any]]:
    """Read all sessions, the oldest first; damaged sessions are set aside."""
    found = list[dict[str, Any]]()
    for path in sorted((folder / "sessions").glob("*.json")):
        with aside.putting():
            found.append(session.read(path))
    return found
