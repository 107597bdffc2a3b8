"""What a report claims is true, shown by made-up results whose truth is known."""

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from studies import (
    NAN,
    RANDOM,
    Ends,
    about,
    brief,
    column,
    compared,
    failed,
    finished,
    luck,
    noisy,
    outcomes,
    problem,
    run,
    selected,
    strategy,
    words,
)

from hpobench.cards.card import Anchors, ProblemCard
from hpobench.commands.console import Printer
from hpobench.commands.ranking_lines import show_ranking
from hpobench.report import (
    descriptions,
    finals,
    gaps,
    primary_comparison,
    rankings,
    verdicts,
    writing,
)
from hpobench.report.appendix.opinions import opinions_table
from hpobench.report.compared import Compared
from hpobench.report.comparisons import Comparisons, comparisons
from hpobench.report.looks import tables
from hpobench.report.looks.tables import NONE, Table
from hpobench.statistics import superiority
from hpobench.trial import Identity, Stop


def test_a_test_score_below_the_reference_is_no_new_best() -> None:
    cards = [problem(p, optimum=None) for p in range(3)]
    found = [
        run(name, where, seed, 0.2, -0.3)
        for name in (RANDOM, "a")
        for where in cards
        for seed in range(2)
    ]
    table = finals.final(about(found, cards))
    assert isinstance(table, Table)
    assert "below the best known: on 0 of the 3 problems without a known optimum" in table.caption
    found[0] = run(RANDOM, cards[0], 0, -0.1, 0.5)
    table = finals.final(about(found, cards))
    assert isinstance(table, Table)
    assert "on 1 of the 3 problems without a known optimum (p0)" in table.caption


def test_where_the_optimum_is_known_noise_below_it_is_no_record() -> None:
    cards = [problem(0), problem(1, optimum=None)]
    made = about(outcomes({RANDOM: lambda p, _: p - 0.5}, cards, 2), cards)
    table = finals.final(made)
    assert isinstance(table, Table)
    assert "on 0 of the 1 problem without a known optimum" in table.caption


def test_without_anchors_places_go_by_mean_rank_and_never_by_the_alphabet() -> None:
    cards = [problem(p, anchors=None) for p in range(4)]
    ends: dict[str, Ends] = {
        "a": lambda p, seed: 9.0 + p + seed,
        RANDOM: lambda p, seed: 5.0 + p + seed,
        "z": lambda p, seed: 1.0 + p + seed,
    }
    made = about(outcomes(ends, cards, 2), cards)
    table = rankings.ranking(made, comparisons(made))
    assert [row[0].text for row in table.rows] == ["z", RANDOM, "a"]
    assert column(table, "Place") == {"z": "1", RANDOM: "2", "a": "3"}
    assert column(table, "Mean regret") == dict.fromkeys(("z", RANDOM, "a"), "\N{EN DASH}")
    assert "mean rank" in table.title
    assert column(primary_comparison.primary(made, comparisons(made)), "W/T/L") == {
        "a": "0/0/4",
        "z": "4/0/0",
    }
    assert "z has the lowest mean rank, 1.00 of 3" in words(made)


def test_captions_say_which_problems_their_numbers_are_over() -> None:
    cards = [problem(p, anchors=Anchors(0.0, 1.0) if p < 5 else None) for p in range(10)]
    ends = {RANDOM: noisy(0.6, key=1), "a": noisy(0.3, key=2)}
    made = about(outcomes(ends, cards, 2), cards)
    table = rankings.ranking(made, comparisons(made))
    assert table.caption.startswith("Mean final test regret over 5 problems, 2 seeds each")
    assert "Mean rank over 10 problems, 2 seeds each" in table.caption
    assert column(table, "Problems") == {"a": "10", RANDOM: "\N{EN DASH}"}
    assert compared(made)["a"].problems == 5
    primary = primary_comparison.primary(made, comparisons(made))
    assert isinstance(primary, Table)
    assert "Regrets are over the 5 of these problems that have anchors." in primary.caption


