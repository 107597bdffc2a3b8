"""Where results are: in a folder, or at a URL, which a folder of this machine mirrors."""

import sys
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from ..errors import InputError
from ..experiment.perform import Progress
from ..store.folder import Store
from ..store.remote.address import url_of
from ..store.remote.bucket import RemoteFiles
from ..store.remote.mirror import Mirror, folder_for
from .console import Printer
from .terminal import show_notices


def mirror_at(place: Path, shard: str = "") -> Mirror | None:
    """Return the mirror of a URL that was typed in the place of a folder; None: it is a folder.

    `shard`: the share of the runs that a session makes, since each has a mirror of its own.
    """
    url = url_of(place)
    return None if url is None else Mirror(RemoteFiles(url), folder_for(url, shard))


def folder_to_read(place: Path) -> Path:
    """Return the folder to read; where a URL was typed, what is there is fetched into its mirror.

    Raises InputError where there are no results, or the URL can't be read.
    """
    mirror = mirror_at(place)
    if mirror is None:
        return place
    store = Store(mirror.folder)
    mirror.read(store)
    show_notices(Printer(sys.stderr), store.notices)  # what is printed may be for programs
    return mirror.folder


def show_whereabouts(console: Printer, what: str, url: str, command: str) -> None:
    """Say that what a command wrote is not at the URL of the results, and how to put it elsewhere.

    `what`: "the report", "the export"; `command`: the command that takes another folder.
    """
    console.say(
        f"{what} is on this machine alone, in the mirror of {url};"
        f" `{command} {url} --output DIR` writes it elsewhere",
        "dim",
    )


def handing_in(steps: Generator[Progress], mirror: Mirror, store: Store) -> Generator[Progress]:
    """Yield the steps, and hand in what has ended from time to time.

    Where the URL can't be written, a notice says so, and the next time is tried again.
    """
    with closing(steps):
        for step in steps:
            yield step
            if mirror.is_due:
                try:
                    store.notices += mirror.hand_in(store)
                except InputError as error:
                    store.notices.append(f"{error}; what has ended is kept in {mirror.folder}")
