"""What a folder of results says beside its runs: cards, sessions and certificates."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ..cards.card import ProblemCard, StrategyCard
from ..errors import counted
from ..trial import Identity, Run
from . import card_file, certificate_file, sealed_json, session
from .aside import Aside
from .certificate_file import Certificate
from .contents import CARDS, CERTIFICATES, SESSIONS


class OfRun(Protocol):
    """Whatever is of a run."""

    @property
    def run(self) -> Run:
        """The run itself."""
        ...


T = TypeVar("T")
Told = TypeVar("Told", bound=OfRun)


def cards(folder: Path, aside: Aside) -> tuple[list[StrategyCard], list[ProblemCard]]:
    """Read all cards of strategies and of problems; damaged cards are set aside."""
    strategies, problems = list[StrategyCard](), list[ProblemCard]()
    for card in _read(folder / CARDS, card_file.read, aside):
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
    sealed_json.write(folder / SESSIONS / f"{identity}.json", {"id": identity, **content})


def sessions(folder: Path, aside: Aside) -> list[dict[str, Any]]:
    """Read all sessions, the oldest first; damaged sessions are set aside."""
    return list(_read(folder / SESSIONS, session.read, aside))


def certificates(folder: Path, aside: Aside) -> list[Certificate]:
    """Read all certificates, the oldest first; damaged certificates are set aside."""
    return list(_read(folder / CERTIFICATES, certificate_file.read, aside))


def _read(folder: Path, read: Callable[[Path], T], aside: Aside) -> Iterator[T]:
    """Yield what the files of a folder hold, in the order of their names."""
    for path in sorted(folder.glob("*.json")):
        with aside.putting():
            yield read(path)
