"""The lines of a run's file: a header, a line a trial, and a seal when the run has ended.

Every line ends with a running hash of all lines so far, which shows whether a line is torn or
altered. The seal holds the digest: the hash of the facts, which are the lines without what was
measured on the machine.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from ..errors import shown
from ..json_forms import (
    record_from_json,
    run_from_json,
    run_to_json,
    stop_from_json,
    stop_to_json,
)
from ..parameter import Value
from ..trial import Reason, Record, Run, Stop
from .sealed_json import FORMAT, UNLIKE, DamageError, FormatError
from .shapes import made

Values: TypeAlias = Mapping[str, Value]
"""A configuration."""
Numbers: TypeAlias = Mapping[str, float]
"""Measures."""
Measured: TypeAlias = Mapping[str, float | str]
"""What was measured on the machine, with a traceback or the name of a session."""
_HASH, _MEASURED = b',"hash":"', b',"measured":{'


def encode(content: Mapping[str, object]) -> bytes:
    """Return content as JSON in one line. Its numbers must be finite: nan would become null."""
    try:
        return orjson.dumps(content)
    except TypeError:  # whole numbers of more than 64 bits, and texts that are no Unicode
        return json.dumps(content, separators=(",", ":"), allow_nan=False).encode()


def loads(line: bytes) -> Any:  # noqa: ANN401  # JSON
    """Parse a line in a third of the time that json takes; large whole numbers become real ones."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:  # texts that are no Unicode
        return json.loads(line)


@lru_cache(maxsize=4096)
def digest_of(run: Run) -> str:
    """Return the hash of a run's identity that names its file, in 16 hexadecimal digits."""
    return hashlib.blake2b(encode(without_paths(run)), digest_size=8).hexdigest()


class Chain:
    """The running hash of all lines, and the running hash of their facts."""

    def __init__(self) -> None:
        self._lines = hashlib.blake2b(digest_size=8)
        self._facts = hashlib.blake2b(digest_size=16)
        self._last = b""
        """The facts of the last line, which the hash of the facts lacks."""

    def line(self, facts: Mapping[str, object], measured: Mapping[str, object]) -> bytes:
        """Return the next line, with its hash."""
        body = encode({**facts, "measured": measured})[:-1]
        return b"%b%b%b\n" % (body, _HASH, self._add(body))

    def fits(self, line: bytes) -> bool:
        """Add a line that was read, and tell whether its hash is right."""
        body, _, end = line.rpartition(_HASH)
        return self._add(body) == end

    def digest(self, ended: Mapping[str, object]) -> str:
        """Return the digest of the facts so far and of how the run ended."""
        return _with(self._facts, self._last + encode(ended))

    def sealed(self, ended: Mapping[str, object]) -> str:
        """Return the digest as it was before the last line, the seal, was added."""
        return _with(self._facts, encode(ended))

    def _add(self, body: bytes) -> bytes:
        """Add the part of a line before its hash, and return the rest of the line."""
        self._lines.update(body)
        self._facts.update(self._last)
        self._last = body.rpartition(_MEASURED)[0]
        return f'{self._lines.hexdigest()}"}}'.encode()


def _with(facts: "hashlib.blake2b", rest: bytes) -> str:
    """Return the hash of the facts and the rest, without changing the running hash."""
    whole = facts.copy()
    whole.update(rest)
    return whole.hexdigest()


def parse(path: Path, data: bytes, chain: Chain) -> tuple[Run, list[Record], Stop | None]:
    """Return the run, its records and how it ended, from whole lines.

    The stop is None where there is no seal. Raises what `walk` raises.
    """
    records = list[Record]()

    def keep(trial: Any) -> None:  # noqa: ANN401  # JSON
        check_trial(trial)
        records.append(record_from_json(trial))

    run, stop = walk(path, data, chain, keep)
    return run, records, stop


