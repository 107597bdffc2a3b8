"""What the command `clean` does: it says what no plan needs, asks, and removes it."""

import sys
from pathlib import Path

import typer

from ..errors import InputError, counted
from ..experiment.state.cleaning import Removable, removable, remove
from ..experiment.state.planned import planned_by
from ..store.folder import Store
from ..store.holding import saying
from .console import Printer
from .terminal import show_notices


def clean_and_say(folder: Path, *, superseded: bool, asks: bool) -> None:
    """Remove what no plan of a folder needs.

    `superseded`: whether runs of older versions that were planned are removed, too. `asks`: whether
    a person is asked before; without a terminal nothing is removed then.
    """
    console, store = Printer(), Store(folder, touched=False)
    store.check(new=False)
    if (marked := store.marked()) is None:
        raise InputError(f"{folder} has no mark that can be read; the next run there makes it anew")
    with store.writing(*marked):
        sessions = store.sessions()
        whole = not (store.notices or planned_by(sessions).unread)
        show_notices(console, store.notices)
        found = removable(folder, sessions, whole=whole, superseded=superseded)
        _say(console, folder, found)
        if not whole:
            console.say("runs are not cleaned: not all sessions can be read", "yellow")
        if not found or not _wanted(console, asks=asks):
            return
        with saying(folder):
            busy = remove(folder, found)
        for path in busy:
            console.say(f"left: a process still writes {path}", "yellow")
        console.say("removed")


def _say(console: Printer, folder: Path, found: list[Removable]) -> None:
    for each in found:
        example = each.paths[0].relative_to(folder)
        name = f": {example}" if len(each.paths) == 1 else f", such as {example}"
        console.say(f"{each.what}: {counted(len(each.paths), 'file')}, {_size(each.bytes)}{name}")
    if not found:
        console.say("nothing is to be removed")
        return
    files = counted(sum(len(each.paths) for each in found), "file")
    console.say(f"in all: {files}, {_size(sum(each.bytes for each in found))}", "bold")


def _size(number: int) -> str:
    """Say a number of bytes.

    >>> _size(1), _size(12_345_678)
    ('1 byte', '12,345,678 bytes')
    """
    return counted(number, "byte")


def _wanted(console: Printer, *, asks: bool) -> bool:
    """Tell whether a person wants it removed; without a terminal to ask at, nobody does."""
    if not asks:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        console.say("nothing was removed: --yes removes it without a terminal to ask at")
        return False
    if typer.confirm("Remove it?"):
        return True
    console.say("nothing was removed")
    return False
