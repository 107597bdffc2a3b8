"""The program: `python -m hpobench`."""

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    # `python -m` would import whatever libraries look for from the current folder, which may be one
    # of results that others made. It is needed only where the package itself is found there.
    here = sys.path.pop(0)
    if os.path.dirname(os.path.dirname(os.path.abspath(__file__))) == os.path.abspath(here):  # noqa: PTH100, PTH120  # pathlib takes time
        sys.path.append(here)

import signal
import threading
from contextlib import suppress


def main() -> None:
    """Import the program and run it; during the import, Ctrl-C ends the process silently."""
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
        os._exit(int(end.code or 0))  # Python would wait for threads that a user's file has started


if __name__ == "__main__":
    main()
