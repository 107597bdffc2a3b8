"""The style of figures: sizes, fonts, colours, and that nothing global changes."""

import io
import re
from collections import Counter
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from hpobench.cards.card import StrategyCard
from hpobench.report.looks import style
from hpobench.report.looks.look import CLAIMED, COLOURS, Look, highlighted, looks, told_apart
from hpobench.report.looks.venues import DEFAULT
from hpobench.report.names import RANDOM_SEARCH
from hpobench.trial import Identity


def card(name: str) -> StrategyCard:
    return StrategyCard(Identity(name, "1"), "", "", plans_for_budget=False, fields={})


def drawn(width: float) -> bytes:
    with style.applied(DEFAULT):
        drawing = style.figure(width, 1.5)
        drawing.add_subplot().plot([1, 2], [1e-5, 2e-5])
        return style.pdf(drawing)


def test_our_strategy_has_its_colour_and_a_users_file_of_its_name_has_not() -> None:
    ours = card("genetic-algorithm")
    assert looks([ours, card("b")], RANDOM_SEARCH)["genetic-algorithm"].colour == COLOURS["green"]
    theirs = replace(ours, source="")
    assert looks([theirs, card("b")], RANDOM_SEARCH)["genetic-algorithm"].colour != COLOURS["green"]


def test_a_strategy_without_a_colour_gets_a_free_one() -> None:
    found = looks([card("default"), card("b"), card("c")], RANDOM_SEARCH)
    assert len({look.colour for look in found.values()}) == 3
    assert found["b"].colour == COLOURS["blue"]


def test_looks_do_not_depend_on_the_order() -> None:
    cards = [card("c"), card("sobol"), card("b"), card("random-search")]
    assert looks(cards, RANDOM_SEARCH) == looks(cards[::-1], RANDOM_SEARCH)


def test_variants_of_one_colour_differ_by_line() -> None:
    found = looks([card("successive-halving"), card("successive-halving:eta=4")], RANDOM_SEARCH)
    plain, variant = found["successive-halving"], found["successive-halving:eta=4"]
    assert plain.colour == variant.colour
    assert plain.line != variant.line
    assert variant.hollow
    older = looks([card("successive-halving v1")], RANDOM_SEARCH)["successive-halving v1"]
    assert older.colour == plain.colour


def test_a_claimed_colour_comes_without_variants_and_the_rest_share_all_colours_evenly() -> None:
    found = looks(
        [*(card(f"a{i:02}") for i in range(26)), card("bayesian-optimization")], RANDOM_SEARCH
    )
    assert found["bayesian-optimization"] == Look(COLOURS["blue"], "-", "s")
    shares = Counter(look.colour for look in found.values())
    assert set(shares.values()) <= {3, 4}


def test_random_search_alone_is_dashed_grey() -> None:
    found = looks([card("random-search"), *(card(f"s{i}") for i in range(9))], RANDOM_SEARCH)
    assert found["random-search"].colour == COLOURS["grey"]
    assert all(look.colour != COLOURS["grey"] for name, look in found.items() if name[0] == "s")


def test_nine_variants_of_one_colour_all_differ() -> None:
    found = looks([card(f"genetic-algorithm:population={i + 2}") for i in range(9)], RANDOM_SEARCH)
    assert len({(look.colour, look.line) for look in found.values()}) == 9
    assert sum(look.colour == COLOURS["green"] for look in found.values()) == 4


def test_up_to_nine_strategies_keep_their_looks() -> None:
    found = looks([card(f"s{i}") for i in range(9)], RANDOM_SEARCH)
    assert highlighted(found, [*found], RANDOM_SEARCH) == found


def test_the_best_of_many_variants_have_colours_of_their_own() -> None:
    names = ["random-search", *(f"genetic-algorithm:index={i}" for i in range(20))]
    order = names[::-1]
    found = highlighted(looks([card(name) for name in names], RANDOM_SEARCH), order, RANDOM_SEARCH)
    best = [found[name] for name in order[:5]]
    assert len({look.colour for look in best}) == 5
    assert not any(look.faint for look in [*best, found["random-search"]])
    assert all(found[name].faint for name in order[5:-1])


def test_on_the_page_every_colour_is_that_of_one_strategy() -> None:
    names = [*CLAIMED, "tpe", "cma-es", *(f"s{i}" for i in range(9))]
    order = ["tpe", *(name for name in names if name not in ("tpe", "default")), "default"]
    rivals = [name for name in order if name != RANDOM_SEARCH]
    own = looks([card(name) for name in names], RANDOM_SEARCH)
    found = told_apart(own, order, RANDOM_SEARCH, asked=["default"])
    coloured = [name for name in names if not found[name].faint]
    assert sorted(coloured) == sorted([RANDOM_SEARCH, "default", *rivals[:8]])
    assert len({found[name].colour for name in coloured}) == 10
    assert found["default"].colour == COLOURS["black"]
    faint = [found[name].line for name in order if found[name].faint]
    assert all(len({*four}) == 4 for four in zip(faint, faint[1:], faint[2:], faint[3:]))  # noqa: B905


