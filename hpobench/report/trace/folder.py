"""The folder of a report: it is filled, and rid of what only an earlier report had."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from ...errors import InputError
from ...store.sealed_json import DamageError
from .manifest import MANIFEST, Manifest, encoded, read


def put(manifest: Manifest, files: Mapping[str, bytes], folder: Path) -> tuple[str, ...]:
    """Write a report's files, and remove those that only the earlier report in the folder had.

    Return what a user must know of it. What no manifest lists is left alone. The manifest is
    written before the files, so that one that lists them is there whenever the program is killed.
    """
    notes = _remove(folder, files)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / MANIFEST, encoded(manifest))
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)
    return notes


def _write(path: Path, data: bytes) -> None:
    """Write a file; raises InputError where that can't be, and then there is no such file."""
    try:
        path.write_bytes(data)
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise InputError(f"{path} can't be written: {error.strerror or error}") from error


def _remove(folder: Path, kept: Iterable[str]) -> tuple[str, ...]:
    """Remove the files that the manifest in a folder lists, but for some."""
    try:
        earlier = read(folder)
    except DamageError as damage:
        return (f"{damage}; files that only this earlier report has are left where they are",)
    if earlier is None:
        return ()
    root = folder.resolve()
    for name in sorted(earlier.files.keys() - set(kept)):
        path = folder / name
        within = path.parent.resolve().is_relative_to(root)  # a link may lead out of the folder
        if within and (path.is_file() or path.is_symlink()):
            path.unlink()
    return ()
