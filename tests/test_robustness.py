"""Who is first in other ways of looking at the same runs."""

import numpy as np
import pytest
from cards import problem_card
from numpy.typing import NDArray
from studies import RANDOM, Ends, about, column, failed, noisy, outcomes, problem

from hpobench.cards.card import Anchors, ProblemCard
from hpobench.report.appendix.robustness import robustness_table
from hpobench.report.appendix.ways import LEFT_OUT, WORST, ways
from hpobench.report.compared import Compared
from hpobench.report.looks.tables import Table
from hpobench.statistics import interquartile_mean, leaders, without_each

NAN = float("nan")


def family(number: int, name: str) -> ProblemCard:
    return problem_card(f"p{number}", (Anchors(0.0, 1.0),), family=name, instances=1)


PROBLEMS = [family(number, "even" if number % 2 == 0 else "odd") for number in range(6)]


def told(made: Compared) -> tuple[str, Table]:
    words, table = robustness_table(made)
    assert isinstance(words, str)
    assert isinstance(table, Table)
    return words, table


def mean(runs: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.nanmean(np.nanmean(runs, axis=1), axis=0))


def test_what_is_left_out_counts_in_nothing() -> None:
    runs = np.random.default_rng(0).normal(size=(5, 4, 3))
    groups = np.array([[True, False, False, False, False], [False, True, True, False, False]])
    for summary in (mean, interquartile_mean):
        found = without_each(summary, runs, groups)
        assert found[0] == pytest.approx(summary(runs))
        assert found[1] == pytest.approx(summary(runs[1:]))
        assert found[2] == pytest.approx(summary(runs[[0, 3, 4]]))


def test_a_strategy_without_runs_on_a_problem_has_no_number_unless_that_is_left_out() -> None:
    runs = np.ones((3, 2, 2))
    runs[1, :, 0] = NAN
    runs[2, 0, 1] = NAN
    found = without_each(interquartile_mean, runs, np.eye(3, dtype=bool))
    assert np.isnan(found[:, 0]).tolist() == [True, True, False, True]
    assert found[:, 1] == pytest.approx(1)


def test_strategies_that_differ_by_rounding_lead_together_and_nan_never_leads() -> None:
    values = np.array([[0.2, 0.2 + 1e-15, 0.3], [NAN, 0.5, 0.4], [NAN, NAN, NAN]])
    assert leaders(values).tolist() == [
        [True, True, False],
        [False, False, True],
        [False, False, False],
    ]


def test_a_strategy_that_is_always_best_is_first_in_all_ways() -> None:
    ends = {"good": noisy(0.1, key=1), RANDOM: noisy(0.8, key=2)}
    words, table = told(about(outcomes(ends, PROBLEMS, 3), PROBLEMS))
    assert "good, which the ranking puts first, is first alone in 6 of 6" in words
    assert "54 of 54 if these are also taken without one of 6 problems or one of 2 fam" in words
    first = column(table, "First")
    assert {*first.values()} == {"good", "good (6)", "good (2)"}
    assert "Another is first" not in table.notes
    assert column(table, "Kept")["nothing"] == "54 of 54"
    assert column(table, "Kept")["without one of 2 families"] == "12 of 12"


def test_what_the_first_place_hangs_on_is_named() -> None:
    """`lucky` is far ahead on p0 and a little behind on all others."""
    ends: dict[str, Ends] = {
        "lucky": lambda p, _: 0.0 if p == 0 else 0.5,
        "steady": lambda p, _: 0.9 if p == 0 else 0.4,
        RANDOM: lambda p, _: 1.0,
    }
    words, table = told(about(outcomes(ends, PROBLEMS, 2), PROBLEMS))
    first = column(table, "First")
    assert first["nothing"] == "lucky"
    assert first["mean rank"] == first["median over problems"] == "steady"
    assert first["without one of 6 problems"] == "lucky (5), steady (1)"
    assert first["without one of 2 families"] == "steady (1), lucky (1)"
    assert "Another is first without: p0 (steady), even (steady)." in table.notes
    assert column(table, "Kept")["mean rank"] == "0 of 9"
    assert "lucky, which the ranking puts first" in words


