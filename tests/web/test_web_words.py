"""The page's script says things in the words of the report, and colours them as it does."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import Window
from made_page import Study, study, write_page

from hpobench.report.words import about, of_ten

pytestmark = pytest.mark.web
DOTS = """return [...document.querySelectorAll("#standings .dot")].map((dot) =>
  dot.style.getPropertyValue("--colour").trim())"""


@pytest.mark.parametrize("strategies", [9, 14])
def test_rows_that_are_drawn_are_those_that_are_printed(
    window: Window, tmp_path: Path, strategies: int
) -> None:
    window.open(write_page(study(strategies, 12), tmp_path))
    printed, colours = window.rows(), window.run(DOTS)
    window.update('{group: "everything"}')
    drawn = window.rows()
    assert [[row[0], *row[2:]] for row in drawn] == [[row[0], *row[2:]] for row in printed]
    assert window.run(DOTS) == colours
    assert len({*colours} - {"var(--grey)"}) == min(strategies, 10)


def test_the_first_ones_of_a_choice_have_colours_of_their_own(
    window: Window, tmp_path: Path
) -> None:
    window.open(write_page(study(27, 12), tmp_path))
    best = window.run("return hpobench.data.order.slice(0, 7)")
    for changes in (f"{{out: {best}}}", '{group: "synthetic", budget: 2}'):
        window.update(changes)
        colours = window.run(DOTS)
        assert "var(--grey)" not in colours[:5]
        assert len({*colours} - {"var(--grey)"}) == len([c for c in colours if c != "var(--grey)"])


def test_the_first_ones_that_are_told_apart_by_no_printed_digit_share_a_sentence(
    window: Window, tmp_path: Path
) -> None:
    made = study(4, 9, names=("random-search", "good", "other", "nearly"))
    of = {
        (each.run.problem, each.run.seed): each
        for each in made.outcomes
        if each.run.strategy.name == "good"
    }
    outcomes = [
        each
        if each.run.strategy.name != "nearly"
        else replace(
            (like := of[each.run.problem, each.run.seed]),
            run=each.run,
            records=tuple(replace(record, score=record.score + 1e-7) for record in like.records),
        )
        for each in made.outcomes
    ]
    window.open(write_page(replace(made, outcomes=tuple(outcomes)), tmp_path))
    window.update('{group: "everything"}')
    (first, _, mean, *_, sign), (second, *_) = window.rows()[:2]
    assert {first, second} == {"good", "nearly"}
    assert sign == "better"
    said = f"{first} and {second} have the lowest mean regret, {mean} when rounded"
    assert f"On 9 problems: {said}; against random-search: better." in window.text("#set-here")


COLOURS = """return Object.fromEntries([...document.querySelectorAll("#standings tr")].map((row) =>
  [row.dataset.strategy, row.querySelector(".dot").style.getPropertyValue("--colour").trim()]))"""


def test_a_strategy_keeps_its_colour_whatever_is_left_out(window: Window, tmp_path: Path) -> None:
    window.open(write_page(study(27, 12), tmp_path))
    order = window.run("return hpobench.data.order")
    seen: dict[str, str] = {}
    for out in (order[-1:], order[:1], order[:4], order[2:9]):
        window.update(f"{{out: {out}}}")
        for strategy, colour in window.run(COLOURS).items():
            if colour != "var(--grey)":
                assert seen.setdefault(strategy, colour) == colour
    assert len({*seen.values()}) == len(seen) > 10


def test_numbers_in_sentences_are_rounded_as_the_report_rounds_them(
    window: Window, page: Path
) -> None:
    window.open(page)
    chances = [k / 200 for k in range(201)]
    factors = [0.0, 0.004, 0.148, 0.996, 1.04, 9.949, 9.951, 28.5, 37.46, 99.6, 123.0, 995.0]
    found = window.run(
        "return [arguments[0].map(hpobench.ofTen), arguments[1].map(hpobench.about)]",
        *(chances, factors),
    )
    assert found == [[of_ten(chance) for chance in chances], [about(each) for each in factors]]


@pytest.mark.parametrize(("notice", "sure"), [("", "Yes."), ("Too few seeds.", "Probably.")])
def test_ones_own_case_is_said_as_the_answer_is(
    window: Window, tmp_path: Path, notice: str, sure: str
) -> None:
    made = study(3, 7, names=("random-search", "good", "other"))  # as many as a test needs
    window.open(write_page(made, tmp_path, notice=notice))
    window.draw_all()
    said, whole = window.text("#view-case .answer"), window.text("#which")
    assert "on the 7 problems here that are most like yours" in said
    assert f"Sure? {sure}" in whole
    whole = re.sub(
        r" from \d+ evaluations on, and not with fewer", "", whole
    )  # the case has one budget
    for sentence in re.findall(r"t beats [^.]*\.|Sure\? [^.]*\. A test [^.]*\.", whole):
        assert sentence in said, sentence


def test_what_each_adds_is_the_gain_of_the_best_pair(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    _, alone, pair, *_ = window.exported("complement")
    _, best, first, *rest = window.exported("adds")
    assert best[0] == alone[0]
    gain = float(alone[1]) - float(pair[1])
    assert float(first[1]) == pytest.approx(gain, rel=1e-6) or best[0] not in pair[0]
    gains = [float(row[1]) for row in (first, *rest)]
    assert gains == sorted(gains, reverse=True)
    wins = [int(row[4]) for row in (best, first, *rest)]
    assert sum(wins) >= int(best[5])
    assert f"best on {wins[0]} of {best[5]}" in window.text("#view-adds .canvas")


def test_proposals_that_come_again_are_counted(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    head, *rows = window.exported("conduct")
    for row in rows:  # made-up runs propose one configuration again and again
        counts = dict(zip(head, row, strict=True))
        again = int(counts["evaluations"]) - int(counts["runs"])
        assert int(counts["proposed again"]) == again or counts["failed"] != "0"
        assert counts["peak memory in bytes"] == ""
        assert 0 < float(counts["seconds a step"]) < 1


def test_the_default_granted_against_withheld_is_that_of_the_table(
    window: Window, tmp_path: Path
) -> None:
    made = study(3, 9, names=("random-search", "a", "b"))
    told = [
        replace(each, run=replace(each.run, first="default")) for each in made.outcomes[: -9 * 3]
    ]
    better = [replace(each, records=each.records[::-1]) for each in told]
    both = Study(made.strategies, made.problems, (*made.outcomes, *better))
    page = write_page(both, tmp_path)
    window.open(page)
    window.draw_all()
    _, *rows = window.exported("default-granted")
    table = (page.parent / "tables" / "fair-starts.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == len(table) - 1 == 2
    for row, line in zip(rows, table[1:], strict=True):
        said = line.split(",")
        assert row[0] == said[0]
        for number, other in zip(row[1:4], said[1:4], strict=True):
            assert float(number) == pytest.approx(float(other), abs=2e-5)
