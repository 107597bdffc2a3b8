"""What lies in a folder of results that no plan needs, and its removal."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...processes.locking import locked
from ...store.contents import DAMAGED, DESCRIBED, PACKS, RETRIED, RUNS, UNFINISHED_PACK
from ...store.listing import Key, header_of, keys
from ...store.mark import UNFINISHED_MARK
from ...store.run_file import PART, SEALED
from .planned import Planned, planned_by


@dataclass(frozen=True, slots=True)
class Removable:
    """Files of one kind that no plan needs."""

    what: str
    paths: tuple[Path, ...]
    bytes: int


def removable(
    folder: Path, sessions: Sequence[Mapping[str, Any]], *, whole: bool, superseded: bool
) -> list[Removable]:
    """Return what no plan of a folder needs; the caller holds the folder's lock.

    `whole`: whether all sessions could be read; where not, or where no session tells its plan, no
    run is named. `superseded`: whether runs of older versions are named that a session has planned.
    """
    planned = planned_by(sessions)
    found = {
        "damaged files": list(_files(folder / DAMAGED)),
        "failed runs that were made again": list(_files(folder / RETRIED)),
        "temporary files": list(_temporary(folder)),
    }
    if whole and (planned.runs or planned.superseded):
        found |= {
            "unfinished runs that no plan wants": list(_parts(folder, planned)),
            "runs of older versions that no session planned": list(_older(folder, planned)),
        }
        if superseded:
            old = [_path(folder, key, SEALED) for key in planned.superseded]
            found["runs that were planned with older versions"] = old
    inside = {what: tuple(_inside(folder, paths)) for what, paths in found.items()}
    return [
        Removable(what, paths, sum(path.lstat().st_size for path in paths))
        for what, paths in inside.items()
        if paths
    ]


def remove(folder: Path, found: Iterable[Removable]) -> list[Path]:
    """Remove files and the folders that are empty then; return those that a process still writes.

    Raises OSError where one can't be removed.
    """
    busy = [path for each in found for path in each.paths if not _removed(path)]
    for name in (RUNS, DAMAGED, RETRIED):
        for path, _, _ in os.walk(folder / name, topdown=False):
            with suppress(OSError):  # it is not empty
                if path != str(folder / RUNS):
                    Path(path).rmdir()
    return busy


def _removed(path: Path) -> bool:
    """Remove a file; False: it is the file of a run that another process writes."""
    if path.suffix != PART or path.is_symlink():
        path.unlink(missing_ok=True)
        return True
    with suppress(FileNotFoundError), path.open("rb+") as file:
        if not locked(file.fileno()):
            return False
        path.unlink()
    return True


def _parts(folder: Path, planned: Planned) -> Iterator[Path]:
    """Yield the unfinished files of runs that nothing goes on with."""
    for key, ending in keys(folder):
        if ending == PART and (key not in planned.runs or _path(folder, key, SEALED).exists()):
            yield _path(folder, key, PART)


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
