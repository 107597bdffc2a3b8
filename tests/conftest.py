"""Options of the tests' own."""

import gc
import os
import signal
import sys

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fuzz", type=int, default=300, help="How many inputs of each kind test_fuzz.py tries."
    )


def pytest_configure() -> None:
    """Let Ctrl-C interrupt, as in the foreground: what a shell starts behind it ignores that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _compile_once()


def pytest_collection_finish() -> None:
    """Look no more for garbage in what was imported and collected: it stays to the end."""
    gc.collect()
    gc.freeze()


def _compile_once() -> None:
    """Keep what is compiled, whatever the environment says: hundreds of processes import it."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