def test_many_strategies_all_differ() -> None:
    found = looks([card(f"strategy-{i:02}") for i in range(30)], RANDOM_SEARCH)
    assert len({(look.colour, look.line) for look in found.values()}) == 30


def test_every_colour_has_its_own_marker() -> None:
    found = looks([card(name) for name in CLAIMED if CLAIMED[name] != "grey"], RANDOM_SEARCH)
    assert len({look.marker for look in found.values()}) == len(CLAIMED) - 1


@pytest.mark.parametrize("width", [style.SINGLE, style.DOUBLE])
def test_a_pdf_is_as_wide_as_declared(width: float) -> None:
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+)", drawn(width))
    assert box is not None
    assert float(box[1]) / 72 == pytest.approx(width, abs=0.01)


def test_a_pdf_embeds_stix_as_type_42() -> None:
    content = drawn(style.SINGLE)
    assert b"STIXGeneral" in content
    assert b"/CIDFontType2" in content
    assert b"/Type3" not in content


def test_a_pdf_comes_out_the_same_twice() -> None:
    assert drawn(style.SINGLE) == drawn(style.SINGLE)


def test_the_style_leaves_no_trace() -> None:
    before = dict(mpl.rcParams)
    drawn(style.SINGLE)
    assert dict(mpl.rcParams) == before


def test_a_users_settings_change_no_figure() -> None:
    with mpl.rc_context({"font.size": 40, "lines.linewidth": 9, "savefig.bbox": "tight"}):
        changed = drawn(style.SINGLE)
    assert changed == drawn(style.SINGLE)


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1"), (0.001, "0.001"), (1e-4, "1e-4"), (5e-7, "5e-7"), (1e4, "1e4")]
)
def test_powers_are_written_without_small_print(number: float, text: str) -> None:
    assert style.power(number).replace(style.MINUS, "-") == text


def test_a_figure_says_what_it_is_told_to_say_of_itself() -> None:
    with style.applied(DEFAULT):
        drawing = style.figure(2, 1)
        assert b"runs 0123" in style.png(drawing, subject="runs 0123")
        assert b"/Subject (runs 0123)" in style.pdf(drawing, subject="runs 0123")
        assert b"Description" not in style.png(drawing)
        assert b"Subject" not in style.pdf(drawing)


def test_a_png_has_a_palette_and_nobody_sees_the_difference() -> None:
    """Twenty lines with bands, a fine map of colours, and white paper."""
    with style.applied(DEFAULT):
        drawing = style.figure(style.DOUBLE, 2)
        left, right = drawing.subplots(1, 2)
        x = np.linspace(0, 6, 200)
        for number in range(20):
            y = np.sin(x + 0.3 * number)
            left.fill_between(x, y - 0.2, y + 0.2, alpha=style.BAND, color=f"C{number}")
            left.plot(x, y, color=f"C{number}")
        right.pcolormesh(np.random.default_rng(0).random((9, 30)), cmap="viridis")
        file = io.BytesIO()
        drawing.savefig(file, format="png", dpi=style.DOTS)
        small = style.png(drawing)
    made = Image.open(io.BytesIO(small))
    seen, wanted = (
        np.asarray(each.convert("RGB")).astype(int) for each in (made, Image.open(file))
    )
    assert made.mode == "P"
    assert len(small) < 0.5 * len(file.getvalue())
    assert np.abs(seen - wanted).max() <= 32
    assert np.abs(seen - wanted).mean() < 3
    assert (seen[wanted.min(axis=2) == 255] == 255).all()


def test_a_grey_band_among_many_colours_stays_grey() -> None:
    with style.applied(DEFAULT):
        drawing = style.figure(style.DOUBLE, 2)
        axes, x = drawing.subplots(), np.linspace(0, 6, 200)
        for number in range(8):
            y = np.sin(x + 0.3 * number)
            axes.fill_between(x, y - 0.2, y + 0.2, alpha=style.BAND, color=f"C{number}")
            axes.plot(x, y, color=f"C{number}")
        axes.fill_between(x, 2.0, 3.0, alpha=style.BAND, color="#888888", linewidth=0)
        made = Image.open(io.BytesIO(style.png(drawing))).convert("RGB")
    column = np.asarray(made).astype(int)[:, made.width // 2]
    light = column[(column.min(axis=1) > 200) & (column.min(axis=1) < 250)]
    (band, count), *_ = Counter(map(tuple, light.tolist())).most_common(1)
    assert count > 50
    assert max(band) - min(band) <= 2, band
