"""What the commands `pack` and `unpack` do, and what they say."""

from pathlib import Path

from ..errors import counted
from ..store.folder import Store
from ..store.packing import pack, unpack
from ..store.provenance import cores
from .console import Printer
from .terminal import show_notices


def pack_and_say(folder: Path, output: Path | None) -> None:
    """Pack the runs of a folder, and say where they are."""
    console, store = Printer(), Store(folder, touched=output is None)
    made = pack(store, processes=cores(), output=output)
    show_notices(console, store.notices)
    if made.path is None:
        console.say(f"nothing to do, all runs that have ended are in one pack: {folder}")
        return
    if made.kept:
        console.say(
            f"{counted(made.kept, 'run')} with texts that are no Unicode, which can't be in a pack",
            "yellow",
        )
    size = made.path.stat().st_size
    console.say(f"{counted(made.runs, 'run')} packed, {size / 1e6:.1f} MB: {made.path}")


def unpack_and_say(folder: Path) -> None:
    """Unpack the runs of a folder, and say how many."""
    console, store = Printer(), Store(folder)
    made = unpack(store)
    show_notices(console, store.notices)
    console.say(f"{counted(made.runs, 'run')} unpacked: {folder}")
