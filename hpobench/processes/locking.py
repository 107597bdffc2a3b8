"""Locks on open files, which the system takes back however a process ends."""

import sys


def locked(descriptor: int) -> bool:
    """Lock an open file, or return False: another process holds it.

    Where the system has no such locks, True.
    """
    if sys.platform == "win32":
        return True
    import fcntl  # not on Windows

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
