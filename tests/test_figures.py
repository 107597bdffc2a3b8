"""Figures draw the arrays that they are given, and nothing else."""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from PIL import Image as pil  # noqa: N813  # a module of functions

from hpobench.report.exhibits import over_budget
from hpobench.report.figures import (
    curves,
    heat,
    intervals,
    matrix,
    ranks,
    seconds,
    shares,
    validation,
)
from hpobench.report.figures import lines as lines_of
from hpobench.report.figures.heat import Group
from hpobench.report.figures.intervals import Column, Row
from hpobench.report.figures.panels import Curve, Panel
from hpobench.report.figures.ranks import Standing
from hpobench.report.figures.seconds import SuggestionTimes
from hpobench.report.figures.validation import Path
from hpobench.report.looks import style
from hpobench.report.looks.look import COLOURS, Look
from hpobench.report.looks.venues import DEFAULT
from hpobench.statistics import FloatArray

GRID = np.arange(1.0, 9.0)
LOOKS = {
    "a": Look(COLOURS["blue"], "-", "s"),
    "b-with-a-long-name": Look(COLOURS["grey"], (0, (4, 2))),
    "c": Look(COLOURS["blue"], (0, (5, 1.5)), "s", hollow=True),
}


def curve(scale: float) -> Curve:
    centre = scale / GRID
    return Curve(centre, 0.8 * centre, 1.2 * centre)


def panel(title: str = "", *, log: bool = False, noise: tuple[float, float] | None = None) -> Panel:
    some = {name: curve(i + 1.0) for i, name in enumerate(LOOKS)}
    return Panel(GRID, some, "Regret", title=title, log=log, noise=noise, with_intervals=[*LOOKS])


def trajectory(scale: float) -> Path:
    return Path(scale / GRID, scale / GRID + 0.05, np.array([0.0, 0.1, np.nan]))


def thinking(scale: float) -> SuggestionTimes:
    return SuggestionTimes(GRID, scale * GRID, 0.5 * scale * GRID, 2 * scale * GRID)


def all_heat() -> Figure:
    regrets = np.array([[0.1, 0.3], [np.nan, 0.05], [2.0, -0.2]])
    best = np.array([[True, False], [False, True], [False, True]])
    groups = [
        Group("first", ["one-problem", "two"], regrets[:2], best[:2]),
        Group("second", ["three"], regrets[2:], best[2:]),
    ]
    return heat.draw(groups, ["a", "b-with-a-long-name"], DEFAULT)


DRAWINGS: dict[str, Callable[[], Figure]] = {
    "one panel": lambda: curves.draw([panel(noise=(0.2, 0.6))], LOOKS, DEFAULT),
    "two panels": lambda: curves.draw([panel(), panel(log=True)], LOOKS, DEFAULT),
    "five panels": lambda: curves.draw(
        [panel(f"p{i}", log=True) for i in range(5)], LOOKS, DEFAULT
    ),
    "ranks": lambda: ranks.draw(
        [Standing(name, 1.2 + i) for i, name in enumerate(LOOKS)], [(0, 1), (1, 2)], LOOKS, DEFAULT
    ),
    "one rank": lambda: ranks.draw([Standing("a", 1.0)], [], LOOKS, DEFAULT),
    "intervals": lambda: intervals.draw(
        [Column([Row(name, 0.5, 0.4, np.nan, "(2)") for name in LOOKS], "P", 0.5, (0, 1))],
        LOOKS,
        DEFAULT,
    ),
    "heat": all_heat,
    "seconds": lambda: seconds.draw({name: thinking(1e-4) for name in LOOKS}, LOOKS, (), DEFAULT),
    "validation": lambda: validation.draw(
        GRID, {n: trajectory(1.0) for n in LOOKS}, LOOKS, DEFAULT
    ),
}


