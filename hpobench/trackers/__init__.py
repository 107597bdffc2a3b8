"""Runs go to the programs in which people keep trials (Optuna, MLflow, W&B), and come back."""

from pathlib import Path

from ..errors import InputError
from . import mlflow, optuna, wandb
from .sealed import read

FOLDER = "export"
"""Where exports go by default, inside the folder of results."""


def export(
    folder: Path, tracker: str, *, output: Path | None = None, storage: str | None = None
) -> str:
    """Hand the runs of a folder of results that have ended to a tracker; say what was done.

    `output` is the folder to write to; None: FOLDER inside the results. `storage` is for Optuna
    alone: a URL or a file; None: a SQLite file in `output`. A run that is there already is left
    as it is.
    """
    if tracker not in {"optuna", "mlflow", "wandb"}:
        raise InputError(f"--to must be optuna, mlflow or wandb: {tracker!r}")
    if storage is not None and tracker != "optuna":
        raise InputError(f"--storage is Optuna's, {tracker} takes --output: {storage!r}")
    runs, place = read(folder), output or folder / FOLDER
    if tracker == "optuna":
        where, added = optuna.export_to(runs, storage, place)
    else:
        where, added = (mlflow if tracker == "mlflow" else wandb).export_to(runs, place)
    there = len(runs) - added
    return f"{added} runs exported" + f", {there} were there already" * (there > 0) + f": {where}"
