"""Options of the tests' own."""

import signal

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fuzz", type=int, default=300, help="How many inputs of each kind test_fuzz.py tries."
    )


def pytest_configure() -> None:
    """Let Ctrl-C interrupt, as in the foreground: what a shell starts behind it ignores that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
