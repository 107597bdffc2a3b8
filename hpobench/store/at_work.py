"""Which process works on a folder of results, told without taking its lock."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from socket import gethostname
from time import time

import psutil

from ..processes.lock_holders import LockHolders
from .contents import HOLDER, LOCK

SILENCE = 60.0
"""The seconds after which a process of another machine has ended that has not renewed its name."""
_HOLDER = re.compile(r"process (\d+)(?: on (\S+))? since (\S+)")


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that works on a folder."""

    process: int
    host: str
    """The name of its machine; empty: it is this one."""
    since: str
    """When it took the lock, in ISO 8601; empty: that is not known."""


def holder_of(folder: Path, locks: LockHolders) -> Holder | None:
    """Return the process that works on a folder; None: none does, as far as is known.

    Where the system doesn't tell who holds locks, and for other machines, it is the process that
    the folder names, if there is a sign that it lives.
    """
    named = _named(folder)
    if named is not None and named.host:
        return named if _is_fresh(folder) else None
    if not locks.known:
        return named if named is not None and _lives(named) else None
    try:
        found = (folder / LOCK).stat()
    except OSError:
        return None
    process = locks.of(found, None if named is None else named.process)
    if process is None:
        return None
    return named if named is not None and named.process == process else Holder(process, "", "")


def _named(folder: Path) -> Holder | None:
    """Return the process that has named itself as the folder's last holder."""
    try:
        text = (folder / HOLDER).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = _HOLDER.match(text)
    if found is None:
        return None
    host = found[2] or ""
    return Holder(int(found[1]), "" if host == gethostname() else host, found[3])


def _is_fresh(folder: Path) -> bool:
    try:
        return time() - (folder / HOLDER).stat().st_mtime < SILENCE
    except OSError:
        return False


def _lives(holder: Holder) -> bool:
    """Tell whether a process lives that had begun before it took the lock."""
    try:
        since = datetime.fromisoformat(holder.since).timestamp()
        return psutil.Process(holder.process).create_time() <= since + 1
    except (psutil.Error, ValueError, OverflowError):
        return False
