"""Reading many runs at once in several processes: each file is read and checked by itself."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TypeVar

from ..processes.helpers import MANY, helpers
from .sealed_json import DamageError, FormatError

_CHUNK = 100
"""How many files a process is given at a time."""
_AHEAD = 3
"""How many times that many files each process is ahead, at most, so that memory stays flat."""
T = TypeVar("T")


def read_ahead(
    paths: Sequence[Path], read: Callable[[Path], T], processes: int
) -> Iterator[tuple[Path, T | None]]:
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
            for chunk in _chunks(pool, paths, read, _AHEAD * processes):
                for run in chunk:
                    yield paths[done], run
                    done += 1
        except BrokenProcessPool:
            yield from ((path, None) for path in paths[done:])


def _chunks(
    pool: ProcessPoolExecutor, paths: Sequence[Path], read: Callable[[Path], T], most: int
) -> Iterator[list[T | None]]:
    """Yield the runs of each chunk in order, while at most so many chunks are read or wait."""
    begun = deque[Future[list[T | None]]]()
    for at in range(0, len(paths), _CHUNK):
        begun.append(pool.submit(_read, read, paths[at : at + _CHUNK]))
        if len(begun) == most:
            yield begun.popleft().result()
    while begun:
        yield begun.popleft().result()


def _read(read: Callable[[Path], T], paths: Sequence[Path]) -> list[T | None]:
    return [_known(read, path) for path in paths]


def _known(read: Callable[[Path], T], path: Path) -> T | None:
    try:
        return read(path)
    except (DamageError, FormatError):  # the caller reads it again, and says what is wrong
        return None
