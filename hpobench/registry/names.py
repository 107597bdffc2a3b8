"""Which names strategies and problems may have, and the error for a name that is not known."""

import difflib
from collections.abc import Collection, Iterable

from ..errors import InputError, shown
from ..scalars import NAME, is_name

SHOWN = 10
"""The most names that an error lists."""


def spelled(name: str) -> str:
    """Return a name in the spelling that users see: lower case, with hyphens."""
    return name.replace("_", "-").lower()


def checked(kind: str, names: Iterable[object], origin: str, ours: Collection[str]) -> None:
    """Raise InputError unless all strategies or problems of a user's file have valid names.

    `kind` is "strategy" or "problem", `origin` the file. `ours` are the names of our own and of
    groups, which a user's own can't have.
    """
    mark = ":" if kind == "strategy" else "+"
    seen: dict[str, str] = {}
    for name in names:
        if not isinstance(name, str) or not is_name(name) or name != name.strip():
            raise InputError(f"{origin}: a {kind}'s name must be {NAME}: {shown(name)}")
        if name in (".", ".."):
            raise InputError(f"{origin}: a {kind}'s name can't be '.' or '..': {name!r}")
        for character in ("/", "\\", mark):
            if character in name:
                raise InputError(
                    f"{origin}: a {kind}'s name can't have a {character!r} in it: {name!r}"
                )
        if spelled(name) in ours:
            raise InputError(
                f"{origin}: {spelled(name)!r} is the name of a {kind} of hpobench's own, or of a"
                " group of them; rename it"
            )
        if spelled(name) in seen:
            raise InputError(
                f"{origin}: two names must differ by more than case, '-' and '_':"
                f" {seen[spelled(name)]!r} and {name!r}"
            )
        seen[spelled(name)] = name


def known(kind: str, name: str, names: Collection[str], lister: str) -> str:
    """Return a name in its spelling among `names`, or raise InputError if it is not among them.

    `lister` is the command that lists all of them.
    """
    wanted = spelled(name)
    if wanted in names:
        return wanted
    close = difflib.get_close_matches(wanted[:100], names, n=1)
    if close:
        raise InputError(f"no {kind} {shown(wanted)}; did you mean {close[0]!r}?")
    more = len(names) - SHOWN
    there = ", ".join(list(names)[:SHOWN])
    rest = f" and {more} more: {lister}" if more > 0 else ""
    raise InputError(f"no {kind} {shown(wanted)}; there are {there}{rest}")
