"""The numbers behind the page are those of the results, and enough to work out all others."""

import base64
import json
import zlib
from pathlib import Path

import numpy as np
import pytest
from made_page import Study, study

from hpobench.report.page.data import POINTS, compact, data, grid_points
from hpobench.report.page.groups import groups
from hpobench.report.page.rendering import packed, script
from hpobench.report.page.runs import short

ASSETS = Path(__file__).parents[1] / "hpobench" / "report" / "page" / "assets"


@pytest.fixture(scope="module")
def made() -> Study:
    return study(4, 9, budget=8)


@pytest.fixture(scope="module")
def numbers(made: Study) -> dict[str, object]:
    compared = made.compared
    found: dict[str, object] = json.loads(compact(data(compared, [], "")))
    return found


def test_final_regrets_follow_from_the_runs(made: Study, numbers: dict[str, object]) -> None:
    compared = made.compared
    runs = numbers["runs"]
    assert isinstance(runs, dict)
    ends = np.cumsum(runs["steps"])
    held = np.array(runs["held"], dtype=float)
    shape = compared.scores.status.shape
    last = np.where(np.array(runs["steps"]) > 0, held[np.maximum(ends - 1, 0)], np.nan)
    finals = np.clip(last.reshape(shape), -1, 2)
    complete = compared.scores.status == "complete"
    exact = compared.scores.reported.bounded[..., -1]
    assert finals[complete] == pytest.approx(exact[complete], rel=1e-6, abs=1e-12)
    assert runs["status"].count("f") == int((compared.scores.status == "failed").sum()) == 0


def test_unsupported_runs_have_no_steps(numbers: dict[str, object]) -> None:
    runs = numbers["runs"]
    assert isinstance(runs, dict)
    steps = [n for n, letter in zip(runs["steps"], runs["status"], strict=True) if letter == "u"]
    assert steps
    assert set(steps) == {0}


def test_groups_are_some_of_the_problems_and_hold_what_they_say(made: Study) -> None:
    found = groups(made.compared)
    assert found["all"][1] == made.compared.problems
    cards = made.compared.scores.problems
    assert all(cards[p].fidelity is not None for p in found["fidelity"][1])
    assert all(sum(cards[p].dimensions.values()) >= 8 for p in found["dimensions>=8"][1])
    assert {"synthetic", "boosting", "neural", "held-out", "trained"} < set(found)
    assert all(0 < len(members) < 9 for name, (_, members) in found.items() if name != "all")


def test_ranges_of_all_problems_are_those_of_the_ranking(
    made: Study, numbers: dict[str, object]
) -> None:
    compared = made.compared
    found = numbers["ranges"]
    assert isinstance(found, dict)
    for s, best, worst in zip(
        compared.complete, compared.rank_ranges.best, compared.rank_ranges.worst, strict=True
    ):
        assert found["all"][str(s)] == [best, worst]
    assert "fidelity" not in found  # 5 problems are too few


def test_the_grid_is_thinned_and_keeps_the_checkpoints() -> None:
    compared = study(1, 1, seeds=1, budget=100).compared
    points = grid_points(compared)
    assert len(points) <= POINTS + 4
    assert {10.0, 25.0, 50.0, 100.0} <= set(compared.spent[points].tolist())


@pytest.mark.parametrize(
    ("budget", "spent"), [(5, [1, 2, 3, 4, 5]), (1, [0.1, 0.25, 0.5, 1]), (2, [1, 2])]
)
def test_the_grid_has_whole_evaluations_where_there_are_some(
    budget: int, spent: list[float]
) -> None:
    compared = study(1, 1, seeds=1, budget=budget).compared
    assert compared.spent[grid_points(compared)] == pytest.approx(spent)


def test_data_is_packed_as_a_browser_unpacks_it(numbers: dict[str, object]) -> None:
    assert json.loads(zlib.decompress(base64.b64decode(packed(numbers)))) == numbers
    assert "</" not in compact({"a": "</script>"})


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.123456, 0.123), (-25.0, -25), (1e-9, 1e-9), (float("inf"), 1e300), (float("nan"), None)],
)
def test_numbers_are_short(value: float, said: float | None) -> None:
    assert short(value, 3) == said


def test_every_script_is_part_of_the_page_and_small() -> None:
    whole = script()
    for path in ASSETS.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert text in whole, path.name
        assert text.startswith("// "), path.name
        assert len(text.splitlines()) <= 300, path.name
