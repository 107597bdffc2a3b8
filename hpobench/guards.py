"""Guards notice what others' code does to its process: interrupts, forks, a change of folder."""

import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn, Self


class CtrlC(KeyboardInterrupt):
    """Raised by a person's Ctrl-C, to tell it from a KeyboardInterrupt that code raises itself."""


class Interrupted(BaseException):
    """Raised after a person's Ctrl-C; the text says what was stopped."""


@contextmanager
def told_apart() -> Generator[None]:
    """Let Ctrl-C raise CtrlC instead of KeyboardInterrupt while the block runs.

    Nothing changes outside the main thread, or where Ctrl-C has another handler than Python's own.
    """
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
    """Tell whether an error was raised by a person's Ctrl-C.

    Where neither `told_apart` is in use nor Ctrl-C ignored, as in a program that only imports this
    package, every KeyboardInterrupt counts as a person's.
    """
    if isinstance(error, CtrlC):
        return True
    apart = signal.getsignal(signal.SIGINT) in {signal.SIG_IGN, _interrupt}
    return isinstance(error, KeyboardInterrupt) and not apart


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001  # as Python calls it
    raise CtrlC


class Alone:
    """A block of others' code; a copy of this process that the code forks ends with the block."""

    __slots__ = ("_process",)  # quick to make, since every call of others' code makes one

    def __init__(self) -> None:
        self._process = os.getpid()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end_copies()

    def end_copies(self) -> None:
        """End this process if it is a copy of the one that made this object."""
        if os.getpid() != self._process:
            os._exit(1)


def working_folder() -> str:
    """Return the path of the working folder; empty if the folder was deleted."""
    try:
        return os.getcwd()  # noqa: PTH109  # faster than Path.cwd, and called often
    except OSError:
        return ""


def went_back(folder: str) -> bool:
    """Make `folder` the working folder again, and tell whether another one was."""
    if working_folder() == folder:
        return False
    with suppress(OSError):
        os.chdir(folder)
    return True
