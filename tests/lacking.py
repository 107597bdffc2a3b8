"""What Python lacks on Windows: a test that asks for it itself is skipped there."""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import pytest

HIDDEN = ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty")
"""The modules that Windows lacks."""
LACKING = {
    "fork", "forkpty", "getuid", "geteuid", "killpg", "mkfifo", "pidfd_open", "register_at_fork",
    "setsid", "sysconf", "uname", "wait", "waitid", "O_NOFOLLOW", "O_PATH", "O_DIRECTORY",
    "SIGHUP", "SIGKILL", "SIGALRM", "SIGUSR1", "SIGCHLD", "alarm", "pthread_sigmask", "prctl",
}  # fmt: skip
"""What `os` and `signal` lack there."""
TESTS = Path(__file__).parent


@contextmanager
def skipping_what_is_lacking(platform: str = sys.platform) -> Generator[None]:
    """Skip the test on Windows where the block asks for what Python lacks there."""
    try:
        yield
    except (AttributeError, ModuleNotFoundError) as error:
        if platform == "win32" and (name := lacks(error)):
            pytest.skip(f"Windows has no {name}")
        raise


def lacks(error: BaseException) -> str:
    """Return what a test asked for that Windows lacks; empty: it failed for another reason.

    It is another reason where hpobench asks for it, which must work there.
    """
    if not _raised_within(error.__traceback__, TESTS):
        return ""
    if isinstance(error, AttributeError) and error.obj in (os, signal) and error.name in LACKING:
        return error.name
    if isinstance(error, ModuleNotFoundError) and error.name in HIDDEN:
        return error.name
    return ""


def _raised_within(trace: TracebackType | None, folder: Path) -> bool:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and Path(trace.tb_frame.f_code.co_filename).is_relative_to(folder)
