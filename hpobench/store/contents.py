"""What lies in a folder of results; a folder that holds anything else is not read or written."""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from ..errors import InputError, line
from .mark import MARK, UNFINISHED_MARK
from .remote.address import only_folder

RUNS, CARDS, SESSIONS = BEGUN_WITH = ("runs", "cards", "sessions")
"""The folders that are made with a folder of results."""
DAMAGED, RETRIED, PACKS, CERTIFICATES = "damaged", "retried", "packs", "certificates"
DESCRIBED = (CARDS, SESSIONS, CERTIFICATES)
"""The folders of the files that say what is known of the runs; `sealed_json` writes them."""
FOLDERS = (*BEGUN_WITH, PACKS, DAMAGED, RETRIED, "report", "export", CERTIFICATES)
"""All folders of a folder of results."""
LOCK, HOLDER, UNFINISHED_PACK = ".lock", ".holder", "pack.tmp"
REMOVED = ".nfs"
"""How the names begin of files that NFS keeps because a process has them open: they are removed."""
FEW = 5
"""The most names of files that an error lists."""
LONGEST = 120
"""The most characters of a path that an error shows."""
_RUN_FILE = re.compile(r"-?\d+-[0-9a-f]{16}\.(part|jsonl)")
_PACK = re.compile(r"[\w.+-]+\.parquet|retried\.(json|tmp)")
_FILES = {RUNS: _RUN_FILE, PACKS: _PACK}
"""What the names of files in a folder, and in its folders, must be."""


def check(folder: Path, *, new: bool) -> None:
    """Raise InputError where a folder is no folder of results, or holds other files.

    `new`: whether a folder that is empty or does not exist is accepted.
    """
    only_folder(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"results need a folder, and this is none: {folder}")
    there = {path.name for path in folder.iterdir()} if folder.exists() else set[str]()
    if new and MARK not in there:
        _check_around(folder)
    if new and not there:
        return
    foreign = there - {MARK, UNFINISHED_MARK, UNFINISHED_PACK, LOCK, HOLDER, *FOLDERS}
    if MARK not in there and (foreign or LOCK not in there):
        raise InputError(f"no results of hpobench are in this folder, it has no {MARK}: {folder}")
    for name in FOLDERS:
        if name in there and not (folder / name).is_dir():
            raise InputError(f"{folder / name} must be a folder, and is none")
    _check_inside(folder, foreign)


def check_output(folder: Path, output: Path, own: Path, what: str) -> None:
    """Raise InputError where an output would lie among results, and not in its own folder there.

    `own`: that folder; `what`: what the output is, as in "a report". Raises it for a URL, too.
    """
    only_folder(output)
    where = output.resolve()
    if where.is_relative_to(folder.resolve()) and not where.is_relative_to(own.resolve()):
        raise InputError(f"{what} inside a folder of results has to be in {own}: {output}")


def no_run(folder: Path, notices: Sequence[str]) -> InputError:
    """Return the error that says why there is no run: none can be read, or none has ended.

    `notices`: what was said of runs that were left out.
    """
    if notices:
        return InputError(f"no run in this folder can be read: {'; '.join(notices[:FEW])}")
    aside = folder / DAMAGED
    lost = f", and {aside} holds what could not be read" if aside.exists() else ""
    return InputError(f"no run has ended in this folder yet: {folder}{lost}")


def _check_around(folder: Path) -> None:
    """Raise InputError where a new folder would be a foreign one within other results."""
    for each in folder.resolve().parents:
        if (each / MARK).is_file() and (each / RUNS).is_dir():
            raise InputError(
                f"results can't be within the results of {each}, which would not be read any more;"
                f" choose another folder: {folder}"
            )


def _check_inside(folder: Path, foreign: set[str]) -> None:
    """Raise InputError where there are foreign files, these or others, or links that lead out."""
    kinds = [(os.path.join(folder, name, ""), of) for name, of in _FILES.items()]  # noqa: PTH118  # with a slash
    links = set[str]()
    for each in _entries(os.fspath(folder)):
        if each.is_symlink() and _leads_out(each.path, folder):
            links.add(os.path.relpath(each.path, folder))
        for beginning, ours in kinds:
            if each.path.startswith(beginning) and not _ours(each.name, ours) and each.is_file():
                foreign.add(os.path.relpath(each.path, folder))
    if links:
        raise InputError(
            f"{folder} holds links that lead out of it, through which others' files would be read"
            f" or written: {_counted(links)}"
        )
    if foreign:
        raise InputError(f"{folder} holds what hpobench did not write: {_counted(foreign)}")


def _entries(folder: str) -> "Iterator[os.DirEntry[str]]":
    """Yield all that is in a folder and its folders; links are not followed."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for each in entries:  # a path for each file would take ten times as long
            yield each
            if each.is_dir(follow_symlinks=False):
                yield from _entries(each.path)


def _ours(name: str, ours: re.Pattern[str]) -> bool:
    return ours.fullmatch(name) is not None or name.startswith(REMOVED)


def _leads_out(link: str, folder: Path) -> bool:
    """Tell whether a link leads to what is not in a folder, be that there or not."""
    return not Path(os.path.realpath(link)).is_relative_to(os.path.realpath(folder))


def _counted(names: Collection[str]) -> str:
    """Return a file's or folder's name; of several their number and the first names."""
    first = ", ".join(line(name, most=LONGEST) for name in sorted(names)[:FEW])
    if len(names) == 1:
        return first
    more = len(names) - FEW
    rest = f" and {more:,} more" if more > 0 else ""
    return f"{len(names):,} files or folders: {first}{rest}"
