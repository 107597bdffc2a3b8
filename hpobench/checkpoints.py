"""Where the trainings of a run stand: the newest checkpoint of each, in memory or on disk."""

import pickle
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

SPILL = 256 * 2**20
"""Bytes; what exceeds them lies in a temporary folder."""


class Checkpoints:
    """Keeps for each training the checkpoint of its newest trial.

    They are kept pickled, so that what a problem does to one afterwards changes nothing.
    """

    def __init__(self) -> None:
        self._newest: dict[int, tuple[int, bytes | Path]] = {}
        self._bytes = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None

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
            self._folder.cleanup()

    @property
    def folder(self) -> Path | None:
        """Where those lie that exceed the memory; None while they all fit."""
        return None if self._folder is None else Path(self._folder.name)

    def keep(self, training: int, trial: int, checkpoint: object) -> None:
        """Keep what a trial of a training left, instead of what an earlier one did."""
        _, old = self._newest.pop(training, (None, b""))
        if isinstance(old, bytes):
            self._bytes -= len(old)
        else:
            old.unlink()
        if checkpoint is None:
            return
        data = pickle.dumps(checkpoint, protocol=pickle.HIGHEST_PROTOCOL)
        if self._bytes + len(data) <= SPILL:
            self._bytes += len(data)
            self._newest[training] = (trial, data)
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="hpobench-")
        path = Path(self._folder.name) / str(trial)
        path.write_bytes(data)
        self._newest[training] = (trial, path)

    def get(self, training: int, trial: int) -> object:
        """Return what a trial left; None where it is not there any more."""
        newest, kept = self._newest.get(training, (None, b""))
        if newest != trial:
            return None
        return pickle.loads(kept if isinstance(kept, bytes) else kept.read_bytes())  # noqa: S301  # our own
