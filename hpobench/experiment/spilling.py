"""A memory for checkpoints that goes on in a temporary folder when it is full."""

from pathlib import Path

from ..processes.temporary_folders import HeldFolder

MOST = 256 * 2**20
"""Bytes; what exceeds them lies in the folder."""


class SpillingMemory:
    """Keeps bytes in this process, and what exceeds its limit on disk; see runner.Memory."""

    def __init__(self, most: int = MOST) -> None:
        """Begin empty. `most`: the bytes that are kept in this process."""
        self._most, self._bytes = most, 0
        self._kept: dict[int, bytes | Path] = {}
        self._folder: HeldFolder | None = None

    def close(self) -> None:
        """Forget all, and remove the folder."""
        self._kept.clear()
        if self._folder is not None:
            self._folder.close()

    @property
    def folder(self) -> Path | None:
        """Where those lie that exceed the memory; None while they all fit."""
        return None if self._folder is None else self._folder.path

    def keep(self, trial: int, data: bytes) -> None:
        """Keep what a trial left; where the disk has no room for it, it is lost."""
        if self._bytes + len(data) <= self._most:
            self._bytes += len(data)
            self._kept[trial] = data
        elif (path := self._spilled(trial, data)) is not None:
            self._kept[trial] = path

    def get(self, trial: int) -> bytes | None:
        """Return what a trial left; None: it is not there any more."""
        kept = self._kept.get(trial)
        if not isinstance(kept, Path):
            return kept
        try:
            return kept.read_bytes()
        except OSError:
            return None

    def drop(self, trial: int) -> None:
        """Forget what a trial left, if it is there."""
        kept = self._kept.pop(trial, b"")
        if isinstance(kept, bytes):
            self._bytes -= len(kept)
        else:
            kept.unlink(missing_ok=True)

    def _spilled(self, trial: int, data: bytes) -> Path | None:
        """Write a file of the temporary folder; None: it can't be written."""
        try:
            if self._folder is None:
                self._folder = HeldFolder()
            path = self._folder.path / str(trial)
            path.write_bytes(data)
        except OSError:
            return None
        return path
