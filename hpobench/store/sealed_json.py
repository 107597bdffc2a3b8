"""JSON objects in files that show whether they were altered, written whole or not at all."""

import errno
import hashlib
import json
import math
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import InputError, described, shown
from . import durable

FORMAT = 2
"""The format of all files in a folder of results; it is raised whenever a key changes."""
UNLIKE = (
    ArithmeticError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError
)  # fmt: skip
"""What is raised where content has other keys or types than this format has."""
LARGEST = 1 << 31
"""The most bytes of a file that is read: a run of a million trials has about a third of them."""
_HASH = "hash"


class DamageError(InputError):
    """A file of results is torn or was altered, and must not be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} {reason}")
        self.path = path
        self.reason = reason


class GoneError(DamageError):
    """A file that was there a moment ago is there no more: another process has packed its run."""


class UnreadError(DamageError):
    """A file is there, and the system can't read it now, which tells nothing of what it holds."""


class FormatError(InputError):
    """A file of results is whole, but not in the format of this version, and can't be read."""

    def __init__(self, path: Path, reason: str | Exception, *, place: str = "it") -> None:
        """Name the file and the place of what is not of this format, with the error it raised."""
        super().__init__(
            f"{path} was written by another version of hpobench, not in format {FORMAT}: {place}"
            f" {_unlike(reason)}; make its runs again in a new folder"
        )


def write(path: Path, content: Mapping[str, object]) -> None:
    """Write an object with a hash of itself; nan becomes null. Raises OSError."""
    data = sealed(content)
    with suppress(DamageError):  # what can't be read is written anew
        if bytes_of(path) == data:
            return
    durable.replace(path.with_suffix(".tmp"), path, data)


def sealed(content: Mapping[str, object]) -> bytes:
    """Return the bytes of an object's file, with a hash of the object; nan becomes null."""
    kept = {key: _without_nan(value) for key, value in content.items()}
    return _text({**kept, _HASH: _hash(kept)}).encode()


def read(path: Path) -> dict[str, Any]:
    """Return an object without its hash; raises DamageError where the two do not fit."""
    try:
        content = json.loads(bytes_of(path))
        fits = isinstance(content, dict) and content.pop(_HASH, None) == _hash(content)
    except (ValueError, RecursionError):
        raise DamageError(path, "is torn or was altered: it is no JSON") from None
    if not fits:
        raise DamageError(path, "is torn or was altered: its hash is of another content")
    found: dict[str, Any] = content
    return found


def bytes_of(path: Path, *, first: int | None = None, last: int | None = None) -> bytes:
    """Return the bytes of a file of results, or its `first` or its `last` ones.

    Raises DamageError where it is no file, UnreadError where the system can't read it, and
    GoneError where there is none.
    """
    try:
        with open(path, "rb", buffering=0, opener=_at_once) as file:  # an opener
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise DamageError(path, "can't be read: it is no file")
            if first is last is None and found.st_size > LARGEST:
                raise DamageError(path, f"is larger than {LARGEST:,} bytes, the most that are read")
            if last is not None:
                file.seek(max(found.st_size - last, 0))
            return file.readall() if first is None else file.read(first)
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: OSError) -> DamageError:
    """Return the error that says why a file can't be read: a GoneError where there is none.

    A link that leads nowhere, or to itself, is there, and damaged.
    """
    kind: type[DamageError] = UnreadError
    if isinstance(error, FileNotFoundError) or error.errno == errno.ELOOP:
        kind = DamageError if os.path.lexists(path) else GoneError
    return kind(path, f"can't be read: {error.strerror or error}")


def _at_once(path: str, flags: int) -> int:
    """Open a file, or a pipe that nobody writes to: else that would not return."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unlike(reason: str | Exception) -> str:
    match reason:
        case str():
            return reason
        case KeyError():
            return f"has no key {shown(reason.args[0])}"
        case _:
            return f"can't be read ({described(reason)})"


def _hash(content: Mapping[str, object]) -> str:
    return hashlib.blake2b(_text(content).encode(), digest_size=8).hexdigest()


def _text(content: Mapping[str, object]) -> str:
    return json.dumps(content, indent=1) + "\n"


def _without_nan(content: object) -> object:
    match content:
        case dict():
            return {key: _without_nan(value) for key, value in content.items()}
        case list() | tuple():
            return [_without_nan(value) for value in content]
        case float() if math.isnan(content):
            return None
        case _:
            return content
