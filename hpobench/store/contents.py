"""What lies in a folder of results; a folder that holds anything else is not read or written."""

import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from ..errors import InputError, line
from .mark import MARK, UNFINISHED_MARK
from .remote.address import only_folder

DAMAGED, RETRIED, PACKS, CERTIFICATES = "damaged", "retried", "packs", "certificates"
FOLDERS = ("runs", "cards", "sessions", PACKS, DAMAGED, RETRIED, "report", "export", CERTIFICATES)
"""The folders of a folder of results; the first three are made with it."""
LOCK, HOLDER, UNFINISHED_PACK = ".lock", ".holder", "pack.tmp"
REMOVED = ".nfs"
"""How the names begin of files that NFS keeps because a process has them open: they are removed."""
FEW = 5
"""The most names of files that an error lists."""
LONGEST = 120
"""The most characters of a path that an error shows."""
_RUN_FILE = re.compile(r"-?\d+-[0-9a-f]{16}\.(part|jsonl)")
_PACK = re.compile(r"[\w.+-]+\.parquet|retried\.(json|tmp)")


def check(folder: Path, *, new: bool) -> None:
    """Raise InputError where a folder is no folder of results, or holds other files.

    `new`: whether a folder that is empty or does not exist is accepted.
    """
    only_folder(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"results need a folder, and this is none: {folder}")
    there = {path.name for path in folder.iterdir()} if folder.exists() else set[str]()
    if new and not there:
        return
    foreign = there - {MARK, UNFINISHED_MARK, UNFINISHED_PACK, LOCK, HOLDER, *FOLDERS}
    if MARK not in there and (foreign or LOCK not in there):
        raise InputError(f"no results of hpobench are in this folder, it has no {MARK}: {folder}")
    for name in FOLDERS:
        if name in there and not (folder / name).is_dir():
            raise InputError(f"{folder / name} must be a folder, and is none")
    for name, ours in (("runs", _RUN_FILE), (PACKS, _PACK)):
        foreign.update(_foreign(str(folder / name), name, ours))
    if foreign:
        raise InputError(f"{folder} holds what hpobench did not write: {_counted(foreign)}")


def _foreign(path: str, name: str, ours: re.Pattern[str]) -> Iterator[str]:
    """Yield the files below a folder, called by `name`, that are not ours; no link is followed."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(path) as found:
        for each in found:
            if each.is_dir(follow_symlinks=False):
                yield from _foreign(each.path, f"{name}{os.sep}{each.name}", ours)
            elif (
                not (ours.fullmatch(each.name) or each.name.startswith(REMOVED)) and each.is_file()
            ):
                yield f"{name}{os.sep}{each.name}"


def _counted(names: Collection[str]) -> str:
    """Return a file's or folder's name; of several their number and the first names."""
    first = ", ".join(line(name, most=LONGEST) for name in sorted(names)[:FEW])
    if len(names) == 1:
        return first
    more = len(names) - FEW
    rest = f" and {more:,} more" if more > 0 else ""
    return f"{len(names):,} files or folders: {first}{rest}"
