"""The page of a made-up report, opened in Debian's Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Window, chromium
from made_page import study, write_page


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of nine strategies on twelve problems, without its printed figures."""
    return write_page(study(9, 12), tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="session")
def window() -> Iterator[Window]:
    """Open one window for all tests."""
    with chromium() as opened:
        yield opened
