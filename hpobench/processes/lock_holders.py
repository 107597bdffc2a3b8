"""Which process holds a lock on a file, told without locking it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOCKS = Path("/proc/locks")
_LINE = re.compile(
    r"\d+: (?:FLOCK|POSIX|OFDLCK) +\w+ +WRITE (-?\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) "
)
"""A held lock: the process, the file system's device in hexadecimal digits, and the file."""


@dataclass(frozen=True, slots=True)
class LockHolders:
    """The locks of this machine at one moment."""

    held: Mapping[int, tuple[int, int]]
    """The device and the process, by the number of the locked file."""
    known: bool
    """Whether this system tells them; if it does not, nothing is known of any lock."""

    def of(self, found: os.stat_result) -> int | None:
        """Return the process that has locked a file; None: none has, as far as is known.

        Nothing is known where a file system tells two numbers for its device, as some do.
        """
        device, process = self.held.get(found.st_ino, (0, 0))
        return process if process and device == found.st_dev else None


def lock_holders() -> LockHolders:
    """Return who holds which locks; only Linux tells it."""
    try:
        text = LOCKS.read_text(encoding="ascii", errors="replace")
    except OSError:
        return LockHolders({}, known=False)
    held = dict[int, tuple[int, int]]()
    for line in text.splitlines():
        if found := _LINE.match(line):
            device = os.makedev(int(found[2], 16), int(found[3], 16))
            held[int(found[4])] = device, int(found[1])
    return LockHolders(held, known=True)