@pytest.fixture(scope="module", params=DRAWINGS)
def drawing(request: pytest.FixtureRequest) -> Figure:
    """Return a figure of each kind, laid out."""
    with style.applied(DEFAULT):
        made = DRAWINGS[request.param]()
        made.draw_without_rendering()
        return made


def texts(drawing: Figure) -> list[Text]:
    every = drawing.findobj(Text)
    return [text for text in every if text.get_visible() and text.get_text().strip()]


def test_no_text_is_below_six_points(drawing: Figure) -> None:
    assert texts(drawing)
    assert all(float(text.get_fontsize()) >= 6 for text in texts(drawing))


def test_no_text_needs_small_print(drawing: Figure) -> None:
    assert not [text.get_text() for text in texts(drawing) if "$" in text.get_text()]


def test_nothing_is_cut_at_the_edge(drawing: Figure) -> None:
    with style.applied(DEFAULT):
        image = np.asarray(pil.open(io.BytesIO(style.png(drawing))).convert("L"))
    edges = (image[0], image[-1], image[:, 0], image[:, -1])
    assert all((edge == 255).all() for edge in edges)


def test_figures_have_no_title(drawing: Figure) -> None:
    assert drawing.get_suptitle() == ""


def test_figures_are_one_or_two_columns_wide(drawing: Figure) -> None:
    assert drawing.get_figwidth() in {style.SINGLE, style.DOUBLE}


def drawn(axes: Axes) -> list[Line2D]:
    """Return the lines within axes but for the caps of bars; those beside belong to names."""
    return [line for line in axes.get_lines() if line.get_clip_on() and line.get_marker() != "_"]


def named(made: Figure) -> list[str]:
    """Return the names at the ends of curves, from the lowest up."""
    every = sorted(made.axes[-1].texts, key=lambda text: text.get_position()[1])
    return [text.get_text() for text in every]


def lines(axes: Axes, colour: str) -> list[FloatArray]:
    return [
        np.asarray(line.get_ydata(), dtype=float)
        for line in drawn(axes)
        if line.get_color() == colour and line.get_linewidth() >= 1
    ]


def bars(axes: Axes) -> list[FloatArray]:
    """Return the bars of each curve, (bars, 2 ends, x and y)."""
    found = [each for each in axes.collections if isinstance(each, LineCollection)]
    return [np.array([path.vertices for path in each.get_paths()], dtype=float) for each in found]


def test_curves_are_steps_and_their_bars_stand_on_these_beside_each_other() -> None:
    with style.applied(DEFAULT):
        axes = curves.draw([panel()], LOOKS, DEFAULT).axes[0]
    steps = [line for line in drawn(axes) if line.get_drawstyle() == "steps-post"]
    assert len(steps) == len(LOOKS)
    found = bars(axes)
    assert len(found) == 3
    for i, each in enumerate(found):
        assert len(each) == style.BARS
        centres = (i + 1.0) / np.floor(each[:, 0, 0])  # a step holds from its evaluation on
        np.testing.assert_allclose(each[:, :, 1], np.outer(centres, [0.8, 1.2]))
        assert each[-1, 0, 0] >= GRID[-1]
    places = np.sort(np.concatenate([each[:, 0, 0] for each in found]))
    assert np.diff(places).min() > 0.1  # evaluations; the last step is a short one


def test_the_lines_drawn_are_the_numbers_given() -> None:
    with style.applied(DEFAULT):
        axes = curves.draw([panel()], LOOKS, DEFAULT).axes[0]
    np.testing.assert_array_equal(lines(axes, COLOURS["grey"])[0][:-1], 2.0 / GRID)


def test_the_last_step_has_a_width() -> None:
    with style.applied(DEFAULT):
        axes = curves.draw([panel()], LOOKS, DEFAULT).axes[0]
    for line in drawn(axes):
        times, values = (np.asarray(found, dtype=float) for found in line.get_data())
        assert times[-1] > times[-2] == GRID[-1]
        assert values[-1] == values[-2]
    assert axes.get_xlim()[1] > GRID[-1]


