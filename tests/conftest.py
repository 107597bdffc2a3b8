"""The tests' own options, and fixtures that several of them use."""

import gc
import os
import signal
from collections.abc import Generator

import pytest
import sketches
from lacking import skipping_what_is_lacking


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fuzz", type=int, default=300, help="How many inputs of each kind test_fuzz.py tries."
    )
    parser.addoption(
        "--hostile", type=int, default=2, help="How many hostile folders and storages are read."
    )


@pytest.fixture
def sketched() -> Generator[None]:
    """Have figures drawn, but neither laid out nor saved."""
    with sketches.sketching():
        yield


@pytest.fixture
def undrawn() -> Generator[None]:
    """Have no figure drawn."""
    with sketches.undrawn():
        yield


def pytest_configure() -> None:
    """Let Ctrl-C interrupt the tests, also where a shell has started them in the background.

    This process syncs nothing: no test has to survive a power cut, and thousands of runs are made.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.fsync = _unsynced  # type: ignore[assignment]  # it needs no number
    os.sync = lambda: None


def _unsynced(descriptor: object) -> None:
    del descriptor


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, object, object]:
    """Skip a test on Windows whose fixtures ask for what Python lacks there."""
    with skipping_what_is_lacking():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """Skip a test on Windows that asks for what Python lacks there."""
    with skipping_what_is_lacking():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what is imported and collected out of the garbage collector: it stays to the end."""
    gc.disable()
    done = yield
    gc.collect()
    gc.freeze()
    gc.enable()
    return done
