"""One run on disk: a header, a line a trial, and a seal when it has ended.

Every line ends with a running hash of all lines so far, so that one that is torn or altered is
found. The seal holds the digest: the hash of the lines without what was measured on the machine.
"""

import errno
import hashlib
import json
import os
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .errors import InputError
from .trial import Outcome, Reason, Record, Reference, Run, Stop
from .wire import record_from_json, record_to_json

FORMAT = 1
OBJECTIVES = ["value"]
LONGEST_SEAL = 65_536
"""In bytes; the seconds of a run whose seal is longer are not known."""
SEALED, PART = ".jsonl", ".part"
_HASH = ',"hash":"'
_MEASURED = ',"measured":{'
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def digest_of(run: Run) -> str:
    """Return what names a run's file: the hash of its identity, in 16 hexadecimal digits."""
    return hashlib.blake2b(_encode(_run_to_json(run)).encode(), digest_size=8).hexdigest()


def read(path: Path) -> Outcome:
    """Return the run of a sealed file, or raise InputError where it is not as it was sealed."""
    chain = _Chain()
    run, records, seal = _parse(path, path.read_bytes(), chain)
    if seal is None:
        raise InputError(f"{path} is torn: it is named as sealed, but has no seal")
    if seal["count"] != len(records):
        raise InputError(f"{path} was altered: its seal counts {seal['count']} trials")
    return Outcome(run, Stop(seal["stop"], seal["detail"]), tuple(records))


def digest(path: Path) -> str:
    """Return the digest in a sealed file's seal."""
    last = path.read_bytes().rstrip(b"\n").rpartition(b"\n")[2]
    found: str = json.loads(last)["digest"]
    return found


def seconds(path: Path) -> tuple[Reason, float] | None:
    """Return how a sealed run ended and the seconds it took, by its last line; None: unknown."""
    try:
        with path.open("rb") as file:
            file.seek(-min(LONGEST_SEAL, path.stat().st_size), os.SEEK_END)
            content = json.loads(file.read().splitlines()[-1])
        return content["stop"], float(content["measured"]["seconds"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


class RunFile:
    """A run that is being written; one that was interrupted goes on where its whole lines end."""

    def __init__(self, path: Path, run: Run) -> None:
        self._path, self._run = path.with_suffix(PART), run
        self._chain = _Chain()
        self.recorded: dict[int, Record] = {}
        """The trials of an earlier attempt, by id."""

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            data = self._path.read_bytes() if self._path.exists() else b""
            whole = data.rpartition(b"\n")[0]
            if whole:
                _, records, _ = _parse(self._path, whole, self._chain)
                self.recorded = {record.trial.id: record for record in records}
                os.truncate(self._path, len(whole) + 1)
            self._file = self._path.open("ab" if whole else "wb", buffering=0)
            if not whole:
                header = {"hpobench": FORMAT, "objectives": OBJECTIVES}
                self._write({**header, "run": _run_to_json(self._run)}, {})
        except OSError as error:
            raise _unwritable(self._path, error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def append(self, record: Record) -> None:
        """Write a trial, unless an earlier attempt did."""
        if record.trial.id not in self.recorded:
            self._write(record_to_json(record), record.measured)

    def seal(self, stop: Stop, count: int, measured: Mapping[str, float]) -> None:
        """Say how the run ended, and rename the file."""
        ended = {"count": count, "stop": stop.reason, "detail": stop.detail}
        self._write({**ended, "digest": self._chain.digest(_encode(ended))}, measured)
        self._file.close()
        self._path.replace(self._path.with_suffix(SEALED))

    def _write(self, facts: Mapping[str, object], measured: Mapping[str, float]) -> None:
        facts_text = _encode(facts)[:-1]
        body = f'{facts_text},"measured":{_encode(measured)}'
        line = f'{body}{_HASH}{self._chain.add(facts_text, body)}"}}\n'
        data = line.encode()
        try:
            if self._file.write(data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301  # a short write
        except OSError as error:
            raise _unwritable(self._path, error) from error


class _Chain:
    """The running hash of all lines, and the one of their facts."""

    def __init__(self) -> None:
        self._lines = hashlib.blake2b(digest_size=8)
        self._facts = hashlib.blake2b(digest_size=16)

    def add(self, facts: str, body: str) -> str:
        """Add a line and return the hash that ends it."""
        self._lines.update(body.encode())
        self._facts.update(facts.encode())
        return self._lines.hexdigest()

    def digest(self, ended: str) -> str:
        """Return the digest of the facts so far and of how the run ended."""
        whole = self._facts.copy()
        whole.update(ended.encode())
        return whole.hexdigest()


def _parse(path: Path, data: bytes, chain: _Chain) -> tuple[Run, list[Record], Any]:
    """Read whole lines; a wrong one raises InputError."""
    run, records, seal = None, list[Record](), None
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        body, _, end = line.rpartition(_HASH)
        facts = body.rpartition(_MEASURED)[0]
        if seal is not None or chain.add(facts, body) != end[:-2]:
            raise InputError(f"{path} is torn or was altered: line {number}")
        content = json.loads(body + "}")
        if run is None:
            run = _run_from_json(path, content)
        elif "stop" in content:
            seal = content
        else:
            records.append(record_from_json(content))
    if run is None:
        raise InputError(f"{path} is no run of hpobench: it is empty")
    return run, records, seal


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(f"{path} can't be written: {error.strerror or error}")


def _run_to_json(run: Run) -> dict[str, object]:
    return {
        "strategy": {"name": run.strategy.name, "version": run.strategy.version},
        "problem": {"name": run.problem.name, "version": run.problem.version},
        "seed": run.seed,
        "budget": str(run.budget),
        "workers": run.workers,
    }


def _run_from_json(path: Path, header: Any) -> Run:  # noqa: ANN401  # JSON
    if header.get("hpobench") != FORMAT or header.get("objectives") != OBJECTIVES:
        raise InputError(f"{path} is no run of hpobench, format {FORMAT}: {_encode(header)[:60]}")
    run = header["run"]
    strategy, problem = Reference(**run["strategy"]), Reference(**run["problem"])
    return Run(strategy, problem, run["seed"], Fraction(run["budget"]), run["workers"])
