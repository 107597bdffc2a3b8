"""What a report is asked to show: strategies, labels, comparator, budget, side, who stands out."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from cards import strategy_card
from studies import Ends, about, finished, outcomes, problem

from hpobench.commands.reporting import usual
from hpobench.errors import InputError
from hpobench.registry.choice import ALL, Choice, choice_of, labels_in
from hpobench.report import at_the_end, by_problem, over_budget, summary
from hpobench.report.choosing import called, cut, problems_of, said_of_cut, shortened, strategies_of
from hpobench.report.compared import Compared
from hpobench.report.comparisons import comparisons
from hpobench.report.looks.look import FAINT
from hpobench.report.looks.venues import style_called
from hpobench.report.selection import compared
from hpobench.runner.finished_run import FinishedRun
from hpobench.statistics import Interval
from hpobench.trial import Identity, Run, Stop

PROBLEMS = [problem(p) for p in range(9)]
NAMES = ("random-search", "sobol", "tpe")
CARDS = [strategy_card(name) for name in NAMES]


def ends(level: float) -> Ends:
    return lambda p, seed: level + 0.01 * (p + seed)


MADE = about(outcomes({name: ends(0.2 * i) for i, name in enumerate(NAMES)}, PROBLEMS, 2), PROBLEMS)


def shown(**choice: object) -> Compared:
    return called(MADE, Choice(**choice), CARDS)  # type: ignore[arg-type]  # as the test has it


def long_run(values: list[float], budget: int, **changes: object) -> FinishedRun:
    """Return a run whose trials cost one evaluation each; nan: the evaluation failed."""
    numbers = np.array(values)
    ones = np.ones(len(values))
    run = Run(Identity("sobol", "1"), PROBLEMS[0].identity, 0, Fraction(budget))
    some = FinishedRun(
        *(run, Stop("complete"), numbers, numbers, ones, np.cumsum(ones), ones, ones, ones, ones),
        repeats=np.zeros(len(values), dtype=bool),
        errors={"a": int(np.isnan(numbers).sum())} if np.isnan(numbers).any() else {},
    )
    return replace(some, **changes)  # type: ignore[arg-type]  # as the test has it


def test_a_label_stands_in_figures_tables_and_sentences_and_keeps_the_colour() -> None:
    found = shown(labels=(("sobol", "Ours"),))
    assert found.names == ("random-search", "Ours", "tpe")
    assert found.looks["Ours"] == MADE.looks["sobol"]
    drawn = over_budget.regret(found)
    assert {row[1] for row in drawn.numbers} == {"random-search", "Ours", "tpe"}
    said = " ".join(map(str, summary.sentences(found, comparisons(found))))
    assert "Ours" in said
    assert "sobol" not in said


def test_random_search_under_a_label_is_still_what_hpobench_compares_with() -> None:
    found = shown(labels=(("random-search", "Chance"),))
    assert found.comparator == "Chance"
    assert found.looks["Chance"] == MADE.looks["random-search"]
    said = " ".join(map(str, summary.sentences(found, comparisons(found))))
    assert "Against Chance, the one comparison that hpobench fixes beforehand" in said


def test_another_comparator_is_said_to_have_been_asked_for() -> None:
    found = shown(against="tpe")
    assert at_the_end.against_comparator(found, comparisons(found)).name == "against-tpe"
    said = " ".join(map(str, summary.sentences(found, comparisons(found))))
    assert "Against tpe, which this report was asked to compare with" in said
    assert "beforehand" not in said


def test_a_users_file_can_be_the_comparator() -> None:
    mine = strategy_card("mine", "0a1b", source="")
    runs = finished(outcomes({"random-search": ends(0.1)}, PROBLEMS, 2))
    runs += [replace(each, run=replace(each.run, strategy=mine.identity)) for each in runs]
    cards = [CARDS[0], mine]
    found = called(compared(runs, cards, PROBLEMS), Choice(against="mine"), cards)
    assert found.names[found.comparator_position or 0] == found.comparator == "mine"


def test_who_is_highlighted_stands_out_among_few_and_nobody_else_does() -> None:
    looks = shown(highlight=("tpe",)).looks
    assert looks["sobol"].colour == FAINT
    assert not looks["tpe"].faint
    assert not looks["random-search"].faint
    found, flat = shown(highlight=("tpe",)), np.zeros((3, 1))
    panel = over_budget.panel_of(found, Interval(flat, flat, flat, "none"), "Regret")
    assert [*panel.with_intervals] == ["tpe", "random-search"]
    assert "Bars (those highlighted and random-search)" in by_problem.single(found)[0].caption


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"labels": (("sobl", "Ours"),)}, "no strategy 'sobl' in these results; did you mean 'so"),
        ({"labels": (("sobol", "tpe"),)}, "two strategies would be called alike: 'tpe'"),
        ({"against": "asha"}, "no strategy 'asha' in these results; there are random-search"),
        ({"split": "heldout"}, "no split 'heldout'; did you mean 'held-out'"),
        ({"budget": 0}, "a report's budget must be above 0: 0"),
        ({"labels": (("sobol", "a\nb"),)}, "a label must be a text of one line: 'sobol'"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_told_in_one_line(choice: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        shown(**choice)
    assert "\n" not in str(error.value)


def test_strategies_are_chosen_together_with_what_they_are_compared_with() -> None:
    chosen = strategies_of(CARDS, Choice(strategies=("tpe", "random-search")))
    assert [card.identity.name for card in chosen] == ["random-search", "tpe"]
    assert strategies_of(CARDS, ALL) == CARDS
    with pytest.raises(InputError, match="add -s random-search, or choose another one with"):
        strategies_of(CARDS, Choice(strategies=("tpe", "sobol")))
    two = strategies_of(CARDS, Choice(strategies=("tpe", "sobol"), against="sobol"))
    assert [card.identity.name for card in two] == ["sobol", "tpe"]


def test_a_split_and_a_group_both_have_to_hold() -> None:
    held_out = replace(PROBLEMS[0], split="held-out")
    there = [held_out, *PROBLEMS[1:]]
    name = PROBLEMS[1].identity.name
    assert problems_of(there, Choice(split="held-out")) == [held_out]
    assert problems_of(there, Choice(split="held-out", problems=(name,))) == []
    assert problems_of(there, Choice(problems=(name,))) == [PROBLEMS[1]]


def test_a_run_read_early_is_its_own_beginning() -> None:
    """METHODOLOGY: a run of a strategy that does not plan begins as a shorter run does."""
    whole, short = long_run([3.0, np.nan, 1.0, 0.5], 4), long_run([3.0, np.nan], 2)
    (read,) = cut([whole], 2)
    assert read.run == short.run
    np.testing.assert_array_equal(read.values, short.values)
    np.testing.assert_array_equal(read.finished, short.finished)
    assert read.errors == short.errors == {"a": 1}
    assert read.stop == short.stop


def test_a_run_of_the_wanted_budget_stands_for_a_longer_one() -> None:
    short = long_run([7.0, 6.0], 2)
    assert cut([long_run([3.0, 2.0, 1.0], 3), short], 2) == [short]


def test_a_run_that_failed_later_has_not_failed_yet_and_one_that_failed_before_has() -> None:
    failed = Stop("failed", "it broke")
    (later,) = cut([long_run([3.0, 2.0, 1.0], 4, stop=failed)], 2)
    assert later.stop.reason == "complete"
    (before,) = cut([long_run([3.0], 4, stop=failed)], 2)
    assert before.stop.reason == "failed"


def test_no_run_is_read_beyond_its_end() -> None:
    with pytest.raises(InputError, match="no run here has more than 4 evaluations: 9"):
        cut([long_run([1.0] * 4, 4)], 9)
    planned = long_run([1.0], 4).run
    assert [run.budget for run in shortened([planned], 2)] == [2]


def test_a_report_says_for_whom_reading_early_is_not_what_a_small_budget_gives() -> None:
    planner = replace(strategy_card("sobol"), plans_for_budget=True)
    made = [long_run([3.0, 2.0, 1.0, 0.5], 4)]
    found = compared(cut(made, 2), [planner], PROBLEMS)
    said = said_of_cut(found, made)
    assert said.startswith("Runs are read after 2 of the 4 evaluations that they had.")
    assert "sobol plans for its budget and would have searched otherwise with 2" in said
    plain = compared(cut(made, 2), [CARDS[1]], PROBLEMS)
    assert "plans" not in said_of_cut(plain, made)
    assert said_of_cut(compared(made, [planner], PROBLEMS), made) == ""


def test_each_problem_has_a_figure_of_its_own_that_is_one_column_wide() -> None:
    drawn = by_problem.single(MADE)
    assert [each.name for each in drawn] == [f"regret-on-p{p}" for p in range(9)]
    assert drawn[0].draw is not None
    assert drawn[0].draw(style_called("acm")).get_figwidth() == style_called("acm").single


def test_reports_of_different_things_have_different_folders() -> None:
    folder = Path("results")
    assert usual(folder, ALL) == usual(folder, Choice(style="acm")) == folder / "report"
    assert usual(folder, Choice(problems=("held-out",))) == folder / "report" / "held-out"
    long = tuple(f"a-strategy-with-a-long-name-{i}" for i in range(4))
    assert usual(folder, Choice(strategies=long)) != usual(
        folder, Choice(strategies=long, budget=9)
    )


def test_a_table_says_the_same_as_options() -> None:
    table = {"strategies": ["tpe"], "labels": {"asha:eta=4": "Ours"}, "budget": 9, "each": True}
    assert choice_of(table, "a.toml") == Choice(
        strategies=("tpe",), labels=labels_in(("asha:eta=4=Ours",)), budget=9, each=True
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"stile": "acm"}, "a.toml: .report. has no key 'stile'; did you mean 'style'"),
        ({"strategies": "tpe"}, "a.toml: .report. 'strategies' must be a list of texts: 'tpe'"),
        ({"labels": ["a"]}, "'labels' must be a table of texts"),
        ({"each": 1}, "'each' must be true or false: 1"),
        (3, "a.toml: 'report' must be a table: 3"),
    ],
)
def test_a_table_that_says_something_else_is_refused(table: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        choice_of(table, "a.toml")
    with pytest.raises(InputError, match='a label is given as SPEC="Ours": '):
        labels_in(("sobol",))
    with pytest.raises(InputError, match="no style 'amc'; did you mean 'acm'"):
        style_called("amc")
