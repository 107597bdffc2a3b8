"""The page in a browser: all its views, how they are reached, and how well they are read."""

import re
from pathlib import Path

import pytest
from browsing import LAPTOP, PHONE, Window
from made_page import NAMES as NAMES_OF_STUDY
from made_page import study, write_page

from hpobench.report.looks.tables import NONE
from hpobench.report.page.views import GRANTED, VIEWS

pytestmark = pytest.mark.web
NAMES = [view.name for views in VIEWS.values() for view in views if view.name != GRANTED]
EVERY = ["ranking", "curves", *NAMES, "case"]
AA = 4.5
"""The least contrast of a text with what is behind it (WCAG 2.1, 1.4.3)."""
CONTRASTS = """
const channels = (colour) => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data];
};
const light = (colour) => {
  const [r, g, b] = colour.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = channels(getComputedStyle(at).backgroundColor);
    if (colour[3] === 255) return colour;
  }
  return [255, 255, 255];
};
return [...document.querySelectorAll("main *")].filter((element) =>
  element.checkVisibility()
  && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
  && !element.closest("option, #view-matrix svg")).map((element) => {
    const style = getComputedStyle(element), svg = element instanceof SVGElement;
    const [a, b] = [light(channels(svg ? style.fill : style.color)), light(behind(element))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.outerHTML.slice(0, 120)];
  });
"""


@pytest.mark.parametrize("name", EVERY)
def test_a_view_is_drawn_and_exported(window: Window, page: Path, name: str) -> None:
    window.open(page)
    window.draw_all()
    assert window.text(f"#view-{name} .canvas" if name != "ranking" else "#standings")
    assert len(window.exported(name)) > 2


@pytest.mark.parametrize("name", ["where", "problems"])
def test_a_view_is_exported_that_was_not_drawn_before(
    window: Window, page: Path, name: str
) -> None:
    window.open(page)
    assert len(window.exported(name)) > 2


@pytest.mark.parametrize("name", NAMES)
def test_a_view_follows_the_problems_that_are_chosen(window: Window, page: Path, name: str) -> None:
    window.open(page)
    window.draw_all()
    first = window.text(f"#view-{name} .canvas")
    window.update('{group: "synthetic", budget: 4}')
    window.draw_all()
    assert (window.text(f"#view-{name} .canvas") != first) == (name != "start-bias")


