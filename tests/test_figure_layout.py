"""Figures as they are printed: whatever is drawn, all of it lies on the paper and can be read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, islice

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text
from scipy.optimize import isotonic_regression

from hpobench.cards.card import StrategyCard
from hpobench.report.figures import (
    curves,
    ends,
    heat,
    intervals,
    labels,
    lines,
    ranks,
    seconds,
    validation,
)
from hpobench.report.figures.heat import Group
from hpobench.report.figures.intervals import Column, Row
from hpobench.report.figures.panels import Curve, Panel
from hpobench.report.figures.ranks import Standing
from hpobench.report.figures.seconds import SuggestionTimes
from hpobench.report.figures.validation import Path
from hpobench.report.looks import look, style
from hpobench.report.looks.look import Look
from hpobench.report.looks.venues import DEFAULT, STYLES, Style
from hpobench.report.names import RANDOM_SEARCH
from hpobench.statistics import FloatArray
from hpobench.trial import Identity

GRID = np.arange(1.0, 13.0)
NAMES = DEFAULT.names
KINDS = ("short", "long", "nasty")
STRATEGIES = (
    (1, "short"), (2, "long"), (9, "long"), (9, "nasty"), (27, "long")
)  # fmt: skip
NASTY = (
    "$x$", "_hidden", "$\\frac{1}{0}$", "a\nb", "\x1b[31m", "\udcff", "\u202eexe", "中文名",
    "<b>", "%&#", "x" * 10_000, " ", "[red]x[/]", "\\input{a}", "\U0001f600", "^_^", "a|b", "&lt;",
    "{", "}", "$", "$$", "\\", "`", "~", "-1", "=1+1",
)  # fmt: skip


def names(number: int, kind: str) -> list[str]:
    """Name strategies or problems: the first one is random search."""
    match kind:
        case "short":
            made = [f"s{i}" for i in range(number)]
        case "long":
            stem = "genetic-algorithm:population={},tournament=2,crossover=0.5,index=5.0"
            made = [stem.format(20 + i) for i in range(number)]
        case _:
            made = [*NASTY[:number]]
    return [RANDOM_SEARCH, *made[1:]] if number > 1 else made


def looks(strategies: Sequence[str]) -> dict[str, Look]:
    cards = [
        StrategyCard(Identity(name, "1"), "", "", plans_for_budget=False, fields={})
        for name in strategies
    ]
    return look.highlighted(look.looks(cards, RANDOM_SEARCH), strategies, RANDOM_SEARCH)


def curve(place: int) -> Curve:
    centre = (1 + place) / GRID
    return Curve(centre, 0.8 * centre, 1.2 * centre)


def panel(strategies: Sequence[str], title: str = "", *, log: bool = True) -> Panel:
    found = {name: curve(i) for i, name in enumerate(strategies)}
    return Panel(
        GRID, found, "Regret, geometric mean", title=title, log=log, floor=0.05,
        guides={"random-search twice": 0.5 / GRID}, noise=(1.0, 2.0), with_intervals=strategies[:3],
    )  # fmt: skip


@cache
def some_curves(number: int, kind: str) -> tuple[Figure, ...]:
    """Return figures of curves, laid out, for several tests to look at."""
    strategies = names(number, kind)
    drawn = tuple(_curves(strategies, DEFAULT))
    for drawing in drawn:
        drawing.draw_without_rendering()
    return drawn


def _curves(strategies: Sequence[str], venue: Style) -> Iterator[Figure]:
    look = looks(strategies)
    yield curves.draw([panel(strategies)], look, venue)
    yield curves.draw([panel(strategies, log=False), panel(strategies)], look, venue)
    yield curves.draw([panel(strategies, title) for title in names(3, "long")], look, venue)


def some_ends(strategies: Sequence[str], venue: Style) -> Iterator[Figure]:
    look = looks(strategies)
    rows = [Row(name, 0.5, 0.2, 0.8 + i / 9, "(54)") for i, name in enumerate(strategies)]
    columns = [Column(rows, "P(better than random-search)", 0.5, (0, 1)), Column(rows, "Gain", 0)]
    yield intervals.draw(columns, look, venue)
    standings = [Standing(name, 1 + 0.7 * i) for i, name in enumerate(strategies)]
    bars = [(i, i + 1) for i in range(len(strategies) - 1)]
    yield ranks.draw(standings, bars, look, venue)
    thinking = SuggestionTimes(GRID, 1e-4 * GRID, 1e-5 * GRID, 1e-3 * GRID)
    yield seconds.draw(dict.fromkeys(strategies, thinking), look, strategies[:3], venue)
    path = Path(1 / GRID, 1 / GRID + 0.05, np.array([0.0, 0.1, np.nan, 3.0]))
    yield validation.draw(GRID, dict.fromkeys(strategies, path), look, venue)


def group(name: str, problems: Sequence[str], strategies: int) -> Group:
    rng = np.random.default_rng(0)
    regrets = rng.uniform(-0.5, 1.5, (len(problems), strategies))
    regrets[rng.uniform(size=regrets.shape) < 0.1] = np.nan
    return Group(name, problems, regrets, regrets == np.nanmin(regrets, initial=9))


@cache
def some_maps(number: int, problems: int, kind: str) -> tuple[Figure, ...]:
    """Return maps, laid out, for several tests to look at."""
    drawn = tuple(_maps(names(number, kind), names(problems, kind), DEFAULT))
    for drawing in drawn:
        drawing.draw_without_rendering()
    return drawn


def _maps(strategies: Sequence[str], every: Sequence[str], venue: Style) -> Iterator[Figure]:
    problems = len(every)
    families = [every[start : start + 18] for start in range(0, problems, 18)]
    groups = [group(f"family {i}", each, len(strategies)) for i, each in enumerate(families)]
    for page in heat.pages(groups, venue):
        yield heat.draw(page, strategies, venue)


def check(drawing: Figure, venue: Style = DEFAULT) -> None:
    """Check that a figure has the width of one or two columns, fits a page, and is not cut."""
    assert drawing.get_figwidth() in {venue.single, venue.double}
    assert drawing.get_figheight() <= 9.3
    ink = drawing.get_tightbbox()
    assert ink.x0 >= -0.01
    assert ink.y0 >= -0.01
    assert ink.x1 <= drawing.get_figwidth() + 0.01
    assert ink.y1 <= drawing.get_figheight() + 0.01
    assert all(float(text.get_fontsize()) >= venue.least for text in drawing.findobj(Text))
    for axes in drawing.axes:
        least = 4 if axes.get_label() == "<colorbar>" else 25
        assert axes.get_window_extent().width >= least


@pytest.mark.parametrize(("number", "kind"), STRATEGIES)
def test_curves_lie_on_the_paper_with_their_names(number: int, kind: str) -> None:
    with style.applied(DEFAULT):
        for drawing in some_curves(number, kind):
            check(drawing)


@pytest.mark.parametrize("name", ["neurips", "slide"])
def test_in_narrow_styles_figures_lie_on_the_paper_with_their_names(name: str) -> None:
    venue, strategies = STYLES[name], names(9, "long")
    with style.applied(venue):
        maps = _maps(strategies, names(9, "long"), venue)
        some = islice(_curves(strategies, venue), 1, 2)
        for drawing in chain(some, some_ends(strategies, venue), maps):
            drawing.draw_without_rendering()
            check(drawing, venue)


def test_a_whole_page_of_panels_lies_on_the_paper() -> None:
    strategies = names(9, "long")
    titles = names(curves.columns_of(DEFAULT) * curves.rows_of(DEFAULT), "long")
    with style.applied(DEFAULT):
        panels = [panel(strategies[:2], title, log=False) for title in titles[1:]]
        drawing = curves.draw([panel(strategies, titles[0]), *panels], looks(strategies), DEFAULT)
        drawing.draw_without_rendering()
        check(drawing)


@pytest.mark.parametrize(("number", "kind"), STRATEGIES)
def test_figures_of_the_end_lie_on_the_paper_with_their_names(number: int, kind: str) -> None:
    with style.applied(DEFAULT):
        for drawing in some_ends(names(number, kind), DEFAULT):
            drawing.draw_without_rendering()
            check(drawing)


@pytest.mark.parametrize(
    ("number", "problems", "kind"),
    [
        (1, 1, "short"), (2, 28, "long"), (9, 1, "nasty"), (9, 27, "nasty"), (9, 27, "short"),
        (27, 1, "long"), (27, 54, "long"),
    ],
)  # fmt: skip
def test_maps_lie_on_the_paper_with_their_names(number: int, problems: int, kind: str) -> None:
    with style.applied(DEFAULT):
        for drawing in some_maps(number, problems, kind):
            check(drawing)


def overlap(texts: Sequence[Text]) -> bool:
    boxes = [text.get_window_extent().extents for text in texts if text.get_text()]
    left, low, right, high = np.array(boxes).reshape(-1, 4).T
    wide = (left[:, None] < right) & (left < right[:, None])
    tall = (low[:, None] < high) & (low < high[:, None])
    return bool(np.triu(wide & tall, 1).any())


@pytest.mark.parametrize(("number", "problems", "kind"), [(9, 27, "short"), (27, 54, "long")])
def test_numbers_and_names_of_a_map_do_not_overlap(number: int, problems: int, kind: str) -> None:
    with style.applied(DEFAULT):
        for drawing in some_maps(number, problems, kind):
            for axes in drawing.axes[:-1]:
                assert not overlap(axes.texts)
                assert not overlap(axes.get_yticklabels())
                assert not overlap(axes.get_xticklabels())


def test_numbers_are_written_only_where_there_is_room() -> None:
    with style.applied(DEFAULT):
        few, many = some_maps(9, 27, "short"), some_maps(27, 54, "long")
    assert few[0].axes[0].texts
    assert not many[0].axes[0].texts


def written(regrets: Sequence[Sequence[float]], strategies: int) -> list[list[str]]:
    """Return the numbers of a map of a few strategies, and of copies of the last of these."""
    table = np.array([[*row, *[row[-1]] * (strategies - len(row))] for row in regrets])
    best = table == np.nanmin(table, axis=1)[:, None]
    problems = [f"p{i}" for i in range(len(table))]
    with style.applied(DEFAULT):
        drawing = heat.draw(
            [Group("f", problems, table, best)], names(strategies, "short"), DEFAULT
        )
        drawing.draw_without_rendering()
        check(drawing)
        assert not overlap(drawing.axes[0].texts)
    texts = iter(text.get_text() for text in drawing.axes[0].texts)
    return [["" if np.isnan(each) else next(texts) for each in row] for row in table]


def test_the_lowest_of_a_problem_never_looks_like_one_that_is_higher() -> None:
    rows = [
        [0.2, 0.3, 0.30001, 2.0],
        [0.3012, 0.3009, np.nan, 0.9],
        [2e-6, 4e-4, 0.0, 0.25],
        [2.1e-6, 2.4e-6, 0.0041, 0.25],
        [0.5, 0.5, 0.5, 0.5],
        [-0.001, -0.002, 0.7, 0.8],
    ]
    assert [row[:4] for row in written(rows, 7)] == [
        ["0.20", "0.30", "0.30", "2.00"],
        ["0.3012", "0.3009", "", "0.9000"],
        ["0.000002", "0.000400", "0.000000", "0.250000"],
        ["0.00", "0.00", "0.00", "0.25"],  # the dot tells which is the lowest
        ["0.50"] * 4,
        ["\N{MINUS SIGN}0.001", "\N{MINUS SIGN}0.002", "0.700", "0.800"],
    ]


def test_where_a_cell_has_no_room_numbers_have_two_decimals() -> None:
    assert written([[0.30121, 0.30122, 0.5]], 16)[0][:3] == ["0.30", "0.30", "0.50"]


@pytest.mark.parametrize("number", [2, 9, 27])
def test_the_legend_does_not_cover_the_axes(number: int) -> None:
    with style.applied(DEFAULT):
        for drawing in some_curves(number, "long"):
            for legend in drawing.findobj(Legend):
                box = legend.get_window_extent()
                assert not any(axes.get_window_extent().overlaps(box) for axes in drawing.axes)


@pytest.mark.parametrize("number", [2, 9, 27])
def test_names_at_the_ends_of_curves_lie_beside_the_axes_and_not_over_each_other(
    number: int,
) -> None:
    with style.applied(DEFAULT):
        for drawing in some_curves(number, "long")[:2]:
            axes = drawing.axes[-1]
            assert len(axes.texts) >= min(number, 7) + 2  # the guide and the floor, too
            assert not overlap(axes.texts)
            right = axes.get_window_extent().x1
            assert all(text.get_window_extent().x0 > right for text in axes.texts)


@pytest.mark.parametrize("number", [1, 5, 10])
def test_places_of_names_are_as_near_as_can_be(number: int) -> None:
    """Compare with scipy's isotonic regression on random heights, of which some are equal."""
    rng = np.random.default_rng(number)
    for gap in (0.02, 0.05):
        wanted = np.sort(rng.choice(rng.uniform(0.4, 0.6, 4), number))[::-1]
        steps = gap * np.arange(number)
        nearest = isotonic_regression(wanted + steps, increasing=False).x - steps
        np.testing.assert_allclose(ends.spread(wanted, gap), nearest, atol=1e-12)


