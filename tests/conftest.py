"""Options of the tests' own, and what several of them begin with."""

import signal

import pytest

HEAD_OF_PNG = b"\x89PNG".ljust(16) + (1485).to_bytes(4)
"""All that a page reads of a picture: how wide it is."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fuzz", type=int, default=300, help="How many inputs of each kind test_fuzz.py tries."
    )


@pytest.fixture
def sketched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw every figure, but neither lay it out nor save it, which takes most of a report's time.

    For tests of what stands around the figures: their files hold nothing.
    """
    monkeypatch.setattr("hpobench.style.png", lambda _: HEAD_OF_PNG)
    monkeypatch.setattr("hpobench.style.pdf", lambda _: b"%PDF")


def pytest_configure() -> None:
    """Let Ctrl-C interrupt, as in the foreground: what a shell starts behind it ignores that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