@pytest.mark.parametrize("budget", [2, 8, 25, 100])
def test_ticks_are_whole_evaluations_within_the_budget(budget: int) -> None:
    times = np.arange(1.0, budget + 1)
    some = {"a": Curve(1 / times, 1 / times, 1 / times)}
    with style.applied(DEFAULT):
        axes = curves.draw([Panel(times, some, "Regret")], LOOKS, DEFAULT).axes[0]
    ticks = [tick for tick in axes.get_xticks() if tick <= axes.get_xlim()[1]]
    assert all(float(tick).is_integer() for tick in ticks)
    assert max(ticks) <= budget


def test_only_the_bars_that_are_asked_for_are_drawn() -> None:
    some = {name: curve(i + 1.0) for i, name in enumerate(LOOKS)}
    with style.applied(DEFAULT):
        axes = curves.draw(
            [Panel(GRID, some, "Regret", with_intervals=["c"])], LOOKS, DEFAULT
        ).axes[0]
    assert len(bars(axes)) == 1


@pytest.mark.parametrize(("floor", "near"), [(0.1, True), (1e-6, False)])
def test_a_floor_is_drawn_and_named_where_curves_come_near(floor: float, near: bool) -> None:  # noqa: FBT001  # a parameter
    some = {"a": curve(1.0)}
    with style.applied(DEFAULT):
        made = curves.draw([Panel(GRID, some, "Regret", log=True, floor=floor)], LOOKS, DEFAULT)
    levels = [set(map(float, np.ravel(each.get_ydata()))) for each in drawn(made.axes[0])]
    assert ({floor} in levels) == near
    assert ("floor" in named(made)) == near


def test_a_bar_beside_a_floor_is_drawn_without_a_warning() -> None:
    level = np.array([np.nan, 0.9, 0.9])
    low = np.array([np.nan, 0.01, 0.001])
    near_it, banded = [*LOOKS][:2]
    some = {near_it: Curve(low, low, low), banded: Curve(level, level, 1.2 * level)}
    near = Panel(GRID[:3], some, "Regret", log=True, floor=0.001, with_intervals=[banded])
    with style.applied(DEFAULT):
        axes = curves.draw([near], LOOKS, DEFAULT).axes[0]
    assert bars(axes)


def test_a_guide_is_drawn_in_every_panel() -> None:
    guides = {"random-search twice": np.array([np.nan, 0.8, 0.4])}
    panels = [
        Panel(GRID[:3], {"a": Curve(*[np.ones(3)] * 3)}, "Regret", guides=guides, log=log)
        for log in (False, True)
    ]
    with style.applied(DEFAULT):
        made = curves.draw(panels, LOOKS, DEFAULT)
    for axes in made.axes:
        (line,) = lines(axes, COLOURS["grey"])
        np.testing.assert_array_equal(line, [np.nan, 0.8, 0.4, 0.4])


def test_numbers_beyond_every_axis_are_drawn_in_a_power_of_ten() -> None:
    some = {"a": Curve(*[np.array([1.7e308, -1.7e308])] * 3)}
    with style.applied(DEFAULT):
        axes = curves.draw([Panel(GRID[:2], some, "Score")], LOOKS, DEFAULT).axes[0]
    np.testing.assert_allclose(lines(axes, COLOURS["blue"])[0], [1.7, -1.7, -1.7])
    assert axes.get_ylabel() == "Score (in 1e308)"


def test_tiny_numbers_are_drawn_in_a_power_of_ten_that_has_an_inverse() -> None:
    some = {"a": Curve(*[np.array([5e-324, -5e-324])] * 3)}
    with style.applied(DEFAULT):
        axes = curves.draw([Panel(GRID[:2], some, "Score")], LOOKS, DEFAULT).axes[0]
    np.testing.assert_allclose(lines(axes, COLOURS["blue"])[0], [5e-24, -5e-24, -5e-24], rtol=0.02)
    assert axes.get_ylabel() == "Score (in 1e\N{MINUS SIGN}300)"


