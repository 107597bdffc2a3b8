"""One's own case on the page: which problems are like it, what is said, and what is wrong."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import Window
from made_page import NAMES, Study, study, write_page

from hpobench.statistics import problems_needed
from hpobench.trial import Fidelity, Outcome

pytestmark = pytest.mark.web
ALIKE = "return hpobench.alikeProblems()"
SIZES = """const {problems} = hpobench.data;
return [problems.map((each) => each.dimensions), problems.map((each) => each.kinds.categorical)]"""


def typed(window: Window, name: str, value: str) -> None:
    """Type a value into a field in place of what stands there."""
    window.run(
        """const [name, value] = arguments, field = document.querySelector(`[name=${name}]`);
        field.value = value; field.dispatchEvent(new Event('input', {bubbles: true}))""",
        *(name, value),
    )


def said(window: Window) -> str:
    return " ".join(window.text("#view-case .answer").split())


def test_a_test_needs_as_many_problems_as_the_report_says(window: Window, page: Path) -> None:
    window.open(page)
    tests = list(range(1, 700))
    found = window.run("return arguments[0].map((each) => hpobench.problemsNeeded(each))", tests)
    assert found == [problems_needed(number) for number in tests]


def test_the_nearest_problems_are_as_many_as_a_test_needs(window: Window, tmp_path: Path) -> None:
    window.open(write_page(study(9, 30), tmp_path))
    window.draw_all()
    sizes, choices = window.run(SIZES)
    for parameters in (1, 4, 7, 8, 9, 24):
        typed(window, "parameters", str(parameters))
        found = window.run(ALIKE)
        members = found["members"]
        assert found["needed"] == problems_needed(28) <= len(members)
        others = [p for p in range(30) if p not in members and not choices[p]]
        ratios = [max(each / parameters, parameters / each) for each in sizes]
        assert max(ratios[p] for p in members) < min(ratios[p] for p in others)
        low, high = min(sizes[p] for p in members), max(sizes[p] for p in members)
        span = f"{low} to {high}" if low < high else f"{low}"
        words = said(window)
        assert f"most like yours ({span} parameters, none of them categorical)" in words
        assert "A test needs" not in words
        assert "a test of all pairs needs" not in words


def test_too_few_problems_are_said_to_be_too_few_without_any_p(window: Window, page: Path) -> None:
    window.open(page, "#early=yes&real=yes")
    window.draw_all()
    words, number = said(window), len(window.run(ALIKE)["members"])
    assert f"Sure? No. A test needs 9 problems, and there are {number} like yours." in words
    assert "no test functions, with a fidelity, all there are, whatever their number" in words
    assert not re.search(r"\bp [<=]", words)


def test_of_a_case_unlike_all_runs_nothing_is_sure(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    assert "For runs" not in said(window)
    for name, value, words in (
        ("evaluations", "500", "Runs here ended after 8 evaluations, and what leads after 500 is"),
        ("workers", "100", "Runs here had 1 worker; with 100, strategies that learn from each"),
        ("parameters", "1000", "No problem here has more than "),
    ):
        right = window.find(f"[name={name}]").get_attribute("value")
        typed(window, name, value)
        assert f"Sure? No. {words}" in said(window)
        assert "For runs as they were here: " in said(window)
        if name == "parameters":
            assert len(window.text("#view-case code").splitlines()) < 20
        typed(window, name, right)


def test_that_the_default_beats_the_best_more_often_is_said(window: Window, page: Path) -> None:
    window.open(page)
    by = window.run("return hpobench.data.theDefault")
    chances = [0.3, 0.7]
    script = "return arguments[0].map((each) => hpobench.besidesDefault('It beats b', each))"
    assert window.run(script, chances) == [
        f"It beats b, but {by} beat it in 7 of 10 runs.",
        f"It beats b, and {by} in 7 of 10 runs.",
    ]


def test_a_real_model_is_no_test_function(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    before = window.run(ALIKE)["members"]
    window.run("document.querySelector('[name=real]').click()")
    members = window.run(ALIKE)["members"]
    families = window.run("return hpobench.data.problems.map(({family}) => family)")
    assert "synthetic" in {families[p] for p in before}
    assert {families[p] for p in members} == {"boosting", "neural"}
    assert "real=yes" in window.run("return location.hash")
    window.open(page, "#real=yes")
    window.draw_all()
    assert window.run(ALIKE)["members"] == members


def test_without_both_kinds_of_problems_no_tick_is_offered(window: Window, tmp_path: Path) -> None:
    made = study(3, 9)
    alone = tuple(replace(each, fidelity=None) for each in made.problems)
    window.open(write_page(Study(made.strategies, alone, made.outcomes), tmp_path))
    window.draw_all()
    ticks = "return [...document.querySelectorAll('.asked [type=checkbox]')].map(({name}) => name)"
    assert window.run(ticks) == ["real"]


def test_the_second_one_is_named_and_so_is_the_one_of_the_headline(
    window: Window, page: Path
) -> None:
    window.open(page)
    window.draw_all()
    usual, seen = window.text("h1 b"), set()
    for parameters in (1, 4, 9):
        typed(window, "parameters", str(parameters))
        words = said(window)
        first, second, *_ = window.run(
            "return [...document.querySelectorAll('#view-case .answer b')].map((b) => b.innerText)"
        )
        assert re.search(rf"(ahead of|and so does) {second} \(mean regret [\d.]+ against", words)
        assert (f"{usual}, which the headline names" in words) == (first != usual)
        seen.add(first)
    assert usual in seen


FAULTS = """return Object.fromEntries([...document.querySelectorAll(".asked .fault")]
  .filter((each) => each.textContent).map((each) => [each.id.slice(6), each.textContent]))"""


WRONG = (
    ("parameters", "0", "0: a whole number from 1 on is needed"),
    ("parameters", "-3", "-3: a whole number from 1 on is needed"),
    ("parameters", "", "a whole number from 1 on is needed"),
    ("evaluations", "2.5", "2.5: a whole number from 1 on is needed"),
    ("categorical", "9", "9: at most 8, as many as there are parameters"),
    ("categorical", "-1", "-1: a whole number from 0 on is needed"),
    ("minutes", "0", "0: more than 0 is needed"),
)
"""Fields, what is typed into them, and what is said of it."""


def test_what_is_wrong_is_said_beside_its_field_and_stays_there(window: Window, page: Path) -> None:
    window.open(page)
    window.draw_all()
    before = said(window)
    for name, value, fault in WRONG:
        field = window.find(f"[name={name}]")
        right = field.get_attribute("value")
        typed(window, name, value)
        window.update()
        assert window.run(FAULTS) == {name: fault}
        assert field.get_attribute("value") == value
        assert field.get_attribute("aria-invalid") == "true"
        assert said(window) == "There is an answer once the fields above are right."
        typed(window, name, right)
        assert window.run(FAULTS) == {}
        assert said(window) == before


def test_one_that_stops_nothing_early_is_said_to_do_so(window: Window, tmp_path: Path) -> None:
    made = study(3, 9, names=(NAMES[0], "whole", "cutting"))
    problems = tuple(replace(each, fidelity=Fidelity(1, 9)) for each in made.problems)
    outcomes = (*made.outcomes[:-27], *map(in_halves, made.outcomes[-27:]))
    page = write_page(Study(made.strategies, problems, outcomes), tmp_path)
    window.open(page)
    window.draw_all()
    cuts = "return hpobench.data.strategies.map(({name, cuts}) => [name, cuts])"
    assert dict(window.run(cuts)) == {NAMES[0]: False, "whole": False, "cutting": True}
    first = window.text("#view-case .answer b")
    assert "stops nothing early" not in said(window)
    window.run("document.querySelector('[name=early]').click()")
    assert ("stops nothing early" in said(window)) == (first != "cutting")


def in_halves(outcome: Outcome) -> Outcome:
    """Return a run of twice as many trainings, each half as long."""
    twice = [
        replace(each, trial=replace(each.trial, id=2 * i + half, cost=0.5))
        for i, each in enumerate(outcome.records)
        for half in (0, 1)
    ]
    return replace(outcome, records=tuple(twice))


def test_equal_numbers_are_not_set_against_each_other(window: Window, tmp_path: Path) -> None:
    made = study(4, 9)
    best, twin = made.strategies[1].identity, made.strategies[3].identity
    runs = [each for each in made.outcomes if each.run.strategy != twin]
    same = [
        replace(each, run=replace(each.run, strategy=twin))
        for each in runs
        if each.run.strategy == best
    ]
    window.open(write_page(replace(made, outcomes=(*runs, *same)), tmp_path))
    window.draw_all()
    words = said(window)
    assert re.search(r", as well as [\w-]+ \(the mean regret of both is 0\.\d{3}\)\. ", words)
    assert not re.search(r"(\d\.\d+) against \1\b", words)
