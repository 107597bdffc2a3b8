"""What of the packs of a folder of results no plan needs: whole packs, and runs in others."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ...store.folder import Store
from ...store.listing import key_of
from ...store.places import Place
from .planned import Planned


@dataclass(frozen=True, slots=True)
class Repacked:
    """Runs in packs that no plan needs; these packs are written anew, as one without them."""

    places: frozenset[Place]
    """Where the files of the runs would lie."""
    packs: tuple[Path, ...]
    of: int
    """How many runs the packs hold."""
    bytes: int
    """How large the packs are."""


def needless(store: Store) -> list[Path]:
    """Return the packs none of whose runs counts, as others hold them, too, or made them again.

    All runs of the other packs are read and checked, so that none is only in a pack that is named.
    """
    spare = store.packs.spare()
    if not spare:
        return []
    whole = {row.facts.place.file for row in store.packed_rows(without=spare)}
    return [path for path in spare if store.packs.files_in(path) <= whole]


def older(store: Store, planned: Planned, *, superseded: bool) -> frozenset[Place]:
    """Return the runs in packs that are of an older version, and that no session planned.

    `superseded`: whether those that a session planned are returned, too.
    """
    return frozenset(
        at
        for at, each in store.packs.places.items()
        if (key := key_of(each.run)) not in planned.runs
        and planned.is_older(each.run)
        and (superseded or key not in planned.superseded)
    )


def holding_only(store: Store, runs: Collection[Place]) -> list[Path]:
    """Return the undamaged packs that hold some of the runs, and no other run."""
    files = {at.file for at in runs}
    packs = (path for path in store.packs.paths if path not in store.packs.damaged)
    return [path for path in packs if (found := store.packs.files_in(path)) and found <= files]


def repacked(store: Store, runs: Collection[Place], besides: Collection[Path]) -> list[Repacked]:
    """Return what is to be done with the undamaged packs that hold runs to be removed and others.

    `besides`: packs that are removed as they are. The list has one entry, or none.
    """
    files = {at.file for at in runs}
    held = {
        path: found
        for path in store.packs.paths
        if path not in besides
        and path not in store.packs.damaged
        and not files.isdisjoint(found := store.packs.files_in(path))
    }
    if not held:
        return []
    there = set[str]().union(*held.values())
    places = frozenset(at for at in runs if at.file in there)
    size = sum(path.stat().st_size for path in held)
    return [Repacked(places, tuple(held), len(there), size)]
