"""What the file of a folder of results says of the process that holds it, for whoever reads it."""

import os
import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import time
from uuid import getnode

from .contents import HOLDER
from .run_file import NEAR
from .sealed_json import DamageError, UnreadError, bytes_of

SILENCE = 20.0
"""The seconds without a beat after which a process of another machine has ended."""
BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Where Linux says which start of which machine this is."""
_NAMED = re.compile(r"process ([0-9]{1,10}) on (.+) since (\S+) \(machine (\S+), beat [0-9]+\)\n")


@dataclass(frozen=True, slots=True)
class Named:
    """The process that a holder's file names."""

    process: int
    host: str
    since: str
    """When it began to hold the folder, in ISO 8601."""
    machine: str
    """What tells its machine apart from others, as `machine` returns it."""

    def __str__(self) -> str:
        """Return the beginning of the file, which does not change while the process works."""
        return f"process {self.process} on {self.host} since {self.since}"

    def text(self, beats: int) -> str:
        """Return all that the file says at one of the beats."""
        return f"{self} (machine {self.machine}, beat {beats:06d})\n"

    @property
    def is_here(self) -> bool:
        """Whether its number can be looked up: else it may be in another container, or far away."""
        return self.machine == machine() and self.host == socket.gethostname()

    @property
    def lives(self) -> bool:
        """Whether a process of this machine has its number, and began before it held the folder."""
        import psutil

        try:
            since = datetime.fromisoformat(self.since).timestamp()
            return psutil.Process(self.process).create_time() <= since + 1
        except (psutil.Error, ValueError, OverflowError):
            return False


def this_process() -> Named:
    """Return this process, as it holds a folder from now on."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Named(os.getpid(), socket.gethostname(), now, machine())


def named_in(text: str) -> Named | None:
    """Return the process that a holder's file names; None: the text is torn, or of another form."""
    found = _NAMED.fullmatch(text)
    return None if found is None else Named(int(found[1]), found[2], found[3], found[4])


def at_work(folder: Path) -> Named | None:
    """Return the process that works on a folder, told without its lock; None: none is known to.

    One of another machine is taken to work while the file was written to a short time ago. Raises
    UnreadError where the system can't read it now.
    """
    path = folder / HOLDER
    named = named_in(text_of(path))
    if named is None or not (named.lives if named.is_here else _is_fresh(path)):
        return None
    return named


def machine() -> str:
    """Return what tells machines apart, each with its start where the system says that."""
    try:
        return BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return f"{getnode():x}"


def text_of(path: Path) -> str:
    """Return what a holder's file says; empty: there is none.

    Raises UnreadError where the system can't read it now.
    """
    try:
        return bytes_of(path, first=NEAR).decode(errors="replace")
    except UnreadError:
        raise
    except DamageError:
        return ""


def words_of(text: str) -> str:
    """Return the process that a holder's file names, for people."""
    return text.partition(" (machine")[0] or "another process"


def _is_fresh(path: Path) -> bool:
    try:
        return time() - path.stat().st_mtime < SILENCE
    except OSError:
        return False