def test_names_stay_beside_the_axes() -> None:
    for wanted in (np.ones(8), np.zeros(8), np.linspace(1, 0, 8)):
        found = ends.spread(wanted, 0.1)
        assert found.max() <= 1
        assert found.min() >= 0
        assert (found[:-1] - found[1:] >= 0.1 - 1e-12).all()


@pytest.mark.parametrize("number", [10, 27])
def test_of_many_strategies_five_and_random_search_stand_out(number: int) -> None:
    strategies = names(number, "short")
    with style.applied(DEFAULT):
        drawing = curves.draw([panel(strategies)], looks(strategies), DEFAULT)
    shown = {text.get_text() for text in drawing.axes[0].texts}
    strategies_shown = {*strategies[:6], f"{number - 6} others"}
    assert shown - {"range if all alike"} == strategies_shown | {
        "random-search twice",
        "floor",
    }
    colours = [look.colour for look in looks(strategies).values() if not look.faint]
    assert len(colours) == len(set(colours)) == 6


def test_a_page_of_maps_breaks_between_families() -> None:
    groups = [group(f"f{i}", [f"p{i}-{j}" for j in range(18)], 3) for i in range(4)]
    pages = [[each.name for each in page] for page in heat.pages(groups, DEFAULT)]
    assert len(pages) > 1
    assert sum(pages, []) == ["f0", "f1", "f2", "f3"]  # noqa: RUF017  # four of them
    longest = [group("f", [f"p{i}" for i in range(130)], 3)]
    assert sum(len(each.problems) for page in heat.pages(longest, DEFAULT) for each in page) == 130


