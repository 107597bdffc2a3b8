"""The page says beside its pictures what they are over, and nothing of what is not drawn."""

import re
from pathlib import Path

import pytest
from browsing import Window

pytestmark = pytest.mark.web
MINUS = "\N{MINUS SIGN}"
SAYING = "return [...document.querySelectorAll(`#view-${arguments[0]} [data-says]`)].length"


def test_who_beats_whom_says_who_ran_on_fewer_problems(window: Window, page: Path) -> None:
    window.open(page)
    window.update('{group: "everything"}')
    window.draw_all()
    drawn = window.text("#view-matrix svg")
    assert re.search(r"halving \(6 of ?12\) 9", drawn)
    assert "(9)" in drawn
    assert "as one did not run on all" in drawn
    window.update('{group: "fidelity"}')  # where all ran
    drawn = window.text("#view-matrix svg")
    assert "(" not in drawn
    assert "as one did not run on all" not in drawn


def test_captions_speak_of_nothing_that_is_not_drawn(window: Window, page: Path) -> None:
    window.open(page)
    name = window.run("return hpobench.data.comparatorName")
    both = "of the first one and of what all are compared with."
    assert both in window.text("#view-curves .said")
    window.update("{out: [hpobench.data.comparator]}")
    assert "Bands: 95 % intervals of the first one." in window.text("#view-curves .said")
    assert f"{name} is left out, so nothing is compared with it; worth" in window.text("#ranked")
    window.update("{out: []}")
    assert both in window.text("#view-curves .said")
    seen = "return document.querySelector('#view-curves .said').checkVisibility()"
    assert window.run(seen)
    window.update('{group: "nonsense"}')
    assert not window.run(seen)


@pytest.mark.parametrize("name", ["robustness", "where", "adds", "complement", "start-bias"])
def test_every_mark_tells_its_numbers(window: Window, page: Path, name: str) -> None:
    window.open(page)
    window.draw_all()
    marks = window.run(f"return document.querySelectorAll('#view-{name} circle.mark').length")
    legend = 4 if name == "where" else 0
    assert window.run(SAYING, name) == marks - legend > 0
    mark = window.run(
        "return document.querySelector(`#view-${arguments[0]} [data-says]`).dataset.says", name
    )
    _, first, second, *_ = window.exported(name)
    row = second if name == "adds" else first  # the best one adds nothing to itself
    number = float(row[2 if name == "where" else 1])
    assert f": {number:.3f} [".replace("-", MINUS) in mark


def test_a_card_names_its_units_and_closes_where_its_problem_is_not_chosen(
    window: Window, page: Path
) -> None:
    window.open(page, "#problem=problem-2")
    window.draw_all()
    assert "fidelity: 1 to 9 epochs" in window.text("#card")
    means = window.run(
        """return [...document.querySelectorAll("#card-seeds .bar")].map((bar) =>
          bar.x1.baseVal.value)"""
    )
    assert means == sorted(means)
    assert len(means) > 3
    window.update('{group: "held-out"}')
    assert window.text("#card") == "problem-2 is not among the problems that are chosen."
