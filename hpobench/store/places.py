"""Where the file of a run lies below `runs/`; by this, runs are sorted wherever they lie."""

import re
from typing import NamedTuple

from ..trial import Run
from . import run_file

LONGEST = 120
"""The most bytes of a folder's name."""


class Place(NamedTuple):
    """The folders and the file of a run that has ended, below `runs/`; places sort as paths do."""

    problem: str
    strategy: str
    file: str


def place(run: Run) -> Place:
    """Return where the file of a run lies once it has ended."""
    return Place(*folders(run), run_file.named(run) + run_file.SEALED)


def folders(run: Run) -> tuple[str, str]:
    """Return the folders in which the file of a run lies, whether it has ended or not."""
    return file_name(run.problem.name), file_name(run.strategy.name)


def file_name(name: str) -> str:
    """Return a name as a file or a folder can have it: it is no path and not too long."""
    plain = re.sub(r"[^\w.,=+-]|^\.", "_", name).encode()
    return plain[:LONGEST].decode(errors="ignore") + ("~" if len(plain) > LONGEST else "")
