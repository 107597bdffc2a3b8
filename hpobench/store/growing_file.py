"""A file of a run that is being written: a line for each trial, which nothing changes later."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import ClassVar, Self

from ..json_forms import measured_to_json, record_to_json
from ..trial import Record
from .appending import alone, append, unwritable
from .durable import sync, sync_folder
from .run_lines import Chain

COMMIT = 1.0
"""The seconds after which lines are synced with the next one: a power cut takes less than so much
work, and the trial under way."""


class GrowingFile(ABC):
    """A file that goes on after its whole lines when it was interrupted.

    While it is open, no other process can write it.
    """

    needs_lock: ClassVar[bool] = True
    """Whether the file can't be opened where its file system has no locks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._chain = Chain()
        self._due = 0.0
        """When the monotonic clock says that what was written is to be synced."""
        self._open_to_cuts = False
        """Whether anything was written since the last sync."""
        self._named = False
        """Whether the file's name was synced into its folder."""
        self.recorded: dict[int, Record] = {}
        """The trials of earlier attempts, by id, in the order in which they ended."""

    def __enter__(self) -> Self:
        """Open the file.

        Raises InUseError where another process writes it, InputError where it can't be written, and
        what `_go_on` raises.
        """
        try:
            self._file = alone(self._path, needs_lock=self.needs_lock)
        except OSError as error:
            raise unwritable(self._path, error) from error
        self._due = monotonic() + COMMIT
        try:
            self._go_on()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None and self._open_to_cuts:
                self._sync()
        finally:
            self._file.close()

    def append(self, record: Record) -> None:
        """Write a trial, unless an earlier attempt has written it."""
        if record.trial.id not in self.recorded:
            self._write(record_to_json(record), measured_to_json(record.measured, record.traceback))

    @abstractmethod
    def _go_on(self) -> None:
        """Read what earlier attempts left, or begin the file."""

    def _whole(self) -> tuple[bytes, bytes]:
        """Return the bytes of the file, and those of its whole lines.

        No line has a byte of zero; where a power cut left blocks of zeros, the lines end.
        """
        data = self._file.read()
        written = data.partition(b"\0")[0]
        return data, written[: written.rfind(b"\n") + 1]

    def _write(self, facts: Mapping[str, object], measured: Mapping[str, object]) -> None:
        append(self._path, self._file, self._chain.line(facts, measured))
        self._open_to_cuts = True
        if monotonic() > self._due:
            self._sync()

    def _sync(self) -> None:
        """Sync the file, and its name where that is new; raises InputError where it can't be."""
        try:
            sync(self._file.fileno())
            if not self._named:
                sync_folder(self._path.parent)
        except OSError as error:
            raise unwritable(self._path, error) from error
        self._named, self._open_to_cuts = True, False
        self._due = monotonic() + COMMIT
