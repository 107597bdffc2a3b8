"""How strategies and problems are called in a report, and which strategy is the comparator."""

from collections.abc import Collection

from ..cards.card import StrategyCard
from ..trial import Identity

RANDOM_SEARCH = "random-search"
"""The strategy that every other one is compared with, unless another one is asked for."""


def latest(name: str, cards: Collection[StrategyCard]) -> Identity | None:
    """Return the latest version of a strategy of ours; None where there is none.

    A user's file of the same name is another strategy.
    """
    ours = [c.identity for c in cards if c.identity.name == name and c.source is None]
    return max(ours, key=_age, default=None)


def labels(
    identities: Collection[Identity], ours: Collection[Identity], comparator: str
) -> dict[Identity, str]:
    """Return how each is called: the names that several have are followed by their versions.

    The one of them that is ours keeps its plain name; so does, of several, the comparator. No
    user's file is called as the comparator is.
    """
    plain = {
        name: _plain(name, [each for each in identities if each.name == name], ours, comparator)
        for name in {each.name for each in identities}
    }
    return {
        each: each.name if plain[each.name] == each else each.name + _suffix(each)
        for each in identities
    }


def _plain(
    name: str, bearers: Collection[Identity], ours: Collection[Identity], comparator: str
) -> Identity | None:
    """Return the one of those with a name that is called by it alone; None: nobody is."""
    own = [each for each in bearers if each in ours]
    if len(own) == 1 or (own and name == comparator):
        return max(own, key=_age)
    if not own and len(bearers) == 1 and name != comparator:
        return next(iter(bearers))
    return None


def _suffix(identity: Identity) -> str:
    return f" v{identity.version[:8]}"


def _age(identity: Identity) -> tuple[int, int, str]:
    """Order versions by their number, then by what follows it: the version of a library."""
    number, _, library = identity.version.partition("+")
    return int(number), len(library), library
