"""The program: `python -m hpobench`."""

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    # Python's own and what is installed come before what lies where the command is given.
    sys.path.append(sys.path.pop(0))

import os
import signal
import threading
from contextlib import suppress


def main() -> None:
    """Import the program and run it; until it runs, Ctrl-C ends it without a word."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .commands.cli import main as run

    signal.signal(signal.SIGINT, before)
    try:
        run()
    except SystemExit as end:
        others = set(threading.enumerate()) - {threading.main_thread()}
        if all(each.daemon for each in others):
            raise
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(int(end.code or 0))  # a user's file has started what would be waited for


if __name__ == "__main__":
    main()
