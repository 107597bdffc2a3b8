"""How a process behaves that works for another one, and prints nothing itself."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import NoReturn

from .process_tree import die_with_parent, end_tree


def unheard() -> None:
    """Discard what this process prints, and leave Ctrl-C to its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Path(os.devnull).open("r+b") as nowhere:
        for standard in range(3):
            os.dup2(nowhere.fileno(), standard)


def bound_to_parent() -> None:
    """End this process when its parent ends, if `multiprocessing` has started it."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        die_with_parent(parent.pid)


def end_with_main(first: Callable[[], None]) -> None:
    """End this process, with everything that it has started, when the main process has ended.

    `first` is called just before. `multiprocessing` must have started this process.
    """
    main = multiprocessing.parent_process()
    assert main is not None

    def watch() -> None:
        main.join()
        first()
        end_tree(os.getpid())

    Thread(target=watch, daemon=True).start()


def until_ended() -> NoReturn:
    """Wait to be killed, so that nothing runs that users' code has registered for the end."""
    parent = multiprocessing.parent_process()
    if parent is None:
        Event().wait()
    else:
        parent.join()
    os._exit(1)
