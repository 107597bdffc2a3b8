"""The file of a run for a user's own function: every trial is a line that nothing changes later."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..space import Space
from ..trial import Run
from .appending import append
from .growing_file import GrowingFile
from .run_lines import parse, without_paths
from .sealed_json import FORMAT, DamageError


class TrialsFile(GrowingFile):
    """A file that is being written; opening it raises InputError where it is of another run.

    It has the lines of `run_lines`, a header with the space among them, and no seal: a run with
    more evaluations goes on in the same file. While it is open, no other process can write it.
    """

    def __init__(self, path: Path, run: Run, space: Space, *, may_grow: bool) -> None:
        """`may_grow`: whether the file may be of a run with fewer evaluations."""
        super().__init__(path)
        self._run, self._may_grow = run, may_grow
        self._space: dict[str, object] = json.loads(json.dumps(space.to_json()))

    def _go_on(self) -> None:
        """Read what earlier attempts left, or write the header."""
        data, whole = self._whole()
        if not whole:
            facts = {"hpobench": FORMAT, "run": without_paths(self._run), "space": self._space}
            header = self._chain.line(facts, {})
            if not header.startswith(data):
                raise DamageError(self._path, "is no file of trials")
            self._file.truncate(0)
            append(self._path, self._file, header)
            return
        _, records, _ = parse(self._path, whole, self._chain)
        self.recorded = {record.trial.id: record for record in records}
        self._check(json.loads(whole.partition(b"\n")[0]))
        self._file.truncate(len(whole))

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
