"""Figures for papers: they show the numbers of the tables, and lie on the paper."""

from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from cards import strategy_card
from made_page import study
from sketches import sketching
from studies import Ends, about, finished, outcomes, problem, run
from test_figure_layout import check, looks, names, overlap

from hpobench.cards.card import Anchors
from hpobench.report import selection
from hpobench.report.appendix.in_time import clock
from hpobench.report.appendix.other_runs import ends as ends_of
from hpobench.report.appendix.workers import by_workers
from hpobench.report.captioned_figure import CaptionedFigure
from hpobench.report.compared import Compared
from hpobench.report.comparisons import comparisons
from hpobench.report.exhibits.doses import WITHOUT, along, doses
from hpobench.report.exhibits.every import exhibits
from hpobench.report.exhibits.makespans import in_time, makespans
from hpobench.report.exhibits.over_budget import shares_reached
from hpobench.report.exhibits.variants import variants
from hpobench.report.figures import intervals, lines, matrix, shares
from hpobench.report.figures.intervals import Column, Row
from hpobench.report.figures.lines import Chart, Line
from hpobench.report.figures.shares import Bars
from hpobench.report.headlines import headlines
from hpobench.report.looks import style
from hpobench.report.looks.tables import Table
from hpobench.report.looks.venues import STYLES
from hpobench.report.rankings import ranking
from hpobench.report.sections import results, tables_in
from hpobench.statistics import ROPE, place_shares
from hpobench.trial import Identity, Outcome

NAMES = ("random-search", "sobol", "tpe", "cma-es")


def ends(level: float) -> Ends:
    rng = np.random.default_rng(round(100 * level))
    drawn = rng.uniform(0, 0.5, (12, 6))
    return lambda p, seed: level + float(drawn[p, seed])


def level(height: float) -> Ends:
    return lambda p, _: height + 0.01 * p


@cache
def made() -> tuple[Compared, dict[str, Table], dict[str, CaptionedFigure]]:
    """Make the results section of four strategies on twelve problems, and its figures."""
    problems = [
        problem(p, anchors=Anchors(0.0, 1.0, (1, 10, 100), (0.9, 0.5, 0.2))) for p in range(12)
    ]
    short = outcomes({name: ends(0.2 * i) for i, name in enumerate(NAMES)}, problems, 6)
    found = [replace(each, run=replace(each.run, budget=Fraction(4))) for each in short]
    compared, rivals = about(found, problems), comparisons(about(found, problems))
    listed = ranking(compared, rivals)
    groups, venue = headlines(compared), STYLES["acm"]
    runs = finished(found)
    *sections, (_, _, parts) = results(compared, rivals, listed, groups, runs, style=venue)
    drawn = {each.name: each for each in parts if isinstance(each, CaptionedFigure)}
    return compared, tables_in(sections), drawn


def test_what_tables_say_is_drawn() -> None:
    assert {"rank-ranges", "summaries", "targets-by-cost", "pairs-matrix", "rank-stability"} <= {
        *made()[2]
    }


def test_a_report_without_tables_has_no_figures_of_them() -> None:
    compared, _, _ = made()
    assert exhibits(compared, {}, (), ()) == ()


def test_places_and_summaries_are_those_of_the_tables() -> None:
    _, tables, drawn = made()
    rows = {row[0].text: row for row in tables["ranking"].rows}
    for name, place, best, worst in drawn["rank-ranges"].numbers:
        assert (place, (best, worst)) == (rows[str(name)][1].values[0], rows[str(name)][2].values)
    gaps = {row[0].text: row[3].values for row in tables["aggregates"].rows}
    found = {row[1]: row[2:] for row in drawn["summaries"].numbers if row[0] == "Optimality gap"}
    assert found == gaps


def test_the_matrix_has_the_chances_of_the_table_with_their_marks() -> None:
    _, tables, drawn = made()
    table = tables["pairs"]
    chances = {(row[0], row[1]): row[2] for row in drawn["pairs-matrix"].numbers}
    order = [row[0].text for row in table.rows]
    for i, a in enumerate(order):
        for j, b in enumerate(order):
            if i != j:
                assert chances[a, b] == table.rows[i][j + 1].values[0]
                assert chances[a, b] == pytest.approx(1 - float(str(chances[b, a])))
    draw = drawn["pairs-matrix"].draw
    assert draw is not None
    with style.applied(STYLES["acm"]):
        written = [text.get_text() for text in draw(STYLES["acm"]).axes[0].texts]
    assert written == [cell.text for row in table.rows for cell in row[1:] if cell.text]