def walk(
    path: Path,
    data: bytes,
    chain: Chain,
    keep: Callable[[Any], None],
    loads: Callable[[bytes], Any] = json.loads,
) -> tuple[Run, Stop | None]:
    """Check whole lines, and give the content of each trial's line, read by `loads`, to `keep`.

    The stop is None where there is no seal. Raises DamageError where a line is wrong, and
    FormatError where one is right, but of another format.
    """
    run, stop, number = None, None, 0
    try:
        for number, line in enumerate(data.splitlines(), 1):
            if stop is not None or not chain.fits(line):
                raise DamageError(path, f"is torn or was altered: line {number}")
            content = json.loads(line) if run is None else loads(line)
            if run is None:
                run = _run_of(path, content)
            elif "stop" in content:
                seal = json.loads(line)  # a recommendation may hold large whole numbers
                stop = _stop(path, seal, number - 2, chain)
            else:
                keep(content)
    except UNLIKE as error:
        raise FormatError(path, error, place=f"line {number}") from error
    if run is None:
        raise DamageError(path, "is no run of hpobench: it is empty")
    return run, stop


def _stop(path: Path, seal: Any, count: int, chain: Chain) -> Stop:  # noqa: ANN401  # JSON
    """Return how a run ended; raises DamageError where its seal is of other lines."""
    stop = stop_of(seal)
    if seal["count"] != count:
        raise DamageError(
            path, f"was altered: its seal counts {seal['count']} trials, it has {count}"
        )
    if seal["digest"] != chain.sealed({"count": count, **stop_to_json(stop)}):
        raise DamageError(
            path, f"was altered: its seal has the digest of another: {seal['digest']}"
        )
    return stop


def stop_of(seal: Any) -> Stop:  # noqa: ANN401  # JSON
    """Return how a run ended, as a seal says it; raises one of UNLIKE where it is none."""
    made(Measured, seal["measured"], "measured")
    stop = stop_from_json(seal, seal["measured"].get("traceback", ""))
    made(tuple[Reason, str, str], [stop.reason, stop.detail, stop.traceback], "stop")
    if best := stop.recommendation:
        said = [best.config, seal["recommendation"]["score"], best.anew, best.error]
        made(tuple[Values, float | None, bool, str | None], said, "recommendation")
    return stop


def check_trial(trial: Any) -> None:  # noqa: ANN401  # JSON
    """Raise one of UNLIKE where what a line holds is no trial."""
    proposal = trial["proposal"]
    for key in _TRIAL:
        made(_TRIAL[key], trial[key], key)
    for key, kind in _PROPOSAL.items():
        made(kind, proposal[key], key)
    if not trial["values"] or min(trial["cost"], trial["finished"], trial["duration"]) < 0:
        raise ValueError("a trial has values, and neither cost nor time is negative")


def without_paths(run: Run) -> dict[str, Any]:
    """Return a run's JSON form without paths, which is the same wherever its sources lie."""
    content = run_to_json(run)
    for identity in ("strategy", "problem"):
        del content[identity]["path"]
    return content


def _run_of(path: Path, header: Any) -> Run:  # noqa: ANN401  # JSON
    """Return the run that a header names; raises FormatError where it has another format."""
    if header["hpobench"] != FORMAT:
        raise FormatError(path, f"is of format {shown(header['hpobench'])}")
    run = run_from_json(header["run"])
    if run.strategy.path is not None or run.problem.path is not None:
        raise FormatError(path, "names a file on a machine")
    return run


_TRIAL: Mapping[str, Any] = {
    "id": int,
    "values": tuple[float | None, ...],
    "score": float | None,
    "cost": float,
    "finished": float,
    "duration": float,
    "measures": Numbers,
    "measured": Measured,
    "error": str | None,
    "gradient": Numbers | None,
}
_PROPOSAL: Mapping[str, Any] = {
    "config": Values,
    "fidelity": float | None,
    "resume": int | None,
    "gradient": bool,
}
