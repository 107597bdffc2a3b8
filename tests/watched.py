"""What a process does while others' files are read: whether it runs code, or writes elsewhere.

Python tells of each such act by an audit event before it is done, whatever module does it.
"""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

RUNS = {
    "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system",
    "pickle.find_class", "pty.spawn", "socket.connect", "socket.getaddrinfo", "subprocess.Popen",
    "sqlite3.enable_load_extension", "sqlite3.load_extension", "urllib.Request", "webbrowser.open",
}  # fmt: skip
"""The events of which each begins a program, runs what a file says, or reaches a network."""
CHANGES = {
    "os.chmod": (0,), "os.chown": (0,), "os.link": (1,), "os.mkdir": (0,), "os.remove": (0,),
    "os.rename": (0, 1), "os.rmdir": (0,), "os.symlink": (1,), "os.truncate": (0,),
    "os.utime": (0,), "shutil.rmtree": (0,), "shutil.move": (0, 1), "shutil.copyfile": (1,),
}  # fmt: skip
"""The events of which each changes files, and the places of their paths among its arguments."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Watch:
    """What was done while it was on."""

    def __init__(self, within: Path) -> None:
        self.within = os.path.realpath(within)
        self.seen: list[str] = []
        self.on = False

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        """Note an event that must not be."""
        if not self.on:
            return
        if event in RUNS:
            self.seen.append(f"{event} {given!r:.200}")
        elif event == "exec" and given[0].co_filename.startswith(self.within):
            self.seen.append(f"exec of {given[0].co_filename}")
        elif event == "open" and isinstance(given[2], int) and given[2] & WRITING:
            self._written(event, given[0])
        elif event in CHANGES:
            for place in CHANGES[event]:
                self._written(event, given[place])

    def _written(self, event: str, path: object) -> None:
        if isinstance(path, str | bytes | os.PathLike):
            where = os.path.realpath(os.fsdecode(path))
            if not where.startswith((self.within + os.sep, "/dev/null")):
                self.seen.append(f"{event} {where}")


_watches: list[Watch] = []


def _tell(event: str, given: tuple[Any, ...]) -> None:
    for each in _watches:
        each(event, given)


@contextmanager
def watching(within: Path) -> Generator[Watch]:
    """Watch what is done in the block; changes of files within a folder are allowed.

    Meanwhile Python keeps no compiled module, as it would where an environment is new.
    """
    if not _watches:
        sys.addaudithook(_tell)
        _watches.append(Watch(within))
    watch = _watches[0]
    watch.within, watch.seen, watch.on = os.path.realpath(within), [], True
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield watch
    finally:
        watch.on, sys.dont_write_bytecode = False, kept