def test_shares_of_places_are_counted_as_one_would() -> None:
    values = np.array([[1.0, 2.0, 2.0], [3.0, np.nan, 1.0], [2.0, 2.0, 2.0]])
    third = 1 / 3
    expected = np.array([[1 + third, 1 + third, third], [third, 0.5 + third, 1.5 + third],
                         [1 + third, 0.5 + third, 0.5 + third]]) / 3  # fmt: skip
    np.testing.assert_allclose(place_shares(values), expected)
    many = place_shares(np.random.default_rng(0).integers(0, 4, (50, 7)).astype(float))
    np.testing.assert_allclose(many.sum(axis=0), 1)
    np.testing.assert_allclose(many.sum(axis=1), 1)


def test_shares_of_runs_that_reached_targets_are_counted_as_one_would() -> None:
    times = np.random.default_rng(1).choice([1.0, 3.0, 8.0, np.inf, np.nan], (2, 3, 5, 4))
    spent = np.array([1.0, 2.0, 9.0])
    found = shares_reached(times, spent)
    for s, p, t, i in np.ndindex(2, 3, 4, 3):
        runs = [each for each in times[s, p, :, t].tolist() if not np.isnan(each)]
        share = np.mean([each <= spent[i] for each in runs]) if runs else np.nan
        np.testing.assert_allclose(found[s, p, t, i], share)


def test_the_best_of_all_has_reached_at_least_what_each_has() -> None:
    rows = [row for row in made()[2]["targets-by-cost"].numbers if row[0] == "targets reached"]
    best = [float(str(row[3])) for row in rows if row[1] == "best of all"]
    for name in NAMES:
        own = [float(str(row[3])) for row in rows if row[1] == name]
        assert all(a >= b - 1e-12 for a, b in zip(best, own, strict=True))
        assert own == sorted(own)


def test_variants_are_compared_with_their_default() -> None:
    problems = [problem(p) for p in range(9)]
    called = ["random-search", "tpe", "tpe:gamma=0.5", "sobol:scramble=false"]
    compared = about(
        outcomes({name: level(0.1 * i) for i, name in enumerate(called)}, problems, 2), problems
    )
    (drawn,) = variants(compared)
    ((variant, default, difference, low, high, number),) = drawn.numbers
    assert (variant, default, number) == ("tpe:gamma=0.5", "tpe", 9)
    assert difference == pytest.approx(0.1)
    assert float(str(low)) <= 0.1 <= float(str(high))
    assert f"at most {ROPE:g}" in drawn.caption
    assert variants(about(outcomes({"tpe": ends(0.1)}, problems, 2), problems)) == ()


def test_doses_are_problems_that_differ_in_one_option() -> None:
    called = ["a", "a+noise=0.1", "a+noise=0.3", "a+noise=0.1+moved", "b+failures=0.2", "c+moved"]
    found = along({name: i for i, name in enumerate(called)})
    assert found == {"noise": [{WITHOUT: 0, "0.1": 1, "0.3": 2}]}
    more = along({name: i for i, name in enumerate([*called, "a+moved", "b"])})
    assert more["noise"] == [{WITHOUT: 0, "0.1": 1, "0.3": 2}, {WITHOUT: 6, "0.1": 3}]
    assert more["failures"] == [{WITHOUT: 7, "0.2": 4}]


def test_regrets_are_drawn_along_the_values_of_an_option_and_along_workers() -> None:
    plain = problem(0)
    noisy = [
        replace(plain, identity=Identity(f"p0+noise={each}", plain.identity.version))
        for each in ("0.1", "0.05")
    ]
    where = [plain, *noisy]
    some = [
        run(name, each, seed, 0.1 + 0.2 * place + 0.1 * i)
        for i, name in enumerate(("random-search", "tpe"))
        for place, each in enumerate(where)
        for seed in range(2)
    ]
    more = [replace(each, run=replace(each.run, workers=4)) for each in some]
    runs = finished([*some, *more])
    cards = [strategy_card("random-search"), strategy_card("tpe")]
    compared = selection.compared(runs, cards, where, [each.run for each in some])
    noise, workers = doses(compared, runs)
    assert [row[:3] for row in noise.numbers if row[1] == "tpe"] == [
        (WITHOUT, "tpe", pytest.approx(0.2)),
        ("0.05", "tpe", pytest.approx(0.6)),
        ("0.1", "tpe", pytest.approx(0.4)),
    ]
    assert [row[0] for row in workers.numbers if row[1] == "tpe"] == ["1", "4"]
    assert [row[2] for row in workers.numbers if row[1] == "tpe"] == [pytest.approx(0.4)] * 2