def test_failed_runs_may_decide_and_their_row_is_only_there_if_some_failed() -> None:
    ends: dict[str, Ends] = {"broken": lambda *_: 0.1, RANDOM: lambda *_: 0.2}
    found = outcomes(ends, PROBLEMS, 3)
    made = about(found, PROBLEMS)
    assert ways(made).treatments == (WORST,)
    found[0] = failed(found[0])
    found[3] = failed(found[3])
    words, table = told(about(found, PROBLEMS))
    first = column(table, "First")
    assert first["nothing"] == RANDOM
    assert first["failed runs left out"] == "broken"
    assert "2 treatments of failed runs" in words


def test_a_strategy_whose_every_run_on_a_problem_failed_has_no_place_where_these_are_left_out() -> (
    None
):
    ends: dict[str, Ends] = {"broken": lambda *_: 0.1, RANDOM: lambda *_: 0.5}
    found = outcomes(ends, PROBLEMS, 1)
    found[0] = failed(found[0])
    made = about(found, PROBLEMS)
    values = ways(made).values
    broken = made.complete.index(made.names.index("broken"))
    out = ways(made).treatments.index(LEFT_OUT)
    assert np.isnan(values[:, :, out, 0, broken]).all()
    assert not np.isnan(values[:, :, out, 1, broken]).any()  # without that problem


def test_the_measures_are_those_of_the_ranking_and_the_appendix() -> None:
    ends = {
        name: noisy(level, key=k) for k, (name, level) in enumerate({"a": 0.3, RANDOM: 0.6}.items())
    }
    made = about(outcomes(ends, PROBLEMS, 4), PROBLEMS)
    found = ways(made)
    names = [each.name for each in found.measures]
    own = found.values[:, -1, 0, 0]
    assert own[names.index("mean regret")] == pytest.approx([made.means[s] for s in made.complete])
    assert own[names.index("mean rank")] == pytest.approx([made.ranks[s] for s in made.complete])
    runs = made.runs("scores", made.complete, made.scaled)[..., -1]
    logs = np.log10(np.maximum(runs, 1e-3))  # no optimum is known
    shown = found.measures[names.index("geometric mean")].shown
    assert [shown(x) for x in own[names.index("geometric mean")]] == pytest.approx(
        10 ** logs.mean(axis=(0, 1))
    )
    area = 0.5 - np.clip(runs, 0, 1).mean(axis=(0, 1)) / 2  # nothing is held up to 50 %
    shown = found.measures[names.index("area over the curve")].shown
    assert [shown(x) for x in own[names.index("area over the curve")]] == pytest.approx(area)


def test_without_anchors_ranks_alone_are_looked_at() -> None:
    cards = [problem(number, anchors=None, instances=1) for number in range(3)]
    ends = {"good": noisy(1.0, key=1), RANDOM: noisy(9.0, key=2)}
    words, table = told(about(outcomes(ends, cards, 2), cards))
    assert "first alone in 1 of 1 (1 measure \N{MULTIPLICATION SIGN} 1 budget; 1 of 1 " in words
    assert "and in 4 of 4" in words
    assert column(table, "Its number")["nothing"] == "1.000"


def test_a_shared_first_place_is_kept_by_nobody() -> None:
    ends: dict[str, Ends] = {"a": lambda *_: 0.4, "b": lambda *_: 0.4, RANDOM: lambda *_: 0.5}
    words, table = told(about(outcomes(ends, PROBLEMS, 2), PROBLEMS))
    assert (
        "a, which the ranking puts first, in a place that it shares, is first alone in 0 of 6"
        in words
    )
    assert column(table, "First")["nothing"] == "a and b"
    assert column(table, "Second")["nothing"] == RANDOM


def test_one_strategy_or_one_problem_is_looked_at_in_no_other_way() -> None:
    assert (
        robustness_table(about(outcomes({RANDOM: noisy(0.5, key=1)}, PROBLEMS, 2), PROBLEMS)) == ()
    )
    ends = {"good": noisy(0.1, key=1), RANDOM: noisy(0.9, key=2)}
    words, table = told(about(outcomes(ends, PROBLEMS[:1], 2), PROBLEMS[:1]))
    assert words.endswith(
        "6 of 6 (6 measures \N{MULTIPLICATION SIGN} 1 budget; 6 of 6 at the end of the budget)."
    )
    assert not any("without" in row[0].text for row in table.rows)
