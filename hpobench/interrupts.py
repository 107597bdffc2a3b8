"""Whose a KeyboardInterrupt is: a person's, by Ctrl-C, or that of the code that raised it."""

import signal
import threading
from types import FrameType
from typing import NoReturn


class CtrlC(KeyboardInterrupt):  # like its parent
    """What a person's Ctrl-C raises where it is told apart from what code raises by itself."""


def tell_apart() -> None:
    """Let Ctrl-C raise CtrlC in this process, where it would raise a KeyboardInterrupt."""
    if (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    ):
        signal.signal(signal.SIGINT, _interrupt)


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
