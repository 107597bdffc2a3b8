"""What a report says first: how sure the answer is, who failed, and in numbers that can be read."""

import io
import re
from dataclasses import replace

import pytest
from made_page import study
from studies import (
    NAN,
    RANDOM,
    Ends,
    about,
    brief,
    column,
    failed,
    noisy,
    outcomes,
    problem,
    run,
    selected,
    strategy,
    words,
)

from hpobench.cards.text import strategy_text
from hpobench.commands.console import Printer
from hpobench.commands.ranking_lines import show_ranking
from hpobench.report import finals, primary_comparison, rankings
from hpobench.report.comparisons import comparisons
from hpobench.report.looks import tables
from hpobench.report.looks.latex import latex
from hpobench.report.looks.tables import NONE, Table
from hpobench.report.looks.venues import DEFAULT
from hpobench.report.paper.layouts import room
from hpobench.report.strategy_table import strategies


def test_a_strategy_with_failed_runs_is_marked_wherever_it_is_ranked() -> None:
    cards = [problem(p) for p in range(6)]
    ends = {RANDOM: noisy(0.6, key=1), "a": noisy(0.3, key=2), "b": noisy(0.4, key=3)}
    found = outcomes(ends, cards, 2)
    found[12:14] = [failed(each) for each in found[12:14]]
    found[-1] = run("b", cards[5], 1, NAN)
    made = about(found, cards)
    assert "count as the worst: " in words(made)
    assert words(made).startswith("Runs that failed or hold no score count as the worst: ")
    assert "a (2 of 12)" in words(made)
    assert "b (1 of 12)" in words(made)
    table = rankings.ranking(made, comparisons(made))
    notes = {row[0].text: row[0].note for row in table.rows}
    assert notes == {
        RANDOM: "",
        "a": "2 of 12 runs without a score",
        "b": "1 of 12 runs without a score",
    }
    assert "In brackets: runs that failed" in table.notes
    short = brief(made)
    assert {row[0].note for row in short.rows} == {
        "",
        "2 of 12 without a score",
        "1 of 12 without a score",
    }
    assert "a (2 of 12 runs without a score)" in tables.markdown(table).replace("\\", "")
    tabular = latex(table, room(DEFAULT))[f"{table.name}.tabular.tex"]
    assert "a (2 of 12 runs without a score)" in tabular
    assert "failed" not in tables.csv_of(table)


def test_the_opening_says_the_chance_to_beat_random_search_with_its_interval() -> None:
    cards = [problem(p) for p in range(8)]
    ends = {RANDOM: noisy(0.6, key=1), "a": noisy(0.55, key=2), "b": noisy(0.6, key=3)}
    made = about(outcomes(ends, cards, 5), cards)
    table = primary_comparison.primary(made, comparisons(made))
    for name, chance in column(table, "P(better)").items():
        assert re.fullmatch(r"0\.\d\d \[0\.\d\d, [01]\.\d\d\]", chance)
        assert f"{name} ({chance})" in words(made)
    assert "In brackets: the chance that a run is better than one of random-search" in words(made)
    assert "with its 95 % interval for new problems like these." in words(made)


def test_a_chance_of_few_problems_has_no_interval_and_the_opening_says_why() -> None:
    cards = [problem(p) for p in range(3)]
    ends = {RANDOM: noisy(0.9, key=1), "a": noisy(0.1, key=2)}
    made = about(outcomes(ends, cards, 2), cards)
    assert "too few shared problems (3), better on these alone: a (1.00). " in words(made)
    assert "random-search, without an interval, which takes 8 shared problems." in words(made)
    more = [problem(p) for p in range(9)]
    found = [
        each
        for each in outcomes({**ends, "b": noisy(0.2, key=3)}, more, 2)
        if each.run.strategy.name != "a" or each.run.problem.name < "p3"
    ]
    assert "like these from 8 shared problems on." in words(about(found, more))


def test_the_detectable_difference_is_said_with_its_test_and_its_level() -> None:
    cards = [problem(p) for p in range(10)]
    ends = {RANDOM: noisy(0.9, key=1), "a": noisy(0.1, key=2), "b": noisy(0.5, key=3)}
    made = about(outcomes(ends, cards, 2), cards)
    test = "a two-sided Wilcoxon signed-rank test"
    assert f"the smallest p that {test} can give is" in words(made)
    assert "of 80 % by such a test at 5 %/2, Holm's first step." in words(made)
    few = about(outcomes(ends, cards[:3], 2), cards[:3])
    assert f"by {test} at 5 %, Holm over all 3 pairs: that takes 7 problems" in words(few)
    assert "above 5 %: nothing here can be significant" in words(few)


def test_what_only_an_author_declares_is_called_a_declaration() -> None:
    cards = [problem(0)]
    found = outcomes({RANDOM: noisy(0.9, key=1), "a": noisy(0.1, key=2)}, cards, 1)
    who = [strategy(RANDOM), replace(strategy("a"), irreproducible="many rows")]
    table = strategies(selected(found, who, cards))
    assert column(table, "Says it repeats") == {RANDOM: "yes", "a": "not for many rows"}
    assert set(column(table, "Says it plans").values()) == {"no"}
    assert "what its author declares" in table.notes
    prose = strategy_text(who[1])
    assert prose["declares that the same seed gives the same proposals"] == "not for many rows"