def test_a_pdf_of_nasty_names_is_as_wide_as_declared_and_has_no_type_3_font() -> None:
    strategies = names(27, "nasty")[:9]
    with style.applied(DEFAULT):
        for drawing in islice(some_ends(strategies, DEFAULT), 2):  # of names, whatever the figure
            content = style.pdf(drawing)
            box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+)", content)
            assert box is not None
            assert float(box[1]) / 72 == pytest.approx(style.DOUBLE, abs=0.01)
            assert b"/Type3" not in content


@pytest.mark.parametrize("room", [0.5, 1.3, 3.0])
@pytest.mark.parametrize("kind", KINDS)
def test_shortened_names_fit_their_room_and_stay_different(room: float, kind: str) -> None:
    every = names(27, kind)
    with style.applied(DEFAULT):
        short = labels.fitted(every, room, NAMES)
    assert len(set(short.values())) == len(every)
    assert all(labels.inches(name, NAMES) <= room for name in short.values())


def test_a_name_that_fits_is_whole() -> None:
    assert labels.fitted(["gp[rbf]"], 2, NAMES) == {"gp[rbf]": "gp[rbf]"}


def test_long_names_that_differ_in_the_middle_show_where() -> None:
    every = names(4, "long")[1:]
    room = labels.inches(every[0], NAMES) * 0.4
    short = labels.fitted(every, room, NAMES)
    for place, found in zip((21, 22, 23), short.values(), strict=True):
        assert f"population={place}" in found
    assert all(
        labels.inches(found, NAMES) <= labels.inches(every[0], NAMES) * 0.4
        for found in short.values()
    )


