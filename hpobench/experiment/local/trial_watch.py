"""How long the trial of a worker has gone on, in 16 bytes that the worker shares with the pool.

The worker writes when each trial begins, and which one it is; this takes a microsecond, and no
message. The monotonic clock is the same in all processes of a machine.
"""

import mmap
import struct
from collections.abc import Collection
from pathlib import Path
from time import monotonic

from ...runner.workers import over_limit

_BEGAN, _TRIAL = struct.Struct("=d"), struct.Struct("=q")
_NONE = -1
"""What stands for the number of a trial where none goes on."""


class TrialClock:
    """The worker's side: a runner's Watch."""

    def __init__(self, path: Path, limit: float, over: Collection[int]) -> None:
        """Share a file that the pool has made.

        `limit`: the seconds that a trial may take. `over`: the trials that have taken longer.
        """
        self._limit, self._over = limit, frozenset(over)
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _BEGAN.size + _TRIAL.size)

    def begins(self, trial: int) -> str:
        if trial in self._over:
            return over_limit(self._limit)
        _BEGAN.pack_into(self._shared, 0, monotonic())
        _TRIAL.pack_into(self._shared, _BEGAN.size, trial)  # now the time is this trial's
        return ""

    def begun_anew(self) -> None:
        self._over = frozenset()

    def ended(self) -> None:
        _TRIAL.pack_into(self._shared, _BEGAN.size, _NONE)


class TrialWatch:
    """The pool's side: it tells which trial of a worker is over the limit."""

    def __init__(self, path: Path, limit: float) -> None:
        """Make the file at a path; `limit`: the seconds that a trial may take."""
        self.path, self._limit = path, limit
        self._suspected: tuple[int, float] | None = None
        path.write_bytes(_BEGAN.pack(0.0) + _TRIAL.pack(_NONE))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _BEGAN.size + _TRIAL.size)

    def overdue(self) -> int | None:
        """Return the trial that is over the limit; None: no trial is.

        It takes two looks, since the first one may have been in the middle of a change.
        """
        (trial,) = _TRIAL.unpack_from(self._shared, _BEGAN.size)
        (began,) = _BEGAN.unpack_from(self._shared, 0)
        before, self._suspected = self._suspected, None
        if trial == _NONE or monotonic() <= began + self._limit:
            return None
        self._suspected = (trial, began)
        return trial if before == self._suspected else None

    def reset(self) -> None:
        """Take the worker as one that has begun nothing yet."""
        self._suspected = None
        _TRIAL.pack_into(self._shared, _BEGAN.size, _NONE)
