"""Runs as other programs read them, and import from Optuna."""

from pathlib import Path

from ..errors import InputError
from . import mlflow, optuna, wandb
from .sealed import read

FOLDER = "export"
"""The folder inside the folder of results to which exports go by default."""


def export(
    folder: Path, tracker: str, *, output: Path | None = None, storage: str | None = None
) -> str:
    """Copy the runs in a folder of results that have ended to a tracker; return what was done.

    `output` is the folder to write to; None: FOLDER inside the results. `storage` is for Optuna
    only: a URL or a file; None: a SQLite file in `output`. A run that was exported before is left
    as it is. The tracker's library must be installed, or InputError is raised.
    """
    if tracker not in {"optuna", "mlflow", "wandb"}:
        raise InputError(f"--to must be optuna, mlflow or wandb: {tracker!r}")
    if storage is not None and tracker != "optuna":
        raise InputError(f"--storage is for Optuna, use --output for {tracker}: {storage!r}")
    runs, place = read(folder), output or folder / FOLDER
    if tracker == "optuna":
        where, added = optuna.export_to(runs, storage, place)
    else:
        where, added = (mlflow if tracker == "mlflow" else wandb).export_to(runs, place)
    there = len(runs) - added
    return f"{added} runs exported" + f", {there} were there already" * (there > 0) + f": {where}"
