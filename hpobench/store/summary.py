"""What is known of a run that has ended without reading its trials."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..json_forms import run_from_json, stop_from_json
from ..trial import Reason, Run
from . import run_file
from .sealed_json import UNLIKE, FormatError


@dataclass(frozen=True, slots=True)
class Summary:
    """A run that has ended, how it ended, and what it took."""

    run: Run
    reason: Reason
    detail: str
    """Why the run is unsupported or failed; empty otherwise."""
    digest: str
    """The digest in its seal, of all but what was measured."""
    trials: int
    """How many trials it has."""
    seconds: float | None
    """The real seconds that it took; None: they were not measured."""
    session: str | None
    """The id of the session that sealed it; None: it was imported, or the session had none."""


def read(path: Path) -> Summary:
    """Return what the first and the last line of a sealed file say; nothing else is checked.

    Raises DamageError where it has no seal or another name, and FormatError where its format is
    another.
    """
    first, last = run_file.ends(path)
    try:
        run = run_from_json(json.loads(first)["run"])
        run_file.checked(path, run, stop_from_json(last))
        return of(run, last)
    except UNLIKE as error:
        raise FormatError(path, error, place="its first or last line") from error


def of(run: Run, seal: dict[str, Any]) -> Summary:
    """Return what a run's seal, as JSON, says of it."""
    measured = seal["measured"]
    return Summary(
        run,
        seal["stop"],
        seal["detail"],
        seal["digest"],
        seal["count"],
        measured.get("seconds"),
        measured.get("session"),
    )
