"""Configurations and lists of names, short enough for a line."""

from collections.abc import Sequence

from ...errors import shown
from ...space import Config

MOST = 4
"""How many parameters of a configuration, or names of a list, are shown."""


def in_short(config: Config, first: str = "") -> str:
    """Return a configuration as text: all of a few parameters, or some of many.

    `first`: the parameter that is shown before the others; empty: they keep their order.

    >>> in_short({"a": 1, "b": 2, "c": 3}, "b")
    "{'b': 2, 'a': 1, 'c': 3}"
    >>> in_short({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}, "e")
    "{'e': 5, 'a': 1, 'b': 2, 'c': 3} and 2 more"
    """
    names = sorted(config, key=lambda name: name != first)
    pairs = ", ".join(f"{name!r}: {shown(config[name])}" for name in names[:MOST])
    return f"{{{pairs}}}{_rest(names)}"


def listed(names: Sequence[str]) -> str:
    """Return names as text, and of many only the first.

    >>> listed(["a", "b"]), listed(["a", "b", "c", "d", "e", "f"])
    ("'a', 'b'", "'a', 'b', 'c', 'd' and 2 more")
    """
    return ", ".join(map(repr, names[:MOST])) + _rest(names)


def _rest(names: Sequence[str]) -> str:
    return f" and {len(names) - MOST} more" if len(names) > MOST else ""
