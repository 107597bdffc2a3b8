"""The page in a browser: its first screen, its one state, and what can be taken away."""

import re
from pathlib import Path

import pytest
from browsing import LAPTOP, PHONE, Window

from hpobench.report.looks.tables import NONE

pytestmark = pytest.mark.web
SIZES = pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])


@SIZES
def test_nothing_is_said_on_the_console(window: Window, page: Path, size: tuple[int, int]) -> None:
    window.console()
    window.open(page, size=size)
    window.draw_all()
    for changes in ('{group: "fidelity"}', '{axis: "seconds", scale: "log"}', "{out: [0]}"):
        window.update(changes)
    assert window.console() == []


@SIZES
def test_nothing_is_wider_than_the_window(
    window: Window, page: Path, size: tuple[int, int]
) -> None:
    window.open(page, size=size)
    window.draw_all()
    window.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert window.run("return document.documentElement.scrollWidth") <= size[0]


@SIZES
def test_the_answer_is_seen_without_scrolling(
    window: Window, page: Path, size: tuple[int, int]
) -> None:
    window.open(page, size=size)
    script = "return document.querySelector('.because').getBoundingClientRect().bottom"
    assert window.run(script) < size[1]
    assert window.text("h1").startswith("Use ")


def test_numbers_at_first_are_those_of_the_table(window: Window, page: Path) -> None:
    window.open(page)
    table = (page.parent / "tables" / "ranking.md").read_text(encoding="utf-8")
    lines = [line for line in table.splitlines()[2:] if line.startswith("|")]
    found = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    shown = window.rows()
    assert [row[0] for row in shown] == [re.sub(r" \(.*", "", row[0]) for row in found]
    for row, said in zip(shown, found, strict=True):
        assert row[1] == (said[2] if said[2] != NONE else said[1])
        assert row[2] == said[3].replace("\\", "").partition(" ")[0]


def test_the_state_is_in_the_address_and_comes_back(window: Window, page: Path) -> None:
    window.open(page)
    window.update('{budget: 3, group: "fidelity", out: [2], axis: "time", scale: "log"}')
    address = window.run("return location.hash")
    state, before = window.run("return JSON.stringify(hpobench.state())"), window.rows()
    window.open(page, address)
    assert window.run("return JSON.stringify(hpobench.state())") == state
    assert window.rows() == before


def test_a_filter_changes_ranking_and_curves(window: Window, page: Path) -> None:
    window.open(page)
    first, drawn = window.rows(), window.text("#view-curves .canvas")
    window.find('[data-group="fidelity"]').click()
    window.update()
    assert window.rows() != first
    assert window.text("#view-curves .canvas") != drawn
    assert "On 6 problems" in window.text("#set-here")
    window.find("#set-reset").click()
    window.update()
    assert window.rows() == first


def test_a_filter_by_property_is_that_of_the_command_line(window: Window, page: Path) -> None:
    window.open(page)
    field = window.find("#set-filter")
    field.send_keys("dimensions>=8 & trained\n")
    window.update()
    shown = "hpobench.standingsOf(hpobench.state()).members"
    names = window.run(f"return {shown}.map((p) => hpobench.data.problems[p].name)")
    assert sorted(names) == ["problem-7", "problem-8"]


def test_a_wrong_filter_shows_nothing_and_says_so(window: Window, page: Path) -> None:
    window.open(page)
    field = window.find("#set-filter")
    field.send_keys("dimension8\n")
    window.update()
    for address in ("", window.run("return location.hash")):
        if address:
            window.open(page, address)
        window.draw_all()
        said = window.text("#set-here")
        assert said.startswith("There is no group of problems “dimension8”, so nothing is shown.")
        assert window.rows() == []
        for place in ("#ranked", "#view-curves .canvas", "#view-where .canvas"):
            assert window.text(place) == said
        assert window.find("#set-filter").get_attribute("aria-invalid") == "true"
    window.find("#set-reset").click()
    window.update()
    assert len(window.rows()) == 9


def test_the_button_of_the_controls_says_what_is_shown(window: Window, page: Path) -> None:
    window.open(page, "#group=fidelity&budget=4&axis=time", size=PHONE)
    said = window.text("#set-open")
    assert said == "Shown: with fidelity (6 problems), 50 % of the time, simulated time. Choose …"


