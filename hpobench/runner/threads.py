"""Linear algebra in one thread, so that no sum is rounded otherwise for want of a core."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

from threadpoolctl import ThreadpoolController

from ..library import load_blas

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


def _libraries() -> ThreadpoolController:
    load_blas()
    modules = len(sys.modules)
    if not _found or _found[0][0] != modules:
        _found[:] = [(modules, ThreadpoolController())]
    return _found[0][1]
