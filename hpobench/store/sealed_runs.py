"""The runs of a folder that have ended: files and rows of packs, read as one, in one order."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from heapq import merge
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from . import run_file, summary
from .aside import Aside
from .contents import PACKS, RUNS
from .described import OfRun
from .file_names import folded, same
from .many_runs import read_ahead
from .packs.index import refuse
from .packs.pack_file import Entry, Parse
from .packs.packs import Packs
from .places import Place, place, place_of
from .sealed_json import DamageError, GoneError, bytes_of
from .summary import Summary

T = TypeVar("T")
Read = TypeVar("Read", bound=OfRun | None)
Sources = Callable[[], Sequence[Iterator[Entry[T]]]]
"""What lists the runs as they lie now, each source in the order of places."""
MOST_LISTINGS = 20
"""How often runs are listed in a row without one that can be read, before that is an error."""
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
        files = [(place_of(path), path) for path in self.paths(run_file.SEALED)]
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
        return self.each(lambda: [self.ahead(read, 1), *self._packs.parsed(parse)])

    def summaries(self) -> Iterator[Summary]:
        """Yield what is known of all runs without their trials."""
        return self.each(
            lambda: [
                self.ahead(summary.read, 1),
                (Entry(at, partial(_given, each)) for at, each in self._packs.places.items()),
            ]
        )

    def packed(self, parse: Parse[T], without: Collection[Path]) -> list[Iterator[Entry[T]]]:
        """List the runs of packs, but for some; raises InputError where files contradict them."""
        self.files()
        return self._packs.parsed(parse, without=without)

    def ahead(
        self,
        read: Callable[[Path], Read],
        processes: int,
        without: Collection[Place] = frozenset(),
        names: Collection[str] | None = None,
    ) -> Iterator[Entry[Read]]:
        """Yield the files of runs but for some, read by several processes where they are many.

        `names`: the folded names of strategies' folders that are read alone; None: all are.
        """
        files = [each for each in self.files() if each[0] not in without]
        if names is not None:
            files = [each for each in files if folded(each[0].strategy) in names]
        return _ahead(files, read, processes)

    def each(self, sources: Sources[T]) -> Iterator[T]:
        """Yield the runs of all sources, each once and in the order of places.

        Another process may pack or unpack the folder meanwhile. Then what was to be read is there
        no more, and the runs that have not been yielded are listed again. A pack that another
        program has written may be in another order; its runs are yielded once, too.
        """
        done, vain = set[Place](), 0
        while True:
            try:
                for at, alike in groupby(merge(*self._settled(sources), key=_AT), key=_AT):
                    if at not in done:
                        yield from self._readable(alike)
                        done.add(at)
                        vain = 0
            except GoneError:
                vain += 1
                if vain == MOST_LISTINGS:
                    raise
                self._packs.forget()
            else:
                return

    def _settled(self, sources: Sources[T]) -> Sequence[Iterator[Entry[T]]]:
        """List the sources while no pack comes or goes, so that no run is between a file and it."""
        while True:
            before = self._packs.state
            found = sources()
            if self._packs.state == before:
                return found

    def _readable(self, alike: Iterable[Entry[T]]) -> Iterator[T]:
        """Yield the run that several entries are of, from the first of them that is not damaged.

        Raises GoneError where one of them lies elsewhere by now.
        """
        for entry in alike:
            with self._aside.putting(gone=False):
                yield entry.read()
                return


def _ahead(
    files: Sequence[tuple[Place, Path]], read: Callable[[Path], Read], processes: int
) -> Iterator[Entry[Read]]:
    """Yield files of runs, read by several processes where they are many."""
    found = read_ahead([path for _, path in files], read, processes)
    for (at, _), (path, run) in zip(files, found, strict=True):
        yield Entry(at, partial(_placed, read if run is None else partial(_known, run), path))


def _of_file(parse: Parse[T], path: Path) -> T:
    return parse(path, bytes_of(path))


def _given(found: Summary) -> Summary:
    return found


def _known(run: Read, _: Path) -> Read:
    return run


def _placed(read: Callable[[Path], Read], path: Path) -> Read:
    """Return what is read of a file; raises DamageError where another run's files lie there."""
    found = read(path)
    if found is not None and not same(path, path.parents[2].joinpath(*place(found.run))):
        raise DamageError(path, "lies where the runs of another strategy or problem belong")
    return found
