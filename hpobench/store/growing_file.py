"""A file of a run that is being written: a line for each trial, which nothing changes later."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from ..json_forms import measured_to_json, record_to_json
from ..trial import Record
from .appending import alone, append, unwritable
from .run_lines import Chain


class GrowingFile(ABC):
    """A file that goes on after its whole lines when it was interrupted.

    While it is open, no other process can write it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._chain = Chain()
        self.recorded: dict[int, Record] = {}
        """The trials of earlier attempts, by id, in the order in which they ended."""

    def __enter__(self) -> Self:
        """Open the file.

        Raises InUseError where another process writes it, InputError where it can't be written, and
        what `_go_on` raises.
        """
        try:
            self._file = alone(self._path)
        except OSError as error:
            raise unwritable(self._path, error) from error
        try:
            self._go_on()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, record: Record) -> None:
        """Write a trial, unless an earlier attempt has written it."""
        if record.trial.id not in self.recorded:
            self._write(record_to_json(record), measured_to_json(record.measured, record.traceback))

    @abstractmethod
    def _go_on(self) -> None:
        """Read what earlier attempts left, or begin the file."""

    def _whole(self) -> tuple[bytes, bytes]:
        """Return the bytes of the file, and those of its whole lines."""
        data = self._file.read()
        return data, data[: data.rfind(b"\n") + 1]

    def _write(self, facts: Mapping[str, object], measured: Mapping[str, object]) -> None:
        append(self._path, self._file, self._chain.line(facts, measured))
