"""Holding a folder of results: one process at a time writes into it."""

import os
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ..errors import InputError
from .durable import make_folder
from .holder import Holder, held


@contextmanager
def holding(folder: Path, *, removes: bool = False) -> Generator[Holder]:
    """Make a folder if need be, and hold it; raises InputError where that can't be.

    `removes`: whether files are only removed, which a full disk does not prevent.
    """
    with ExitStack() as stack:
        with saying(folder):
            make_folder(folder)
            holder = stack.enter_context(held(folder, removes=removes))
        yield holder


@contextmanager
def saying(folder: Path) -> Generator[None]:
    """Turn the system's errors about a folder that can't be written into InputError.

    It names the file that the system names, or else the folder.
    """
    try:
        yield
    except OSError as error:
        where = folder if error.filename is None else os.fsdecode(error.filename)
        raise InputError(f"{where} can't be written: {error.strerror or error}") from error
