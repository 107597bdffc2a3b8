"""Ending a process together with all that it has started, on Linux and elsewhere.

On Linux, a process can ask to become the parent of its descendants whose own parent has ended. So
it reaches all of them. On other systems, psutil finds those whose parents are still alive.
"""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from functools import cache

SIGKILL = 9
"""The number of the signal that ends a process at once; Windows has no name for it."""
_DEATH_SIGNAL, _SUBREAPER, _IS_SUBREAPER = 1, 36, 37
"""Linux calls them PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER and PR_GET_CHILD_SUBREAPER, in
<linux/prctl.h>."""


def inherit_orphans() -> None:
    """Make this process the parent of descendants whose own parent ends; only Linux can do that."""
    _control(_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Have this process killed when its parent, of the given id, ends; only Linux can do that."""
    _control(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # the parent has ended already
        os._exit(1)


def end_children(spared: frozenset[int] = frozenset()) -> None:
    """Kill and collect all descendants of this process, except the spared children and theirs.

    This process must inherit orphans: the children of a killed process come here, and are killed in
    the next turn of the loop.
    """
    while children := [child for child in _children(os.getpid()) if child not in spared]:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)


def started_since() -> Callable[[], None]:
    """Return a function that kills all descendants of this process that were started after now."""
    if sys.platform != "linux":
        return _found_since()
    inherits = ctypes.c_int()
    _control(_IS_SUBREAPER, ctypes.byref(inherits))
    inherit_orphans()
    spared = frozenset(_children(os.getpid()))

    def end() -> None:
        end_children(spared)
        _control(_SUBREAPER, inherits.value)

    return end


def end_tree(process: int) -> None:
    """Kill a process and all of its descendants that can be found, on any system.

    Each process is suspended first, so that none starts another while they are looked for.
    """
    import psutil

    found = list[psutil.Process]()
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(process)
        while new := [each for each in (root, *root.children(recursive=True)) if each not in found]:
            found += new
            for each in new:
                if each.pid != os.getpid():
                    _unless_gone(each.suspend)
    for each in reversed(found):
        _unless_gone(each.kill)


def ended(code: int) -> str:
    """Say how a process ended, by its exit code, which is negative where a signal killed it.

    >>> ended(3), ended(-9)
    ('with exit code 3', 'by signal 9 (SIGKILL)')
    """
    if code >= 0:
        return f"with exit code {code}"
    try:
        return f"by signal {-code} ({signal.Signals(-code).name})"
    except ValueError:
        return f"by signal {-code}"


def _found_since() -> Callable[[], None]:
    """Return a function that kills new descendants, as far as psutil can find them."""
    import psutil

    before = set(psutil.Process().children(recursive=True))

    def end() -> None:
        for child in set(psutil.Process().children(recursive=True)) - before:
            _unless_gone(child.kill)

    return end


def _unless_gone(do: Callable[[], object]) -> None:
    """Do something to a process, or nothing where the process has ended."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        do()


def _control(option: int, value: object) -> None:
    if sys.platform == "linux":
        _libc().prctl(option, value, 0, 0, 0)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _children(process: int) -> list[int]:
    """Return the ids of the children of all threads of a process, as Linux lists them."""
    tasks, found = f"/proc/{process}/task", list[int]()
    for thread in os.listdir(tasks):  # noqa: PTH208  # paths take longer, and this is done for each run
        with contextlib.suppress(OSError), open(f"{tasks}/{thread}/children", "rb") as file:  # noqa: PTH123
            found += map(int, file.read().split())
    return found
