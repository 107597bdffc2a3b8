"""Reports whose figures are drawn, but neither laid out nor saved, which takes most of the time."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

HEAD_OF_PNG = b"\x89PNG".ljust(16) + (1485).to_bytes(4)
"""All that a page reads of a picture: how wide it is."""


@contextmanager
def sketching() -> Generator[None]:
    """Have the files of figures hold nothing, for tests of what stands around the figures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hpobench.report.looks.style.png", lambda *_, **__: HEAD_OF_PNG)
        patch.setattr("hpobench.report.looks.style.pdf", lambda *_, **__: b"%PDF")
        yield
