"""Files of runs that were made elsewhere, which are checked and then kept like our own."""

from ..trial import Run
from .folder import Store
from .run_file import PART, RunFile, named
from .run_lines import Chain, loads, walk
from .sealed_json import DamageError


def hand_in(store: Store, run: Run, data: bytes) -> None:
    """Keep the whole lines of a run's file, in the place of what an earlier attempt has left.

    Where the run is sealed already, nothing changes. Raises DamageError where the lines are torn or
    altered or another run's, FormatError where they have another format, InUseError where another
    process writes the run, and InputError where they can't be written.
    """
    path = store.path(run)
    found, stop = walk(path, data, Chain(), _unread, loads)
    if not data.endswith(b"\n"):
        raise DamageError(path, "is torn: its last line has no end")
    if found != run:
        raise DamageError(path, f"holds another run than its name says: {named(found)}")
    for _ in range(2):
        try:
            with RunFile(path, run) as file:
                if file.sealed is None:
                    file.take_over(data, stop)
                return
        except DamageError as damage:  # what an earlier attempt has left
            store.set_aside(damage)


def whole_lines(store: Store, run: Run) -> bytes:
    """Return the whole lines of an unfinished run's file; none where there is no file."""
    try:
        data = store.path(run).with_suffix(PART).read_bytes()
    except OSError:
        return b""
    return data[: data.rfind(b"\n") + 1]


def _unread(_: object) -> None:
    """Take a trial, of which only the hash is checked here."""
