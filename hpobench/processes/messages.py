"""Messages of another process, which may end or hang instead of sending one."""

from multiprocessing.connection import wait
from typing import Any

from ..errors import InputError
from .fork_server import Warden
from .process_tree import SIGKILL, ended
from .spawned import Spawned


class NoMessageError(Exception):
    """Says why a process sends no message: it has ended, or it takes too long."""


class WasKilledError(NoMessageError):
    """Says that a process was killed by SIGKILL, which may come from outside of it."""


def message_of(process: Warden | Spawned, patience: float) -> dict[str, Any]:
    """Return the next message of a process, waiting for it so many seconds.

    Raises NoMessageError where the process ends or takes longer, WasKilledError where it was
    killed, and InputError where there is no room for its temporary folder.
    """
    if not wait(process.signs, patience):
        raise NoMessageError(f"it takes longer than {patience:g} seconds")
    message = process.receive() or {"exit": -SIGKILL}
    if "unwritable" in message:
        raise InputError(message["unwritable"])
    if "exit" in message:
        killed = message["exit"] == -SIGKILL
        error = WasKilledError if killed else NoMessageError
        raise error(f"it ends the process {ended(message['exit'])}")
    return message
