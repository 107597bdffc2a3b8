"""How long the trial of a worker has gone on, in 17 bytes that the worker shares with the pool.

The worker writes when each trial begins, and which one it is; this takes a microsecond, and no
message. The monotonic clock is the same in all processes of a machine.
"""

import mmap
import struct
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from time import monotonic

from ...runner.workers import over_limit

_BEGAN, _TRIAL, _ANEW = struct.Struct("=d"), struct.Struct("=q"), struct.Struct("=?")
"""When the last trial began, which one goes on, and whether the run was begun anew."""
_AT_TRIAL, _AT_ANEW, _BYTES = 8, 16, 17
_NONE = -1
"""What stands for the number of a trial where none goes on."""


class TrialClock:
    """The worker's side: a runner's Watch."""

    def __init__(self, path: Path, limit: float, over: Collection[int]) -> None:
        """Share a file that the pool has made.

        `limit`: the seconds that a trial may take. `over`: the trials that have taken longer.
        """
        self._limit, self._over, self._began = limit, frozenset(over), 0.0
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _BYTES)

    def begins(self, trial: int) -> str:
        if trial in self._over:
            return over_limit(self._limit)
        self._began = monotonic()
        _BEGAN.pack_into(self._shared, 0, self._began)
        _TRIAL.pack_into(self._shared, _AT_TRIAL, trial)  # now the time is this trial's
        return ""

    def begun_anew(self) -> None:
        self._over = frozenset()
        _ANEW.pack_into(self._shared, _AT_ANEW, True)

    def ended(self) -> str:
        """Say so where the trial was over the limit, and the pool did not look in time."""
        _TRIAL.pack_into(self._shared, _AT_TRIAL, _NONE)
        return over_limit(self._limit) if monotonic() > self._began + self._limit else ""


class TrialWatch:
    """The pool's side: it tells which trial of a worker is over the limit."""

    def __init__(self, path: Path, limit: float) -> None:
        """Make the file at a path; `limit`: the seconds that a trial may take."""
        self.path, self._limit = path, limit
        self._suspected: tuple[int, float] | None = None
        path.write_bytes(_BEGAN.pack(0.0) + _TRIAL.pack(_NONE) + _ANEW.pack(False))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _BYTES)

    def overdue(self) -> int | None:
        """Return the trial that is over the limit; None: no trial is.

        It takes two looks, since the first one may have been in the middle of a change.
        """
        (trial,) = _TRIAL.unpack_from(self._shared, _AT_TRIAL)
        (began,) = _BEGAN.unpack_from(self._shared, 0)
        before, self._suspected = self._suspected, None
        if trial == _NONE or monotonic() <= began + self._limit:
            return None
        self._suspected = (trial, began)
        return trial if before == self._suspected else None

    def was_begun_anew(self) -> bool:
        """Tell whether the worker has begun the run anew, whose trials are others since then."""
        return bool(_ANEW.unpack_from(self._shared, _AT_ANEW)[0])

    def close(self) -> None:
        """Remove the file; one that Windows does not remove goes with its folder."""
        self._shared.close()
        with suppress(PermissionError):
            self.path.unlink()

    def reset(self) -> None:
        """Take the worker as one that has begun nothing yet."""
        self._suspected = None
        _ANEW.pack_into(self._shared, _AT_ANEW, False)
        _TRIAL.pack_into(self._shared, _AT_TRIAL, _NONE)
