"""The runs of a folder that have ended: files and rows of packs, read as one, in one order."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from functools import partial
from heapq import merge
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from . import run_file
from .aside import Aside
from .contents import PACKS, RUNS
from .described import OfRun
from .file_names import same
from .many_runs import read_ahead
from .packs.index import refuse
from .packs.pack_file import Entry, Parse
from .packs.packs import Packs
from .places import Place, place
from .sealed_json import DamageError, bytes_of

T = TypeVar("T")
Read = TypeVar("Read", bound=OfRun | None)
_AT = attrgetter("place")


class SealedRuns:
    """All runs of a folder that have ended; what is damaged is set aside when it is read."""

    def __init__(self, folder: Path, packs: Packs, aside: Aside) -> None:
        self._folder, self._packs, self._aside = folder, packs, aside

    def paths(self, ending: str) -> list[Path]:
        """List the files of runs with an ending, in the order of their places."""
        found = (self._folder / RUNS).glob(f"*/*/*{ending}")
        return sorted(found, key=lambda path: path.parts)

    def files(self) -> list[tuple[Place, Path]]:
        """List the files of runs that have ended; raises InputError where packs contradict them."""
        files = [(Place(*path.parts[-3:]), path) for path in self.paths(run_file.SEALED)]
        packed, contradictory = self._packs.places if files else {}, list[str]()
        for at, path in files if packed else ():
            with suppress(DamageError):  # it is set aside when it is read
                if at in packed and self._packs.contradicts(at, run_file.digest(path)):
                    contradictory.append(f"{path} and its row in {self._folder / PACKS}")
        refuse(contradictory)
        return files

    def parsed(self, parse: Parse[Read]) -> Iterator[Read]:
        """Read and check every run from its lines."""
        read = partial(_of_file, parse)
        files = (Entry(at, partial(_placed, read, path)) for at, path in self.files())
        return self.each([files, *self._packs.parsed(parse)])

    def ahead(
        self,
        read: Callable[[Path], Read],
        processes: int,
        without: Collection[Place] = frozenset(),
    ) -> Iterator[Entry[Read]]:
        """Yield the files of runs but for some, read by several processes where they are many."""
        files = [each for each in self.files() if each[0] not in without]
        found = read_ahead([path for _, path in files], read, processes)
        for (at, _), (path, run) in zip(files, found, strict=True):
            yield Entry(at, partial(_placed, read if run is None else partial(_known, run), path))

    def each(self, sources: Iterable[Iterator[Entry[T]]]) -> Iterator[T]:
        """Yield the runs of all sources, each of which is in order, each once and in order."""
        for _, alike in groupby(merge(*sources, key=_AT), key=_AT):
            yield from self._readable(alike)

    def _readable(self, alike: Iterable[Entry[T]]) -> Iterator[T]:
        """Yield the run that several entries are of, from the first of them that is not damaged."""
        for entry in alike:
            with self._aside.putting():
                yield entry.read()
                return


def _of_file(parse: Parse[T], path: Path) -> T:
    return parse(path, bytes_of(path))


def _known(run: Read, _: Path) -> Read:
    return run


def _placed(read: Callable[[Path], Read], path: Path) -> Read:
    """Return what is read of a file; raises DamageError where another run's files lie there."""
    found = read(path)
    if found is not None and not same(path, path.parents[2].joinpath(*place(found.run))):
        raise DamageError(path, "lies where the runs of another strategy or problem belong")
    return found
