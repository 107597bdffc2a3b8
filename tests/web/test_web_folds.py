"""What a phone shows of what is long, in a browser: folded sections, and tables of many columns."""

from pathlib import Path

import pytest
from browsing import LAPTOP, PHONE, Window
from made_page import study, write_page

from hpobench.report.page.gists import GISTS

pytestmark = pytest.mark.web
PARTS = "document.querySelectorAll('.part')"
OPEN = f"return [...{PARTS}].filter((part) => part.open).map((part) => part.parentElement.id)"
SHOWN = """const box = document.querySelector(arguments[0]).getBoundingClientRect();
return box.height > 0 && box.top >= -30 && box.top < innerHeight // a line of hint may come later"""
UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true;"


def test_sections_are_folded_on_a_phone_alone_and_say_what_is_in_them(
    window: Window, page: Path
) -> None:
    window.open(page)
    every = window.run(OPEN)
    assert {"summary", "each-problem", "glossary"} <= {*every}
    assert page.read_text().count('<details class="part" open>') == len(every)  # without a script
    window.open(page, size=PHONE)
    assert window.run(OPEN) == []
    assert window.run("return document.documentElement.scrollHeight") < 6000
    said = window.run(f"return [...{PARTS}].map((part) => part.innerText)")
    for anchor, words in zip(every, said, strict=True):
        assert GISTS[anchor] in words


@pytest.mark.parametrize(
    ("address", "section", "place"),
    [
        ("#method", "method", "#method h2"),
        ("#view=where", "each-problem", "#view-where svg"),
        ("#problem=problem-3", "each-problem", "#card h3"),
        ("#sort=gain", "each-problem", "#view-problems table"),
        ("#table-final-scores", "each-problem", "#table-final-scores"),
    ],
)
def test_what_an_address_leads_to_is_unfolded(
    window: Window, page: Path, address: str, section: str, place: str
) -> None:
    window.open(page, address, size=PHONE)
    window.update()
    assert window.run(OPEN) == [section]
    assert window.run(SHOWN, place)
    assert window.text("#set-here") == ""


def test_a_link_of_the_page_unfolds_what_it_leads_to(window: Window, page: Path) -> None:
    window.open(page, size=PHONE)
    window.run("document.querySelector('.ran a').click()")
    assert window.run(OPEN) == ["method"]
    window.run("location.hash = '#view=matrix'")
    window.update()
    assert window.run(OPEN) == ["comparison", "method"]
    assert window.run(SHOWN, "#view-matrix svg")


def test_a_table_of_words_is_read_down_and_others_say_how_much_is_seen(
    window: Window, page: Path
) -> None:
    window.open(page, size=PHONE)
    window.draw_all()
    window.run(UNFOLD)
    wide, cells = window.run(
        """const all = [...document.querySelectorAll(".stacked")];
        return [all.map((each) => each.scrollWidth - each.clientWidth),
          [...all[0].querySelectorAll("td")].map((cell) =>
            getComputedStyle(cell, "::before").content)]"""
    )
    assert len(wide) > 1
    assert max(wide) <= 0
    assert all('": "' in head or head.endswith(': "') for head in cells if head != "none")
    window.run("document.getElementById('table-speed-ups').scrollIntoView({behavior: 'instant'})")
    window.update()
    more = window.run("return document.querySelector('#table-speed-ups .wide').dataset.more")
    assert more.startswith("4 of 10 columns are seen; swipe")


def test_tables_of_many_strategies_fit_a_laptop(window: Window, tmp_path: Path) -> None:
    window.open(write_page(study(16, 9), tmp_path), size=LAPTOP)
    window.draw_all()
    window.run(UNFOLD)
    wider = window.run(
        """return [...document.querySelectorAll("figure .wide")].filter((each) =>
          each.scrollWidth > each.clientWidth + 1).map((each) => each.ariaLabel)"""
    )
    assert wider == []
