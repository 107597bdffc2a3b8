"""Temporary folders that are removed, if not by the process that made them, then by a later one.

A process holds a folder by a lock on a file in it, which the system releases however the process
ends. A later process removes the folders without a lock, and never one that is in use.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from .locking import NoLocksError, locked

PREFIX, MARK = "hpobench-", ".held-by-hpobench"
"""The beginning of the folders' names, and the name of the locked file in each."""


class HeldFolder:
    """A new temporary folder, which is in use until it is closed or the process ends."""

    def __init__(self, where: Path | None = None) -> None:
        """Make the folder; raises OSError where it can't be made.

        `where`: the folder that it is made in; None: the system's for temporary files.
        """
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=where))
            try:
                self._lock = os.open(self.path / MARK, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError:
                self.path.rmdir()
                raise
            if _held(self._lock):
                return
            os.close(self._lock)  # another process took it for abandoned before it was locked

    def close(self) -> None:
        """Remove the folder and everything in it."""
        if sys.platform == "win32":  # where no file that is open can be removed
            os.close(self._lock)
        shutil.rmtree(self.path, ignore_errors=True)
        if sys.platform != "win32":  # where another process would take the folder for abandoned
            os.close(self._lock)


def unmade(error: OSError) -> str:
    """Say that a temporary folder can't be made, and why."""
    return f"no temporary folder can be made in {tempfile.gettempdir()}: {error.strerror or error}"


def remove_abandoned(where: Path | None = None) -> None:
    """Remove the folders of this user that no process uses any more.

    `where`: the folder that they were made in; None: the system's for temporary files.
    """
    if sys.platform == "win32":
        return
    for folder in Path(where or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.lstat().st_uid != os.getuid() or folder.is_symlink():
                continue
            lock = os.open(folder / MARK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                if locked(lock):  # without locks, an error says so, and the folder stays
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _held(lock: int) -> bool:
    """Lock the open file of a folder, if that can be; False: the folder is being removed."""
    try:
        return locked(lock) and os.fstat(lock).st_nlink > 0
    except NoLocksError:
        return True