@pytest.mark.parametrize(("shared", "tests"), [(5, 1), (6, 2)])
def test_too_few_shared_problems_are_a_verdict_of_their_own_without_a_p(
    shared: int, tests: int
) -> None:
    """A single test could be significant with 6 problems, two that are corrected can't."""
    cards = [problem(p) for p in range(10)]
    ends = {RANDOM: noisy(0.9, key=1), "few": noisy(0.9, key=2), "same": noisy(0.9, key=3)}
    found = [
        each
        for each in outcomes(ends, cards, 2)
        if each.run.strategy.name != "few" or each.run.problem.name < f"p{shared}"
    ]
    made = about(found, cards)
    table = rankings.ranking(made, comparisons(made))
    said = f"too few shared problems ({shared})"
    assert column(table, f"Against {RANDOM}")["few"] == said
    assert column(table, f"Against {RANDOM}")["same"] == "not told apart"
    assert comparisons(made).tests == tests
    assert f"{said}: few" in words(made)
    primary = primary_comparison.primary(made, comparisons(made))
    assert isinstance(primary, Table)
    (opinions,) = opinions_table(made)
    for each, heading in (
        *((table, "p (Holm)"), (primary, "p"), (primary, "p (Holm)"), (opinions, "p (sign)")),
    ):
        assert column(each, heading)["few"] == NONE
        assert column(each, heading)["same"] != NONE
    verdicts = column(brief(made), f"vs {RANDOM}")
    assert verdicts == {RANDOM: "\N{EN DASH}", "few": "too few", "same": "not told apart"}


def test_runs_on_too_few_problems_still_speak_for_these_problems() -> None:
    cards = [problem(p, anchors=None) for p in range(3)]
    ends = {RANDOM: noisy(0.9, key=1), "good": noisy(0.5, key=2), "same": noisy(0.9, key=3)}
    made = about(outcomes(ends, cards, 10), cards)
    table = rankings.ranking(made, comparisons(made))
    assert column(table, f"Against {RANDOM}")["good"] == (
        "too few shared problems (3), better on these alone"
    )
    assert column(table, f"Against {RANDOM}")["same"] == "too few shared problems (3)"
    assert column(brief(made), f"vs {RANDOM}")["good"] == "better here"
    assert column(brief(made), "95 % here")["good"] == "[0.89, 1.00]"
    assert "On these problems alone, and for other seeds: good 1.00 [0.89, 1.00], p < 0.001" in (
        words(made)
    )


def test_without_anchors_enough_problems_are_tested_by_the_chance_to_be_better() -> None:
    cards = [problem(p, anchors=None) for p in range(9)]
    ends = {RANDOM: noisy(0.9, key=1), "good": noisy(0.6, key=2), "same": noisy(0.9, key=3)}
    made = about(outcomes(ends, cards, 5), cards)
    verdicts_of = column(brief(made), f"vs {RANDOM}")
    assert verdicts_of["good"] == "better"
    assert verdicts_of["same"] == "not told apart"
    ahead = [superiority(made.chances[made.names.index("good"), 1, [p]]) - 0.5 for p in range(9)]
    expected = stats.wilcoxon(ahead, zero_method="zsplit", method="exact").pvalue
    assert compared(made)["good"].raw == pytest.approx(expected)
    assert column(rankings.ranking(made, comparisons(made)), "Range")["good"] == "1"


def test_the_sentence_on_the_winner_says_how_many_problems_a_test_needs() -> None:
    cards = [problem(p) for p in range(8)]
    ends = {f"s{k}": noisy(k / 9, key=k, spread=0.01) for k in range(6)}
    made = about(outcomes(ends, cards, 2), cards)
    assert (
        "No other could have been told apart from it by a two-sided Wilcoxon signed-rank test at "
        "5 %, Holm over all 15 pairs: that takes 10 problems with anchors, and no two "
        "strategies share more than 8." in words(made)
    )
    table = finals.final(made)  # it tests the same pairs, whichever strategy is the lowest
    assert not isinstance(table, str)
    assert "15 tests on per-problem means would need 10 problems" in table.caption
    assert not any(cell.underlined for row in table.rows for cell in row)