def test_a_title_is_broken_where_a_wrapper_begins() -> None:
    name = "mlp-california+misleading=0.5"
    room = labels.inches(name, NAMES) * 0.7
    assert labels.in_two_lines(name, room, NAMES) == "mlp-california\n+misleading=0.5"
    assert labels.in_two_lines(name, 9, NAMES) == name


ANY = st.floats(allow_nan=True, allow_infinity=True, allow_subnormal=True)
HARD = st.sampled_from(
    [0.0, -0.0, np.nan, np.inf, -np.inf, 1.7e308, -1.7e308, 1e-320, 5e-324, -1e-9, 1e300, 1.0, 1e9]
)


def numbers(*shape: int) -> st.SearchStrategy[FloatArray]:
    """Return arrays whose numbers are drawn one by one: by default most would be the same."""
    return arrays(np.float64, shape, elements=st.one_of(ANY, HARD), fill=st.nothing())


def rendered(drawing: Figure) -> None:
    assert style.png(drawing).startswith(b"\x89PNG")


QUICKLY = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@QUICKLY
@given(numbers(2, 3, 4))
def test_curves_of_any_numbers_are_drawn(values: FloatArray) -> None:
    found = {f"s{i}": Curve(*rows) for i, rows in enumerate(values)}
    made = Panel(
        np.arange(1.0, 5.0),
        found,
        "Score",
        log=True,
        guides={"g": values[0, 0]},
        with_intervals=["s0"],
    )
    with style.applied(DEFAULT):
        rendered(curves.draw([made, replace(made, log=False)], looks([*found]), DEFAULT))


