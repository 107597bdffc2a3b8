"""Guards notice what others' code does to its process: interrupts, forks, a change of folder."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import Any, NoReturn, Self

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals by which schedulers, containers and closed terminals ask a process to end."""

AGAIN = 0.01
"""The seconds after which a signal is sent again that came where Python drops errors."""


class Stopped(KeyboardInterrupt):
    """Raised where a signal asks this process to stop, as a person's Ctrl-C does.

    It is told from a KeyboardInterrupt that code raises itself.
    """

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__()
        self.number = number
        """The signal's number."""


class Interrupted(BaseException):
    """Raised after a process was asked to stop; the text says what was stopped, or is empty."""


def exit_status(stop: BaseException) -> int:
    """Return the exit status after a Stopped, or after what was raised in its place.

    It is 128 and the signal's number, as shells have it: 130 after Ctrl-C, 143 after SIGTERM.
    """
    reason = stop if isinstance(stop, Stopped) else stop.__context__
    return 128 + (reason.number if isinstance(reason, Stopped) else signal.SIGINT)


@contextmanager
def told_apart(*others: int) -> Generator[None]:
    """Let Ctrl-C, and other signals, raise Stopped while the block runs.

    Nothing changes outside the main thread, or where a signal has another handler than Python's
    own: what `nohup` ignores stays ignored.
    """
    usual: dict[int, Any] = dict.fromkeys(others, signal.SIG_DFL)
    usual[signal.SIGINT] = signal.default_int_handler
    main = threading.current_thread() is threading.main_thread()
    changed = [each for each, usually in usual.items() if signal.getsignal(each) is usually]
    if not main:
        changed.clear()
    for each in changed:
        signal.signal(each, _stop)
    before = sys.unraisablehook
    if changed:
        sys.unraisablehook = partial(_not_raised, before)
    try:
        yield
    finally:
        sys.unraisablehook = before
        for each in changed:
            signal.signal(each, usual[each])


def is_a_persons(error: BaseException) -> bool:
    """Tell whether an error was raised by a person's Ctrl-C, or by another signal to stop.

    Where neither `told_apart` is in use nor Ctrl-C ignored, as in a program that only imports this
    package, every KeyboardInterrupt counts as a person's.
    """
    if isinstance(error, Stopped):
        return True
    apart = signal.getsignal(signal.SIGINT) in {signal.SIG_IGN, _stop}
    return isinstance(error, KeyboardInterrupt) and not apart


def _stop(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001  # as Python calls it
    raise Stopped(number)


def _not_raised(otherwise: Callable[[Any], object], found: Any) -> None:  # noqa: ANN401  # sys.UnraisableHookArgs
    """Send a signal again that came where Python drops errors, as in a destructor."""
    if isinstance(found.exc_value, Stopped):
        again = threading.Timer(AGAIN, _send, (found.exc_value.number,))
        again.daemon = True
        again.start()
    else:
        otherwise(found)


def _send(number: int) -> None:
    """Send a signal to the main thread, which wakes up where it waits, other than on Windows."""
    if sys.platform == "win32":
        signal.raise_signal(number)
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, number)


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
