"""It notices what others' code does to its process: interrupts, copies, a folder that is left."""

import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn, Self


class CtrlC(KeyboardInterrupt):  # like its parent
    """What a person's Ctrl-C raises where it is told apart from what code raises by itself."""


class Interrupted(BaseException):  # nothing went wrong
    """Says what a person's Ctrl-C has stopped."""


@contextmanager
def told_apart() -> Generator[None]:
    """Let Ctrl-C raise CtrlC in this process, where it would raise a KeyboardInterrupt."""
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def is_a_persons(error: BaseException) -> bool:
    """Tell whether what was raised is a person's Ctrl-C.

    Where Ctrl-C is not told apart, as in a program that only imports this package, any
    KeyboardInterrupt may be one, and is taken for it.
    """
    if isinstance(error, CtrlC):
        return True
    apart = signal.getsignal(signal.SIGINT) in {signal.SIG_IGN, _interrupt}
    return isinstance(error, KeyboardInterrupt) and not apart


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001  # as Python calls it
    raise CtrlC


class Alone:
    """Ends every copy of this process that others' code forks meanwhile, where it would go on."""

    __slots__ = ("_process",)  # one is made for every call of others' code

    def __init__(self) -> None:
        self._process = os.getpid()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end_copies()

    def end_copies(self) -> None:
        """End this process if it is a copy of the one that began to be alone."""
        if os.getpid() != self._process:
            os._exit(1)


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
