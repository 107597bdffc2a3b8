"""The page on a phone, in a browser: what comes first, what is folded, and what a tap does."""

import re
from pathlib import Path

import pytest
from browsing import LAPTOP, PHONE, Window
from made_page import study, write_page

pytestmark = pytest.mark.web
SEEN = "return document.querySelector(arguments[0]).checkVisibility()"
TOPS = """return [...arguments].map((selector) =>
  document.querySelector(selector).getBoundingClientRect().top)"""


@pytest.fixture(scope="module")
def phone(window: Window, page: Path) -> Window:
    window.open(page, size=PHONE)
    window.draw_all()
    return window


def test_ones_own_case_comes_between_table_and_chart_with_its_lines_folded(phone: Window) -> None:
    tops = phone.run(TOPS, "h1", "#controls", "#standings", "#view-case", "#view-curves")
    assert tops == sorted(tops)
    assert not phone.run("return document.querySelector('#view-case .lines').open")
    assert not phone.run(SEEN, "#view-case .code")


def test_only_columns_that_are_shown_are_explained(phone: Window) -> None:
    shown = phone.run(
        """document.querySelectorAll("#ranking details").forEach((each) => { each.open = true; });
        const seen = (each) => each.checkVisibility();
        const heads = [...document.querySelectorAll(".standings thead th")];
        const terms = [...document.querySelectorAll("#ranking .terms")[0].querySelectorAll("dt")];
        return [heads.filter(seen), terms.filter(seen)].map((all) =>
          all.map((each) => each.textContent))"""
    )
    heads, terms = shown
    assert terms == ["rank range", "regret", "better, =, worse"]
    assert len(heads) == len(terms) + 1  # and the strategy


def test_ones_own_case_comes_last_beside_a_wide_table(window: Window, page: Path) -> None:
    window.open(page, size=LAPTOP)
    tops = window.run(TOPS, "h1", "#controls", "#standings", "#view-case")
    assert tops == sorted(tops)
    window.draw_all()
    assert window.run(SEEN, "#view-case .code")
    assert not window.run(SEEN, "#set-open")
    assert "click" in window.text("#ranked")


def test_controls_are_behind_one_button_and_wrap(window: Window, page: Path) -> None:
    window.open(page, size=PHONE)
    assert not window.run(SEEN, "#set-budget")
    window.tap("#set-open")
    assert window.run(SEEN, "#set-budget")
    assert window.find("#set-open").get_attribute("aria-expanded") == "true"
    rights = window.run(
        """return [...document.querySelectorAll("#controls .chip, #controls input")].map((each) =>
          each.getBoundingClientRect().right)"""
    )
    assert max(rights) <= PHONE[0]


def test_a_tap_on_a_name_says_what_it_is_and_offers_to_leave_it_out(
    window: Window, page: Path
) -> None:
    window.open(page, size=PHONE)
    window.tap("#standings tr button")
    assert re.match(r"[\w-]+: Proposes what it likes\.", window.text("#tip"))
    assert window.run("return hpobench.state().out") == []
    window.tap("#tip button")
    assert len(window.run("return hpobench.state().out")) == 1
    window.tap("#standings tr.off button")
    assert window.text("#tip button") == "take it in"
    window.tap("h1")
    assert not window.run(SEEN, "#tip")


def test_a_tap_on_the_chart_shows_its_numbers(window: Window, page: Path) -> None:
    window.open(page, size=PHONE)
    window.draw_all()
    window.tap("#view-curves .canvas svg")
    assert "[" in window.text("#view-curves .read")


def test_nothing_speaks_of_clicks(phone: Window) -> None:
    shown = phone.run("return document.querySelector('main').innerText")
    assert "Tap a heading" in shown
    assert "click" not in shown.lower()


@pytest.mark.parametrize("strategies", [9, 27])
def test_names_are_never_cut_and_no_label_leaves_its_picture(
    window: Window, tmp_path: Path, strategies: int
) -> None:
    window.open(write_page(study(strategies, 9), tmp_path), size=PHONE)
    window.draw_all()
    named = window.run(
        """const named = document.querySelectorAll(".canvas > svg text, #standings .name");
        return [...named].map((each) => [each.textContent, each.getBoundingClientRect().right])"""
    )
    assert len(named) > 100
    assert [text for text, _ in named if "\N{HORIZONTAL ELLIPSIS}" in text] == []
    assert [text for text, right in named if right > PHONE[0] + 1] == []


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_no_line_of_the_curves_is_cut(window: Window, page: Path, size: tuple[int, int]) -> None:
    window.open(page, size=size)
    window.draw_all()
    tops = window.run(
        """const frame = document.querySelector("#view-curves svg svg");
        const clip = frame.getBoundingClientRect().top;
        return [...frame.querySelectorAll(".line")].map((line) =>
          line.getBoundingClientRect().top - clip)"""
    )
    assert len(tops) > 5
    assert min(tops) >= 0


