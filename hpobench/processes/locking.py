"""Locks on open files, which the system releases however a process ends."""

import sys


def locked(descriptor: int) -> bool:
    """Lock an open file; False: another process has locked it.

    The answer is True where the system has no such locks.
    """
    if sys.platform == "win32":
        return True
    import fcntl  # not on Windows

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
