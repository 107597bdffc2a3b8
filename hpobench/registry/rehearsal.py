"""Importing users' files in a process of its own, before the session's own process does.

What a file does at its top level may end the process that imports it, whatever is caught there.
Then it is this one, and the session says which file did it.
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
from ..guards import Alone, Interrupted
from ..processes import fork_server
from ..processes.fork_server import Warden
from ..processes.global_state import restored
from ..processes.messages import NoMessageError, message_of
from ..processes.process_tree import started_since
from ..processes.spawned import Spawned
from ..processes.unheard import unheard, until_ended
from . import finding, ours
from .user_file import file_in

LIMIT = 600.0
"""Seconds that importing a file may take."""
STRATEGY, PROBLEM = "strategy", "problem"
ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Signals that ask a process to end, whatever it does."""


@contextlib.contextmanager
def rehearsed(strategies: Iterable[str] = (), problems: Iterable[str] = ()) -> Generator[None]:
    """Have specs found, in a process of its own first, then here: what files do here is undone."""
    _rehearse(strategies, problems)
    with _ended_together(), restored(), Alone():
        yield


def _rehearse(strategies: Iterable[str], problems: Iterable[str]) -> None:
    """Find what specs name of users' files, in a process of its own.

    Raises InputError where a file ends that process or takes too long. Whatever else is wrong with
    it is told where it is found again.
    """
    specs = [(STRATEGY, each, file_in(each, ":")) for each in strategies]
    specs += [(PROBLEM, each, file_in(each, "+")) for each in problems]
    wanted = [(kind, spec) for kind, spec, file in specs if file]
    if not wanted:
        return
    ours.entrants()  # what is forked need not import ours again
    ours.problems()
    process = _started(wanted)
    try:
        _watch(process, [file for _, _, file in specs if file])
    finally:
        process.stop()


def _started(wanted: Sequence[tuple[str, str]]) -> Warden | Spawned:
    """Start a process that finds what is wanted: a fork, which costs little, where that is safe."""
    if not fork_server.AVAILABLE:
        return Spawned(find, wanted)
    with warnings.catch_warnings():  # no thread of ours holds a lock, numpy's are made for it
        warnings.simplefilter("ignore", DeprecationWarning)
        warden = fork_server.forked()
    warden.start(f"{find.__module__}:{find.__name__}", [wanted])
    return warden


def _watch(process: Warden | Spawned, files: Sequence[str]) -> None:
    """Wait until all are found; raise InputError where that can't be."""
    for file in files:
        try:
            message_of(process, LIMIT)
        except NoMessageError as reason:
            raise InputError(f"{file} does not import: {reason}") from None
        except KeyboardInterrupt:
            raise Interrupted(f"interrupted while {file} was imported") from None


def find(messages: Connection, wanted: Sequence[tuple[str, str]]) -> None:
    """Find what is wanted, and say how much is found, in the process that was made for it."""
    unheard()  # it will be heard when it is imported again
    for place, (kind, spec) in enumerate(wanted, 1):
        with contextlib.suppress(BaseException), Alone():
            (finding.find_entrants if kind == STRATEGY else finding.find_problems)(spec)
        messages.send_bytes(json.dumps({"found": place}).encode())
    until_ended()


@contextlib.contextmanager
def _ended_together() -> Generator[None]:
    """End what is started meanwhile, also where a signal asks this process to end."""
    process, end = os.getpid(), started_since()
    before = {each: signal.getsignal(each) for each in ENDING}
    if threading.current_thread() is not threading.main_thread():
        before.clear()

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # as Python calls it
        if os.getpid() == process:  # and not a copy that was forked
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
