"""The style of figures: sizes, fonts, colours, and that nothing global changes."""

import re
from collections import Counter

import matplotlib as mpl
import pytest

from hpobench.cards.card import StrategyCard
from hpobench.report.looks import style
from hpobench.report.looks.style import COLOURS, Look, highlighted, looks
from hpobench.trial import Reference


def card(name: str, colour: str | None = None) -> StrategyCard:
    return StrategyCard(Reference(name, "1"), "", "", colour, plans_for_budget=False, fields={})


def drawn(width: float) -> bytes:
    with style.applied():
        drawing = style.figure(width, 1.5)
        drawing.add_subplot().plot([1, 2], [1e-5, 2e-5])
        return style.pdf(drawing)


def test_a_strategy_has_the_colour_of_its_card() -> None:
    assert looks([card("a", "green"), card("b")])["a"].colour == COLOURS["green"]


def test_a_strategy_without_a_colour_gets_a_free_one() -> None:
    found = looks([card("a", "black"), card("b"), card("c")])
    assert len({look.colour for look in found.values()}) == 3
    assert found["b"].colour == COLOURS["blue"]


def test_looks_do_not_depend_on_the_order() -> None:
    cards = [card("c"), card("a", "blue"), card("b"), card("random-search", "grey")]
    assert looks(cards) == looks(cards[::-1])


def test_a_colour_that_we_do_not_have_is_as_none() -> None:
    assert looks([card("a", "mauve")])["a"].colour in COLOURS.values()


def test_variants_of_one_colour_differ_by_line() -> None:
    found = looks([card("asha", "blue"), card("asha:eta=4", "blue")])
    assert found["asha"].colour == found["asha:eta=4"].colour
    assert found["asha"].line != found["asha:eta=4"].line
    assert found["asha:eta=4"].hollow


def test_who_claims_a_colour_has_it_plain_and_the_rest_share_all_evenly() -> None:
    found = looks([*(card(f"a{i:02}") for i in range(26)), card("mine", "blue")])
    assert found["mine"] == Look(COLOURS["blue"], "-", found["mine"].marker)
    shares = Counter(look.colour for look in found.values())
    assert set(shares.values()) <= {3, 4}


def test_random_search_alone_is_dashed_grey() -> None:
    found = looks([card("random-search", "blue"), *(card(f"s{i}") for i in range(9))])
    assert found["random-search"].colour == COLOURS["grey"]
    assert all(look.colour != COLOURS["grey"] for name, look in found.items() if name[0] == "s")


def test_nine_variants_of_one_colour_all_differ() -> None:
    found = looks([card(f"asha:eta={i}", "green") for i in range(9)])
    assert len({(look.colour, look.line) for look in found.values()}) == 9
    assert sum(look.colour == COLOURS["green"] for look in found.values()) == 4


def test_up_to_nine_strategies_keep_their_looks() -> None:
    found = looks([card(f"s{i}") for i in range(9)])
    assert highlighted(found, [*found]) == found


def test_the_best_of_many_variants_have_colours_of_their_own() -> None:
    names = ["random-search", *(f"asha:eta={i:02}" for i in range(20))]
    order = names[::-1]
    found = highlighted(looks([card(name, "green") for name in names]), order)
    best = [found[name] for name in order[:5]]
    assert len({look.colour for look in best}) == 5
    assert not any(look.faint for look in [*best, found["random-search"]])
    assert all(found[name].faint for name in order[5:-1])


def test_many_strategies_all_differ() -> None:
    found = looks([card(f"strategy-{i:02}") for i in range(30)])
    assert len({(look.colour, look.line) for look in found.values()}) == 30


def test_every_colour_has_its_own_marker() -> None:
    found = looks([card(name, name) for name in COLOURS])
    assert len({look.marker for look in found.values()}) == len(COLOURS)


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


def test_a_users_settings_have_no_say() -> None:
    with mpl.rc_context({"font.size": 40, "lines.linewidth": 9, "savefig.bbox": "tight"}):
        changed = drawn(style.SINGLE)
    assert changed == drawn(style.SINGLE)


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1"), (0.001, "0.001"), (1e-4, "1e-4"), (5e-7, "5e-7"), (1e4, "1e4")]
)
def test_powers_are_written_without_small_print(number: float, text: str) -> None:
    assert style.power(number).replace(style.MINUS, "-") == text
