"""What a process does that works for another one and says nothing by itself."""

import multiprocessing
import os
import signal
from pathlib import Path
from threading import Event
from typing import NoReturn

from .process_tree import die_with_parent


def unheard() -> None:
    """Let nothing of what this process prints be heard, and Ctrl-C be its parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Path(os.devnull).open("r+b") as nowhere:
        for standard in range(3):
            os.dup2(nowhere.fileno(), standard)


def bound_to_parent() -> None:
    """Have this process, if another one of Python has started it, end when that one does."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        die_with_parent(parent.pid)


def until_ended() -> NoReturn:
    """Wait to be ended, before anything is run that others' code has left for the end."""
    parent = multiprocessing.parent_process()
    if parent is None:
        Event().wait()
    else:
        parent.join()
    os._exit(1)
