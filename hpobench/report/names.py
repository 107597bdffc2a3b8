"""How strategies and problems are called in a report, where several may have one name."""

from collections.abc import Collection

from ..trial import Identity

RANDOM_SEARCH = "random-search"
"""The strategy that every other one is compared with, unless another one is asked for."""
DEFAULT = "default"
"""The family of the strategy that evaluates the configuration with which users begin."""


def labels(
    identities: Collection[Identity], ours: Collection[Identity], comparator: str
) -> dict[Identity, str]:
    """Return how each strategy or problem is called; `ours`: those that come from no user's file.

    Where several have one name, it is followed by their versions, but for the one that is ours. If
    several are ours, only the latest version of the comparator keeps its plain name. A user's file
    is never called as the comparator is.
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
    """Return which of those with a name is called by the name alone; None: none of them is."""
    own = [each for each in bearers if each in ours]
    if len(own) == 1 or (own and name == comparator):
        return max(own, key=_age)
    if not own and len(bearers) == 1 and name != comparator:
        return next(iter(bearers))
    return None


def _suffix(identity: Identity) -> str:
    return f" v{identity.version[:8]}"


def _age(identity: Identity) -> tuple[int, int, str]:
    """Return what orders versions: by their number, then by the version of the wrapped library."""
    number, _, library = identity.version.partition("+")
    return int(number), len(library), library
