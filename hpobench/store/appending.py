"""Files that one process writes, line by line, so that a kill at any time loses only one line."""

import contextlib
import errno
import os
from io import FileIO
from pathlib import Path
from time import monotonic, sleep

from ..errors import InputError
from ..processes.locking import NoLocksError, locked

PATIENCE = 10.0
"""The seconds to wait for another process that is writing the file."""


class InUseError(InputError):
    """Another process is writing the file, and has not ended in time."""


def alone(path: Path, *, needs_lock: bool) -> FileIO:
    """Open a file for reading and appending, and lock it; raises InUseError where it is locked.

    `needs_lock`: whether NoLocksError is raised where its file system has no locks; False: then it
    is opened without one.
    """
    end = monotonic() + PATIENCE
    while True:
        file = FileIO(path, "a+")
        with contextlib.suppress(FileNotFoundError):  # another process has sealed it meanwhile
            if _mine(file, needs_lock=needs_lock) and os.path.samestat(
                os.fstat(file.fileno()), path.stat()
            ):
                file.seek(0)
                return file
        file.close()
        if monotonic() > end:
            raise InUseError(f"{path} is being written by another process")
        sleep(0.05)


def append(path: Path, file: FileIO, line: bytes) -> None:
    """Write a whole line, or raise InputError; OSError where the file was closed meanwhile."""
    try:
        if file.write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301  # a short write
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> InputError:
    """Return the error that says why a file can't be written.

    Where it was closed meanwhile, by the run itself, that is nothing that a user could mend, and
    the OSError is raised.
    """
    if error.errno == errno.EBADF:
        raise error
    return InputError(f"{path} can't be written: {error.strerror or error}")


def _mine(file: FileIO, *, needs_lock: bool) -> bool:
    """Lock an open file, if that can be; False: another process has locked it."""
    try:
        return locked(file.fileno())
    except NoLocksError:
        if needs_lock:
            file.close()
            raise
        return True
