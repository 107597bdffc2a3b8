"""What the page works out in a browser is what the report's tables say."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from browsing import Window
from made_page import study, write_page

from hpobench.report.looks.tables import NONE
from hpobench.report.over_budget import mean_rank

pytestmark = pytest.mark.web
Rows: TypeAlias = Mapping[str, Mapping[str, str]]
VERSUS = {
    "p": "p (Holm)",
    "chance": "chance",
    "chanceLow": "chance low",
    "gain": "gain",
    "gainLow": "gain low",
    "least": "speed-up",
    "most": "at most",
    "worthLow": "speed-up low",
}
"""The columns of the primary comparison, by what the page calls them."""
STANDINGS = """
const [changes] = arguments;
return hpobench.standingsOf({...hpobench.initial, ...changes}).rows.map((row) => ({
  name: hpobench.data.strategies[row.s].name, mean: row.mean, low: row.low, high: row.high,
  p: row.versus?.p, chance: row.versus?.chance.mean, chanceLow: row.versus?.chance.low,
  gain: row.versus?.gain.mean, gainLow: row.versus?.gain.low, place: row.place,
  least: row.worth?.least, most: row.worth?.most, worthLow: row.worth?.low,
}))"""
LOST = """const {lost, problems} = hpobench.data;
return problems.map((_, p) => lost.flatMap((row) => row[p]).filter((share) => share !== null));"""
EXPORTED = "return hpobench.views.get(arguments[0]).csv(hpobench.state())"


@pytest.fixture(scope="module")
def shown(window: Window, page: Path) -> Window:
    window.open(page)
    return window


def rows(window: Window, changes: Mapping[str, object]) -> dict[str, dict[str, float | None]]:
    """Return the numbers of the ranking for a state, by strategy."""
    found = window.run(STANDINGS, changes)
    return {row.pop("name"): row for row in found}


def test_the_ranking_is_that_of_the_table(shown: Window, page: Path) -> None:
    made, said = rows(shown, {}), _table(page, "ranking")
    assert [*made] == [*said]
    for name, row in made.items():
        _alike(row["mean"], said[name]["mean regret"])
        _alike(row["low"], said[name]["low"])
        _alike(row["high"], said[name]["high"])


def test_comparisons_are_those_of_the_table(shown: Window, page: Path) -> None:
    made, said = rows(shown, {}), _table(page, "against-random-search")
    assert len(said) == len(made) - 1
    for name, row in said.items():
        for key, column in VERSUS.items():
            _alike(made[name][key], row[column])


def test_a_group_has_the_ranking_of_its_own_table(shown: Window, page: Path) -> None:
    made, said = rows(shown, {"group": "fidelity"}), _table(page, "ranking-fidelity")
    assert [*made] == [*said]
    for name, row in made.items():
        assert str(row["place"]).rstrip("=") == said[name]["Place"]
        _alike(row["mean"], said[name]["mean regret"])
        _alike(row["chance"], said[name]["P(better)"])


@pytest.mark.parametrize("share", ["25%", "50%", "100%"])
def test_means_at_shares_of_the_budget_are_those_of_the_table(
    shown: Window, page: Path, share: str
) -> None:
    point = shown.run(f"return hpobench.data.grid.indexOf(8 * {share[:-1]} / 100)")
    made, said = rows(shown, {"budget": point}), _table(page, "final-regret")
    for name, row in said.items():
        _alike(made[name]["mean"], row[share])
        _alike(made[name]["low"], row[f"{share} low"])


@pytest.mark.parametrize("share", ["25 %", "50 %", "100 %"])
def test_speed_ups_at_shares_of_the_budget_are_those_of_the_table(
    shown: Window, page: Path, share: str
) -> None:
    point = shown.run(f"return hpobench.data.grid.indexOf(8 * {share[:-2]} / 100)")
    made, said = rows(shown, {"budget": point}), _table(page, "speed-ups")
    for name, row in said.items():
        for key, end in (("least", "least"), ("most", "most"), ("worthLow", "low")):
            _alike(made[name][key], row[f"{share} {end}"])


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"axis": "time"}, "100 % of the time"),
        ({"axis": "seconds", "price": 1}, "Evaluation of 1 s"),
        ({"axis": "seconds", "price": 3600}, "Evaluation of 1 h"),
    ],
)
def test_means_in_time_are_those_of_the_table(
    shown: Window, page: Path, changes: Mapping[str, object], column: str
) -> None:
    made, said = rows(shown, changes), _table(page, "regret-in-time")
    for name, row in said.items():
        _alike(made[name]["mean"], row[column])
        _alike(made[name]["high"], row[f"{column} high"])


def test_pairs_are_those_of_the_table(shown: Window, page: Path) -> None:
    said, seen = _table(page, "pairs"), 0
    for name, other, chance, _, p in shown.run(EXPORTED, "matrix")[1:]:
        if name in said and other in said:
            _alike(chance, said[name][f"P(better), {other}"])
            _alike(p, said[name][f"p (Holm), {other}"])
            seen += 1
    assert seen == 28


def test_the_best_pair_is_that_of_the_table(shown: Window, page: Path) -> None:
    said = {row["Strategies"]: row for row in _lines(page, "portfolios")}
    alone, pair, *_ = shown.run(EXPORTED, "complement")[1:]
    for (names, mean, low, _), row in ((alone, said["1"]), (pair, said["2"])):
        assert sorted(names.split(" + ")) == sorted(row["Which"].split(" and "))
        _alike(mean, row["mean regret"])
        _alike(low, row["low"])


def test_mean_ranks_at_every_budget_are_those_of_the_figure(shown: Window) -> None:
    drawn = mean_rank(study(9, 12).compared).numbers
    said = {(name, at): rank for _, name, at, rank, *_ in drawn}
    found = shown.run(EXPORTED, "standings-over-budget")[1:]
    assert {at for _, at, _ in found} == set(shown.run("return hpobench.data.grid"))
    assert len(found) == 8 * len({at for _, at, _ in found})
    for name, at, rank in found:
        number = np.nan if rank is None else rank
        assert number == pytest.approx(said[name, at], nan_ok=True)


def test_runs_that_lost_a_part_again_are_those_of_the_table(window: Window, tmp_path: Path) -> None:
    made = write_page(study(2, 12, seeds=1, budget=4), tmp_path)
    window.open(made)
    assert any(runs and max(runs) <= 0 for runs in window.run(LOST))  # on this nobody lost anything
    _, *found = window.exported("overtuning")
    window.draw_all()
    drawn = window.text("#view-overtuning svg")
    for name, row in _table(made, "overtuning").items():
        shares = [float(share) for each, share, _ in found if each == name]
        losers = sum(share > 0 for share in shares)
        assert len(shares) == int(row["Gained"])
        assert 100 * losers / len(shares) == pytest.approx(float(row["Lost a part (%)"]), abs=0.1)
        assert f"{losers} of {len(shares)} runs" in drawn


def _lines(page: Path, name: str) -> list[dict[str, str]]:
    text = (page.parent / "tables" / f"{name}.csv").read_text(encoding="utf-8")
    return [*csv.DictReader(io.StringIO(text))]


def _table(page: Path, name: str) -> Rows:
    return {row["Strategy"].rstrip("*"): row for row in _lines(page, name)}


def _alike(found: float | None, said: str) -> None:
    """Compare a number of the page, where nothing is infinite, with one of a CSV."""
    if said in {"", NONE, "inf"}:
        assert found is None
    else:
        assert found == pytest.approx(float(said), abs=2e-5, rel=1e-4)
