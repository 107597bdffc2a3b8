"""Reading many runs at once in several processes: each file is read and checked by itself."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

from ..processes.helpers import MANY, helpers
from ..runner.finished_run import FinishedRun
from .sealed_json import DamageError, FormatError

_CHUNK = 100
"""How many files a process is given at a time."""
Read = Callable[[Path], FinishedRun]


def read_ahead(
    paths: Sequence[Path], read: Read, processes: int
) -> Iterator[tuple[Path, FinishedRun | None]]:
    """Yield each path with its run, in the order of the paths; None: it has yet to be read.

    That is so where there are few files or one process, where a file can't be read, and where a
    process was killed: then what is left is not read ahead.
    """
    if processes < 2 or len(paths) < MANY:
        yield from ((path, None) for path in paths)
        return
    done = 0
    with helpers(processes) as pool:
        try:
            for run in pool.map(partial(_read, read), paths, chunksize=_CHUNK):
                yield paths[done], run
                done += 1
        except BrokenProcessPool:
            yield from ((path, None) for path in paths[done:])


def _read(read: Read, path: Path) -> FinishedRun | None:
    try:
        return read(path)
    except (DamageError, FormatError):  # the caller reads it again, and says what is wrong
        return None
