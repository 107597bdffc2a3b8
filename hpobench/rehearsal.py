"""Importing users' files in a process of its own, before the session's own process does.

What a file does at its top level may end the process that imports it, whatever is caught there.
Then it is this one, and the session says which file did it.
"""

import contextlib
import multiprocessing
import os
import signal
import warnings
from collections.abc import Generator, Iterable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event
from time import monotonic, sleep

from . import registry
from .errors import InputError
from .fork_server import AVAILABLE
from .global_state import restored
from .interrupts import Interrupted
from .process_tree import die_with_parent, end_tree, ended
from .source import file_in
from .surroundings import alone

LIMIT = 600.0
"""Seconds that importing a file may take."""
TICK = 0.05
"""Seconds between two looks at whether the process has ended."""
STRATEGY, PROBLEM = "strategy", "problem"


@contextlib.contextmanager
def rehearsed(strategies: Iterable[str] = (), problems: Iterable[str] = ()) -> Generator[None]:
    """Have specs found, in a process of its own first, then here: what files do here is undone."""
    _rehearse(strategies, problems)
    with restored(), alone():
        yield


def _rehearse(strategies: Iterable[str], problems: Iterable[str]) -> None:
    """Find what specs name of users' files, in a process of its own.

    Raises InputError where a file ends that process or takes too long. Whatever else is wrong with
    it is told where it is found again.
    """
    specs = [(STRATEGY, each, file_in(each, ":")) for each in strategies]
    specs += [(PROBLEM, each, file_in(each, "+")) for each in problems]
    wanted = [(kind, spec, file) for kind, spec, file in specs if file]
    if not wanted:
        return
    registry.strategies()  # what is forked need not import ours again
    registry.problems()
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = _process()(target=_find, args=(theirs, os.getpid(), wanted))
    with warnings.catch_warnings():  # no thread of ours holds a lock, numpy's are made for it
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    try:
        with ours:
            _watch(process, ours, [file for _, _, file in wanted])
    finally:
        if process.is_alive() and process.pid is not None:
            end_tree(process.pid)
        process.join()


def _process() -> type[BaseProcess]:
    """Return what makes a process: a fork, which costs little, where that is safe."""
    if AVAILABLE:
        return multiprocessing.get_context("fork").Process
    return multiprocessing.get_context("spawn").Process


def _watch(process: BaseProcess, messages: Connection, files: Sequence[str]) -> None:
    """Wait until all are found; raise InputError where that can't be."""
    place: int | None = 0
    file = ""
    try:
        while place is not None and place < len(files):
            file = files[place]
            place = _next(process, messages)
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted while {file} was imported") from None
    if place is None:
        code = process.exitcode
        late = f"it takes longer than {LIMIT:g} seconds"
        why = late if code is None else f"it ends the process {ended(code)}"
        raise InputError(f"{file} does not import: {why}")


def _next(process: BaseProcess, messages: Connection) -> int | None:
    """Return the next message: how many are found.

    None: there is none in time, or the process has ended. Since what it has started may hold the
    pipe open, the end of the pipe is no sign of that.
    """
    deadline = monotonic() + LIMIT
    while monotonic() < deadline:
        over = process.exitcode is not None
        try:
            if messages.poll(TICK):
                return int(messages.recv_bytes())
        except (EOFError, OSError):
            sleep(TICK)
        if over:
            return None
    return None


def _find(messages: Connection, parent: int, wanted: Sequence[tuple[str, str, str]]) -> None:
    """Find what is wanted, and say how much is found, in the process that was made for it."""
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the session's affair
    with Path(os.devnull).open("r+b") as nowhere:  # it will be heard when it is imported again
        for standard in range(3):
            os.dup2(nowhere.fileno(), standard)
    for place, (kind, spec, _) in enumerate(wanted, 1):
        with contextlib.suppress(BaseException), alone():
            (registry.find_strategies if kind == STRATEGY else registry.find_problems)(spec)
        messages.send_bytes(str(place).encode())
    Event().wait()  # until it is ended, before anything is run that was left for the end
