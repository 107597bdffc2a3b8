"""Files of runs that were made elsewhere, which are checked and then kept like our own."""

import os
from pathlib import Path

import orjson

from ..trial import Run
from .appending import alone, append, unwritable
from .run_file import PART, SEALED, named
from .run_lines import Chain, walk
from .sealed_json import DamageError


def hand_in(path: Path, run: Run, data: bytes) -> None:
    """Keep the whole lines of a run's file, at the path that the store has for the run.

    Where the run is sealed already, nothing changes. Raises DamageError where the lines are torn or
    altered or another run's, FormatError where they have another format, InUseError where another
    process writes the run, and InputError where they can't be written.
    """
    part, sealed = path.with_suffix(PART), path.with_suffix(SEALED)
    found, stop = walk(part, data, Chain(), _unread, orjson.loads)
    if not data.endswith(b"\n"):
        raise DamageError(part, "is torn: its last line has no end")
    if found != run:
        raise DamageError(part, f"holds another run than its name says: {named(found)}")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        with alone(part) as file:
            if sealed.exists():
                part.unlink()
                return
            os.ftruncate(file.fileno(), 0)
            append(part, file, data)
            if stop is not None:
                part.replace(sealed)
    except OSError as error:
        raise unwritable(part, error) from error


def whole_lines(path: Path) -> bytes:
    """Return the whole lines of an unfinished run's file; none where there is no file."""
    try:
        data = path.with_suffix(PART).read_bytes()
    except OSError:
        return b""
    return data[: data.rfind(b"\n") + 1]


def _unread(_: object) -> None:
    """Take a trial, of which only the hash is checked here."""
