"""What a power cut must not take: a file's content, and its name in its folder, are forced out.

A write reaches the disk when the system likes, up to half a minute later. A name that was given may
reach it before the content, and a new folder's name may never do.
"""

import errno
import os
import sys
from pathlib import Path

_NEVER = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""The errors by which a file system says that it can't sync, as some do for folders."""


def sync(descriptor: int) -> None:
    """Force what was written to an open file onto the disk; raises OSError where that fails.

    Nothing happens where the file system has no way to do it.
    """
    if sys.platform == "darwin":
        import fcntl  # not on Windows

        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # there, fsync leaves it in the disk's cache
        except OSError:
            _fsync(descriptor)
    else:
        _fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder onto the disk, as far as the system can do that."""
    if sys.platform == "win32":  # where a folder can't be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_everything() -> None:
    """Force out all that any process has written, where the system can: for many files at once."""
    if sys.platform != "win32":
        os.sync()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each with its name on the disk."""
    if folder.is_dir():
        return
    if not folder.parent.exists():
        make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def rename(part: Path, path: Path, descriptor: int) -> None:
    """Rename an open file, in place of any other file of the new name.

    NFS may rename a file, lose the answer, ask again, and then say that there is no such file.
    """
    try:
        part.replace(path)
    except FileNotFoundError:
        if not (path.exists() and os.path.samestat(os.fstat(descriptor), path.stat())):
            raise


def replace(part: Path, path: Path, data: bytes) -> None:
    """Write a file under another name, and rename it, so that it is there whole or not at all.

    Raises OSError; then the other name is gone, and what was at `path` is still there.
    """
    try:
        with part.open("wb", buffering=0) as file:
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]
            sync(file.fileno())
            rename(part, path, file.fileno())
    finally:
        part.unlink(missing_ok=True)  # it has the new name, or the write failed or was interrupted
    sync_folder(path.parent)


def _fsync(descriptor: int) -> None:
    """Sync an open file or folder, unless its file system can't do that at all."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NEVER:
            raise
