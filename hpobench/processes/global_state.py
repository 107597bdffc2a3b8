"""Global state: what code can change for all other code in its process, put back afterwards."""

import contextlib
import decimal
import locale
import logging
import os
import random
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager

import numpy as np

from .process_tree import started_since


@contextmanager
def restored() -> Generator[None]:
    """Put global state back at the end of the `with` block, as far as that is possible.

    This covers the working folder, environment variables, `sys.path`, standard streams, warnings,
    signal handlers, the locale, the limit of recursion, the context of decimals, the root logger,
    Python's and numpy's global generators, and how numpy prints and treats errors. Processes that
    were started are killed. Other state of libraries stays changed.
    """
    with ExitStack() as stack:
        for keep in _KEEPERS:
            stack.callback(_quietly, keep())
        stack.enter_context(warnings.catch_warnings())
        yield


def _quietly(put_back: Callable[[], object]) -> None:
    """Put something back, unless that is impossible: a folder may have been removed."""
    with contextlib.suppress(OSError, ValueError, locale.Error):
        put_back()


def _folder() -> Callable[[], object]:
    folder, mask = os.getcwd(), os.umask(0)  # noqa: PTH109  # os.chdir takes it back
    os.umask(mask)

    def put_back() -> None:
        os.chdir(folder)
        os.umask(mask)

    return put_back


def _environment() -> Callable[[], object]:
    before = dict(os.environ)

    def put_back() -> None:
        for key in set(os.environ) - set(before):
            del os.environ[key]
        os.environ.update(before)

    return put_back


def _interpreter() -> Callable[[], object]:
    path, limit, streams = list(sys.path), sys.getrecursionlimit(), (sys.stdout, sys.stderr)
    folder = tempfile.tempdir

    def put_back() -> None:
        sys.path[:] = path
        sys.setrecursionlimit(limit)
        sys.stdout, sys.stderr = streams
        tempfile.tempdir = folder

    return put_back


def _signals() -> Callable[[], object]:
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    before = {each: signal.getsignal(each) for each in _SIGNALS}

    def put_back() -> None:
        for each, handler in before.items():
            if handler is not None and signal.getsignal(each) != handler:
                signal.signal(each, handler)

    return put_back


def _locale() -> Callable[[], object]:
    before = locale.setlocale(locale.LC_ALL)
    return lambda: locale.setlocale(locale.LC_ALL, before)


def _generators() -> Callable[[], object]:
    numpy_state, state = np.random.get_state(), random.getstate()  # noqa: NPY002  # the global one

    def put_back() -> None:
        np.random.set_state(numpy_state)  # noqa: NPY002  # the global one
        random.setstate(state)

    return put_back


def _numerics() -> Callable[[], object]:
    errors, call, shown = np.geterr(), np.geterrcall(), np.get_printoptions()
    context = decimal.getcontext().copy()

    def put_back() -> None:
        np.seterr(**errors)
        np.seterrcall(call)
        np.set_printoptions(**shown)
        decimal.setcontext(context)

    return put_back


def _logging() -> Callable[[], object]:
    root = logging.getLogger()
    handlers, level, disabled = list(root.handlers), root.level, logging.root.manager.disable

    def put_back() -> None:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.disable(disabled)

    return put_back


_SIGNALS = tuple(signal.valid_signals())
"""They are looked up once, since that takes longer than to ask for their handlers."""
_KEEPERS = (
    started_since,
    _folder,
    _environment,
    _interpreter,
    _signals,
    _locale,
    _generators,
    _numerics,
    _logging,
)
