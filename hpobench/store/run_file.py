"""The file of one run: it is read once the run has ended, and a kill at any time loses nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from ..errors import described
from ..json_forms import measured_to_json, stop_to_json
from ..trial import Outcome, Run, Stop
from .appending import append, unwritable
from .durable import make_folder, rename, sync_folder
from .growing_file import GrowingFile
from .run_lines import Chain, digest_of, loads, parse, without_paths
from .sealed_json import FORMAT, DamageError, bytes_of

SEALED, PART = ".jsonl", ".part"
NEAR, TAIL = 1 << 12, 1 << 20
"""The bytes within which the first and the last line of a file lie, in most files and in all."""
_KEYS = {"digest", "stop", "detail", "measured"}
"""Keys that every seal has."""


def read(path: Path) -> Outcome:
    """Return the run of a sealed file.

    Raises DamageError where it was torn or altered, and FormatError where it has another format.
    """
    return of(path, bytes_of(path))


def of(path: Path, lines: bytes) -> Outcome:
    """Return the run whose file at a path has these lines; raises what `read` raises."""
    run, records, seal = parse(path, lines, Chain())
    return Outcome(run, checked(path, run, seal), tuple(records))


def checked(path: Path, run: Run, seal: Stop | None) -> Stop:
    """Return how a run ended; raises DamageError where its file has no seal or another name."""
    if seal is None:
        raise DamageError(path, "is torn: it is named as sealed, but has no seal")
    if path.name != named(run) + SEALED:
        raise DamageError(path, f"holds another run than its name says: {named(run)}")
    return seal


def named(run: Run) -> str:
    """Return the name of a run's file, without its ending."""
    return f"{run.seed}-{digest_of(run)}"


def digest(path: Path) -> str:
    """Return the digest in a sealed file's seal."""
    found: str = seal(path)["digest"]
    return found


def ends(path: Path) -> tuple[bytes, dict[str, Any]]:
    """Return the first line of a sealed file and its seal; nothing of them or between is checked.

    Raises DamageError where the file has no seal or can't be read.
    """
    return first_line(path), seal(path)


def first_line(path: Path) -> bytes:
    """Return the first line of a run's file; raises DamageError where it can't be read."""
    data = bytes_of(path, first=NEAR)
    if len(data) == NEAR and b"\n" not in data:
        data = bytes_of(path, first=TAIL)
    return data.partition(b"\n")[0]


def seal(path: Path) -> dict[str, Any]:
    """Return the seal of a sealed file, its last line, of which the names of its keys are checked.

    Raises DamageError where it has none.
    """
    data = bytes_of(path, last=NEAR)
    if len(data) == NEAR and b"\n" not in data[:-1]:
        data = bytes_of(path, last=TAIL)
    try:
        content = loads(data.rstrip(b"\n").rpartition(b"\n")[2])
    except (ValueError, RecursionError) as error:
        raise DamageError(path, f"has no seal: {described(error)}") from error
    if not isinstance(content, dict) or not content.keys() >= _KEYS:
        raise DamageError(path, "has no seal: it does not end with one")
    return content


class RunFile(GrowingFile):
    """The file of a run that is being written; an interrupted run goes on after its whole lines.

    While the file is open, no other process can write it. Where the file system has no locks, the
    folder of results is held, and if two processes should write, the running hash shows it.
    """

    needs_lock = False

    def __init__(self, path: Path, run: Run, session: str = "") -> None:
        super().__init__(path.with_suffix(PART))
        self._run, self._session = run, session
        self.sealed: Stop | None = None
        """How an earlier attempt ended; then nothing can be written. None: no attempt has ended."""

    def __enter__(self) -> Self:
        """Open the file.

        Raises DamageError, FormatError, InUseError, or InputError: it can't be written.
        """
        try:
            make_folder(self._path.parent)
        except OSError as error:
            raise unwritable(self._path, error) from error
        return super().__enter__()

    def begin_anew(self) -> None:
        """Forget the trials of earlier attempts."""
        self.recorded, self._chain = {}, Chain()
        self._file.truncate(0)
        self._begin({"begun-anew": True})

    def seal(self, stop: Stop, count: int, measured: Mapping[str, object]) -> None:
        """Write how the run ended, and rename the file."""
        ended = {"count": count, **stop_to_json(stop)}
        session = {"session": self._session} if self._session else {}
        self._write(
            {**ended, "digest": self._chain.digest(ended)},
            measured_to_json({**measured, **session}, stop.traceback),
        )
        self._rename(stop)

    def take_over(self, lines: bytes, stop: Stop | None) -> None:
        """Put the whole lines of an attempt made elsewhere in the place of all that is here.

        `stop`: how the lines say that the run has ended; None: they do not.
        """
        self._file.truncate(0)
        append(self._path, self._file, lines)
        if stop is not None:
            self._rename(stop)

    def _go_on(self) -> None:
        """Read what earlier attempts left; write a header that is missing, rename a sealed file."""
        sealed = self._path.with_suffix(SEALED)
        if sealed.exists():
            self.sealed = read(sealed).stop
            self._path.unlink()
            return
        _, whole = self._whole()
        if not whole:
            self._file.truncate(0)
            self._begin({})
            return
        run, records, seal = parse(self._path, whole, self._chain)
        if run != self._run:
            raise DamageError(self._path, f"holds another run than its name says: {named(run)}")
        if seal is not None:  # the process ended between the seal and the new name
            self._rename(seal)
            return
        self.recorded = {record.trial.id: record for record in records}
        self._file.truncate(len(whole))

    def _begin(self, measured: Mapping[str, object]) -> None:
        header = {"hpobench": FORMAT, "run": without_paths(self._run)}
        session = {"session": self._session} if self._session else {}
        self._write(header, {**session, **measured})

    def _rename(self, stop: Stop) -> None:
        self._named = True  # its folder is synced with the new name
        self._sync()  # before it has the new name, which could else be there without the content
        try:
            rename(self._path, self._path.with_suffix(SEALED), self._file.fileno())
            sync_folder(self._path.parent)
        except OSError as error:
            raise unwritable(self._path, error) from error
        self.sealed = stop

    def _write(self, facts: Mapping[str, object], measured: Mapping[str, object]) -> None:
        assert self.sealed is None, "a run that is sealed is never written again"
        super()._write(facts, measured)
