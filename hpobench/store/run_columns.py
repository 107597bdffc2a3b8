"""Reading a sealed run into columns: every line is checked, and no trial is kept as an object."""

import json
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import shown
from ..runner.finished_run import (
    NO_VALUE,
    FinishedRun,
    Numbers,
    after_first,
    from_numbers,
    proposed,
)
from ..space import Config
from . import run_file
from .run_lines import Chain, Values, loads, walk
from .sealed_json import UNLIKE, FormatError, bytes_of
from .shapes import made
from .summary import measured_in


def read(path: Path, *, configured: bool = False) -> FinishedRun:
    """Return the run of a sealed file.

    Raises DamageError where it is not as it was sealed, and FormatError where its format is
    another.
    `configured`: whether the configuration of the last incumbent is kept.
    """
    return of(path, bytes_of(path), configured=configured)


def of(
    path: Path,
    lines: bytes,
    *,
    configured: bool = False,
    also: Callable[[Any], None] | None = None,
) -> FinishedRun:
    """Return the run whose file at a path has these lines; raises what `read` raises.

    `also` is given the content of each trial's line, for what is not in these columns.
    """
    rows, proposals, reasons = list[Numbers](), list[Hashable](), Counter[str]()
    several = list[Sequence[float | None]]()

    def keep(trial: Any) -> None:  # noqa: ANN401  # JSON
        rows.append(_numbers(trial))
        proposals.append(_proposed(trial["proposal"]))
        if len(trial["values"]) > 1:
            several.append(trial["values"])
        if also is not None:
            also(trial)
        error = trial["error"]
        if error is not None and type(error) is not str:
            raise ValueError(f"error is {shown(error)}")
        if trial["values"][0] is None:
            reasons[error or NO_VALUE] += 1

    run, seal = walk(path, lines, Chain(), keep, loads)
    stop = run_file.checked(path, run, seal)
    try:
        ended, said = from_numbers(run, stop, rows, proposals, dict(reasons)), seal_of(lines)
        others = after_first(several, len(rows)) if several else None
        ended = replace(ended, digest=said["digest"], peak_memory=peak_memory(said))
        ended = replace(ended, other_values=others)
        check(ended)
        return replace(ended, incumbent=_incumbent(lines, ended)) if configured else ended
    except UNLIKE as error:
        raise FormatError(path, error, place="a trial") from error


def check(ended: FinishedRun) -> None:
    """Raise ValueError where costs or times are no numbers from 0 on, or a value is not finite."""
    for column in (ended.costs, ended.finished, ended.busy):
        if not (np.isfinite(column) & (column >= 0)).all():
            raise ValueError("costs and times must be finite, and not negative")
    others = () if ended.other_values is None else (ended.other_values,)
    if any(np.isinf(each).any() for each in (ended.values, ended.scores, *others)):
        raise ValueError("values and scores must be finite")


def _numbers(trial: Any) -> Numbers:  # noqa: ANN401  # JSON
    """Return the numbers of a trial's line."""
    proposal, measured = trial["proposal"], trial["measured"]
    return (
        trial["id"],
        trial["values"][0],
        trial["score"],
        trial["cost"],
        trial["finished"],
        trial["duration"],
        proposal["resume"],
        proposal["fidelity"],
        measured.get("ask"),
        measured.get("tell"),
    )


def seal_in(lines: bytes) -> bytes:
    """Return the last of the lines, which is the seal of a run that has ended."""
    return lines[lines.rfind(b"\n", 0, -1) + 1 :].rstrip(b"\n")


def seal_of(lines: bytes) -> Any:  # noqa: ANN401  # JSON
    """Return the content of a run's seal, which was checked."""
    return json.loads(seal_in(lines))


def peak_memory(seal: Any) -> float | None:  # noqa: ANN401  # JSON
    """Return the peak memory of the process that made a run, as its seal says; None: unknown."""
    return measured_in(seal["measured"].get("peak-memory")) or None  # 0: the system does not tell


def _proposed(proposal: Any) -> Hashable:  # noqa: ANN401  # JSON
    return proposed(
        proposal["config"],
        proposal["fidelity"],
        proposal["resume"],
        gradient=proposal["gradient"],
    )


def _incumbent(lines: bytes, run: FinishedRun) -> Config | None:
    """Return the configuration of the last incumbent; None: there is none.

    The trials of a file stand in their order below its header.
    """
    places = run.incumbents
    if not places.size or places[-1] < 0:
        return None
    config = json.loads(lines.splitlines()[1 + int(places[-1])])["proposal"]["config"]
    found: Config = made(Values, config, "config")
    return found
