"""Reading a sealed run into columns of all that its trials hold, for programs that want a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..parameter import Value
from ..runner.finished_run import FinishedRun, FloatArray
from ..trial import Run
from . import run_columns
from .run_lines import check_trial
from .sealed_json import bytes_of

Values: TypeAlias = FloatArray | NDArray[np.int64] | list[Value]
"""Values of a parameter: an array where all are real or all are whole numbers, a list elsewhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What some trials of a run have under a name, and the others lack."""

    places: NDArray[np.intp]
    """The places of these trials in the order of completion, ascending."""
    values: Values


Parts: TypeAlias = Mapping[str, Part]


@dataclass(frozen=True, slots=True, eq=False)
class RunTable:
    """A run that has ended, with all that its trials hold; they are in the order of completion."""

    ended: FinishedRun
    ids: NDArray[np.int64]
    """(trials,): the number of each trial, in the order of asking."""
    resumed: FloatArray
    """(trials,): the number of the trial whose training each continues; nan: it begins anew."""
    durations: FloatArray
    """(trials,): the simulated time of each whole training, from its start."""
    objectives: FloatArray
    """(trials, objectives): the values of all objectives; nan where the evaluation failed."""
    errors: list[str | None]
    """(trials,): why each evaluation failed; None: it did not, or gave no reason."""
    parameters: Parts
    """The values of the parameters in the trials where they are active."""
    measures: Parts
    measured: Parts
    """What was measured on the machine: real seconds and bytes."""

    @property
    def run(self) -> Run:
        """The run itself."""
        return self.ended.run


def read(path: Path) -> RunTable:
    """Return the run of a sealed file; raises what `run_columns.read` raises."""
    return of(path, bytes_of(path))


def of(path: Path, lines: bytes) -> RunTable:
    """Return the run whose file at a path has these lines; raises what `read` raises."""
    rows = list[tuple[Any, ...]]()

    def keep(trial: Any) -> None:  # noqa: ANN401  # JSON
        check_trial(trial)
        rows.append(_row(trial))

    ended = run_columns.of(path, lines, also=keep)
    ids, resumed, durations, values, errors, configs, measures, measured = (
        zip(*rows, strict=True) if rows else ((),) * 8
    )
    return RunTable(
        ended,
        ids=np.array(ids, dtype=np.int64),
        resumed=np.array(resumed, dtype=float),
        durations=np.array(durations, dtype=float),
        objectives=np.array(values, dtype=float).reshape(len(rows), -1 if rows else 1),
        errors=list(errors),
        parameters=_parts(configs),
        measures=_parts(measures),
        measured=_parts(measured),
    )


def _row(trial: Any) -> tuple[Any, ...]:  # noqa: ANN401  # JSON
    """Return what the columns are made of, of a trial's line."""
    proposal, measured = trial["proposal"], trial["measured"]
    return (
        trial["id"],
        proposal["resume"],
        trial["duration"],
        trial["values"],
        trial["error"],
        proposal["config"],
        trial["measures"],
        {name: each for name, each in measured.items() if name != "traceback"},
    )


def _parts(rows: Sequence[Mapping[str, Value]]) -> Parts:
    """Turn mappings, one for each trial, into columns by name, in the order of first occurrence."""
    names = dict.fromkeys(name for row in rows for name in row)
    parts = dict[str, Part]()
    for name in names:
        places = [place for place, row in enumerate(rows) if name in row]
        parts[name] = Part(np.array(places, np.intp), compact([rows[at][name] for at in places]))
    return parts


def compact(values: list[Value]) -> Values:
    """Return values as an array where all are real or all are whole numbers of 64 bits."""
    kinds = set(map(type, values))
    if kinds == {float}:
        return np.array(values, dtype=float)
    if kinds == {int}:
        try:
            return np.array(values, dtype=np.int64)
        except OverflowError:
            return np.array(values, dtype=float)
    return [intern(each) if isinstance(each, str) else each for each in values]