@QUICKLY
@given(numbers(3, 3))
def test_intervals_of_any_numbers_are_drawn(values: FloatArray) -> None:
    rows = [
        Row(f"s{i}", float(low), float(centre), float(high))
        for i, (low, centre, high) in enumerate(values)
    ]
    with style.applied(DEFAULT):
        column = Column(rows, "Gain", 0.0)
        rendered(intervals.draw([column], looks([each.strategy for each in rows]), DEFAULT))


@QUICKLY
@given(numbers(3, 2))
def test_a_map_of_any_numbers_is_drawn(values: FloatArray) -> None:
    best = np.zeros(values.shape, dtype=bool)
    with style.applied(DEFAULT):
        rendered(heat.draw([Group("f", ["a", "b", "c"], values, best)], ["s0", "s1"], DEFAULT))


@QUICKLY
@given(numbers(3, 4))
def test_seconds_of_any_numbers_are_drawn(values: FloatArray) -> None:
    thinking = SuggestionTimes(np.arange(1.0, 5.0), *values)
    with style.applied(DEFAULT):
        rendered(seconds.draw({"s0": thinking}, looks(["s0"]), ["s0"], DEFAULT))


def test_numbers_that_differ_by_rounding_alone_have_room_around_them() -> None:
    alike = np.array([1e-4, np.nextafter(1e-4, 1), 1e-4, 1e-4])
    thinking = SuggestionTimes(np.arange(1.0, 5.0), alike, alike, alike)
    panel = Panel(GRID[:4], {"s0": Curve(alike, alike, alike)}, "Score", log=True)
    line = {"s0": lines.Line(np.arange(1.0, 5.0), alike, alike, alike)}
    chart = lines.Chart(line, "x", "y", ylog=True)
    with style.applied(DEFAULT):
        for drawn in (
            seconds.draw({"s0": thinking}, looks(["s0"]), ["s0"], DEFAULT),
            curves.draw([panel], looks(["s0"]), DEFAULT),
            lines.draw([chart], looks(["s0"]), DEFAULT),
        ):
            low, high = drawn.axes[0].get_ylim()
            assert low < 2e-5
            assert high > 5e-4


@QUICKLY
@given(numbers(3, 4))
def test_validation_of_any_numbers_is_drawn(values: FloatArray) -> None:
    path = Path(values[0], values[1], values[2])
    with style.applied(DEFAULT):
        rendered(validation.draw(np.arange(1.0, 5.0), {"s0": path}, looks(["s0"]), DEFAULT))


@pytest.mark.parametrize("log", [True, False])
def test_a_band_that_reaches_beyond_every_axis_is_drawn(log: bool) -> None:  # noqa: FBT001  # a parameter
    centre = np.array([3.0, 2.0, 1.0])
    wide = Curve(centre, np.full(3, -1.7e308), np.array([7.4e307, np.inf, 1.7e308]))
    made = Panel(
        GRID[:3], {"s0": wide}, "Score", log=log, guides={"g": wide.high}, with_intervals=["s0"]
    )
    with style.applied(DEFAULT):
        rendered(curves.draw([made], looks(["s0"]), DEFAULT))


@pytest.mark.parametrize("height", [1.7e308, 1e300, 1e-320, 1.0])
@pytest.mark.parametrize("log", [True, False])
def test_the_largest_and_least_numbers_are_drawn_where_they_are(height: float, log: bool) -> None:  # noqa: FBT001  # a parameter
    centre = np.array([height, height / 2, height / 4])
    some = Curve(centre, np.full(3, np.nan), np.full(3, np.nan))
    with style.applied(DEFAULT):
        drawing = curves.draw(
            [Panel(GRID[:3], {"s0": some}, "Score", log=log)], looks(["s0"]), DEFAULT
        )
        rendered(drawing)
    (line,) = [each for each in drawing.axes[0].get_lines() if each.get_marker() != "None"][:1]
    drawn = np.asarray(line.get_ydata(), dtype=float)
    if not log:
        np.testing.assert_allclose(drawn[1] / drawn[0], 0.5, rtol=1e-3)
        assert drawing.axes[0].get_ylabel() == "Score" or height != 1.0
