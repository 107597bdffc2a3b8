"""What the command `clean` does: it says what no plan needs, asks, and removes it."""

import sys
from pathlib import Path

import typer

from ..errors import InputError, counted
from ..experiment.state.cleaning import Removable, removable, remove
from ..experiment.state.packed import Repacked
from ..experiment.state.planned import planned_by
from ..store.folder import Store
from ..store.holding import saying
from ..store.packs.index import remedy
from ..store.packs.pack_file import ENDING
from .console import Printer
from .terminal import show_notices


def clean_and_say(folder: Path, *, superseded: bool, asks: bool) -> None:
    """Remove what no plan of a folder needs.

    `superseded`: whether runs of older versions that were planned are removed, too. `asks`: whether
    a person is asked before. Raises InputError where there is something to remove then, and no
    terminal to ask at.
    """
    console, store = Printer(), Store(folder, touched=False)
    store.check(new=False)
    if store.marked() is None:
        raise InputError(f"{folder} has no mark that can be read; the next run there makes it anew")
    with store.held(removes=True):
        sessions = store.sessions()
        whole = not (store.notices or planned_by(sessions).unread)
        found = removable(store, sessions, whole=whole, superseded=superseded)
        show_notices(console, store.notices)
        _say(console, folder, found)
        if not whole:
            console.say("runs are not cleaned: not all sessions can be read", "yellow")
        if not found or not _wanted(console, asks=asks):
            return
        with saying(folder):
            store.beat()
            busy = remove(store, found)
        for path in busy:
            packed = path.suffix == ENDING
            why = f"it is damaged; {remedy(folder)}" if packed else "a process still writes it"
            console.say(f"left: {path}: {why}", "yellow")
        console.say("removed")


def _say(console: Printer, folder: Path, found: list[Removable | Repacked]) -> None:
    files = [each for each in found if isinstance(each, Removable)]
    for each in files:
        example = each.paths[0].relative_to(folder)
        name = f": {example}" if len(each.paths) == 1 else f", such as {example}"
        console.say(f"{each.what}: {counted(len(each.paths), 'file')}, {_size(each.bytes)}{name}")
    if files:
        number = counted(sum(len(each.paths) for each in files), "file")
        console.say(f"in all: {number}, {_size(sum(each.bytes for each in files))}", "bold")
    for runs in (each for each in found if isinstance(each, Repacked)):
        packs = ", ".join(str(path.relative_to(folder)) for path in runs.packs)
        console.say(
            f"runs of older versions in packs: {len(runs.places):,} of {counted(runs.of, 'run')},"
            f" such as {'/'.join(min(runs.places))}; written anew without them, as one pack:"
            f" {packs}, {_size(runs.bytes)} now",
            "bold",
        )
    if not found:
        console.say("nothing is to be removed")


def _size(number: int) -> str:
    """Say a number of bytes.

    >>> _size(1), _size(12_345_678)
    ('1 byte', '12,345,678 bytes')
    """
    return counted(number, "byte")


def _wanted(console: Printer, *, asks: bool) -> bool:
    """Tell whether a person wants it removed; raises InputError without a terminal to ask at."""
    if not asks:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("nothing was removed: --yes removes it without a terminal to ask at")
    if typer.confirm("Remove it?"):
        return True
    console.say("nothing was removed")
    return False