@SIZES
@pytest.mark.parametrize(
    ("address", "place"),
    [("only=default", "#controls"), ("scale=log", "#controls"), ("workers=3", "#view-case")],
)
def test_an_address_opens_at_what_it_chooses(
    window: Window, page: Path, size: tuple[int, int], address: str, place: str
) -> None:
    window.open(page, f"#{address}", size=size)
    top = window.driver.execute_async_script(SETTLED, place)
    assert 0 <= top < 140


def test_a_budget_that_is_no_number_is_as_at_first(window: Window, page: Path) -> None:
    window.open(page, "#budget=all&group=fidelity")
    assert window.run("return hpobench.state().budget === hpobench.initial.budget")


def test_what_an_address_says_in_vain_is_said(window: Window, page: Path) -> None:
    said = "The address says what this page does not have: "
    window.open(page, "#budget=99&axis=foo&minutes=0&group=fidelity&scale=log&colour=red")
    assert window.text("#set-here").startswith(
        f"{said}budget=99, axis=foo, minutes=0, colour=red. On 6 problems: "
    )
    window.update('{scale: "linear"}')
    assert window.text("#set-here").startswith("On 6 problems: ")
    assert window.run("return location.hash") == "#group=fidelity"
    whole = "#budget=4&only=sobol,default&axis=time&price=1&sort=-gain&early=yes&workers=3"
    window.open(page, f"{whole}&problem=problem-2&view=where")
    assert said not in window.text("#set-here")


def test_how_problems_are_sorted_is_in_the_address(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    for address in ("#sort=parameters", "#sort=-parameters"):
        window.run("document.querySelector('[data-column=\"2\"]').click()")
        window.update()
        assert window.run("return location.hash") == address
    first = "return document.querySelector('#view-problems tbody').textContent"
    shown = window.run(first)
    window.open(page, "#sort=-parameters")
    window.draw_all()
    assert window.run(first) == shown
    window.update("{sort: hpobench.initial.sort}")
    assert window.run(first) != shown


def test_captions_say_what_the_choice_makes_of_the_numbers(window: Window, page: Path) -> None:
    window.open(page)
    assert window.text("#view-curves .said").startswith("Mean regret of")
    assert "No range" not in window.text("#ranked")
    window.update('{scale: "log", axis: "time"}')
    assert window.text("#view-curves .said").startswith("Geometric mean of the regret of")
    assert f"No range ({NONE}): ranges are worked out beforehand" in window.text("#ranked")
    assert f"No worth ({NONE}): it is counted in evaluations" in window.text("#ranked")
    assert window.exported("curves")[0][2] == "geometric mean"


def test_a_click_on_a_name_leaves_a_strategy_out_and_takes_it_in(
    window: Window, page: Path
) -> None:
    window.open(page)
    window.find("#standings tr button").click()
    window.update()
    assert "left out" in window.rows()[-1][1]
    window.run(
        """document.querySelector("#standings tr.off button")
          .scrollIntoView({block: "center", behavior: "instant"})"""
    )
    window.find("#standings tr.off button").click()
    window.update()
    assert all(len(row) == 6 for row in window.rows())


@pytest.mark.parametrize("name", ["ranking", "curves"])
def test_a_view_is_exported(window: Window, page: Path, name: str) -> None:
    window.open(page)
    assert len(window.exported(name)) > 8


SETTLED = """const [selector, done] = arguments;
setTimeout(() => done(document.querySelector(selector).getBoundingClientRect().top), 700)"""
"""Where an element stands when nothing is drawn any more."""


@SIZES
def test_a_link_to_a_section_lands_at_its_heading(
    window: Window, page: Path, size: tuple[int, int]
) -> None:
    window.open(page, size=size)
    for anchor in ("each-problem", "runs", "glossary"):
        window.run(f"document.querySelector('nav a[href=\"#{anchor}\"]').click()")
        top = window.driver.execute_async_script(SETTLED, f"#{anchor} h2")
        end = window.run("return scrollY + innerHeight >= document.body.scrollHeight - 1")
        assert 0 <= top < 140 or end, anchor


@SIZES
@pytest.mark.parametrize(
    ("address", "selector"),
    [("#each-problem", "#each-problem h2"), ("#problem=problem-7&without=sobol", "#card")],
)
def test_an_address_opens_where_it_leads(
    window: Window, page: Path, size: tuple[int, int], address: str, selector: str
) -> None:
    window.open(page, address, size=size)
    assert 0 <= window.driver.execute_async_script(SETTLED, selector) < 140