def test_the_band_of_identical_strategies_is_named() -> None:
    with style.applied(DEFAULT):
        made = curves.draw([panel(noise=(0.2, 0.6))], LOOKS, DEFAULT)
    assert "range if all alike" in {*made.shortened, *named(made)}


def test_a_mark_without_an_interval_is_hollow() -> None:
    rows = [Row("a", 0.5, 0.4, 0.6), Row("c", 0.5, np.nan, np.nan)]
    with style.applied(DEFAULT):
        axes = intervals.draw([Column(rows, "P")], LOOKS, DEFAULT).axes[0]
    marks = [line for line in axes.get_lines() if line.get_marker() == "o"]
    assert [line.get_markerfacecolor() for line in marks] == [COLOURS["blue"], "white"]


def test_names_that_matplotlib_would_hide_or_typeset_are_shown_unchanged() -> None:
    odd = ["_hidden", "$x$", "gp[rbf]"]
    some = {name: Look(COLOURS["blue"]) for name in odd}
    with style.applied(DEFAULT):
        made = curves.draw([Panel(GRID, {n: curve(1) for n in odd}, "Regret")], some, DEFAULT)
        made.draw_without_rendering()
    assert {*named(made)} == {*odd}
    assert not any(text.get_parse_math() for text in made.axes[0].texts)


def test_a_strategy_looks_the_same_in_every_panel() -> None:
    with style.applied(DEFAULT):
        made = curves.draw([panel(), panel(log=True)], LOOKS, DEFAULT)
    for axes in made.axes:
        assert {line.get_color() for line in axes.get_lines()} == {COLOURS["blue"], COLOURS["grey"]}


def test_the_legend_stands_once_and_reads_by_rows() -> None:
    with style.applied(DEFAULT):
        made = curves.draw([panel()] * 3, LOOKS, DEFAULT)
    assert len(made.legends) == 1
    assert [text.get_text() for text in made.legends[0].get_texts()] == [*LOOKS]
    assert not any(axes.get_legend() for axes in made.axes)


def test_a_legend_of_six_strategies_reads_by_rows() -> None:
    names = [f"s{i}" for i in range(6)]
    some = {name: Look(COLOURS["blue"]) for name in names}
    with style.applied(DEFAULT):
        made = curves.draw([Panel(GRID, {n: curve(1) for n in names}, "Regret")] * 3, some, DEFAULT)
    shown = [text.get_text() for text in made.legends[0].get_texts()]
    assert shown == ["s0", "s4", "s1", "s5", "s2", "s3"]


def test_bars_that_would_touch_lie_on_lines_of_their_own() -> None:
    assert ranks.levels([(0, 2), (1, 3), (3, 4), (5, 6)]) == [0, 1, 0, 0]


def test_a_bar_spans_its_group() -> None:
    standings = [Standing("a", 1.0), Standing("b-with-a-long-name", 2.0), Standing("c", 3.0)]
    with style.applied(DEFAULT):
        axes = ranks.draw(standings, [(0, 1)], LOOKS, DEFAULT).axes[0]
    bars = [line for line in axes.get_lines() if line.get_linewidth() == 2.4]
    assert len(bars) == 1
    np.testing.assert_allclose(np.asarray(bars[0].get_xdata(), dtype=float), [1, 2], atol=0.05)


def test_a_cell_without_a_run_has_no_number() -> None:
    with style.applied(DEFAULT):
        axes = all_heat().axes[0]
    shown = [text.get_text() for text in axes.texts]
    assert shown == ["0.10", "0.30", "0.05"]


def test_the_share_of_runs_goes_on_at_one() -> None:
    with style.applied(DEFAULT):
        axes = validation.draw(GRID, {"a": trajectory(1.0)}, LOOKS, DEFAULT).axes[1]
    (share,) = lines(axes, COLOURS["blue"])
    assert share.tolist() == [0, 0.5, 1.0, 1.0]
    ends = axes.get_lines()[-1].get_xdata()
    assert np.max(np.asarray(ends, dtype=float)) > axes.get_xlim()[1]


