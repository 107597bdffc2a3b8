"""Choosing on the page: strategies alone, functions that count once, and what a strategy needs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from browsing import PHONE, Window
from made_page import NAMES, Study, study, write_page

from hpobench.cards.groups import functions
from hpobench.report.bounds import of_regrets
from hpobench.statistics import Bounds, FloatArray, against, mean_over, new_problems
from hpobench.statistics.tests import wilcoxon
from hpobench.trial import Fidelity, Identity

pytestmark = pytest.mark.web
SHOWN = """return hpobench.standingsOf(hpobench.state()).rows.map((row) =>
  hpobench.data.strategies[row.s].name)"""
ENTER, SHIFT = "\ue007", "\ue008"


def test_a_strategy_is_shown_alone_by_a_button_and_all_again(window: Window, page: Path) -> None:
    window.open(page)
    names = window.run(SHOWN)
    button = window.find("#standings tr:nth-child(2) .only")
    window.driver.execute_script("arguments[0].focus()", button)
    button.send_keys(ENTER)
    window.update()
    assert window.run(SHOWN) == names[1:2]
    assert f"only={names[1]}" in window.run("return location.hash")
    assert window.text("#standings .only") == "all"
    focused = "return document.activeElement.matches('#standings tr:first-child .only')"
    assert window.run(focused)
    window.find("#standings tr:nth-child(1) .only").send_keys(ENTER)
    window.update()
    assert window.run(SHOWN) == names
    assert window.run("return location.hash") == ""


def test_strategies_that_are_shown_alone_come_back_by_the_address(
    window: Window, page: Path
) -> None:
    window.open(page)
    names = window.run(SHOWN)
    window.run("document.querySelector('#standings tr .only').click()")
    window.update()
    window.run("document.querySelector('#standings tr.off button').click()")  # and this one
    window.update()
    both, state = window.run(SHOWN), window.run("return JSON.stringify(hpobench.state())")
    address = window.run("return location.hash")
    assert len(both) == 2
    assert names[0] in both
    assert "only=" in address
    window.open(page, address)
    assert window.run(SHOWN) == both
    assert window.run("return JSON.stringify(hpobench.state())") == state
    window.open(page, "#only=nobody")
    assert window.run(SHOWN) == names
    assert "does not have: only=nobody." in window.text("#set-here")


@pytest.mark.parametrize("key", ["shiftKey", "altKey"])
def test_a_click_with_a_key_shows_a_name_alone(window: Window, page: Path, key: str) -> None:
    for name in ("#standings tr:nth-child(2) .name", "#view-curves .label:last-child"):
        window.open(page)
        window.run(
            f"""const name = document.querySelector(arguments[0]);
            name.dispatchEvent(new MouseEvent("click", {{bubbles: true, {key}: true}}))""",
            name,
        )
        window.update()
        assert len(window.run(SHOWN)) == 1


def test_a_name_in_a_chart_is_shown_alone_by_the_keyboard(window: Window, page: Path) -> None:
    window.open(page)
    window.find("#view-curves .label").send_keys(SHIFT, ENTER)
    window.update()
    assert len(window.run(SHOWN)) == 1


def test_a_tap_on_a_name_offers_to_show_it_alone(window: Window, page: Path) -> None:
    window.open(page, size=PHONE)
    name = window.text("#standings tr .name")
    window.tap("#standings tr .name")
    assert window.text("#tip button:last-child") == "show only this one"
    window.tap("#tip button:last-child")
    assert window.run(SHOWN) == [name]


def in_variants(made: Study) -> Study:
    """Make two of three problems variants of the one before: with noise, and moved."""
    kinds, named = ("", "+noise=0.1", "+moved"), dict[Identity, Identity]()
    for number, card in enumerate(made.problems):
        name = f"problem-{number - number % 3}{kinds[number % 3]}"
        named[card.identity] = replace(card.identity, name=name)
    return Study(
        made.strategies,
        tuple(replace(each, identity=named[each.identity]) for each in made.problems),
        tuple(
            replace(each, run=replace(each.run, problem=named[each.run.problem]))
            for each in made.outcomes
        ),
    )


ONCE = """return hpobench.ranked({...hpobench.initial, once: true, members: arguments[0]}).rows
  .map(({s, mean, low, high, versus}) => [s, mean, low, high, versus?.p])"""


def test_a_function_in_variants_counts_once_in_ones_own_case(
    window: Window, tmp_path: Path
) -> None:
    made = in_variants(study(6, 30))
    compared = made.compared
    groups = np.array(functions(compared.scores.problems))
    first = np.unique(groups)
    assert len(first) == 10

    def merged(values: FloatArray) -> FloatArray:
        return np.stack([mean_over(values[..., groups == g], axis=-1) for g in first], axis=-1)

    means = merged(mean_over(compared.scores.reported.bounded[..., -1], axis=2))
    ends = of_regrets(compared.scores, compared.problems)
    bounds = Bounds(merged(ends.least), merged(ends.most))
    who, versus = compared.complete, compared.comparator_position
    assert versus is not None
    tests = against(merged(compared.tested_differences), versus)
    window.open(write_page(made, tmp_path))
    found = window.run(ONCE, compared.problems)
    assert {row[0] for row in found} >= {*who}
    for s, mean, low, high, p in found:
        if s not in who:
            continue
        spread = new_problems(means[s][:, None], bounds)
        assert [mean, low, high] == pytest.approx(
            [float(spread.mean), float(spread.low), float(spread.high)], abs=1e-6
        )
        assert p is None if s == versus else p == pytest.approx(tests.adjusted[s], rel=1e-6)
    said = window.text("#view-case .answer")
    like = window.run("return hpobench.alikeProblems().members")
    once = len(np.unique(groups[like]))
    assert once >= 8  # a test of five strategies needs so many
    assert f"on the {once} different problems here that are most like" in said
    assert f"Here they are {len(like)} problems with their variants, which count once" in said
    assert "the test is over different problems" in said
    assert "10 of the problems differ, the others are variants of these" in window.text(".ran")
    window.draw_all()
    rows = window.exported("where")
    assert rows[0][-2:] == ["functions", "problems"]
    assert max(rows[1:], key=lambda row: int(row[-1]))[-2:] == ["10", "30"]
    assert "all (10 of 30)" in window.text("#view-where .canvas")


def test_what_a_strategy_needs_is_said_where_one_chooses_it(window: Window, tmp_path: Path) -> None:
    made = study(3, 9, names=(NAMES[0], "cutting", "mine"))
    cards = [
        replace(each, family="multi-fidelity" * (n == 1)) for n, each in enumerate(made.strategies)
    ]
    problems = tuple(replace(each, fidelity=Fidelity(1, 9)) for each in made.problems)
    page = write_page(Study(tuple(cards), problems, made.outcomes), tmp_path)
    window.open(page)
    window.draw_all()
    said = window.text("#view-case .answer")
    assert window.text("#view-case .answer b") == "cutting"
    assert "Needs a fidelity: trainings that can be cut short" in said
    assert "Of those that need nothing more than values, " in said
    window.run("document.querySelector('#standings [data-about=\"1\"]').focus()")
    assert "Needs a fidelity" in window.text("#tip")
    assert "Needs a fidelity" in window.text("#ranking .terms b")
    window.open(page, "#early=yes")
    window.draw_all()
    assert "Needs a fidelity" not in window.text("#view-case .answer")


def test_p_values_of_tied_and_untied_differences_are_those_of_the_report(
    window: Window, page: Path
) -> None:
    window.open(page)
    rng = np.random.default_rng(0)
    rows = [rng.normal(size=n).round(digits) for n in (3, 9, 40, 60) for digits in (1, 8)]
    rows += [np.zeros(9), np.array([0.0, 0.0, 1.0, -2.0, 3.0, 4.0, 5.0, 6.0])]
    found = window.run("return arguments[0].map(hpobench.wilcoxon)", [row.tolist() for row in rows])
    assert found == pytest.approx([wilcoxon(row) for row in rows], rel=1e-9)


UNTOLD = """const found = [];
for (const group of ["all", "fidelity", "synthetic", "dimensions>=4"]) {
  for (let budget = 0; budget < hpobench.data.grid.length; budget++) {
    const shown = {...hpobench.initial, group, budget};
    const {complete, rows: [{s}]} = hpobench.standingsOf(shown);
    const pairs = hpobench.pairsOf(shown).pairs.filter(({a, b}) =>
      [a, b].includes(s) && complete.includes(a) && complete.includes(b));
    const others = pairs.filter(({p}) => !(p <= 0.05)).map(({a, b}) => a + b - s);
    found.push([hpobench.untoldFrom(shown, s), others, pairs.length]);
  }
}
return found;"""


def test_who_is_not_told_from_the_first_one_is_what_all_pairs_say(
    window: Window, tmp_path: Path
) -> None:
    window.open(write_page(study(9, 30), tmp_path))
    found = window.run(UNTOLD)
    assert all(quick == whole for quick, whole, _ in found)
    assert len({len(whole) for _, whole, _ in found}) > 2
    assert any(0 < len(whole) < pairs for _, whole, pairs in found)


def test_pairs_are_worked_out_once_for_a_state(window: Window, page: Path) -> None:
    window.open(page)
    window.update('{group: "everything"}')
    same = "hpobench.pairsOf(hpobench.state()) === hpobench.pairsOf({...hpobench.state()})"
    assert window.run(f"return {same}")
    window.run("globalThis.before = hpobench.pairsOf(hpobench.state())")
    window.update("{budget: 3}")
    assert window.run("return hpobench.pairsOf(hpobench.state()) !== globalThis.before")


def test_printed_captions_say_that_no_choice_changes_them(window: Window, page: Path) -> None:
    said = "return getComputedStyle(document.querySelector('figcaption'), '::before').content"
    window.open(page)
    window.update()
    assert window.run(said) == "none"
    window.update("{budget: 3}")
    assert "Of the whole study" in window.run(said)
