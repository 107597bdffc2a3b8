"""Linear algebra in one thread, so that no sum is rounded otherwise for want of a core."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from ctypes import CDLL
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from threadpoolctl import ThreadpoolController

_LOADS_BLAS = "scipy.linalg"
"""The module is not named where it is imported, so that nobody imports it ahead of time."""
_found: list[tuple[int, ThreadpoolController]] = []
"""The libraries that were found last, and how many modules there were then."""


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which BLAS and OpenMP have one thread.

    To look for the libraries of a process takes milliseconds, so it is done again only where
    modules have been imported or dropped since the last time.
    """
    limited: AbstractContextManager[object] = _libraries().limit(limits=1)
    return limited


def as_many_as_now() -> Callable[[], AbstractContextManager[object]]:
    """Return a function whose contexts give BLAS and OpenMP as many threads as they have now."""
    now = {each["user_api"]: each["num_threads"] for each in _libraries().info()}
    return lambda: _libraries().limit(limits=now)


@cache
def load_blas() -> None:
    """Load the BLAS of its own that scipy has, which can be limited only once it is loaded.

    Where scipy's package holds it as a file, only that is loaded: this takes a hundredth of the
    time that it takes to import scipy.linalg.
    """
    spec = find_spec("scipy")
    if spec is not None and spec.origin is not None:
        libraries = Path(spec.origin).parents[1] / "scipy.libs"
        with suppress(OSError):
            if [CDLL(str(path)) for path in libraries.glob("*openblas*.so")]:
                return
    import_module(_LOADS_BLAS)


def _libraries() -> ThreadpoolController:
    load_blas()
    modules = len(sys.modules)
    if not _found or _found[0][0] != modules:
        _found[:] = [(modules, ThreadpoolController())]
    return _found[0][1]