def test_a_winner_by_the_mean_that_loses_on_most_problems_is_not_called_better() -> None:
    cards = [problem(p) for p in range(12)]
    ends: dict[str, Ends] = {
        RANDOM: lambda p, seed: 0.1 + 1.8 * (p == 0) + 0.001 * seed,
        "mean": lambda p, seed: 0.2 + 0.001 * seed + 0.001 * p,
    }
    made = about(outcomes(ends, cards, 2), cards)
    assert compared(made)["mean"].adjusted <= 0.05
    assert "mean has the lowest mean final regret" in words(made)
    assert "No other strategy is significantly worse than it" in words(made)
    assert verdicts.verdict(compared(made)["mean"]) == "differs"


def test_the_strategies_told_apart_are_named_in_whole_sentences() -> None:
    cards = [problem(p) for p in range(12)]
    ends = {"b": noisy(0.9, key=1), RANDOM: noisy(0.2, key=2), "c": noisy(0.21, key=3)}
    made = about(outcomes(ends, cards, 3), cards)
    assert "b is significantly worse than it (Wilcoxon" in words(made)
    assert "Holm over all 3 pairs); not told apart: " in words(made)
    made = about(outcomes({"b": ends["b"], RANDOM: ends[RANDOM]}, cards, 3), cards)
    assert "Holm over the only pair)" in words(made)


def test_a_tie_has_no_winner_and_shares_its_place() -> None:
    cards = [problem(p) for p in range(3)]
    ends: dict[str, Ends] = dict.fromkeys(("a", "b", RANDOM), lambda _p, _seed: 0.5)
    made = about(outcomes(ends, cards, 2), cards)
    assert "Nobody wins: all 3 strategies" in words(made)
    table = rankings.ranking(made, comparisons(made))
    assert set(column(table, "Place").values()) == {"1 (tied)"}
    assert not any(row[0].bold for row in brief(made).rows)
    ends[RANDOM] = lambda _p, _seed: 0.7
    ends["b"] = lambda _p, _seed: 0.5001
    made = about(outcomes(ends, cards, 2), cards)
    assert "Nobody wins alone: a and b have the lowest mean final regret, 0.500" in words(made)
    table = rankings.ranking(made, comparisons(made))
    assert column(table, "Place") == {"a": "1 (tied)", "b": "1 (tied)", RANDOM: "3"}


def test_strategies_with_fewer_seeds_are_named_and_change_no_comparison() -> None:
    cards = [problem(p, instances=5) for p in range(10)]
    hardness = (0.0, 0.2, 0.4, 0.8, 1.0)
    ends: dict[str, Ends] = {
        RANDOM: lambda p, seed: hardness[seed] + 0.01 * float(luck(1, p, seed).normal()),
        "few": lambda p, seed: hardness[seed] + 0.01 * float(luck(2, p, seed).normal()),
    }
    found = [
        each
        for each in outcomes(ends, cards, 5)
        if each.run.strategy.name == RANDOM or each.run.seed == 0
    ]
    made = about(found, cards)
    assert "Fewer seeds than the others: few (10 of 50 runs)." in words(made)
    assert "S = 1 to 5" in words(made)
    caption = rankings.ranking(made, comparisons(made)).caption
    assert "Fewer seeds than the others: few (10 of 50 runs)." in caption
    each = compared(made)["few"]
    assert abs(each.gain) < 0.01
    assert 0.2 < each.superiority.chance < 0.8
    assert made.ranks[made.names.index("few")] == pytest.approx(1.5, abs=0.3)


def test_the_interval_of_a_gain_includes_the_luck_of_seeds_and_of_problems() -> None:
    cards = [problem(p) for p in range(20)]
    ends = {RANDOM: noisy(0.9, key=1, spread=0.3), "a": noisy(0.6, key=2, spread=0.3)}
    made = about(outcomes(ends, cards, 5), cards)
    each = compared(made)["a"]
    difference = np.array(
        [[ends[RANDOM](p, s) - ends["a"](p, s) for s in range(5)] for p in range(20)]
    )
    means = difference.mean(axis=1)  # they vary by both
    known = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    assert each.gain == pytest.approx(means.mean())
    assert (each.gain_low, each.gain_high) == pytest.approx((known.low, known.high))


