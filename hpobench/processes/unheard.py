"""What a process does that works for another one and says nothing by itself."""

import os
import signal
from pathlib import Path
from threading import Event


def unheard() -> None:
    """Let nothing of what this process prints be heard, and Ctrl-C be its parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Path(os.devnull).open("r+b") as nowhere:
        for standard in range(3):
            os.dup2(nowhere.fileno(), standard)


def until_ended() -> None:
    """Wait to be ended, before anything is run that others' code has left for the end."""
    Event().wait()
