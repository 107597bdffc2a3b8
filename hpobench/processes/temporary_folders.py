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

from .locking import locked

PREFIX, MARK = "hpobench-", ".held-by-hpobench"
"""The beginning of the folders' names, and the name of the locked file in each."""


class HeldFolder:
    """A new temporary folder, which is in use until it is closed or the process ends."""

    def __init__(self) -> None:
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._lock = os.open(self.path / MARK, os.O_RDWR | os.O_CREAT, 0o600)
            if locked(self._lock) and os.fstat(self._lock).st_nlink:
                return
            os.close(self._lock)  # another process took it for abandoned before it was locked

    def close(self) -> None:
        """Remove the folder and everything in it."""
        if sys.platform == "win32":  # where no file that is open can be removed
            os.close(self._lock)
        shutil.rmtree(self.path, ignore_errors=True)
        if sys.platform != "win32":  # where another process would take the folder for abandoned
            os.close(self._lock)


def remove_abandoned() -> None:
    """Remove the folders of this user that no process uses any more."""
    if sys.platform == "win32":
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.lstat().st_uid != os.getuid() or folder.is_symlink():
                continue
            lock = os.open(folder / MARK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                if locked(lock):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