def test_the_detectable_difference_depends_on_its_own_pair_alone() -> None:
    cards = [problem(p) for p in range(12)]
    ends = {
        RANDOM: noisy(0.5, key=1, spread=0.001),
        "even": noisy(0.5, key=2, spread=0.01),
        "uneven": noisy(0.5, key=3, spread=0.2),
    }
    made = about(outcomes(ends, cards, 2), cards)
    found = compared(made)
    assert 5 < found["uneven"].detectable / found["even"].detectable < 50
    low, high = (tables.decimals(found[name].detectable) for name in ("even", "uneven"))
    assert f"a difference in mean regret from {low} (even) to {high} (uneven)" in words(made)


@pytest.mark.parametrize("broken", [False, True])
def test_a_problem_that_can_not_run_counts_in_nothing(broken: bool) -> None:  # noqa: FBT001  # pytest's
    cards = [problem(p) for p in range(9)]
    ends = {RANDOM: noisy(0.6, key=1), "a": noisy(0.3, key=2)}
    sound = outcomes(ends, cards[:8], 2)
    void = outcomes(dict.fromkeys(ends, lambda _p, _seed: NAN), cards[8:], 2)
    void = [
        failed(each, "KeyError: 'y'")
        if broken
        else replace(each, records=(replace(each.records[0], error="KeyError: 'y'"),))
        for each in void
    ]
    with_it, without = about([*sound, *void], cards), about(sound, cards)
    assert rankings.ranking(with_it, comparisons(with_it)) == rankings.ranking(
        without, comparisons(without)
    )
    assert repr(comparisons(with_it)) == repr(comparisons(without))  # they hold nan
    what = "runs" if broken else "evaluations"
    said = f"p8, where all 4 {what} failed: KeyError: 'y'."
    assert words(with_it).startswith(f"Left out of every average, rank and test: {said}")
    assert words(with_it).removeprefix(f"Left out of every average, rank and test: {said} ") == (
        words(without)
    )
    assert list(gaps.unusable(with_it)) == ["p8"]
    assert gaps.unusable(without) == {}


UNMEASURED = [
    ({"objectives": ("loss", "time")}, "2 objectives", "no regrets"),
    ({"limits": {"memory": 0.5}}, "1 limit", "no regrets"),
    (
        {"objectives": ("a", "b", "c"), "limits": {"m": 1.0, "n": 2.0}},
        "3 objectives and 2 limits",
        "no regrets and, unlike for two, no hypervolumes",
    ),
]


@pytest.mark.parametrize(("changes", "has", "none"), UNMEASURED)
def test_a_problem_of_several_objectives_or_with_limits_counts_in_nothing(
    changes: dict[str, Any], has: str, none: str
) -> None:
    cards = [problem(p) for p in range(9)]
    cards[8] = replace(cards[8], **changes)
    ends = {RANDOM: noisy(0.6, key=1), "a": noisy(0.3, key=2)}
    sound = outcomes(ends, cards[:8], 2)
    other = outcomes(dict.fromkeys(ends, noisy(0.5, key=3)), cards[8:], 2)
    with_it, without = about([*sound, *other], cards), about(sound, cards)
    assert rankings.ranking(with_it, comparisons(with_it)) == rankings.ranking(
        without, comparisons(without)
    )
    assert repr(comparisons(with_it)) == repr(comparisons(without))  # they hold nan
    assert finals.scores(with_it) == finals.scores(without)
    said = (
        "Left out of every average, rank and test:"
        f" p8, which has {has}, for which there are {none}."
    )
    assert [*gaps.unmeasured(with_it)] == [said]
    assert [*gaps.unmeasured(without)] == []
    assert words(with_it) == f"{said} {words(without)}"
    table = descriptions.problems(with_it)
    assert column(table, "Objectives")["p8"] == ", ".join(cards[8].objectives)
    assert column(table, "Limits")["p8"] == (cards[8].bounds or "\N{EN DASH}")
    assert column(table, "Objectives")["p0"] == "value"
    plain = [each.heading for each in descriptions.problems(without).columns]
    assert [each.heading for each in table.columns] == [*plain, "Objectives", "Limits"]