def test_the_axis_of_overtuning_has_lines_at_none_and_at_all_of_the_gain() -> None:
    with style.applied(DEFAULT):
        axes = validation.draw(GRID, {"a": trajectory(1.0)}, LOOKS, DEFAULT).axes[1]
    upright = [each.get_xdata() for each in axes.get_lines() if each.get_linewidth() < 1]
    assert [list(map(float, np.ravel(each))) for each in upright] == [[0, 0], [1, 1]]


def test_the_gap_between_test_and_validation_is_drawn_over_the_budget() -> None:
    with style.applied(DEFAULT):
        axes = validation.draw(GRID, {"a": trajectory(1.0)}, LOOKS, DEFAULT).axes[0]
    (gap,) = lines(axes, COLOURS["blue"])
    np.testing.assert_allclose(gap, 0.05)


def test_numbers_can_be_read_on_every_cell() -> None:
    levels = np.linspace(0, 1, 21)
    with style.applied(DEFAULT):
        regrets = Group("f", ["p"], levels[None], np.zeros((1, 21), dtype=bool))
        wide = replace(DEFAULT, double=14.0)
        every = [
            heat.draw([regrets], [f"s{i}" for i in range(21)], wide),
            matrix.draw(["a", "b", "c"], levels[:9].reshape(3, 3), [[""] * 3] * 3, DEFAULT),
            shares.draw(["a"], [shares.Bars(np.full((1, 9), 1 / 9), "Share")], DEFAULT),
        ]
    assert [len(each.axes[0].texts) for each in every] == [21, 9, 9]
    for colour in (*colormaps["cividis"](levels), (0.5, 0.5, 0.5, 1.0)):
        ink = style.ink_on(colour)
        assert contrast(ink, colour) >= 4.5
    inks = [text.get_color() for text in every[0].axes[0].texts]
    assert inks == [style.ink_on(each) for each in colormaps["cividis_r"](levels**0.5)]


def contrast(ink: str, colour: Sequence[float]) -> float:
    """Return the contrast of a text with what is behind it, by WCAG 2.2."""
    behind = luminance(colour)
    one, two = sorted((behind, luminance((1.0, 1.0, 1.0) if ink == "white" else (0.0, 0.0, 0.0))))
    return (two + 0.05) / (one + 0.05)


def luminance(colour: Sequence[float]) -> float:
    linear = np.array(colour[:3])
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def test_suggestion_times_fill_the_axes_of_one_column() -> None:
    with style.applied(DEFAULT):
        made = seconds.draw({"a": thinking(1e-4)}, LOOKS, ["a"], DEFAULT)
    axes = made.axes[0]
    assert made.get_figwidth() == DEFAULT.single
    assert np.ptp(np.log10(axes.get_xlim())) < 1.1 * np.log10(GRID[-1] * 1.1)
    assert len(bars(axes)[0]) == style.BARS


def test_lines_of_shares_end_within_the_axes() -> None:
    share = np.array([0.0, 0.4, 0.4])
    line = lines_of.Line(np.array([1.0, 5.0, 20.0]), share, share, share)
    limits = over_budget.around(0.4)
    chart = lines_of.Chart({"a": line}, "x", "y", xlog=True, steps=True, limits=limits)
    with style.applied(DEFAULT):
        made = lines_of.draw([chart], LOOKS, DEFAULT)
        made.draw_without_rendering()
    axes = made.axes[0]
    box = axes.get_window_extent()
    ends = axes.transData.transform(np.stack([line.x, line.y], axis=1))
    apart = 3.2 * made.dpi / 72 / 2  # half a marker
    for low, high, at in ((box.x0, box.x1, ends[:, 0]), (box.y0, box.y1, ends[:, 1])):
        assert low + apart <= at.min()
        assert at.max() <= high - apart
