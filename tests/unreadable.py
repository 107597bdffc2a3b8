"""Files that the system can't read for a while, as where a disk or a server fails."""

import errno
import os
from pathlib import Path

import pytest


def fail_to_read(patched: pytest.MonkeyPatch, path: Path) -> None:
    """Have every attempt to open a file fail with an input/output error, as long as it is patched.

    The file itself stays as it is.
    """
    opened = os.open

    def failing(name: str | Path, flags: int, *more: int, **named: int) -> int:
        if Path(name) == path:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(name, flags, *more, **named)

    patched.setattr(os, "open", failing)
