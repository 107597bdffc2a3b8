"""Linear algebra in one thread, so that no sum is rounded otherwise for want of a core."""

import sys
from contextlib import AbstractContextManager

from threadpoolctl import ThreadpoolController

_found: list[tuple[int, ThreadpoolController]] = []
"""The libraries that were found last, and how many modules there were then."""


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which BLAS and OpenMP have one thread.

    To look for the libraries of a process takes milliseconds, so it is done again only where
    modules have been imported or dropped since the last time.
    """
    modules = len(sys.modules)
    if not _found or _found[0][0] != modules:
        _found[:] = [(modules, ThreadpoolController())]
    limited: AbstractContextManager[object] = _found[0][1].limit(limits=1)
    return limited
