"""Two objectives at once: what runs dominate and attain, in numbers, in a table and in a figure."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from cards import strategy_card
from studies import NAN, about, failed, finished, problem, run
from test_figure_layout import check, names, overlap

from hpobench.registry.choice import Choice
from hpobench.report import writing
from hpobench.report.appendix.objectives import at_once, objectives_table
from hpobench.report.captioned_figure import CaptionedFigure
from hpobench.report.choosing import cut
from hpobench.report.compared import Compared
from hpobench.report.exhibits.objectives import objectives
from hpobench.report.looks import style
from hpobench.report.looks.drawing import Drawing
from hpobench.report.looks.venues import STYLES, Style
from hpobench.runner.finished_run import FinishedRun, in_columns
from hpobench.scores import both_attained, both_values, front, hypervolume, hypervolume_regrets
from hpobench.scores.fronts import BEYOND
from hpobench.store import run_columns, run_file
from hpobench.store.run_file import RunFile
from hpobench.store.sealed_json import FormatError
from hpobench.trial import Fidelity, Outcome, Stop

TWO = replace(problem(0), objectives=("loss", "time"))
BUDGET = 2
HALF = np.array([1.0, 2.0])
"""Where runs of two evaluations are read."""


def of_two(name: str, seed: int, *values: tuple[float, ...]) -> Outcome:
    """Return a run that evaluated tuples of values."""
    one = run(name, TWO, seed, 0.0)
    (record,) = one.records
    records = tuple(
        replace(record, trial=replace(record.trial, id=i, values=each), score=each[0])
        for i, each in enumerate(values)
    )
    return replace(one, run=replace(one.run, budget=Fraction(BUDGET)), records=records)


RUNS = (
    *(of_two("random-search", seed, (1.0, 3.0), (2.0, 2.0)) for seed in range(2)),
    of_two("random-search", 2, (NAN, NAN), (3.0, 1.0)),
    *(of_two("tpe", seed, (1.5, 1.5)) for seed in range(2)),
    failed(of_two("tpe", 2, (0.1, 0.1))),
)


def made(found: Sequence[Outcome] = RUNS) -> tuple[Compared, list[FinishedRun]]:
    return about(found, [TWO]), finished(found)


def drawing(drawn: CaptionedFigure, venue: Style = STYLES["neurips"]) -> Drawing:
    assert drawn.draw is not None
    with style.applied(venue):
        found = drawn.draw(venue)
        found.draw_without_rendering()
        check(found, venue)
    return found


def test_a_front_has_the_points_that_no_other_one_dominates() -> None:
    points = np.array([[2, 2], [1, 3], [2, 1], [1, 3], [3, 1], [NAN, 0], [0, NAN], [4, 0]])
    np.testing.assert_array_equal(front(points), [[1, 3], [2, 1], [4, 0]])
    assert front(np.empty((0, 2))).shape == (0, 2)
    many = np.random.default_rng(0).integers(0, 9, (60, 2)).astype(float)
    slow = {
        tuple(a) for a in many.tolist() if not any((b <= a).all() and (b < a).any() for b in many)
    }
    assert [tuple(each) for each in front(many).tolist()] == sorted(slow)


def test_a_hypervolume_is_the_area_that_is_counted_by_hand() -> None:
    reference = np.array([4.0, 4.0])
    assert hypervolume(np.array([[1.0, 1.0]]), reference) == 9
    assert hypervolume(np.array([[1.0, 3.0], [2.0, 1.0]]), reference) == 3 * 1 + 2 * 2
    assert hypervolume(np.array([[1.0, 3.0], [2.0, 1.0], [2.0, 3.0]]), reference) == 7
    for nothing in ([4.0, 0.0], [0.0, 5.0], [NAN, NAN]):
        assert hypervolume(np.array([nothing]), reference) == 0
    cells = np.stack(np.meshgrid(np.arange(20), np.arange(20)), axis=-1).reshape(-1, 2)
    points = np.random.default_rng(1).integers(0, 20, (9, 2)).astype(float)
    covered = sum(bool((points <= cell).all(axis=1).any()) for cell in cells)
    assert hypervolume(points, np.array([20.0, 20.0])) == covered


def test_what_a_run_lacks_of_the_best_front_is_read_over_the_budget() -> None:
    best = np.array([[10.0, 3.0], [20.0, 1.0]])  # (0, 1) and (1, 0) in the unit square
    whole = BEYOND * (BEYOND - 1) + (BEYOND - 1) * 1
    costs = np.array([1.0, 1.0, 1.0])
    points = np.array([[NAN, NAN], [20.0, 1.0], [10.0, 3.0]])
    found = hypervolume_regrets(points, costs, best, np.array([0.5, 1, 2, 3, 9]))
    half = 1 - (BEYOND - 1) * BEYOND / whole
    np.testing.assert_allclose(found, [1, 1, half, 0, 0], atol=1e-12)
    huge = hypervolume_regrets(8e306 * points, costs, 8e306 * best, np.array([2.0]))
    np.testing.assert_allclose(huge, [half])
    far = np.array([[1.7e308, -1.7e308]])
    assert hypervolume_regrets(far, costs[:1], 1e-300 * best, np.array([2.0])) == 1


def test_at_least_a_share_of_the_runs_attain_what_is_on_the_surface_and_fewer_what_is_below() -> (
    None
):
    rng = np.random.default_rng(0)
    runs = [rng.integers(0, 12, size=(count, 2)).astype(float) for count in (3, 5, 1, 0, 4)]
    for share in (0.2, 0.5, 0.8, 1.0):
        corners = both_attained([front(each) for each in runs], share)
        for x, y in np.ndindex(13, 13):
            attained = [bool((pairs <= [x, y]).all(axis=1).any()) for pairs in runs]
            above = bool((corners <= [x, y]).all(axis=1).any())
            assert above == (sum(attained) >= share * len(runs))
    one = np.array([[0.2, 0.7], [0.6, 0.1]])  # of one run, it is what that has found
    np.testing.assert_array_equal(both_attained([one], 0.5), one)
    assert both_attained([], 0.5).shape == both_attained([one[:0]], 0.5).shape == (0, 2)


def test_only_evaluations_at_the_highest_fidelity_of_runs_that_did_not_fail_count() -> None:
    (found,) = finished([of_two("tpe", 0, (1.0, 2.0), (3.0, 4.0))])
    found = replace(found, fidelities=np.array([3.0, 9.0]))
    np.testing.assert_array_equal(both_values(found, Fidelity(1, 9)), [[NAN, NAN], [3, 4]])
    broken = replace(found, stop=Stop("failed", "it broke"))
    assert np.isnan(both_values(broken, Fidelity(1, 9))).all()


def test_the_regrets_of_a_problem_with_two_objectives_are_listed() -> None:
    compared, runs = made()
    (table,) = objectives_table(compared, at_once(compared, runs))
    (found,) = at_once(compared, runs)
    best = np.array([[1.0, 3.0], [1.5, 1.5], [3.0, 1.0]])
    own = [
        hypervolume_regrets(both_values(each, None), each.costs, best, HALF)
        for each in runs
        if each.run.strategy.name == "random-search"
    ]
    np.testing.assert_allclose(found.regrets[0][:, -2:], own)
    np.testing.assert_array_equal(found.regrets[1][-1], 1)  # the run that failed
    assert [row[1].text for row in table.rows] == ["tpe", "random-search"]
    assert [row[2].values for row in table.rows] == [(3,), (3,)]
    (_, random) = table.rows
    assert random[-1].values[0] == pytest.approx(np.median(np.array(own)[:, -1]))
    assert "On 1 problem, 3 seeds" in table.caption


def test_the_figure_shows_the_numbers_of_the_table_and_what_half_of_the_runs_attain() -> None:
    compared, runs = made()
    ((table,), (drawn,)) = (
        objectives_table(compared, at_once(compared, runs)),
        objectives(compared, at_once(compared, runs)),
    )
    ends = {row[1].text: row[-1].values for row in table.rows}
    budgets = [row for row in drawn.numbers if row[0] == "hypervolume regret by budget"]
    last = {row[1]: row[3:] for row in budgets if row[2] == BUDGET}
    assert last.pop("random-search") == ends["random-search"]
    assert last == {"tpe": ends["tpe"]}
    corners = [row[1:4] for row in drawn.numbers if row[0] == "time by loss"]
    assert corners == [
        ("tpe", 1.5, 1.5),
        ("random-search", 1.0, 3.0),
        ("random-search", 2.0, 2.0),
    ]
    assert "Over p0 alone (1 problem, 3 seeds)." in drawn.caption
    assert "Without" not in drawn.caption
    left, right = drawing(drawn).axes
    assert (left.get_ylabel(), right.get_xlabel()) == ("Hypervolume regret", "Loss")


def test_whoever_has_no_run_or_fewer_is_named() -> None:
    unable = replace(of_two("sobol", 0), stop=Stop("unsupported"))
    compared, runs = made([*RUNS[:-1], unable])
    (table,), (drawn,) = (
        objectives_table(compared, at_once(compared, runs)),
        objectives(compared, at_once(compared, runs)),
    )
    for caption in (table.caption, drawn.caption):
        assert "Fewer runs: tpe (2 of 3). Without any run there: sobol." in caption


def test_where_one_point_dominates_all_others_there_is_no_scale() -> None:
    compared, runs = made([*RUNS, of_two("sobol", 0, (0.1, 0.1))])
    assert objectives_table(compared, at_once(compared, runs)) == ()
    (drawn,) = objectives(compared, at_once(compared, runs))
    assert {row[0] for row in drawn.numbers} == {"time by loss"}
    assert "ypervolume" not in drawn.caption + drawn.notes
    assert len(drawing(drawn).axes) == 1


def test_runs_that_are_read_early_have_what_they_had_then() -> None:
    long = [of_two("tpe", 0, (1.0, 3.0), (2.0, 2.0)), of_two("tpe", 1, (3.0, 1.0), (2.0, 2.0))]
    short = cut(finished(long), 1)
    for early, each in zip(short, finished(long), strict=True):
        np.testing.assert_array_equal(both_values(early, None), both_values(each, None)[:1])
    assert cut(finished([run("tpe", problem(0), 0, 1.0)]), 1)[0].other_values is None


@pytest.mark.usefixtures("sketched")
def test_a_report_of_a_smaller_budget_has_the_numbers_of_runs_read_early(tmp_path: Path) -> None:
    cards = [strategy_card(name) for name in ("random-search", "tpe")]
    write = partial(writing.write, finished(RUNS[:2] + RUNS[3:5]), cards, [TWO], [], tmp_path)
    write(choice=Choice(budget=1))
    corners = (tmp_path / "figures" / "objectives-p0.csv").read_text().splitlines()
    assert {each for each in corners if each.startswith("time by loss")} == {
        "time by loss,random-search,1.0,3.0,,",
        "time by loss,tpe,1.5,1.5,,",
    }
    table = (tmp_path / "tables" / "objectives.csv").read_text()
    rows = [line.split(",") for line in table.splitlines()[1:]]
    assert {name: runs for _, name, runs, *_ in rows} == {"random-search": "2", "tpe": "2"}
    page = (tmp_path / "index.html").read_text()
    assert "figures/objectives-p0.csv" in page
    assert "tables/objectives.csv" in page


def test_other_problems_have_neither_table_nor_figure() -> None:
    limited = replace(TWO, limits={"memory": 0.5})
    three = replace(TWO, objectives=("a", "b", "c"))
    found = [of_two("random-search", 0, (1.0, 3.0), (2.0, 2.0))]
    for where in (problem(0), limited, three):
        compared = about(found, [where])
        assert [*objectives(compared, at_once(compared, finished(found)))] == []
        assert objectives_table(compared, at_once(compared, finished(found))) == ()
    unlucky = [of_two("random-search", 0, (NAN, NAN))]
    assert at_once(*made(unlucky)) == ()


@pytest.mark.parametrize(("number", "kind"), [(2, "short"), (9, "long"), (27, "nasty")])
def test_the_figure_lies_on_the_paper_with_its_names(number: int, kind: str) -> None:
    rng = np.random.default_rng(number)
    called = names(min(number, 9), kind)
    called += [f"s{i}" for i in range(len(called), number)]
    found = [
        of_two(name, seed, *(tuple(each) for each in 10 ** rng.normal(0.02 * s, 1, (2, 2))))
        for s, name in enumerate(called)
        for seed in range(2)
    ]
    where = replace(TWO, objectives=("error of " + 30 * "validation", "$seconds$ of " + 300 * "a"))
    compared = about(found, [where])
    assert {strategy_card(name).identity for name in called} == {*compared.scores.strategies}
    (drawn,) = objectives(compared, at_once(compared, finished(found)))
    for venue in (STYLES["neurips"], STYLES["slide"]):
        axes = drawing(drawn, venue).axes[-1]
        assert not overlap(axes.texts)
        assert len(axes.texts) == (number if number <= 9 else 7)


def test_the_values_of_all_objectives_are_read_from_a_sealed_run(tmp_path: Path) -> None:
    made = of_two("random-search", 0, (1.0, 3.0, 4.0), (NAN, NAN, NAN), (2.0, 2.5, -1.0))
    read = run_columns.read(sealed(tmp_path, made))
    np.testing.assert_array_equal(read.other_values, [[3, 4], [NAN, NAN], [2.5, -1]])
    np.testing.assert_array_equal(read.other_values, in_columns(made).other_values)
    assert in_columns(run("random-search", problem(0), 0, 0.5)).other_values is None


def test_a_file_whose_trials_differ_in_their_objectives_has_another_format(tmp_path: Path) -> None:
    for values in ([(1.0,), (2.0, 3.0)], [(2.0, 3.0), (1.0,)], [(2.0, 3.0), (1.0, 2.0, 3.0)]):
        path = sealed(tmp_path, of_two("random-search", 0, *values))
        with pytest.raises(FormatError):
            run_columns.read(path)
        path.unlink()


def sealed(folder: Path, made: Outcome) -> Path:
    """Write the file of a run that has ended."""
    path = folder / run_file.named(made.run)
    with RunFile(path, made.run) as file:
        for record in made.records:
            file.append(record)
        file.seal(made.stop, len(made.records), {"seconds": 0.5})
    return path.with_suffix(run_file.SEALED)
