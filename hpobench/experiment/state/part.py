"""How far a run is that has not ended, by the lines of its file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ...store.sealed_json import UNLIKE


@dataclass(frozen=True, slots=True)
class Part:
    """A run that has begun and not ended."""

    trials: int
    """How many trials have ended."""
    spent: float
    """What they have cost, in evaluations at the highest fidelity."""
    session: str
    """The id of the session that began the file; empty: it is not known."""


def part_of(path: Path) -> Part | None:
    """Return how far a run is, by whole lines, which are not checked; None: there is no file."""
    try:
        data = path.read_bytes() if path.is_file() else None
    except OSError:
        return None
    if data is None:
        return None
    header, *trials = data[: data.rfind(b"\n") + 1].splitlines() or [b""]
    spent, number = 0.0, 0
    for line in trials:
        content = _content(line)
        if "cost" in content:
            number, spent = number + 1, spent + _real(content["cost"])
    measured = _content(header).get("measured")
    session = measured.get("session", "") if isinstance(measured, dict) else ""
    return Part(number, spent, str(session))


def _content(line: bytes) -> dict[str, Any]:
    try:
        content = orjson.loads(line)
    except UNLIKE:
        return {}
    return content if isinstance(content, dict) else {}


def _real(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
