"""Where the trainings of a run stand: the newest checkpoint of each, in memory or on disk."""

import pickle
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import described
from ..guards import is_a_persons
from ..processes.temporary_folders import HeldFolder

SPILL = 256 * 2**20
"""Bytes; what exceeds them lies in a temporary folder."""


class Checkpoints:
    """Keeps for each training the checkpoint of its newest trial.

    They are kept pickled, so that what a problem does to one afterwards changes nothing.
    """

    def __init__(self) -> None:
        self._newest: dict[int, tuple[int, bytes | Path]] = {}
        self._bytes = 0
        self._folder: HeldFolder | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._newest.clear()
        if self._folder is not None:
            self._folder.close()

    @property
    def folder(self) -> Path | None:
        """Where those lie that exceed the memory; None while they all fit."""
        return None if self._folder is None else self._folder.path

    def keep(self, training: int, trial: int, checkpoint: object) -> None:
        """Keep what a trial of a training left, instead of what an earlier one did.

        Raises ValueError where it can't be pickled. Where the disk has no room for it, it is lost.
        """
        _, old = self._newest.pop(training, (None, b""))
        if isinstance(old, bytes):
            self._bytes -= len(old)
        else:
            old.unlink(missing_ok=True)
        if checkpoint is None:
            return
        try:
            data = pickle.dumps(checkpoint, protocol=pickle.HIGHEST_PROTOCOL)
        except BaseException as error:
            if is_a_persons(error):
                raise
            raise ValueError(described(error, before="its checkpoint can't be kept: ")) from error
        if self._bytes + len(data) <= SPILL:
            self._bytes += len(data)
            self._newest[training] = (trial, data)
        elif (path := self._spilled(trial, data)) is not None:
            self._newest[training] = (trial, path)

    def get(self, training: int, trial: int) -> object:
        """Return what a trial left; None where it is not there any more.

        Raises ValueError where it is there, and can't be made again.
        """
        newest, kept = self._newest.get(training, (None, b""))
        if newest != trial:
            return None
        try:
            data = kept if isinstance(kept, bytes) else kept.read_bytes()
        except OSError:
            return None
        try:
            return pickle.loads(data)  # noqa: S301  # our own
        except BaseException as error:
            if is_a_persons(error):
                raise
            raise ValueError(described(error, before="its checkpoint can't be read: ")) from error

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
