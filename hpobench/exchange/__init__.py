"""Runs as other programs read them, and import from Optuna."""

from pathlib import Path

from ..errors import InputError
from ..store.contents import check_output
from ..store.folder import Store
from . import coco, curves, ioh, mlflow, optuna, table_files, wandb
from .known import results_in
from .sealed import read

FOLDER = "export"
"""The folder inside the folder of results to which exports go by default."""
TRACKERS, TABLES, CURVES = ("optuna", "mlflow", "wandb"), ("csv", "parquet"), ("ioh", "coco")


def export(
    folder: Path, kind: str, *, output: Path | None = None, storage: str | None = None
) -> str:
    """Copy the runs in a folder of results that have ended to another program's format.

    `kind` is one of TRACKERS, TABLES and CURVES. `output` is the folder to write to; None: FOLDER
    inside the results. `storage` is for Optuna only: a URL or a file; None: a SQLite file in
    `output`. Trackers keep a run that was exported before as it is, and need their library; other
    files are made anew. Returns what was done and what was left out, in lines. Raises InputError
    where a tracker's library is missing, and where no run can be read.
    """
    if kind not in {*TRACKERS, *TABLES, *CURVES}:
        known = ", ".join((*TRACKERS, *TABLES, *CURVES))
        raise InputError(f"--to must be one of {known}: {kind!r}")
    if storage is not None and kind != "optuna":
        raise InputError(f"--storage is for Optuna, use --output for {kind}: {storage!r}")
    store, place = results_in(folder), output or folder / FOLDER
    check_output(folder, place, folder / FOLDER, "an export")
    if kind in TABLES:
        said = table_files.export_to(store, place, kind)
    elif kind == "ioh":
        said = curves.export_to(store, place / kind, ioh.SUFFIXES, ioh.write, lambda _: "")
    elif kind == "coco":
        said = curves.export_to(store, place / kind, coco.SUFFIXES, coco.write, coco.lacks)
    else:
        said = _tracked(store, kind, place, storage)
    return "\n".join([said, *dict.fromkeys(store.notices)])


def _tracked(store: Store, tracker: str, place: Path, storage: str | None) -> str:
    """Add the runs to a tracker; return what was done."""
    runs = read(store)
    if tracker == "optuna":
        where, added = optuna.export_to(runs, storage, place)
    else:
        where, added = (mlflow if tracker == "mlflow" else wandb).export_to(runs, place)
    there = len(runs) - added
    return f"{added} runs exported" + f", {there} were there already" * (there > 0) + f": {where}"
