"""Reading a sealed run to copy it: every line is checked, and the bytes are kept."""

from dataclasses import dataclass
from pathlib import Path

from ..trial import Run
from . import run_columns
from .sealed_json import bytes_of


@dataclass(frozen=True, slots=True)
class RunBytes:
    """A run that has ended, and the bytes of its file."""

    run: Run
    lines: bytes


def read(path: Path) -> RunBytes:
    """Return the run of a sealed file; raises what `run_columns.read` raises."""
    lines = bytes_of(path)
    return RunBytes(run_columns.of(path, lines).run, lines)
