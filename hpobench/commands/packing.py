"""What the commands `pack` and `unpack` do, and what they say."""

from pathlib import Path

from ..errors import counted
from ..store.contents import DAMAGED, PACKS
from ..store.folder import Store
from ..store.packing import Packed, pack, unpack
from ..store.packs.index import remedy
from ..store.provenance import cores
from .console import Printer
from .terminal import show_some_notices

LOST = 1
"""The exit status where runs could not be read."""


def pack_and_say(folder: Path, output: Path | None) -> int:
    """Pack the runs of a folder, say where they are, and return the exit status."""
    console, store = Printer(), Store(folder, touched=output is None)
    before = _set_aside(folder)
    made = pack(store, processes=cores(), output=output)
    if made.path is not None:
        size = made.path.stat().st_size
        console.say(f"{counted(made.runs, 'run')} packed, {size / 1e6:.1f} MB: {made.path}")
    elif not made.lost:
        console.say(f"nothing to do, all runs that have ended are in one pack: {folder}")
    if made.kept:
        console.say(
            f"{counted(made.kept, 'run')} with texts that are no Unicode, which can't be in a pack",
            "yellow",
        )
    if made.lost:
        moved = bool(_set_aside(folder) - before)
        console.say(_lost(made, folder, elsewhere=output is not None, moved=moved), "red")
    show_some_notices(console, _notices(store, remedied=output is None))
    return LOST if made.lost else 0


def unpack_and_say(folder: Path) -> int:
    """Unpack the runs of a folder, say how many, and return the exit status."""
    console, store = Printer(), Store(folder, touched=False)
    made = unpack(store)
    if made.lost:
        console.say(
            f"nothing was unpacked, and all packs are where they were, since {made.lost} can't be"
            f" read; put a whole copy of the pack in its place, or make a new pack of what is"
            f" whole, and unpack that: hpobench pack {folder}",
            "red",
        )
    else:
        console.say(f"{counted(made.runs, 'run')} unpacked: {folder}")
    show_some_notices(console, _notices(store, remedied=not made.lost))
    return LOST if made.lost else 0


def _set_aside(folder: Path) -> set[Path]:
    """Return the damaged files of a folder that were moved out of the way."""
    return set((folder / DAMAGED).rglob("*"))


def _notices(store: Store, *, remedied: bool) -> list[str]:
    """Return what was noticed; of damaged packs that were replaced, without what to do about it."""
    hint = f"; {remedy(store.folder)}" if remedied else ""
    return [each.removesuffix(hint) for each in store.notices]


def _lost(made: Packed, folder: Path, *, elsewhere: bool, moved: bool) -> str:
    """Say what could not be packed, and what becomes of it.

    `moved`: whether it was set aside; what the system can't read now stays where it is.
    """
    said = f"not packed, since {made.lost} can't be read"
    if elsewhere:
        return said
    if not moved:
        return f"{said} now; it stays where it is, and can be packed later: hpobench pack {folder}"
    return (
        f"{said}; the damaged pack or file is in {folder / DAMAGED}, and the next all or run makes"
        f" these runs again; a whole copy of it can be put into {folder / PACKS} instead"
    )
