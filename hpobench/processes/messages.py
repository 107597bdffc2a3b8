"""Messages of another process, which may end or hang instead of sending one."""

import signal
from multiprocessing.connection import wait
from typing import Any

from ..errors import InputError
from .fork_server import Warden
from .process_tree import ended
from .spawned import Spawned


class NoMessageError(Exception):
    """Says why a process sends no message: it has ended, or it takes too long."""


def message_of(process: Warden | Spawned, patience: float) -> dict[str, Any]:
    """Return the next message of a process, waiting for it so many seconds.

    Raises NoMessageError where the process ends or takes longer, and InputError where there is no
    room for its temporary folder.
    """
    if not wait(process.signs, patience):
        raise NoMessageError(f"it takes longer than {patience:g} seconds")
    message = process.receive() or {"exit": -signal.SIGKILL}
    if "unwritable" in message:
        raise InputError(message["unwritable"])
    if "exit" in message:
        raise NoMessageError(f"it ends the process {ended(message['exit'])}")
    return message
