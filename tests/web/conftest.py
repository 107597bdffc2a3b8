"""The page of a made-up report, opened in Debian's Chromium."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Window
from made_page import study, write_page


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of nine strategies on twelve problems, without its printed figures."""
    return write_page(study(9, 12), tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="session")
def window() -> Iterator[Window]:
    """Start a browser without a window on the screen, which keeps what pages say."""
    from selenium import webdriver

    driver = shutil.which("chromedriver")
    if driver is None:
        pytest.skip("there is no chromedriver here: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    started.set_script_timeout(30)
    yield Window(started)
    started.quit()
