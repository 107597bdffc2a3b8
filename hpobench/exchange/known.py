"""The runs of a folder whose strategy and problem are known, with their cards."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from ..cards.card import ProblemCard, StrategyCard
from ..store.contents import no_run
from ..store.folder import Ended, Store
from ..trial import Identity


@dataclass(frozen=True, slots=True)
class Known(Generic[Ended]):
    """Runs that have ended, with the cards of their strategies and problems."""

    runs: list[Ended]
    strategies: Mapping[Identity, StrategyCard]
    problems: Mapping[Identity, ProblemCard]


def results_in(folder: Path) -> Store:
    """Return the results in a folder; raises InputError where it is no folder of results."""
    store = Store(folder)
    store.check(new=False)
    return store


def known(store: Store, read: Callable[[Store], Iterable[Ended]]) -> Known[Ended]:
    """Read the runs of a folder that have cards; a notice of the store tells of all others.

    `read` is one of the store's ways to read runs. Raises InputError where no run is left.
    """
    strategies, problems = store.cards()
    of_strategy: dict[Identity, StrategyCard] = {card.identity: card for card in strategies}
    of_problem: dict[Identity, ProblemCard] = {card.identity: card for card in problems}
    runs = store.with_cards(read(store), {*of_strategy, *of_problem})
    if not runs:
        raise no_run(store.folder, store.notices)
    return Known(runs, of_strategy, of_problem)