def test_doses_leave_out_and_name_the_strategies_that_lack_runs() -> None:
    plain, name = problem(0), Identity("p0+noise=0.1", problem(0).identity.version)
    where = [plain, replace(plain, identity=name)]
    some = [run(each, card, 0, 0.2) for each in ("random-search", "tpe") for card in where]
    (noise,) = doses(about(some[:3], where), finished(some[:3]))
    assert {row[1] for row in noise.numbers} == {"random-search"}
    assert noise.caption.endswith("No test. Not shown, for a lack of such runs: tpe.")
    apart = [some[0], some[3]]
    assert doses(about(apart, where), finished(apart)) == ()


def quicker(outcome: Outcome, workers: int) -> Outcome:
    """Return a run in which everything finishes as many times sooner as there are workers."""
    records = tuple(replace(each, finished=each.finished / workers) for each in outcome.records)
    return replace(outcome, run=replace(outcome.run, workers=workers), records=records)


def test_regret_over_time_with_workers_that_all_help_is_that_of_one_after_as_much_more_time() -> (
    None
):
    some = study(3, 9, seeds=2)
    runs = finished([*some.outcomes, *(quicker(each, 4) for each in some.outcomes)])
    planned = [each.run for each in some.outcomes]
    compared = selection.compared(runs, some.strategies, some.problems, planned)
    by, found = clock(compared), by_workers(compared, runs)
    assert by is not None
    x = np.array([0.3, 0.7, 1.3, 2.0])
    alone, four = (
        in_time(compared, {each: ends_of(compared, found[each])}, by, time)[each]
        for each, time in ((1, 4 * x), (4, x))
    )
    np.testing.assert_array_equal(alone, four)
    assert len(np.unique(alone[~np.isnan(alone)])) > 20
    (drawn,) = makespans(compared, runs)
    assert {(row[0], row[1]) for row in drawn.numbers} == {
        (number, name) for number in (1, 4) for name in ("random-search", "bayesian-optimization")
    }
    last = {(row[0], row[1]): float(str(row[3])) for row in drawn.numbers}
    assert last[4, "random-search"] <= last[1, "random-search"]
    assert "Not shown, for a lack of such runs: successive-halving." in drawn.caption
    assert makespans(compared, finished(some.outcomes)) == ()


def test_crosses_stand_where_the_median_run_ends() -> None:
    compared, _, drawn = made()
    draw = drawn["targets-by-cost"].draw
    assert draw is not None
    with style.applied(STYLES["acm"]):
        left, right = draw(STYLES["acm"]).axes
    for axes, unit in ((left, 2.0), (right, 1.0)):  # each problem has one parameter
        crosses = [line for line in axes.lines if line.get_marker() == "x"]
        assert len(crosses) == len(NAMES)
        spent = float(np.median(compared.scores.totals.spent))
        assert {float(np.ravel(line.get_xdata())[0]) for line in crosses} == {spent / unit}


@pytest.mark.parametrize(
    ("number", "kind", "venue"), [(2, "nasty", "neurips"), (27, "long", "slide")]
)
def test_they_lie_on_the_paper_with_their_names(number: int, kind: str, venue: str) -> None:
    strategies, chosen = names(number, kind), STYLES[venue]
    look = looks(strategies)
    x = np.array([1.0, 10.0, 25.0])
    every = {name: Line(x, 1 + i / x, 0.5 / x, 2 + i / x) for i, name in enumerate(strategies)}
    alone = {
        name: Line(x[:1] + i, x[:1], x[:1] / 2, 2 * x[:1]) for i, name in enumerate(strategies)
    }
    chart = Chart(
        every, "Budget", "Speed-up", xlog=True, ylog=True, level=1, with_intervals=strategies[:3]
    )
    points = Chart(alone, "Seconds", "Regret", xlog=True, points=True)
    chances = np.full((number, number), 0.93)
    np.fill_diagonal(chances, np.nan)
    evenly = np.full((number, number), 1 / number)
    rows = [Row(name, 1.0 + i, 1.0, number) for i, name in enumerate(strategies)]
    with style.applied(chosen):
        for drawing in (
            lines.draw([points, chart], look, chosen),
            matrix.draw(strategies, chances, [["+"] * number] * number, chosen),
            shares.draw(strategies, [Bars(evenly, "Share of resamples")] * 2, chosen),
            intervals.draw([Column(rows, "Place", places=number)], look, chosen),
        ):
            drawing.draw_without_rendering()
            check(drawing, chosen)
            assert not overlap(drawing.axes[-1].get_yticklabels())
            assert not overlap(drawing.axes[0].get_xticklabels())


def test_every_figure_of_a_report_can_be_drawn() -> None:
    with sketching(), style.applied(STYLES["ieee"]):
        for each in made()[2].values():
            assert each.draw is not None
            assert each.draw(STYLES["ieee"]).axes
