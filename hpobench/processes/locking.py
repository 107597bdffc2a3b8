"""Locks on open files, which the system releases however a process ends."""

import errno
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

UNKNOWN = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""The errors by which a file system says that it has no locks, as NFS without its lock service."""


class NoLocksError(OSError):
    """Raised where the file system has no locks."""


def locked(descriptor: int) -> bool:
    """Lock an open file; False: another process has locked it.

    The answer is True where the system has no such locks. Raises NoLocksError where the file's own
    file system has none.
    """
    if sys.platform == "win32":
        return True
    import fcntl  # not on Windows

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in UNKNOWN:
            raise NoLocksError(error.errno, "its file system has no locks") from error
        raise
    return True


@contextmanager
def holding(path: Path) -> Generator[bool]:
    """Hold a lock on a file that is made for it, and removed after the block.

    The block gets False where another process holds it, and True where the system has no such
    locks. Raises OSError where the file can't be made, and NoLocksError.
    """
    if sys.platform == "win32":
        yield True
        return
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            mine = locked(descriptor)
        except NoLocksError as error:
            os.close(descriptor)
            raise NoLocksError(error.errno, error.strerror, str(path)) from error
        if not mine or os.fstat(descriptor).st_nlink:
            break
        os.close(descriptor)  # whoever held it removed it before it was locked here
    try:
        yield mine
    finally:
        if mine:
            path.unlink(missing_ok=True)
        os.close(descriptor)
