"""The report's page is HTML that needs nothing else, made from plain data."""

from html.parser import HTMLParser

import pytest
from sketches import small_png

from hpobench.report.looks import style
from hpobench.report.looks.tables import Cell, Column, Table, text
from hpobench.report.looks.venues import DEFAULT
from hpobench.report.page.answer import Answer, Part
from hpobench.report.page.first_screen import FirstScreen
from hpobench.report.page.items import Code, Facts, Item, Listing, Page, Picture, Section
from hpobench.report.page.pictures import light
from hpobench.report.page.rendering import render
from hpobench.report.page.sides import SideAnswer

TABLE = Table(
    name="ranks",
    title="The <ranks>",
    caption="Over 2 problems & 3 seeds.",
    columns=(Column("Strategy", "l"), Column("Mean")),
    rows=(
        (text("a<b>"), Cell("0.1", (0.1,), bold=True)),
        (text("c"), Cell("0.2", underlined=True)),
    ),
)
FIRST = FirstScreen(
    answer=Answer(
        headline=(Part("Use "), Part("a<b>", strong=True), Part(".")),
        gain="In 8 of 10 runs it is better.",
        sure="Yes.",
        why="A test & more.",
        sides=(SideAnswer("On the 9 <b>:", "sure."),),
        computed=("p = 0.01",),
    ),
    ran=("2 strategies",),
    scale="Lower is better.",
    standings=(),
    elsewhere=(),
    comparator="c",
)


class Checker(HTMLParser):
    """A reader of HTML that notes open tags, and fails where a tag closes another one."""

    void = frozenset({"meta", "img", "br", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(*items: Item) -> str:
    sections = (Section("budget", "First", items),)
    return render(Page("A & B", FIRST, {"Seeds": "5"}, sections, {}))


@pytest.fixture(scope="module")
def html() -> str:
    return page(
        "A paragraph with <b>.",
        Picture("regret", "Regret", 'It "shows" all.', b"webp", 1485),
        Picture("rank", "Ranks", "n/a: no second strategy.", b""),
        Listing(TABLE),
        Listing(TABLE, folded=True),
        Facts("Where", {"python": "3.11"}),
        Code(("make all", "make test")),
    )


def test_every_tag_is_closed(html: str) -> None:
    checker = Checker()
    checker.feed(html)
    assert checker.open == []


def test_nothing_is_loaded_from_elsewhere(html: str) -> None:
    checker = Checker()
    checker.feed(html)
    tags = {tag for tag, _ in checker.found}
    assert not tags & {"script", "link", "iframe"}
    sources = [attributes["src"] or "" for tag, attributes in checker.found if tag == "img"]
    assert sources == ["data:image/webp;base64,d2VicA=="]
    assert "url(" not in html
    assert "@import" not in html


def test_a_light_picture_is_smaller_and_as_wide() -> None:
    image, width = light(small_png(300))
    assert width == 300
    assert image[8:12] == b"WEBP"


def test_the_answer_comes_first(html: str) -> None:
    assert "<h1>Use <b>a&lt;b&gt;</b>.</h1>" in html
    assert html.index("<h1>") < html.index("<table")


def test_words_are_escaped(html: str) -> None:
    assert "A paragraph with &lt;b&gt;." in html
    assert "a&lt;b&gt;" in html
    assert "<title>A &amp; B</title>" in html


def test_every_picture_says_what_it_shows(html: str) -> None:
    checker = Checker()
    checker.feed(html)
    described = [attributes["alt"] for tag, attributes in checker.found if tag == "img"]
    assert described == ['Regret. It "shows" all.']


def test_a_missing_picture_gives_its_reason(html: str) -> None:
    assert "<b>Ranks:</b> n/a: no second strategy." in html
    assert "figures/rank" not in html


@pytest.mark.parametrize(("width", "share"), [(style.DOUBLE, 1), (style.SINGLE, 0.481)])
def test_a_picture_is_as_wide_on_the_page_as_on_paper(width: float, share: float) -> None:
    with style.applied(DEFAULT):
        image, dots = light(style.png(style.figure(width, 1)))
    assert Picture("map", "Map", "All.", image, dots).share == pytest.approx(share, abs=1e-3)


def test_pictures_and_tables_are_numbered_apart(html: str) -> None:
    assert "Figure 1. Regret." in html
    assert "Figure 2" not in html
    assert "Table 1." in html
    assert "Table 2." in html


def test_files_are_linked_beside_the_page(html: str) -> None:
    assert 'href="figures/regret.pdf"' in html
    assert 'href="tables/ranks.tex"' in html


def test_marks_are_kept(html: str) -> None:
    assert "<b>0.1</b>" in html
    assert "<u>0.2</u>" in html


def test_sections_are_reached_from_the_top(html: str) -> None:
    assert '<a href="#budget">First</a>' in html
    assert '<section id="budget">' in html


def test_how_sure_it_is_stands_in_one_place_and_its_numbers_behind_a_fold(html: str) -> None:
    assert html.count("Sure?") == 1
    assert '<p class="sure"><b>Sure? Yes.</b> A test &amp; more.</p>' in html
    assert "<li><b>On the 9 &lt;b&gt;:</b> sure.</li>" in html
    fold = "<summary>How this was computed</summary><p>p = 0.01</p></details>"
    assert html.index("Sure? Yes.") < html.index(fold) < html.index("2 strategies")


def test_the_tabulars_of_a_table_are_linked_beside_it() -> None:
    one = page(Listing(TABLE, tabulars=("ranks.tabular.tex",)))
    assert '<a href="tables/ranks.tabular.tex">tabular</a>' in one
    two = page(Listing(TABLE, tabulars=("ranks.tabular-1.tex", "ranks.tabular-2.tex")))
    assert '<a href="tables/ranks.tabular-2.tex">tabular 2</a>' in two


def test_the_page_fits_a_phone_and_a_dark_mode(html: str) -> None:
    assert 'name="viewport"' in html
    assert "prefers-color-scheme: dark" in html
    assert "overflow-x: auto" in html
