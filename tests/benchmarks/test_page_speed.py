"""How long the page takes to draw a view anew in a browser, and how large its numbers are."""

import itertools
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Window, chromium
from made_page import study, write_page

from hpobench.report.page.views import GRANTED, VIEWS

NAMES = [view.name for views in VIEWS.values() for view in views if view.name != GRANTED]
STRATEGIES, PROBLEMS, SEEDS, BUDGET = 20, 40, 5, 100
DRAWN = """
const [name, group] = arguments;
for (const [each, view] of hpobench.views) view.near = each === name;
hpobench.update({group});
const started = performance.now();
hpobench.redrawn();
return performance.now() - started;
"""


SAID = """
hpobench.update({budget: arguments[0], group: "everything"});
const started = performance.now();
hpobench.said();
return performance.now() - started;
"""
"""What is said of who is first, before any view is drawn for the same choice."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    path = write_page(study(STRATEGIES, PROBLEMS, seeds=SEEDS, budget=BUDGET), folder)
    print(f"\npage without figures: {path.stat().st_size / 1e6:.2f} MB")
    return path


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    pytest.importorskip("selenium", reason="make test-web installs it")
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("name", ["ranking", "curves", "case", *NAMES])
def test_a_view_is_drawn_for_another_group(
    benchmark: Any, window: Window, page: Path, name: str
) -> None:
    """Each round draws the view for a group that it was not drawn for before."""
    window.open(page)
    groups = itertools.cycle(f"dimensions<={most}" for most in range(3, 12))
    taken = list[float]()
    benchmark.pedantic(lambda: taken.append(window.run(DRAWN, name, next(groups))), rounds=9)
    print(f"\n{name}: {statistics.median(taken):.0f} ms, at best {min(taken):.0f} ms")


def test_who_is_first_is_said_at_a_move_of_the_budget(
    benchmark: Any, window: Window, page: Path
) -> None:
    window.open(page)
    budgets, taken = itertools.count(5), list[float]()
    benchmark.pedantic(lambda: taken.append(window.run(SAID, next(budgets))), rounds=9)
    print(f"\nwho is first: {statistics.median(taken):.0f} ms, at best {min(taken):.0f} ms")