@pytest.mark.usefixtures("sketched")
def test_problems_of_several_objectives_alone_have_no_ranking_and_one_reason(
    tmp_path: Path,
) -> None:
    cards = [replace(problem(p), objectives=("loss", "time")) for p in range(2)]
    found = outcomes({RANDOM: noisy(0.6, key=1), "a": noisy(0.3, key=2)}, cards, 2)
    made = writing.write(finished(found), [strategy(RANDOM), strategy("a")], cards, [], tmp_path)
    assert made.unranked == (
        "every problem that was run has several objectives or limits,"
        " for which there are no regrets"
    )
    assert f"Which wins: n/a, {made.unranked}." in words(about(found, cards))
    assert not made.ranking.rows
    (note,) = made.notes
    assert note.startswith("Left out of every average, rank and test: p0, which has 2 objectives")
    assert [*tmp_path.glob("figures/*.png")] == []


def test_a_problem_where_one_run_holds_something_counts() -> None:
    cards = [problem(p) for p in range(2)]
    found = outcomes({RANDOM: noisy(0.6, key=1), "a": noisy(0.3, key=2)}, cards, 2)
    found[2:] = [failed(each) for each in found[2:]]
    assert gaps.unusable(about(found, cards)) == {"p1": "where all 4 runs failed: it broke"}
    found[3] = run(RANDOM, cards[1], 1, 0.5)
    assert gaps.unusable(about(found, cards)) == {}


def test_runs_that_end_with_a_value_but_no_score_are_named() -> None:
    cards = [problem(p) for p in range(2)]
    found = outcomes({RANDOM: noisy(0.6, key=1), "a": noisy(0.3, key=2)}, cards, 2)
    found[0] = run(RANDOM, cards[0], 0, 0.5, NAN)
    assert f"has a value but no score: {RANDOM} on p0 (1 run)." in words(about(found, cards))


def _mine(cards: Sequence[ProblemCard], *, and_ours: bool) -> Compared:
    ends = {RANDOM: noisy(0.6, key=1), "a": noisy(0.3, key=2)}
    found = outcomes(ends, cards, 2)
    mine = strategy(RANDOM, "b0df5a3d77", "the text of a file")
    theirs = [
        replace(each, run=replace(each.run, strategy=mine.identity))
        for each in outcomes({RANDOM: noisy(0.1, key=3)}, cards, 2)
    ]
    if not and_ours:
        found = [each for each in found if each.run.strategy.name == "a"]
    return selected([*found, *theirs], [strategy("a"), strategy(RANDOM), mine], cards)


def test_the_comparator_is_ours_whatever_a_users_file_is_called() -> None:
    cards = [problem(p) for p in range(2)]
    made = _mine(cards, and_ours=True)
    assert made.names[made.comparator_position or 0] == RANDOM
    assert set(made.names) == {"a", RANDOM, f"{RANDOM} vb0df5a3d"}
    assert set(compared(made)) == {"a", f"{RANDOM} vb0df5a3d"}
    assert compared(made)["a"].superiority.chance > 0.5


@pytest.mark.usefixtures("sketched")
def test_a_terminal_knows_the_users_own_by_the_names_of_the_ranking(tmp_path: Path) -> None:
    cards = [problem(0)]
    found = outcomes({RANDOM: noisy(0.6, key=1)}, cards, 1)
    mine = strategy(RANDOM, "b0df5a3d77", "the text of a file")
    found += [replace(each, run=replace(each.run, strategy=mine.identity)) for each in found]
    made = writing.write(finished(found), [strategy(RANDOM), mine], cards, [], tmp_path)
    assert made.own == {f"{RANDOM} vb0df5a3d"}
    assert made.own | {RANDOM} == {row[0].text for row in made.ranking.rows}


def test_a_users_file_called_as_the_comparator_is_no_comparator() -> None:
    cards = [problem(p) for p in range(2)]
    made = _mine(cards, and_ours=False)
    assert made.comparator_position is None
    assert f"{RANDOM} was not run" in words(made)
    assert set(made.names) == {"a", f"{RANDOM} vb0df5a3d"}