def test_a_strategy_that_is_left_out_leaves_the_columns_as_they_were(
    window: Window, page: Path
) -> None:
    window.open(page, size=PHONE)
    widths = """return [...document.querySelectorAll(".standings thead th")].map((cell) =>
      Math.round(cell.getBoundingClientRect().width))"""
    before = window.run(widths)
    window.update("{out: [hpobench.data.order[0]]}")
    assert window.run(widths) == before
    cells = """return [...document.querySelectorAll("#standings tr.off > *")].map((cell) =>
      [cell.scrollWidth, cell.clientWidth])"""
    assert all(inside <= outside for inside, outside in window.run(cells))


WIDE = """const done = arguments[0], found = [];
const shown = [...document.querySelectorAll(".wide")].filter((each) =>
  each.checkVisibility() && each.scrollWidth > each.clientWidth + 1);
const next = () => {
  const wide = shown.pop();
  if (!wide) { done(found); return; }
  wide.scrollIntoView({ block: "center", behavior: "instant" });
  setTimeout(() => {
    const cell = wide.querySelector("td"), box = wide.getBoundingClientRect();
    const hint = getComputedStyle(wide, "::before").content;
    wide.scrollLeft = 120;
    found.push([hint, box.left, box.right, cell.getBoundingClientRect().left - box.left]);
    next();
  }, 120);
};
next();"""


def test_wide_tables_scroll_inside_themselves_say_so_and_keep_their_first_column(
    window: Window, page: Path
) -> None:
    window.open(page, size=PHONE)
    window.draw_all()
    window.run(
        "document.querySelectorAll('details').forEach((each, i) => { each.open = i % 3 === 0; })"
    )
    found = window.driver.execute_async_script(WIDE)
    assert len(found) > 5
    for hint, left, right, first in found:
        assert "swipe" in hint
        assert 0 <= left < right <= PHONE[0]
        assert 0 <= first < 20


def test_a_finger_hits_what_it_may_tap(phone: Window) -> None:
    phone.run("document.getElementById('set-open').click()")
    found = phone.run(
        """return [...document.querySelectorAll("button, input, select, summary, .files a, nav a")]
          .filter((each) => each.checkVisibility())
          .map((each) => [each.getBoundingClientRect(), each.outerHTML])
          .map(([{width, height}, text]) => [Math.min(width, height), text])"""
    )
    assert len(found) > 80
    assert [text for size, text in found if size < 24] == []
    assert " ." not in phone.text("#view-case .answer .notes")


def test_the_matrix_has_numbers_a_key_and_words_at_a_tap(window: Window, page: Path) -> None:
    window.open(page, size=PHONE)
    window.draw_all()
    cells = window.run(
        """return [...document.querySelectorAll("#view-matrix [data-says] text")].map((each) =>
          Number(each.textContent))"""
    )
    assert len(cells) == 9 * 8
    assert all(0 <= cell <= 100 for cell in cells)
    drawn = window.text("#view-matrix .canvas")
    assert "told apart by a test of all pairs" in drawn
    assert "the row's strategy is better" in drawn
    window.tap("#view-matrix [data-says]")
    assert re.fullmatch(
        r"[\w-]+ against [\w-]+: better in \d+ % of pairs of runs, over \d+ problems?; .+",
        window.text("#tip"),
    )


OPEN = "return document.querySelectorAll('details:not([open])').length"
BROKEN = """return [...document.querySelectorAll(".wide thead th")].filter((each) => {
  const range = document.createRange();
  range.selectNodeContents(each);
  const lines = new Set([...range.getClientRects()].map((line) => line.top)).size;
  return lines > each.textContent.trim().split(/[\\s-]+/).length;
}).map((each) => each.textContent)"""
DRAWN = """return [...document.querySelectorAll(".view > .canvas > svg")].map((each) =>
  each.viewBox.baseVal.width)"""


def test_a_print_from_a_phone_has_all_that_is_folded_and_no_controls(
    window: Window, page: Path
) -> None:
    window.open(page, size=PHONE)
    window.draw_all()
    closed = window.run(OPEN)
    assert closed > 20
    window.run("dispatchEvent(new Event('beforeprint'))")
    assert window.run(OPEN) == 0
    widths = window.run(DRAWN)
    assert len(widths) > 5
    assert {*widths} == {330, 690}  # half of a line, or all of it
    window.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = [window.run(SEEN, place) for place in ("#controls", "#view-case", ".exports", "nav")]
    assert not any(shown)
    assert window.run(SEEN, "#view-matrix svg")
    window.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    window.run("dispatchEvent(new Event('afterprint'))")
    assert window.run(OPEN) == closed
    assert max(window.run(DRAWN)) <= PHONE[0]


def test_no_word_of_a_tables_head_is_broken_on_paper(window: Window, page: Path) -> None:
    window.open(page, size=(760, 1000))
    window.run("dispatchEvent(new Event('beforeprint'))")
    window.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    broken = window.run(BROKEN)
    window.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    window.run("dispatchEvent(new Event('afterprint'))")
    assert broken == []
