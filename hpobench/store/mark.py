"""The mark of a folder of results, `results.json`: its format, its budget and its workers."""

from fractions import Fraction
from pathlib import Path

from ..errors import InputError, shown
from ..json_forms import setting_from_json
from . import sealed_json
from .sealed_json import FORMAT, UNLIKE, FormatError, GoneError, UnreadError

MARK, UNFINISHED_MARK = "results.json", "results.tmp"


def read(folder: Path) -> tuple[Fraction, int] | None:
    """Return the budget and the number of workers of all runs; None: the folder has no mark.

    Raises DamageError where the mark was torn or altered, FormatError where it has another format,
    and InputError where the system can't read it now.
    """
    path = folder / MARK
    try:
        content = sealed_json.read(path)
    except GoneError:
        return None
    except UnreadError as error:  # it may be whole
        raise InputError(str(error)) from None
    try:
        if content["hpobench"] == FORMAT:
            budget, workers, _ = setting_from_json(content)
            return budget, workers
    except UNLIKE as error:
        raise FormatError(path, error) from error
    raise FormatError(path, f"is of format {shown(content['hpobench'])}")


def write(folder: Path, budget: Fraction, workers: int) -> None:
    """Write the mark, unless it is there already; raises OSError."""
    content = {"hpobench": FORMAT, "budget": str(budget), "workers": workers}
    sealed_json.write(folder / MARK, content)
