"""Who writes into a folder, so that no other process does, on this machine or on another one.

A lock keeps processes of one machine apart. It can't be trusted between machines: a network file
system may have no locks, or grant them to each machine by itself. So a file names the machine and
the process, with a number that rises while it works: a *beat*. The file is overwritten in place and
opened anew for each look, since that is when network file systems look at the server. A thread
beats, so that nothing that takes long, such as reading all runs, looks like the end of the process.
"""

import errno
import math
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic, sleep

from filelock import FileLock, Timeout

from ..errors import FULL, InputError
from ..processes.locking import UNKNOWN
from .contents import HOLDER, LOCK
from .holder_file import SILENCE, machine, named_in, text_of, this_process, words_of
from .sealed_json import UnreadError

BEAT = 5.0
"""The seconds after which a holder says again that it works."""
LOOK = 0.5
"""The seconds between two looks at whether another machine's process works."""


class Holder:
    """This process, as it holds a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / HOLDER
        self._named = this_process()
        self._beats, self._due = 0, 0.0
        self._lock, self._released = Lock(), Event()
        self._wrong: InputError | OSError | None = None
        """Why the thread beats no more; None: it does."""
        self._thread = Thread(target=self._beat_on, daemon=True)

    def claim(self, *, locked: bool, removes: bool) -> None:
        """Write the file; raises InputError where another process holds the folder.

        `locked`: whether this process has the lock, so that no other one of this machine holds it.
        `removes`: whether this process only removes files. On a full disk it does without the file,
        as no other process can begin before there is room.
        """
        there = text_of(self._path)
        if there and _works(self._path, there, locked=locked):
            raise in_use(self._folder)
        self._path.unlink(missing_ok=True)
        try:
            self._make()
        except FileExistsError:
            raise in_use(self._folder) from None
        except OSError as error:
            if not removes or error.errno not in FULL:
                raise
            self._path.unlink(missing_ok=True)
            self._due = math.inf
        else:
            self._thread.start()

    def beat(self) -> None:
        """Say that this process works, if that is due.

        Raises InputError where another process has come to hold the folder, also where the thread
        has found that, and OSError where the file can't be written.
        """
        with self._lock:
            if self._wrong is not None:
                raise self._wrong
            self._beat()

    def _beat_on(self) -> None:
        """Beat until the folder is released or something is wrong, which `beat` then raises."""
        while not self._released.wait(BEAT / 2):
            with self._lock:
                try:
                    self._beat()
                except (InputError, OSError) as error:
                    self._wrong = error
                    return

    def _beat(self) -> None:
        now = monotonic()
        if now < self._due:
            return
        try:
            mine = self._mine()
        except UnreadError:  # it is looked at again, until others take this process for ended
            if now < self._due - BEAT + SILENCE:
                return
            raise
        if not mine:
            raise InputError(
                f"{self._folder} is being written by another process, too, so this one stops:"
                f" {words_of(text_of(self._path))}; its file system has no locks that hold between"
                " machines, so let one machine at a time write there"
            )
        self._write()

    def release(self) -> None:
        """Beat no more, and remove the file, if it is this process's."""
        self._released.set()
        if self._thread.is_alive():
            self._thread.join()
        with suppress(OSError, UnreadError):
            if self._mine():
                self._path.unlink(missing_ok=True)

    def _mine(self) -> bool:
        return text_of(self._path).startswith(str(self._named))

    def _make(self) -> None:
        """Make the file, which is not there, and write into it."""
        os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
        self._write()

    def _write(self) -> None:
        self._beats, self._due = self._beats + 1, monotonic() + BEAT
        data = self._named.text(self._beats).encode()
        with self._path.open("r+b", buffering=0) as file:
            if file.write(data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def held(folder: Path, *, removes: bool) -> Generator[Holder]:
    """Hold a folder while the block runs; raises InputError where another process does.

    `removes`: whether the block only removes files, which it may on a full disk. Raises OSError
    where the folder can't be written.
    """
    lock, holder, locked = FileLock(folder / LOCK, timeout=0), Holder(folder), True
    try:
        lock.acquire()
    except Timeout:
        raise in_use(folder) from None
    except NotImplementedError:  # so older versions of filelock say that there are no locks
        locked = False
    except OSError as error:
        if error.errno not in (UNKNOWN | FULL if removes else UNKNOWN):
            raise
        locked = False
    try:
        holder.claim(locked=locked, removes=removes)
        try:
            yield holder
        finally:
            holder.release()
    finally:
        lock.release()


def in_use(folder: Path) -> InputError:
    """Return the error that says which process holds a folder."""
    try:
        there = text_of(folder / HOLDER)
    except UnreadError:
        there = ""
    return InputError(f"{folder} is in use by {words_of(there)}")


def _works(path: Path, there: str, *, locked: bool) -> bool:
    """Tell whether the process that a holder's file names works on."""
    named = named_in(there)
    if named is None:  # it was torn by a power cut, or an earlier version wrote it
        return False
    if locked and named.machine == machine():
        return False
    if named.is_here:
        return named.lives
    end = monotonic() + SILENCE
    while monotonic() < end:
        sleep(LOOK)
        now = text_of(path)
        if now != there:
            return bool(now)
    return False
