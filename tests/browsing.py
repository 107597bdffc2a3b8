"""A browser's window on a report's page, for tests of what its script does."""

import csv
import io
import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

LAPTOP, PHONE = (1280, 800), (375, 667)
_READY = """const done = arguments[0];
const wait = () => document.documentElement.dataset.ready
  ? requestAnimationFrame(() => setTimeout(done, 50)) : setTimeout(wait, 20);
wait();"""
_UPDATED = """const done = arguments[0]; hpobench.update({changes});
requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30)));"""
_DRAWN = "setTimeout(() => requestAnimationFrame(() => setTimeout(arguments[0], 30)), 50)"
_EXPORTED = """const [name, done] = arguments;
Promise.all(["svg", "png", "csv"].map((kind) => hpobench.fileOf(name, kind))).then(
  async ([svg, png, csv]) => done([await svg.text(), png.type, png.size, await csv.text()]),
  (error) => done([String(error)]));"""


class Window:
    """A window of Chromium."""

    def __init__(self, driver: Any) -> None:  # noqa: ANN401  # selenium is not in this environment
        self.driver = driver

    def open(self, page: Path, address: str = "", size: tuple[int, int] = LAPTOP) -> None:
        """Open a page anew and wait until its script has drawn it."""
        width, height = size
        phone = size == PHONE
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        self.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": phone})
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.get("about:blank")
        self.driver.get(page.as_uri() + address)
        self.driver.execute_async_script(_READY)

    def dark(self, *, on: bool) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def update(self, changes: str = "{}") -> None:
        """Change the page's state, and wait until it is drawn anew."""
        self.driver.execute_async_script(_UPDATED.format(changes=changes))

    def draw_all(self) -> None:
        """Draw all views, as if all sections were open and the window as high as the page."""
        self.run("for (const part of document.querySelectorAll('.part')) part.open = true;")
        self.run("for (const view of hpobench.views.values()) view.near = true;")
        self.update()

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401  # what a script returns
        return self.driver.execute_script(script, *arguments)

    def text(self, selector: str) -> str:
        found = self.run("return document.querySelector(arguments[0]).textContent", selector)
        return str(found)

    def tap(self, selector: str) -> None:
        """Touch the middle of an element with a finger, and wait until that is drawn."""
        place = self.run(
            """const element = document.querySelector(arguments[0]);
            element.scrollIntoView({block: "center", behavior: "instant"});
            const box = element.getBoundingClientRect();
            return {x: box.left + box.width / 2, y: box.top + box.height / 2}""",
            selector,
        )
        for kind, points in (("touchStart", [place]), ("touchEnd", [])):
            touched = {"type": kind, "touchPoints": points}
            self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", touched)
        self.driver.execute_async_script(_DRAWN)

    def find(self, selector: str) -> Any:  # noqa: ANN401  # an element of selenium
        return self.driver.find_element("css selector", selector)

    def rows(self) -> list[list[str]]:
        """Return the texts of the ranking's cells."""
        found: list[list[str]] = self.run(
            """return [...document.querySelectorAll("#standings tr")].map((row) =>
              [...row.children].map((cell) =>
                (cell.querySelector(".name") ?? cell).textContent.trim()))"""
        )
        return found

    def exported(self, name: str) -> list[list[str]]:
        """Return the numbers of a view, once it has given a drawing and a picture, too."""
        found = self.driver.execute_async_script(_EXPORTED, name)
        assert len(found) == 4, found
        drawing, kind, size, numbers = found
        assert re.match(r"<svg [^>]*xmlns=", drawing)
        assert kind == "image/png"
        assert size > 2000
        table = [*csv.reader(io.StringIO(numbers))]
        assert len({len(row) for row in table}) == 1
        assert "Infinity" not in numbers  # files of tables have inf
        return table

    def console(self) -> list[str]:
        """Return what pages have said on the console since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


@contextmanager
def chromium() -> Generator[Window]:
    """Open a window that is on no screen; skip the test where Chromium is not installed."""
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
    try:
        yield Window(started)
    finally:
        started.quit()
