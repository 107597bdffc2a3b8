"""Putting all sealed runs of a folder into one pack, and taking them out of packs again."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from .contents import PACKS, RUNS, UNFINISHED_PACK, no_run
from .durable import sync_everything
from .folder import Store
from .holding import holding, saying
from .lost import NOTHING, Lost, file_places, lost
from .packs.index import MADE_AGAIN
from .packs.pack_file import PackFile
from .packs.rows import Row
from .packs.writing import write
from .places import Place, place
from .remote.address import url_of
from .run_file import SEALED
from .sealed_json import DamageError, FormatError


@dataclass(frozen=True, slots=True)
class Packed:
    """What became of the runs of a folder."""

    runs: int
    """How many runs were packed or unpacked; 0: there was nothing to do."""
    kept: int = 0
    """How many runs stay files, because a text of theirs is no Unicode."""
    path: Path | None = None
    """The pack that was written; None: none was."""
    lost: Lost = NOTHING
    """What could not be read. A pack that it is in was set aside when packing, and stayed when
    unpacking; then nothing was unpacked."""


def pack(store: Store, *, processes: int, output: Path | None = None) -> Packed:
    """Put all runs that have ended into one pack, and remove their files and the packs before.

    `output`: a file to write the pack to, while the folder stays as it is, and may be in use or
    read-only; None: a pack of the folder. Nothing is removed before the pack was read back. Raises
    InputError where what is written to is in use or can't be written, or no run has ended.
    """
    store.check(new=False)
    if output is not None:
        return _pack_elsewhere(store, processes, output)
    with holding(store.folder) as holder, saying(store.folder):
        before = store.packs.paths
        if not _is_due(store):
            return Packed(0)
        taken = _Taken(store, file_places(store))
        rows = taken.noted(store.rows(processes=processes))
        path = write(rows, store.folder / UNFINISHED_PACK, store.folder / PACKS)
        if path is None and not taken.lost:
            raise no_run(store.folder, store.notices)
        holder.beat()  # nothing is removed where another machine writes, too
        _remove_packs(store, [each for each in before if each != path], taken.losing)
        _remove_files(store, taken.places)
        return Packed(len(taken.places), taken.left, path, taken.lost)


def _pack_elsewhere(store: Store, processes: int, output: Path) -> Packed:
    """Write all runs that have ended into a pack outside of the folder, which is only read."""
    _check_output(output, store.folder)
    taken = _Taken(store, file_places(store))
    rows = taken.noted(store.rows(processes=processes))
    with saying(output):
        unfinished = output.with_name(f"{output.name}.tmp")
        path = write(rows, unfinished, output.parent, output.name)
    if path is None:
        raise no_run(store.folder, store.notices)
    return Packed(len(taken.places), taken.left, path, taken.lost)


def _check_output(output: Path, folder: Path) -> None:
    """Raise InputError where a pack can't go to a file, or would take the place of another one."""
    if (url := url_of(output)) is not None:
        raise InputError(f"--out takes a file of this machine, and no URL: {url}")
    if output.resolve().is_relative_to(folder.resolve()):
        raise InputError(
            f"--out is for a file elsewhere; without it, the folder itself is packed: {output}"
        )
    if output.exists():
        try:
            PackFile(output)
        except (DamageError, FormatError):
            raise InputError(f"there is something else than a pack already: {output}") from None


def unpack(store: Store) -> Packed:
    """Write the files of all runs that are in packs, and remove the packs.

    Where a run can't be read, the folder stays as it was; so it does where InputError is raised,
    since the folder is in use or can't be written.
    """
    store.check(new=False)
    with holding(store.folder) as holder, saying(store.folder):
        before, files = store.packs.paths, file_places(store)
        taken, whole = _Taken(store, ()), False
        try:
            for row in taken.noted(store.packed_rows()):
                store.put_lines(row.facts.place, row.lines)
            whole = not taken.lost
        finally:
            if not whole:
                _remove_files(store, taken.places.difference(files))
        if taken.lost:
            return Packed(0, lost=taken.lost)
        sync_everything()  # before the packs go, of which a power cut must not take the copies
        holder.beat()
        _remove_packs(store, before, ())
        return Packed(len(taken.places))


def take_out(store: Store, places: Collection[Place], packs: Collection[Path]) -> list[Path]:
    """Write some packs anew, as one without the runs at some places; return those that stay.

    The caller holds the folder. A pack stays in which any damage is found meanwhile. Nothing is
    removed before the new pack was read back. Raises OSError, and InputError where it does not come
    back.
    """
    others = [path for path in store.packs.paths if path not in packs]
    rows = (row for row in store.packed_rows(without=others) if row.facts.place not in places)
    made = write(rows, store.folder / UNFINISHED_PACK, store.folder / PACKS)
    damaged = [path for path in packs if path in store.packs.damaged]
    store.beat()
    for path in packs:
        if path != made and path not in damaged:
            path.unlink(missing_ok=True)
    store.packs.forget()
    return damaged


class _Taken:
    """What is noted of runs while they are taken from files and packs."""

    def __init__(self, store: Store, files: Collection[Place]) -> None:
        """Note where runs lie; `files`: those of them that are read from files."""
        self._store, self._known = store, {*files, *store.packs.places}
        self.places = set[Place]()
        self.left = 0
        """How many runs no pack can hold."""
        self.losing = set[Path]()
        """The packs in which runs were found that can't be read."""
        self.lost = NOTHING

    def noted(self, found: Iterable[Row | None]) -> Iterator[Row]:
        """Yield the rows, and note what is known of them in the end."""
        for row in found:
            if row is None:
                self.left += 1
            else:
                self.places.add(row.facts.place)
                yield row
        self.losing |= self._store.packs.losing
        if missing := self._known - self.places:  # some may be whole as files that no pack can hold
            missing -= {place(each.run) for each in self._store.files()}
        self.lost = lost(len(missing), self._store)


def _is_due(store: Store) -> bool:
    """Tell whether packing would change anything."""
    one = len(store.packs.paths) == 1 and not (store.folder / PACKS / MADE_AGAIN).exists()
    return not one or bool(store.packs.damaged) or bool(store.paths(SEALED))


def _remove_packs(store: Store, packs: list[Path], losing: Collection[Path]) -> None:
    """Remove packs; those in which runs can't be read (`losing`) are set aside."""
    (store.folder / PACKS / MADE_AGAIN).unlink(missing_ok=True)
    for path in packs:
        if path in losing:
            store.set_aside(DamageError(path, "is damaged"))
        else:
            path.unlink(missing_ok=True)
    store.packs.forget()


def _remove_files(store: Store, files: Collection[Place]) -> None:
    """Remove the files of runs, and the folders that are empty then."""
    runs = store.folder / RUNS
    for at in files:
        runs.joinpath(*at).unlink(missing_ok=True)
    for folder in sorted({(each.problem, each.strategy) for each in files}, reverse=True):
        with suppress(OSError):  # others are still in it
            runs.joinpath(*folder).rmdir()
            runs.joinpath(folder[0]).rmdir()
