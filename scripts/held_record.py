"""What docs/decisions/held-out.parquet keeps of the held-out runs: when each incumbent came.

A row is a run. Its trials are those that changed the incumbent, and the last one; what others cost
is added to the next one that is kept. So curves, ranks and targets are those of the whole run, and
five thousand runs take about a megabyte.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hpobench.errors import InputError
from hpobench.json_forms import run_from_json, run_to_json
from hpobench.runner.finished_run import FinishedRun, FloatArray
from hpobench.store import Store
from hpobench.trial import Run, Stop

FILE = Path(__file__).parents[1] / "docs" / "decisions" / "held-out.parquet"
COLUMNS = ("values", "scores", "costs", "finished", "fidelities")
"""What is kept of each trial; see FinishedRun."""


def keep(results: Path) -> None:
    """Add the runs in folders of results, which are named as experiments are, to the file.

    Raises InputError where a run is there already and says something else.
    """
    rows = {} if not FILE.exists() else {_key(row): row for row in _rows()}
    for folder in sorted(each for each in results.iterdir() if each.is_dir()):
        for run in Store(folder).finished():
            row = _row(folder.name, run)
            there = rows.setdefault(_key(row), row)
            if not all(_same(there[name], row[name]) for name in COLUMNS[:3]):
                raise InputError(f"{folder}: another result than the kept one: {row['run']}")
    pd.DataFrame([rows[key] for key in sorted(rows)]).to_parquet(FILE, compression="zstd")


def kept(experiment: str) -> list[FinishedRun]:
    """Return the runs of an experiment, with the trials that are kept; none where it has none.

    The seconds of a suggestion are the median of the run's.
    """
    rows = _rows() if FILE.exists() else ()
    return [_run(row) for row in rows if row["experiment"] == experiment]


def _rows() -> Iterator[dict[str, Any]]:
    for row in pd.read_parquet(FILE).to_dict("records"):
        yield {str(name): content for name, content in row.items()}


def _same(a: FloatArray, b: FloatArray) -> bool:
    return np.array_equal(a, b, equal_nan=True)


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return str(row["experiment"]), str(row["run"])


def _row(experiment: str, run: FinishedRun) -> dict[str, Any]:
    changed = np.flatnonzero(np.diff(run.incumbents, prepend=-1))
    trials = np.unique([*changed.tolist(), max(run.evaluations - 1, 0)])[: run.evaluations]
    spent = np.cumsum(run.costs)[trials]
    columns = {name: getattr(run, name)[trials] for name in COLUMNS}
    return {
        "experiment": experiment,
        "run": json.dumps(run_to_json(run.run)),
        "reason": run.stop.reason,
        "asks": float(np.median(run.ask_seconds)) if run.evaluations else np.nan,
        **columns,
        "costs": np.diff(spent, prepend=0.0),
    }


def _run(row: dict[str, Any]) -> FinishedRun:
    columns: dict[str, Any] = {name: np.asarray(row[name], dtype=float) for name in COLUMNS}
    trials = len(columns["values"])
    run: Run = run_from_json(json.loads(str(row["run"])))
    return FinishedRun(
        run=run,
        stop=Stop(row["reason"]),
        busy=np.zeros(trials),
        ask_seconds=np.full(trials, row["asks"]),
        tell_seconds=np.zeros(trials),
        repeats=np.zeros(trials, dtype=bool),
        **columns,
    )
