"""Optuna's storages: found by a URL or a file, opened, and closed again."""

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import InputError, described
from .library import need

MAGIC = b"SQLite format 3\0"
"""How such a file begins."""
SUFFIXES = (".db", ".sqlite", ".sqlite3")
"""How a file is called that is SQLite's; any other new one becomes a journal."""


@contextmanager
def opened(storage: str, *, new: bool) -> Generator[tuple[Any, Sequence[Any]]]:
    """Open a storage, and list its studies; `new`: whether it may be made.

    `storage` is a URL as Optuna takes it, or the path of a file: SQLite's or a journal.
    """
    need("optuna", "optuna")
    import optuna
    from sqlalchemy.exc import SQLAlchemyError

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    failures = (SQLAlchemyError, optuna.exceptions.StorageInternalError, OSError)
    try:
        there = _open(storage, new=new)
        studies = optuna.get_all_study_summaries(there, include_best_trial=False)
    except (*failures, ImportError, ValueError, KeyError, RuntimeError) as error:
        raise _unusable(storage, error) from None
    try:
        yield there, studies
    except failures as error:
        raise _unusable(storage, error) from None
    finally:
        if isinstance(there, optuna.storages.RDBStorage):
            there.remove_session()
            there.engine.dispose()


def shown(storage: str) -> str:
    """Say where a storage is, without the password of a URL."""
    if "://" in storage:
        return re.sub(r"(://[^:@/]*):[^@/]*@", r"\1:***@", storage)
    return str(Path(storage).resolve())


def _open(storage: str, *, new: bool) -> Any:  # noqa: ANN401  # Optuna's
    import optuna
    from optuna.storages.journal import JournalFileBackend
    from sqlalchemy import make_url

    if "://" in storage:
        url = make_url(storage)
        if url.get_backend_name() == "sqlite" and url.database:
            _check_there(Path(url.database), new=new)
        return optuna.storages.RDBStorage(storage)
    path = Path(storage).resolve()
    _check_there(path, new=new)
    if _is_database(path):
        return optuna.storages.RDBStorage(f"sqlite:///{path}")
    return optuna.storages.JournalStorage(JournalFileBackend(str(path)))


def _check_there(path: Path, *, new: bool) -> None:
    if not new and not path.is_file():
        raise InputError(f"no storage of Optuna is there: {path}")


def _is_database(path: Path) -> bool:
    if path.suffix in SUFFIXES or not path.exists():
        return path.suffix in SUFFIXES
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _unusable(storage: str, error: Exception) -> InputError:
    return InputError(
        f"{shown(storage)} can't be used as a storage of Optuna: {described(error)[:200]}"
    )
