"""How strategies and problems are called in a report, and which strategy is the comparator."""

from collections.abc import Collection

from ..cards.card import StrategyCard
from ..trial import Identity

COMPARATOR = "random-search"
"""Ours: what every strategy is compared with."""


def comparator(cards: Collection[StrategyCard]) -> Identity | None:
    """Return the latest random search of ours; None where there is none.

    A user's file of the same name is another strategy.
    """
    ours = [c.identity for c in cards if c.identity.name == COMPARATOR and c.source is None]
    return max(ours, key=_age, default=None)


def told_apart(
    identities: Collection[Identity], ours: Collection[Identity]
) -> dict[Identity, Identity]:
    """Return how each is called: the names that several have are followed by their versions.

    The one of them that is ours keeps its plain name; so does, of several, the comparator. No
    user's file is called as the comparator is.
    """
    plain = {
        name: _plain(name, [each for each in identities if each.name == name], ours)
        for name in {each.name for each in identities}
    }
    return {
        each: each
        if plain[each.name] == each
        else Identity(each.name + _suffix(each), each.version)
        for each in identities
    }


def _plain(name: str, bearers: Collection[Identity], ours: Collection[Identity]) -> Identity | None:
    """Return who of those with a name is called by it alone."""
    own = [each for each in bearers if each in ours]
    if len(own) == 1 or (own and name == COMPARATOR):
        return max(own, key=_age)
    if not own and len(bearers) == 1 and name != COMPARATOR:
        return next(iter(bearers))
    return None


def _suffix(identity: Identity) -> str:
    return f" v{identity.version[:8]}"


def _age(identity: Identity) -> tuple[int, str]:
    """Order versions that are numbers by their size."""
    return len(identity.version), identity.version