def test_the_latest_of_our_random_searches_is_the_comparator() -> None:
    cards = [problem(p) for p in range(2)]
    found = outcomes({RANDOM: noisy(0.6, key=1)}, cards, 1)
    newer = Identity(RANDOM, "10")
    found += [replace(each, run=replace(each.run, strategy=newer)) for each in found]
    made = selected(found, [strategy(RANDOM), strategy(RANDOM, "10")], cards)
    assert made.scores.strategies[made.comparator_position or 0] == newer
    assert made.names[made.comparator_position or 0] == RANDOM
    assert set(made.names) == {RANDOM, f"{RANDOM} v1"}


def test_a_strategy_unsupported_on_all_problems_is_said_to_be_so_on_all() -> None:
    cards = [problem(p) for p in range(3)]
    found = outcomes({RANDOM: noisy(0.6, key=1)}, cards, 2)
    found += [
        replace(each, stop=Stop("unsupported", "needs gradients"), records=())
        for each in outcomes({"a": noisy(0.1, key=2)}, cards, 2)
    ]
    table = descriptions.without_number(about(found, cards))
    assert column(table, "Problems") == {"a": "all 3"}
    table = descriptions.without_number(about(found[:-1], cards))
    assert "p0 (2), p1 (2), p2 (1)" in column(table, "Problems").values()


def test_enormous_and_equal_scores_print_no_rounding_and_no_infinity() -> None:
    cards = [problem(p, anchors=None) for p in range(2)]
    ends: dict[str, Ends] = {
        RANDOM: lambda p, seed: 67.56 if p else 1.7e308 * (-1) ** seed,
        "a": lambda p, seed: 1e-300 if p else 1.6e308 + seed,
    }
    made = about(outcomes(ends, cards, 5), cards)
    assert "inf" not in words(made)
    table = finals.scores(made)
    assert column(table, RANDOM)["p1"] == "67.56 (0.0)"
    assert column(table, "a")["p0"] == "1.600e+308 (0.0)"
    assert "inf" not in column(table, RANDOM)["p0"]
    assert column(rankings.ranking(made, comparisons(made)), "Mean rank") == {
        RANDOM: "1.80",
        "a": "1.20",
    }


def test_intervals_are_printed_with_both_ends() -> None:
    cards = [problem(p) for p in range(20)]
    made = about(outcomes({RANDOM: noisy(0.6, key=1), "a": noisy(0.3, key=2)}, cards, 5), cards)
    table = finals.final(made)
    assert isinstance(table, Table)
    pattern = r"0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]"
    assert all(_matches(pattern, cell) for cell in column(table, "100 %").values())
    assert all(
        _matches(r"\[0\.\d{3}, 0\.\d{3}\]", cell)
        for cell in column(table, "100 %, these problems").values()
    )
    assert "\N{PLUS-MINUS SIGN}" not in tables.markdown(table) + words(made)


def _matches(pattern: str, cell: str) -> bool:
    return re.fullmatch(pattern, cell) is not None


def test_the_ranking_in_short_fits_a_terminal_and_marks_the_first() -> None:
    cards = [problem(p) for p in range(12)]
    ends = {name: noisy(0.1 * k, key=k) for k, name in enumerate([RANDOM, "bayesian-optimization"])}
    made = about(outcomes(ends, cards, 2), cards)
    table = brief(made)
    file = io.StringIO()
    show_ranking(Printer(file, 80), table, ())
    headings = [each.heading for each in table.columns if each.heading != "Problems"]
    assert re.split(r"  +", file.getvalue().splitlines()[0].rstrip()) == headings
    assert [row[0].bold for row in table.rows] == [True, False]
    assert column(table, f"vs {RANDOM}")["bayesian-optimization"] == "worse"
    assert re.fullmatch(r"\[0\.\d\d, 0\.\d\d\]", column(table, "95 %")["bayesian-optimization"])
    assert column(table, "95 %")[RANDOM] == NONE


def test_without_the_comparator_there_are_no_comparisons() -> None:
    cards = [problem(0)]
    made = about(outcomes({"a": noisy(0.1, key=1)}, cards, 1), cards)
    assert comparisons(made) == Comparisons((), 0, None, None)