def test_without_failed_runs_no_strategy_is_marked() -> None:
    cards = [problem(p) for p in range(3)]
    made = about(outcomes({RANDOM: noisy(0.6, key=1), "a": noisy(0.3, key=2)}, cards, 2), cards)
    table = rankings.ranking(made, comparisons(made))
    assert "failed" not in words(made) + tables.markdown(table)


@pytest.mark.parametrize(
    ("problems", "shown"), [(3, "0.25"), (4, "0.125"), (5, "0.0625"), (6, "0.0313"), (7, "0.0156")]
)
def test_the_smallest_p_is_printed_as_a_reader_computes_it(problems: int, shown: str) -> None:
    cards = [problem(p) for p in range(problems)]
    made = about(outcomes({RANDOM: noisy(0.9, key=1), "a": noisy(0.1, key=2)}, cards, 2), cards)
    said = words(made).partition("2^(1\N{MINUS SIGN}N) = ")[2]
    assert said.startswith((f"{shown},", f"{shown};"))


def test_a_mean_score_has_as_many_digits_as_tell_the_lowest_from_the_rest() -> None:
    cards = [problem(p) for p in range(3)]
    ends: dict[str, Ends] = {
        RANDOM: lambda p, _: (12.34564, 0.5, -7.0)[p],
        "a": lambda p, _: (12.34561, 0.5, -7.0 - 1e-14)[p],
        "b": lambda p, _: (99.0, 0.7, NAN)[p],
    }
    made = about(outcomes(ends, cards, 1), cards)
    shown = {name: column(finals.scores(made), name) for name in ends}
    assert [shown[name]["p0"] for name in ends] == ["12.34564", "12.34561", "99.00000"]
    assert [shown[name]["p1"] for name in ends] == ["0.5000", "0.5000", "0.7000"]
    assert [shown[name]["p2"] for name in ends] == [
        "\N{MINUS SIGN}7.000",
        "\N{MINUS SIGN}7.000",
        "\N{EN DASH}",
    ]


def test_final_scores_stand_in_the_order_of_the_ranking() -> None:
    cards = [problem(p) for p in range(3)]
    ends = {name: noisy(0.3 * key, key=key) for key, name in enumerate(("b", "a", RANDOM), 1)}
    table = finals.scores(about(outcomes(ends, cards, 2), cards))
    assert isinstance(table, Table)
    assert [each.heading for each in table.columns] == ["Problem", "b", "a", RANDOM]


@pytest.mark.parametrize("name", ["a", "bayesian-optimization:candidates=64,initial=5"])
def test_the_answer_is_the_last_column_to_leave_a_narrow_terminal(name: str) -> None:
    cards = [problem(p) for p in range(12)]
    made = about(outcomes({name: noisy(0.1, key=1), RANDOM: noisy(0.9, key=2)}, cards, 3), cards)
    table = brief(made)
    for width in range(32, 101, 4):
        file = io.StringIO()
        show_ranking(Printer(file, width), table, ())
        heading, *rows = file.getvalue().splitlines()
        assert heading.rstrip().endswith(f"vs {RANDOM}")
        assert rows[0].rstrip().endswith("better")
        assert "Better" in heading or "Regret" not in heading
        assert width < 40 or "1.00" in rows[0]


def test_verdicts_come_before_comparisons_that_could_not_be_decided() -> None:
    cards = [problem(p) for p in range(10)]
    ends = {RANDOM: noisy(0.6, key=1), "good": noisy(0.1, key=2), "poor": noisy(0.95, key=3)}
    some = {"few": noisy(0.01, key=4)}
    made = about([*outcomes(ends, cards, 5), *outcomes(some, cards[:2], 5)], cards)
    said = words(made).partition("fixes beforehand: ")[2]
    places = [said.index(each) for each in ("better: good", "worse: poor", "problems (2), better")]
    assert places == sorted(places)
    assert said.index("few (1.00)") > said.index("poor (")


def test_of_many_strategies_a_sentence_names_the_first_few_and_counts_the_others() -> None:
    names = [RANDOM, *(f"strategy-{i}" for i in range(12))]
    problems = [problem(p) for p in range(2)]
    ends = {name: noisy(0.1 * i, key=i) for i, name in enumerate(names)}
    said = words(about(outcomes(ends, problems, 3), problems)).partition("fixes beforehand: ")[2]
    listed, _, here = said.partition("On these problems alone")
    assert " and 6 more. " in listed
    assert " and 3 more (chance" in here
    assert (listed.count("strategy-"), here.count("strategy-")) == (6, 9)


def test_what_a_strategy_needs_is_in_its_row() -> None:
    table = strategies(study(3, 4).compared)
    assert [*column(table, "Needs").values()] == [NONE, NONE, "a fidelity"]
