"""A rehearsal: users' files are imported in a process of its own, before the program imports them.

The top level of a file may end the process that imports it, in ways that can't be caught. Then it
ends this process, and the program can say which file did it.
"""

import contextlib
import json
import os
import signal
import threading
import warnings
from collections.abc import Generator, Iterable, Sequence
from multiprocessing.connection import Connection
from types import FrameType

from ..errors import InputError
from ..guards import ENDING, Alone, Interrupted
from ..processes import fork_server
from ..processes.fork_server import Warden
from ..processes.global_state import restored
from ..processes.messages import NoMessageError, WasKilledError, message_of
from ..processes.process_tree import started_since
from ..processes.spawned import Spawned
from ..processes.unheard import unheard, until_ended
from . import finding, ours
from .fitting import misfit
from .user_file import file_in

LIMIT = 600.0
"""The most seconds that importing a file may take."""
STRATEGY, PROBLEM = "strategy", "problem"


class _KilledError(InputError):
    """The process was killed while it imported a file."""


@contextlib.contextmanager
def rehearsed(strategies: Iterable[str] = (), problems: Iterable[str] = ()) -> Generator[None]:
    """Rehearse finding the specs; then the block may find them in this process.

    What the files do to this process meanwhile is undone after the block. Raises InputError if a
    file can't be imported in the rehearsal (it ends the process, or takes too long), and if an
    option does not fit a user's problem, which only an instance of it tells.
    """
    _rehearse(strategies, problems)
    with _ended_together(), restored(), Alone():
        yield


def _rehearse(strategies: Iterable[str], problems: Iterable[str]) -> None:
    """Find the specs that name users' files, in a process of its own.

    Raises InputError if a file ends that process or takes too long, or where an instance tells that
    an option does not fit. Other mistakes are reported when the specs are found in this process.
    """
    specs = [(STRATEGY, each, file_in(each, ":")) for each in strategies]
    specs += [(PROBLEM, each, file_in(each, "+")) for each in problems]
    wanted = [(kind, spec) for kind, spec, file in specs if file]
    if not wanted:
        return
    ours.entrants()  # a fork of this process then need not import ours again
    ours.problems()
    files = [file for _, _, file in specs if file]
    try:
        _try(wanted, files)
    except _KilledError:  # perhaps not by the file: memory may have been short
        _try(wanted, files)


def _try(wanted: Sequence[tuple[str, str]], files: Sequence[str]) -> None:
    """Find what is wanted in a new process; raises _KilledError or another InputError."""
    process = _started(wanted)
    try:
        _watch(process, files)
    finally:
        process.stop()


def _started(wanted: Sequence[tuple[str, str]]) -> Warden | Spawned:
    """Start a process that finds what is wanted: a fork where that is safe, because it is quick."""
    if not fork_server.AVAILABLE:
        return Spawned(find, wanted)
    with warnings.catch_warnings():  # our threads hold no lock, numpy's allow forks
        warnings.simplefilter("ignore", DeprecationWarning)
        warden = fork_server.forked()
    warden.start(f"{find.__module__}:{find.__name__}", [wanted])
    return warden


def _watch(process: Warden | Spawned, files: Sequence[str]) -> None:
    """Wait until all files were found; raise InputError if one ends the process or is too slow.

    It is a _KilledError where the process was killed. An InputError is also raised where an option
    does not fit the problem of a file.
    """
    for file in files:
        try:
            misfit = message_of(process, LIMIT)["misfit"]
        except NoMessageError as reason:
            error = _KilledError if isinstance(reason, WasKilledError) else InputError
            raise error(f"{file} does not import: {reason}") from None
        except KeyboardInterrupt:
            raise Interrupted(f"interrupted while {file} was imported") from None
        if misfit:
            raise InputError(misfit)


def find(messages: Connection, wanted: Sequence[tuple[str, str]]) -> None:
    """Find what is wanted, and report each step; this runs in the process that was made for it."""
    unheard()  # what a file prints will be seen when the program imports it
    for kind, spec in wanted:
        misfits = list[str]()
        with contextlib.suppress(BaseException), Alone():
            if kind == STRATEGY:
                finding.find_entrants(spec)
            else:
                misfits = [misfit(each.item) for each in finding.find_problems(spec)]
        said = next(filter(None, misfits), "")
        messages.send_bytes(json.dumps({"misfit": said}).encode())
    until_ended()


@contextlib.contextmanager
def _ended_together() -> Generator[None]:
    """End the processes that are started in the block, also if a signal asks this one to end."""
    process, end = os.getpid(), started_since()
    before = {each: signal.getsignal(each) for each in ENDING}
    if threading.current_thread() is not threading.main_thread():
        before.clear()

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # as Python calls it
        if os.getpid() == process:  # this is no fork of it
            end()
        signal.signal(number, before[number])
        os.kill(os.getpid(), number)

    for each, handler in before.items():
        if handler not in {signal.SIG_IGN, None}:
            signal.signal(each, handle)
    try:
        yield
    finally:
        for each, handler in before.items():
            if handler is not None:
                signal.signal(each, handler)
        end()
