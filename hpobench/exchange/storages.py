"""Optuna's storages: opening one by its URL or its file, and closing it."""

import re
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..errors import InputError, described
from ..errors import shown as value_shown
from ..store.masking import masked
from ..store.sealed_json import UNLIKE
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
    others = (*UNLIKE, AssertionError, ImportError, LookupError, RuntimeError)
    try:
        there = _open(storage, new=new)
        studies = optuna.get_all_study_summaries(there, include_best_trial=False)
    except (*failures, *others) as error:  # what Optuna raises depends on what a file holds
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
        return masked(storage)
    return str(Path(storage).resolve())


def _open(storage: str, *, new: bool) -> Any:  # noqa: ANN401  # Optuna's
    import optuna
    from optuna.storages.journal import JournalFileBackend
    from sqlalchemy import make_url

    if "://" in storage:
        url = make_url(storage)
        if url.get_backend_name() != "sqlite" or not url.database:
            return optuna.storages.RDBStorage(storage)
        path = Path(url.database.removeprefix("file:"))
        _check_there(path, new=new)
        return _database(path.resolve(), new=new)
    path = Path(storage).resolve()
    _check_there(path, new=new)
    if _is_database(path):
        return _database(path, new=new)
    return optuna.storages.JournalStorage(JournalFileBackend(str(path)))


def _database(path: Path, *, new: bool) -> Any:  # noqa: ANN401  # Optuna's
    """Open a SQLite file; one that is only read is not changed, and may hold nothing but tables.

    Views, triggers and virtual tables are programs, which would run as the file is read.
    """
    import optuna

    if new:
        return optuna.storages.RDBStorage(f"sqlite:///{path}")
    name = f"file:{quote(str(path))}?mode=ro"
    with closing(sqlite3.connect(name, uri=True)) as database:
        rows = database.execute("select type, name, sql from sqlite_master").fetchall()
    for kind, called, text in rows:
        virtual = re.match(r"\s*create\s+virtual", str(text), re.IGNORECASE)
        if kind not in {"table", "index"} or virtual:
            raise ValueError(f"it holds more than tables: {value_shown(called)}")
    return optuna.storages.RDBStorage(f"sqlite:///{name}&uri=true", skip_table_creation=True)


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
        f"{shown(storage)} can't be used as an Optuna storage: {masked(described(error))[:200]}"
    )
