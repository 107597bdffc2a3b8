"""What is known of a run that has ended without reading its trials."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import Any, get_args

from ..json_forms import run_from_json, stop_from_json
from ..trial import Reason, Run
from . import run_file
from .sealed_json import UNLIKE, DamageError, FormatError

_REASONS: Mapping[object, Reason] = {reason: reason for reason in get_args(Reason)}


@dataclass(frozen=True, slots=True)
class Seal:
    """How a run ended, and what it took."""

    reason: Reason
    detail: str
    """Why the run is unsupported or failed; empty otherwise."""
    digest: str
    """The digest of all of the run but what was measured."""
    trials: int
    """How many trials it has."""
    seconds: float | None
    """The real seconds that it took; None: they were not measured."""
    session: str | None
    """The id of the session that sealed it; None: it was imported, or the session had none."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A run that has ended, and its seal."""

    run: Run
    seal: Seal


def read(path: Path) -> Summary:
    """Return what the first and the last line of a sealed file say; nothing else is checked.

    Raises DamageError where it has no seal or another name, and FormatError where its format is
    another.
    """
    first, last = run_file.ends(path)
    try:
        run = run_from_json(json.loads(first)["run"])
        run_file.checked(path, run, stop_from_json(last))
        return Summary(run, seal_in(last))
    except UNLIKE as error:
        raise FormatError(path, error, place="its first or last line") from error


def read_seal(path: Path) -> Seal:
    """Return the seal of a file, of which nothing else is read; raises DamageError without one."""
    content = run_file.seal(path)
    try:
        return seal_in(content)
    except UNLIKE as error:
        raise DamageError(path, "has no seal: it does not end with one") from error


def seal_in(content: Mapping[str, Any]) -> Seal:
    """Return what a run's seal, as JSON, says; raises one of UNLIKE where it is of another kind."""
    measured = content["measured"]
    return Seal(
        _REASONS[content["stop"]],
        intern(content["detail"]),
        str(content["digest"]),
        content["count"],
        measured_in(measured.get("seconds")),
        measured.get("session"),
    )


def measured_in(told: object) -> float | None:
    """Return a number that was measured; None: it is none."""
    number = isinstance(told, int | float) and math.isfinite(told)
    return float(told) if number else None  # type: ignore[arg-type]  # it was checked
