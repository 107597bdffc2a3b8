"""The file of a run for a user's own function: every trial is a line that nothing changes later."""

import json
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any, Self

from ..errors import InputError
from ..json_forms import measured_to_json, record_to_json
from ..space import Space
from ..trial import Record, Run
from .appending import alone, append, unwritable
from .run_lines import Chain, parse, without_paths
from .sealed_json import FORMAT, DamageError


class TrialsFile:
    """A file that is being written; after an interruption it goes on behind its whole lines.

    It has the lines of `run_lines`, a header with the space among them, and no seal: a run with
    more evaluations goes on in the same file. While it is open, no other process can write it.
    """

    def __init__(self, path: Path, run: Run, space: Space, *, may_grow: bool) -> None:
        """`may_grow`: whether the file may be of a run with fewer evaluations."""
        self._path, self._run, self._may_grow = path, run, may_grow
        self._space: dict[str, object] = json.loads(json.dumps(space.to_json()))
        self._chain = Chain()
        self.recorded: dict[int, Record] = {}
        """The trials of earlier attempts, by id, in the order in which they ended."""

    def __enter__(self) -> Self:
        """Open the file.

        Raises InputError where it can't be read or written, or is of another run, and InUseError
        where another process writes it.
        """
        try:
            self._file = alone(self._path)
        except OSError as error:
            raise unwritable(self._path, error) from error
        try:
            self._go_on(self._file)
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, record: Record) -> None:
        """Write a trial, unless an earlier attempt has written it."""
        if record.trial.id not in self.recorded:
            measured = measured_to_json(record.measured, record.traceback)
            append(self._path, self._file, self._chain.line(record_to_json(record), measured))

    def _go_on(self, file: FileIO) -> None:
        """Read what earlier attempts left, or write the header."""
        data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        if not whole:
            facts = {"hpobench": FORMAT, "run": without_paths(self._run), "space": self._space}
            header = self._chain.line(facts, {})
            if not header.startswith(data):
                raise DamageError(self._path, "is no file of trials")
            file.truncate(0)
            append(self._path, file, header)
            return
        _, records, _ = parse(self._path, whole, self._chain)
        self.recorded = {record.trial.id: record for record in records}
        self._check(json.loads(whole.partition(b"\n")[0]))
        file.truncate(len(whole))

    def _check(self, header: Mapping[str, Any]) -> None:
        """Raise InputError, which names what differs, where the file is of another run."""
        if "space" not in header:
            raise DamageError(self._path, "is no file of trials, but of a run of an experiment")
        run, wanted = header["run"], without_paths(self._run)
        for what, had, wants in (
            ("function", run["problem"]["name"], wanted["problem"]["name"]),
            ("strategy", run["strategy"]["name"], wanted["strategy"]["name"]),
            ("strategy's version", run["strategy"]["version"], wanted["strategy"]["version"]),
            *_parameters(header["space"], self._space),
            *((key, run.get(key), wanted.get(key)) for key in ("seed", "workers", "first")),
        ):
            if had != wants:
                raise self._other(what, had, wants)
        had = max(int(run["budget"]), 1 + max(self.recorded, default=0))
        wants = int(wanted["budget"])
        if wants < had or (wants > had and not self._may_grow):
            raise self._other("number of evaluations", had, wants)

    def _other(self, what: str, had: object, wants: object) -> InputError:
        return InputError(
            f"{self._path} has another {what}: {_said(had)}, not {_said(wants)}; name another file,"
            " or ask for what this one has"
        )


def _parameters(
    had: Mapping[str, object], wants: Mapping[str, object]
) -> list[tuple[str, object, object]]:
    """Return the parameters of two spaces side by side; None: a space does not have it."""
    names = [*had, *(name for name in wants if name not in had)]
    pairs = [(f"parameter {name!r}", had.get(name), wants.get(name)) for name in names]
    return [*pairs, ("order of parameters", list(had), list(wants))]


def _said(value: object) -> str:
    return "none" if value is None else json.dumps(value)
