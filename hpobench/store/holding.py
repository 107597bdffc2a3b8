"""Holding a folder of results: one process at a time writes into it."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import InputError
from .contents import HOLDER, LOCK


@contextmanager
def holding(folder: Path) -> Generator[None]:
    """Make a folder if need be, and hold its lock; raises InputError where that can't be."""
    with saying(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise InputError(f"{folder} is in use by {_holder(folder)}") from None
    try:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with saying(folder):
            (folder / HOLDER).write_text(f"process {os.getpid()} since {now}", "utf-8")
        yield
    finally:
        lock.release()


@contextmanager
def saying(folder: Path) -> Generator[None]:
    """Turn the system's errors about a folder that can't be written into InputError."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{folder} can't be written: {error.strerror or error}") from error


def _holder(folder: Path) -> str:
    """Return which process holds the lock."""
    try:
        return (folder / HOLDER).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "another process"
