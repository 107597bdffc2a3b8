"""Options of the tests' own, and what several of them begin with."""

import gc
import signal
from collections.abc import Generator

import pytest
from sketches import sketching


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fuzz", type=int, default=300, help="How many inputs of each kind test_fuzz.py tries."
    )


@pytest.fixture
def sketched() -> Generator[None]:
    """Have figures drawn, but neither laid out nor saved."""
    with sketching():
        yield


def pytest_configure() -> None:
    """Let Ctrl-C interrupt, as in the foreground: what a shell starts behind it ignores that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Look no more for garbage in what was imported and collected: it stays to the end."""
    gc.collect()
    gc.freeze()
