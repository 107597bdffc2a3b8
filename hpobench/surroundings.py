"""What our processes have around them."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}
"""For the processes that run cells: one thread each, and sets in the same order everywhere."""


def checkout() -> Path | None:
    """Return the folder of the clone that this program is run from; None: it was installed."""
    folder = Path(__file__).parents[1]
    whole = (folder / "strategies").is_dir() and (folder / "pyproject.toml").is_file()
    return folder if whole else None


@contextmanager
def variables(values: Mapping[str, str]) -> Generator[None]:
    """Set environment variables, and set them back."""
    before = {key: os.environ.get(key) for key in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def end_copy(process: int) -> None:
    """End this process unless it is that one: others' code has forked it, and it came back here."""
    if os.getpid() != process:
        os._exit(1)


@contextmanager
def alone() -> Generator[None]:
    """End every copy of this process that is forked meanwhile, where it would go on."""
    process = os.getpid()
    try:
        yield
    finally:
        end_copy(process)


def working_folder() -> str:
    """Return the working folder; empty: it was deleted."""
    try:
        return os.getcwd()  # noqa: PTH109  # it is called often
    except OSError:
        return ""


def went_back(folder: str) -> bool:
    """Go back to a working folder, and tell whether it had been left."""
    if working_folder() == folder:
        return False
    with suppress(OSError):
        os.chdir(folder)
    return True
