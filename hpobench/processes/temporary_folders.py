"""Temporary folders that are known to be nobody's once the process that made them is gone.

A folder is held by a lock on a file in it, which the system takes back however the process ends. So
what a killed one left behind is removed by the next, and what a living one uses never is.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from .locking import locked

PREFIX, MARK = "hpobench-", ".held-by-hpobench"
"""How the folders' names begin, and the file in each that is locked."""


class HeldFolder:
    """A new temporary folder, until it is closed or the process ends."""

    def __init__(self) -> None:
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._lock = os.open(self.path / MARK, os.O_RDWR | os.O_CREAT, 0o600)
            if locked(self._lock) and os.fstat(self._lock).st_nlink:
                return
            os.close(self._lock)  # it was taken for abandoned before it was locked

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def remove_abandoned() -> None:
    """Remove the folders of this user that no process holds any more."""
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
