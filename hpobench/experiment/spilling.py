"""A memory for checkpoints, which puts more of them into a temporary folder when it is full."""

from pathlib import Path

from ..processes.temporary_folders import HeldFolder

MOST = 256 * 2**20
"""The most bytes that are kept in this process."""


class SpillingMemory:
    """Keeps checkpoints in this process, and on disk above its limit; a runner's Memory."""

    def __init__(self, most: int = MOST) -> None:
        """Begin empty; `most`: the most bytes that are kept in this process."""
        self._most, self._bytes = most, 0
        self._kept: dict[int, bytes | Path] = {}
        self._folder: HeldFolder | None = None

    def close(self) -> None:
        """Forget all checkpoints, and remove the folder."""
        self._kept.clear()
        if self._folder is not None:
            self._folder.close()

    @property
    def folder(self) -> Path | None:
        """The folder of the checkpoints on disk; None while all of them fit into this process."""
        return None if self._folder is None else self._folder.path

    def keep(self, trial: int, data: bytes) -> None:
        """Keep the checkpoint of a trial; it is lost where the disk has no room for it."""
        if self._bytes + len(data) <= self._most:
            self._bytes += len(data)
            self._kept[trial] = data
        elif (path := self._spilled(trial, data)) is not None:
            self._kept[trial] = path

    def get(self, trial: int) -> bytes | None:
        """Return the checkpoint of a trial; None: it is not there any more."""
        kept = self._kept.get(trial)
        if not isinstance(kept, Path):
            return kept
        try:
            return kept.read_bytes()
        except OSError:
            return None

    def drop(self, trial: int) -> None:
        """Forget the checkpoint of a trial, if it is there."""
        kept = self._kept.pop(trial, b"")
        if isinstance(kept, bytes):
            self._bytes -= len(kept)
        else:
            kept.unlink(missing_ok=True)

    def _spilled(self, trial: int, data: bytes) -> Path | None:
        """Write a checkpoint into the folder, and return its file; None: it can't be written."""
        try:
            if self._folder is None:
                self._folder = HeldFolder()
            path = self._folder.path / str(trial)
            path.write_bytes(data)
        except OSError:
            return None
        return path
