"""The report's page in a browser, of the width of a laptop and of a phone."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from studies import RANDOM, about, noisy, outcomes, problem

from hpobench.report import finals, primary_comparison, rankings
from hpobench.report.comparisons import comparisons
from hpobench.report.looks import style
from hpobench.report.looks.tables import Table
from hpobench.report.looks.venues import DEFAULT
from hpobench.report.page.first_screen import first_screen
from hpobench.report.page.items import Listing, Page, Picture, Section
from hpobench.report.page.pictures import light
from hpobench.report.page.rendering import render

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FRAME = """<iframe id="f" src="page.html" width="{width}" height="900" style="border:0"></iframe>
<p id="p"></p><script>
f.onload = () => p.textContent = [...f.contentDocument.querySelectorAll(".wide, .sheet")].map(
  (each) => `${{each.className}}=${{each.scrollWidth}}/${{each.clientWidth}}`).join(" ");
</script>"""
STRATEGIES = (
    *(RANDOM, "bayesian-optimization", "successive-halving", "genetic-algorithm"),
    *("manual-search", "hypergradient", "default", "sobol", "grid-search"),
)


@cache
def html() -> str:
    """Return a page with the tables that are not folded, of nine strategies, and two figures."""
    cards = [problem(p) for p in range(8)]
    ends = {name: noisy(0.1 * key, key=key) for key, name in enumerate(STRATEGIES)}
    made = about(outcomes(ends, cards, 5), cards)
    found = comparisons(made)
    tables = (
        rankings.ranking(made, found),
        finals.final(made),
        primary_comparison.primary(made, found),
    )
    listings = [Listing(table) for table in tables if isinstance(table, Table)]
    assert len(listings) == 3
    with style.applied(DEFAULT):
        pictures = [
            Picture("a", "A", "All.", *light(style.png(style.figure(width, 2))))
            for width in (style.SINGLE, style.DOUBLE)
        ]
    sections = (Section("summary", "S", (*listings, *pictures)),)
    return render(Page("T", first_screen(made, found, [], "", ""), {}, sections, {}))


def overflowing(width: int, folder: Path) -> list[bool]:
    """Tell of each table and figure, in their order, whether it is wider than its place."""
    if BROWSER is None:
        pytest.skip("there is no Chromium here")
    (folder / "page.html").write_text(html(), encoding="utf-8")
    (folder / "frame.html").write_text(FRAME.format(width=width), encoding="utf-8")
    shown = subprocess.run(  # noqa: S603  # a browser of this machine
        [
            *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu"),
            *("--allow-file-access-from-files", "--virtual-time-budget=2000", "--dump-dom"),
            *(f"--user-data-dir={folder / 'profile'}", "--window-size=1600,900"),
            (folder / "frame.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.findall(r"(?:wide|sheet)=(\d+)/(\d+)", shown)
    assert len(found) == 5
    return [int(needed) > int(there) for needed, there in found]


def test_on_a_laptop_tables_are_whole(tmp_path: Path) -> None:
    assert overflowing(1280, tmp_path) == [False] * 5


def test_on_a_phone_a_narrow_figure_is_whole_and_what_is_wider_scrolls(tmp_path: Path) -> None:
    assert overflowing(400, tmp_path) == [True] * 3 + [False, True]


def test_on_a_phone_a_small_figure_is_no_smaller_than_it_must_be() -> None:
    assert "min-width: min(100%, calc(var(--share) * 35rem))" in html()