def test_ranks_are_drawn_as_printed_with_the_best_at_the_bottom(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    _, *ranks = window.exported("standings-over-budget")
    final = {name: float(rank) for name, at, rank in ranks if at == "8"}
    heights = window.run(
        """return Object.fromEntries(
          [...document.querySelectorAll("#view-standings-over-budget .label")].map((label) =>
            [hpobench.data.strategies[label.dataset.s].name, label.getBoundingClientRect().y]))"""
    )
    assert sorted(heights, key=heights.__getitem__) == sorted(final, key=final.__getitem__)[::-1]


def test_a_view_that_is_linked_is_shown(window: Window, page: Path) -> None:
    window.open(page, "#view=where&group=synthetic")
    top = "document.getElementById('view-where').getBoundingClientRect().top"
    assert 0 <= window.run(f"return {top}") < LAPTOP[1]


def test_a_problem_opens_its_card_and_stays_in_the_address(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    window.run("document.querySelector('#view-problems .open[data-p]').click()")
    window.update()
    name = window.text("#card h3")
    assert f"problem={name}" in window.run("return location.hash")
    window.open(page, f"#problem={name}")
    window.draw_all()
    assert window.text("#card h3") == name


def test_problems_are_sorted_by_a_click_on_a_heading(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    cells = "document.querySelectorAll('#view-problems tbody td:nth-child(3)')"
    sizes = f"[...{cells}].map((cell) => cell.textContent)"
    window.run("document.querySelector('[data-column=\"2\"]').click()")
    found = [int(size) for size in window.run(f"return {sizes}")]
    assert found == sorted(found)
    assert len(set(found)) > 3


def test_your_case_gives_the_lines_that_use_the_winner(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    field = window.find('[name="evaluations"]')
    field.clear()
    field.send_keys("40")
    lines = window.text("#view-case code")
    assert re.search(r'hpobench.optimize\(.*"[\w-]+", evaluations=40, workers=1\)', lines)
    assert "ended after 8 evaluations" in window.text("#view-case")


def test_the_lines_of_your_case_run_as_they_are_pasted(window: Window, page: Path) -> None:
    for parameters, categorical in ((1, 0), (5, 2), (3, 3)):
        window.open(page, f"#parameters={parameters}&categorical={categorical}&evaluations=4")
        window.draw_all()
        assert window.find('[name="parameters"]').get_attribute("value") == str(parameters)
        window.run("document.querySelector('.case .copy').click()")
        given: dict[str, object] = {"__name__": "__main__"}
        exec(window.text("#view-case code"), given)  # noqa: S102  # our own lines
        config = given["found"].config  # type: ignore[attr-defined]
        assert len(config) == parameters
        assert sum(isinstance(each, str) for each in config.values()) == categorical
        function, choices = given["function"], {f"choice{i}": "b" for i in range(categorical)}
        numbers = {f"x{i}": 2.0 for i in range(parameters - categorical)}
        worst = 4.0 * (parameters - categorical) + categorical
        assert function({**numbers, **choices}) == worst  # type: ignore[operator]
        best = dict.fromkeys(numbers, 0.0) | dict.fromkeys(choices, "a")
        assert function(best) == 0.0  # type: ignore[operator]


def test_your_case_is_in_the_address(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    field = window.find('[name="parameters"]')
    field.clear()
    field.send_keys("13")
    address = window.run("return location.hash")
    answer = window.text("#view-case .answer")
    assert "parameters=13" in address
    window.open(page, address)
    window.draw_all()
    assert window.text("#view-case .answer") == answer
    window.open(page, "#parameters=x&minutes=-1&evaluations=1e99")
    assert window.run("return location.hash").startswith("#parameters=x")
    window.draw_all()
    assert window.find('[name="parameters"]').get_attribute("value") == "8"


def test_what_cannot_be_worked_out_is_grey_and_says_why(window: Window, page: Path) -> None:
    window.open(page)
    window.update("{budget: 3}")
    place = window.find("#standings .place")
    assert "nothing" in place.get_attribute("class")
    assert str(place.get_attribute("title")).startswith("place 1; ranges are worked out beforehand")
    assert {row[1] for row in window.rows()} == {NONE}
    window.update("{budget: 7, out: [hpobench.data.comparator]}")
    *rest, out = window.rows()
    assert "left out" in out[1]
    assert {row[5] for row in rest} == {NONE}
    name = window.run("return hpobench.data.comparatorName")
    assert f"{name} is left out" in window.text("#ranked")


def test_who_is_first_is_said_with_those_it_is_not_told_from(window: Window, page: Path) -> None:
    window.open(page)
    window.update('{group: "fidelity"}')
    assert "To tell it from any other, a test of all pairs needs 11 problems." in window.text(
        "#set-here"
    )
    window.update('{group: "everything"}')
    window.draw_all()
    said = window.text("#set-here")
    first = window.rows()[0][0]
    _, *pairs = window.exported("matrix")
    tested = [row for row in pairs if first in row[:2] and row[4]]
    assert len(tested) < len(NAMES_OF_STUDY) - 1  # one has too few problems, and is not named
    alike = {name for row in tested if float(row[4]) > 0.05 for name in row[:2]} - {first}
    named = re.search(r"No test of all pairs tells it from (.*)\.$", said)
    assert (named is not None) == bool(alike)
    if named and "more" not in named[1] and "any other" not in named[1]:
        assert {*re.split(", | and ", named[1])} == alike


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_every_text_has_the_contrast_of_aa(
    window: Window, page: Path, size: tuple[int, int], *, dark: bool
) -> None:
    window.dark(on=dark)
    window.open(page, "#group=fidelity&without=sobol", size=size)
    window.draw_all()
    found = window.run(CONTRASTS)
    window.dark(on=False)
    assert len(found) > 200
    assert [words for contrast, words in found if contrast < AA] == []


def test_all_is_reached_by_the_keyboard(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    unreached = window.run(
        """const reached = "button, input, select, summary, a[href], .label, .wide";
        return [...document.querySelectorAll(reached)].filter((each) =>
          each.checkVisibility() && each.tabIndex < 0).map((each) => each.outerHTML)"""
    )
    assert unreached == []
    unnamed = window.run(
        """return [...document.querySelectorAll("button, input, select")].filter((each) =>
          each.checkVisibility() && !each.textContent.trim() && !each.ariaLabel
          && !(each.labels ?? []).length).map((each) => each.outerHTML)"""
    )
    assert unnamed == []


def test_a_name_in_a_chart_is_left_out_by_the_keyboard(window: Window, page: Path) -> None:
    window.open(page)
    label = window.find("#view-curves .label")
    label.send_keys("\ue007")  # Enter
    window.update()
    assert "without=" in window.run("return location.hash")


def test_a_term_is_explained_where_it_stands(window: Window, page: Path) -> None:
    window.open(page)
    window.run("document.querySelector('[data-term=\"regret\"]').focus()")
    assert "Lower is better" in window.text("#tip")
    assert window.run("return document.getElementById('tip').checkVisibility()")


@pytest.mark.parametrize(("strategies", "problems"), [(1, 1), (2, 3), (27, 9)])
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_few_and_many_strategies_fit(
    window: Window, tmp_path: Path, strategies: int, problems: int, size: tuple[int, int]
) -> None:
    made = write_page(study(strategies, problems), tmp_path)
    window.console()
    window.open(made, size=size)
    window.draw_all()
    assert window.run("return document.documentElement.scrollWidth") <= size[0]
    assert window.console() == []


def test_without_anchors_places_go_by_mean_rank(window: Window, tmp_path: Path) -> None:
    made = write_page(study(4, 9, anchored=False), tmp_path)
    window.console()
    window.open(made)
    printed = [row[2] for row in window.rows()]
    window.draw_all()
    assert window.console() == []
    assert "Mean rank" in window.text("#ranked")
    found = "hpobench.standingsOf(hpobench.state()).rows.map((row) => row.text)"
    assert window.run(f"return {found}") == printed


def test_names_are_shown_and_never_run(window: Window, tmp_path: Path) -> None:
    harm = "<img src=x onerror=document.title='harm'>"
    made = write_page(study(3, 4, names=(NAMES_OF_STUDY[0], harm, "a&b\u202e")), tmp_path)
    window.open(made)
    window.draw_all()
    window.exported("ranking")
    assert window.run("return document.title") == "Made up"
    assert window.run("return document.images.length") == 0
    assert {row[0] for row in window.rows()} == {NAMES_OF_STUDY[0], harm, "a&b\\u202e"}


def test_numbers_are_read_under_the_pointer_and_a_line_is_held(window: Window, page: Path) -> None:
    window.open(page)
    window.run(
        """const picture = document.querySelector("#view-curves .canvas svg");
        const box = picture.getBoundingClientRect();
        const at = {bubbles: true, clientX: box.left + box.width / 2, clientY: box.bottom - 60};
        picture.dispatchEvent(new PointerEvent("pointermove", at));"""
    )
    nearest = window.text("#view-curves .read div[style]")
    assert re.search(r"[\w-]+ \d\.\d{3}", nearest)
    assert window.run("return document.querySelectorAll('#view-curves .line.dim').length") > 0
    window.run(
        "document.querySelector('#view-curves .canvas svg').dispatchEvent("
        "new MouseEvent('click', {bubbles: true}))"
    )
    window.update()
    held = window.run("return document.querySelector('#standings .held .name').textContent")
    assert nearest.startswith(held)
