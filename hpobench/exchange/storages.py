"""Optuna's storages: opening one by its URL or its file, and closing it."""

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import InputError, described
from .library import need

MAGIC = b"SQLite format 3\0"
"""The first bytes of a SQLite file."""
SUFFIXES = (".db", ".sqlite", ".sqlite3")
"""The endings of SQLite files' names; a new file with any other ending becomes a journal."""


@contextmanager
def opened(storage: str, *, new: bool) -> Generator[tuple[Any, Sequence[Any]]]:
    """Open a storage, and yield it with the summaries of its studies.

    `storage` is a URL that Optuna understands, or the path of a SQLite file or a journal. `new`
    allows to make a storage that is not there. Raises InputError if it can't be used.
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
    """Return where a storage is, with the password of a URL hidden."""
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
        raise InputError(f"there is no Optuna storage: {path}")


def _is_database(path: Path) -> bool:
    if path.suffix in SUFFIXES or not path.exists():
        return path.suffix in SUFFIXES
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _unusable(storage: str, error: Exception) -> InputError:
    return InputError(
        f"{shown(storage)} can't be used as an Optuna storage: {described(error)[:200]}"
    )
