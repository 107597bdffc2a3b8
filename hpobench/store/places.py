"""Where the file of a run lies below `runs/`; by this, runs are sorted wherever they lie."""

from pathlib import Path
from typing import NamedTuple

from ..trial import Run
from . import run_file
from .file_names import file_name


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


def place_of(path: Path) -> Place:
    """Return the place of a file that lies where files of runs do."""
    return Place(*path.parts[-3:])
