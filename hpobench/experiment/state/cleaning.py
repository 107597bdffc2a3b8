"""What lies in a folder of results that no plan needs, and its removal."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never

from ...processes.locking import locked
from ...store.contents import DAMAGED, DESCRIBED, PACKS, RETRIED, RUNS, UNFINISHED_PACK
from ...store.folder import Store
from ...store.listing import Key, header_of, keys
from ...store.mark import UNFINISHED_MARK
from ...store.packing import take_out
from ...store.run_file import PART, SEALED
from ...trial import Run
from .packed import Repacked, holding_only, needless, older, repacked
from .planned import Planned, planned_by


@dataclass(frozen=True, slots=True)
class Removable:
    """Files of one kind that no plan needs."""

    what: str
    paths: tuple[Path, ...]
    bytes: int


def removable(
    store: Store, sessions: Sequence[Mapping[str, Any]], *, whole: bool, superseded: bool
) -> list[Removable | Repacked]:
    """Return what no plan of a folder needs; the caller holds the folder's lock.

    `whole`: whether all sessions could be read; where not, or where no session tells its plan, no
    run is named. `superseded`: whether runs of older versions are named that a session has planned.
    """
    planned, folder, anew = planned_by(sessions), store.folder, list[Repacked]()
    spare = needless(store)
    found = {
        "damaged files": list(_files(folder / DAMAGED)),
        "failed runs that were made again": list(_files(folder / RETRIED)),
        "temporary files": list(_temporary(folder)),
        "packs whose runs are all in other packs, too": spare,
    }
    if whole and (planned.runs or planned.superseded):
        found |= {
            "unfinished runs that no plan wants": list(_parts(store, planned)),
            "runs of older versions that no session planned": list(_older(folder, planned)),
        }
        if superseded:
            old = [_path(folder, key, SEALED) for key in planned.superseded]
            found["runs that were planned with older versions"] = old
        gone = older(store, planned, superseded=superseded)
        packs = [path for path in holding_only(store, gone) if path not in spare]
        found["packs of runs of older versions"] = packs
        anew += repacked(store, gone, {*spare, *packs})
    inside = {what: tuple(_inside(folder, paths)) for what, paths in found.items()}
    files = [
        Removable(what, paths, sum(path.lstat().st_size for path in paths))
        for what, paths in inside.items()
        if paths
    ]
    return [*files, *anew]


def remove(store: Store, found: Iterable[Removable | Repacked]) -> list[Path]:
    """Remove files and the folders that are empty then, and runs in packs; return what stays.

    These are files that a process still writes, and packs in which damage is found. Raises OSError
    where a file can't be removed, and InputError where a new pack does not come back.
    """
    folder, busy = store.folder, list[Path]()
    for each in found:
        match each:
            case Removable():
                busy += [path for path in each.paths if not _removed(path)]
            case Repacked():
                busy += take_out(store, each.places, each.packs)
            case _:
                assert_never(each)
    for name in (RUNS, DAMAGED, RETRIED):
        for path, _, _ in os.walk(folder / name, topdown=False):
            with suppress(OSError):  # it is not empty
                if path != str(folder / RUNS):
                    Path(path).rmdir()
    return busy


def _removed(path: Path) -> bool:
    """Remove a file; False: it is the file of a run that another process writes."""
    if path.suffix != PART or path.is_symlink() or not path.is_file():
        path.unlink(missing_ok=True)
        return True
    with suppress(FileNotFoundError), path.open("rb+") as file:
        if not locked(file.fileno()):
            return False
        path.unlink()
    return True


def _parts(store: Store, planned: Planned) -> Iterator[Path]:
    """Yield the unfinished files of runs that nothing goes on with."""
    for key, ending in keys(store.folder):
        run = planned.runs.get(key)
        if ending == PART and (run is None or _has_ended(store, key, run)):
            yield _path(store.folder, key, PART)


def _has_ended(store: Store, key: Key, run: Run) -> bool:
    """Tell whether a run has ended; a damaged pack does not tell it, beside which runs are made."""
    if _path(store.folder, key, SEALED).exists():
        return True
    return not store.packs.doubts and store.packs.get(run) is not None


def _older(folder: Path, planned: Planned) -> Iterator[Path]:
    """Yield the sealed runs of no plan whose strategy or problem was planned in another version."""
    for key, ending in keys(folder):
        if ending == SEALED and key not in planned.runs and key not in planned.superseded:
            run = header_of(path := _path(folder, key, SEALED))
            if run is not None and planned.is_older(run):
                yield path


def _temporary(folder: Path) -> Iterator[Path]:
    yield from (folder / UNFINISHED_MARK, folder / UNFINISHED_PACK)
    for name in (*DESCRIBED, PACKS):
        yield from (path for path in _files(folder / name) if path.suffix == ".tmp")


def _files(folder: Path) -> Iterator[Path]:
    """Yield all files below a folder, links included; none is followed."""
    for path, _, names in os.walk(folder):
        yield from (Path(path) / name for name in sorted(names))


def _inside(folder: Path, paths: Iterable[Path]) -> Iterator[Path]:
    """Yield those of the paths that exist and that no link leads out of the folder."""
    whole = folder.resolve()
    for path in paths:
        there = path.exists() or path.is_symlink()
        if there and path.parent.resolve().is_relative_to(whole):
            yield path


def _path(folder: Path, key: Key, ending: str) -> Path:
    return folder / RUNS / f"{key}{ending}"
