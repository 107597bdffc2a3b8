"""Who writes into a folder, so that no other process does, on this machine or on another one.

A lock keeps processes of one machine apart. It can't be trusted between machines: a network file
system may have no locks, or grant them to each machine by itself. So a file names the machine and
the process, with a number that rises while it works: a *beat*. The file is overwritten in place and
opened anew for each look, since that is when network file systems look at the server.
"""

import errno
import os
import re
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from uuid import getnode

from filelock import FileLock, Timeout

from ..errors import InputError
from ..processes.locking import UNKNOWN
from .contents import HOLDER, LOCK

BEAT = 5.0
"""The seconds after which a holder says again that it works."""
SILENCE = 20.0
"""The seconds without a beat after which a process of another machine has ended."""
LOOK = 0.5
"""The seconds between two looks at whether another machine's process works."""
BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Where Linux says which start of which machine this is."""
_NAMED = re.compile(r"process (\d+) on (.+) since (\S+) \(machine (\S+), beat \d+\)\n")


class Holder:
    """This process, as it holds a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / HOLDER
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._name = f"process {os.getpid()} on {socket.gethostname()} since {now}"
        self._beats, self._due = 0, 0.0

    def claim(self, *, locked: bool) -> None:
        """Write the file; raises InputError where another process holds the folder.

        `locked`: whether this process has the lock, so that no other one of this machine holds it.
        """
        there = _text(self._path)
        if there and _works(self._path, there, locked=locked):
            raise in_use(self._folder)
        self._path.unlink(missing_ok=True)
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            raise in_use(self._folder) from None
        os.close(file)
        self._write()

    def beat(self) -> None:
        """Say that this process works, if that is due.

        Raises InputError where another process has come to hold the folder.
        """
        if monotonic() < self._due:
            return
        if not self._mine():
            raise InputError(
                f"{self._folder} is being written by another process, too, so this one stops:"
                f" {_name(_text(self._path))}; its file system has no locks that hold between"
                " machines, so let one machine at a time write there"
            )
        self._write()

    def release(self) -> None:
        """Remove the file, if it is this process's."""
        with suppress(OSError):
            if self._mine():
                self._path.unlink(missing_ok=True)

    def _mine(self) -> bool:
        return _text(self._path).startswith(self._name)

    def _write(self) -> None:
        self._beats, self._due = self._beats + 1, monotonic() + BEAT
        text = f"{self._name} (machine {_machine()}, beat {self._beats:06d})\n"
        with self._path.open("r+b", buffering=0) as file:
            if file.write(text.encode()) < len(text.encode()):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def held(folder: Path) -> Generator[Holder]:
    """Hold a folder while the block runs; raises InputError where another process does.

    Raises OSError where the folder can't be written.
    """
    lock, holder, locked = FileLock(folder / LOCK, timeout=0), Holder(folder), True
    try:
        lock.acquire()
    except Timeout:
        raise in_use(folder) from None
    except NotImplementedError:  # so older versions of filelock say that there are no locks
        locked = False
    except OSError as error:
        if error.errno not in UNKNOWN:
            raise
        locked = False
    try:
        holder.claim(locked=locked)
        try:
            yield holder
        finally:
            holder.release()
    finally:
        lock.release()


def in_use(folder: Path) -> InputError:
    """Return the error that says which process holds a folder."""
    return InputError(f"{folder} is in use by {_name(_text(folder / HOLDER))}")


def _works(path: Path, there: str, *, locked: bool) -> bool:
    """Tell whether the process that a holder's file names works on."""
    named = _NAMED.fullmatch(there)
    if named is None:  # it was torn by a power cut, or an earlier version wrote it
        return False
    process, host, since, machine = named.groups()
    if machine == _machine():
        if locked:
            return False
        if host == socket.gethostname():  # else the process may be in another container
            return _runs(int(process), since)
    end = monotonic() + SILENCE
    while monotonic() < end:
        sleep(LOOK)
        now = _text(path)
        if now != there:
            return bool(now)
    return False


def _runs(process: int, since: str) -> bool:
    """Tell whether a process of this machine runs, which had begun at a time in ISO's format."""
    import psutil

    try:
        began = psutil.Process(process).create_time()
    except psutil.Error:
        return False
    return began <= datetime.fromisoformat(since).timestamp() + 1


def _machine() -> str:
    """Return what tells machines apart, each with its start where the system says that."""
    try:
        return BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return f"{getnode():x}"


def _text(path: Path) -> str:
    """Return what a holder's file says; empty: there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _name(text: str) -> str:
    """Return the process that a holder's file names, for people."""
    return text.partition(" (machine")[0] or "another process"
