"""The answer says for how many evaluations it holds, what it saves, and where it does not hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from cards import problem_card, strategy_card
from studies import RANDOM, brief, luck, selected
from studies import column as column_of

from hpobench.cards.card import Anchors, ProblemCard
from hpobench.commands.enough import said_of_ranking
from hpobench.report.appendix.targets import targets_table
from hpobench.report.compared import Compared
from hpobench.report.comparisons import comparisons
from hpobench.report.page.answer import Answer, answer
from hpobench.report.page.first_screen import first_screen
from hpobench.report.page.sayings import said
from hpobench.report.page.sides import answer_on, sides
from hpobench.report.page.since import since
from hpobench.report.summary import winner
from hpobench.statistics import problems_needed, wilcoxon
from hpobench.trial import Identity, Outcome, Proposal, Record, Run, Stop, Trial

BUDGET = 12
SEARCHED = Anchors(
    0.0, 0.5, tuple(range(1, 101)), tuple(1 / (count + 1) for count in range(1, 101))
)
Level = Callable[[int, int], float]
"""What a run's evaluation is about, by the number of the problem and of the evaluation."""


def card(number: int, kind: str = "synthetic") -> ProblemCard:
    return problem_card(f"p{number:02}", (SEARCHED,), family=kind, trained=kind != "synthetic")


def outcome(name: str, where: ProblemCard, place: tuple[int, int], level: Level) -> Outcome:
    p, seed = place
    spread = luck(len(name), p, seed).uniform(0.9, 1.1, BUDGET)
    values = [level(p, i) * float(spread[i]) for i in range(BUDGET)]
    records = tuple(
        Record(Trial(i, Proposal({"x": 0.5}), (value,), 1.0), value, {}, i + 1.0, {})
        for i, value in enumerate(values)
    )
    run = Run(Identity(name, "1"), where.identity, seed, Fraction(BUDGET))
    return Outcome(run, Stop("complete"), records)


def made(
    levels: Mapping[str, Level], cards: Sequence[ProblemCard], *, plans: bool = False
) -> Compared:
    found = [
        outcome(name, where, (p, seed), level)
        for name, level in levels.items()
        for p, where in enumerate(cards)
        for seed in range(3)
    ]
    who = [strategy_card(name, plans_for_budget=plans) for name in levels]
    return selected(found, who, cards)


def asked(compared: Compared, notice: str = "") -> Answer:
    return answer(compared, comparisons(compared), notice, "")


def headline(found: Answer) -> str:
    return "".join(part.words for part in found.headline)


def slow(_: int, evaluation: int) -> float:
    return 1 / (evaluation + 2)


def late(begin: int) -> Level:
    """Return what is as good as random search, and far better from an evaluation on."""
    return lambda p, evaluation: slow(p, evaluation) / (1 + 9 * (evaluation + 1 >= begin))


@pytest.mark.parametrize("begin", [1, 5, BUDGET])
def test_the_headline_says_from_how_many_evaluations_on_it_holds(begin: int) -> None:
    compared = made({RANDOM: slow, "late": late(begin)}, [card(p) for p in range(12)])
    found = asked(compared)
    span = {1: "", 5: " from 5 evaluations on", BUDGET: f" for {BUDGET} evaluations"}
    since = {1: ".", 5: " from 5 evaluations on, and", BUDGET: f" after {BUDGET} evaluations, and"}
    assert headline(found) == f"Use late{span[begin]}."
    end = f"After {BUDGET} evaluations, where runs end, it beats "
    assert found.gain.startswith(end if begin > 1 else "It beats ")
    assert f"A test over the 12 problems finds late better than {RANDOM}{since[begin]}" in found.why
    assert (f"down to {begin} of them" in " ".join(found.computed)) == (begin > 1)


def test_strategies_without_an_instance_in_common_are_said_to_be_that() -> None:
    """As in one share of a small plan."""
    cards = [
        problem_card(f"p{p}", (SEARCHED, SEARCHED), instances=2, family=kind, trained=kind == "own")
        for p, kind in enumerate(("synthetic", "synthetic", "own", "own"))
    ]
    found = [
        outcome(name, where, (p, seed), late(begin))
        for name, begin, seed in ((RANDOM, BUDGET + 1, 0), ("late", 1, 1))
        for p, where in enumerate(cards)
    ]
    shared = selected(found, [strategy_card(name) for name in (RANDOM, "late")], cards)
    told = asked(shared)
    assert told.gain == (
        f"late and {RANDOM} have no runs on the same instances, which could be compared."
    )
    assert headline(told) == "late comes first here, but that may be luck."
    assert (told.sure, told.why) == ("No.", said("unshared"))
    for side in sides(shared):
        assert answer_on(side, (), "").words == told.gain
    assert "no two strategies share any." in winner(shared)
    (line,) = said_of_ranking(brief(shared), cards)
    assert line == f"n/a: no strategy has runs on the same problems and seeds as {RANDOM}"


def test_it_holds_as_far_back_as_each_test_finds_it() -> None:
    compared = made({RANDOM: slow, "late": late(5)}, [card(p) for p in range(12)])
    random, other = compared.comparator_position, compared.names.index("late")
    assert random is not None
    ps = [wilcoxon(compared.differences_at(g)[other, random]) for g in range(len(compared.spent))]
    for tests in (1, 7, 40, 400):
        shown = np.array(ps) * tests <= 0.05
        first = len(ps) - int(np.argmin(shown[::-1])) if not shown.all() else 0
        expected = compared.spent[min(first, len(ps) - 1)]
        assert since(compared, other, tests) == pytest.approx(expected)
    assert since(compared, other, 7) == 5


def test_of_one_that_plans_for_its_budget_only_the_end_is_known() -> None:
    cards = [card(p) for p in range(12)]
    found = asked(made({RANDOM: slow, "late": late(5)}, cards, plans=True))
    assert headline(found) == f"Use late for {BUDGET} evaluations."
    assert "It plans for its budget" in found.why


def test_what_it_saves_is_the_number_of_the_table_of_targets() -> None:
    compared = made({RANDOM: slow, "late": late(4)}, [card(p) for p in range(12)])
    found = asked(compared)
    (table,) = targets_table(compared)
    assert column_of(table, "As random search after 10")["late"].startswith("4.0 (12; 100 %)")
    own = float(column_of(table, "As random search after 10")[RANDOM].split()[0])
    assert own != 10
    end = f"In about 4 evaluations it gets as far as {RANDOM} in about {own:.0f}."
    assert found.gain.endswith(end)
    behind = " ".join(found.computed)
    assert f"time is 4.0 [4.0, 4.0] evaluations, and {RANDOM}'s is {own}" in behind


def test_who_is_sooner_or_not_told_apart_where_the_answer_begins_is_said_in_the_fold() -> None:
    early: Level = lambda p, _: 0.02 if p % 2 else 0.01  # noqa: E731
    found = asked(
        made({RANDOM: slow, "late": late(5), "early": early}, [card(p) for p in range(12)])
    )
    assert headline(found).startswith("Use late from 5 evaluations on")
    behind = " ".join(found.computed)
    assert "Less than its own is early's 1.0." in behind
    assert (
        "There, no test of all pairs, which are corrected for more, tells it from early." in behind
    )


def test_what_an_evaluation_is_worth_is_never_a_bare_number() -> None:
    beyond: Level = lambda p, _: 1e-4 if p % 3 else 0.02  # noqa: E731
    levels = {RANDOM: slow, "beyond": beyond, "late": late(4)}
    for problems in (12, 6):
        compared = made(levels, [card(p) for p in range(problems)])
        lines = first_screen(compared, comparisons(compared), [], "", "").standings
        for row in lines:
            if row.name == RANDOM:
                continue
            if problems < 8:
                assert row.worth == "\N{EN DASH}"
                assert "too few problems for an interval" in row.worth_note
            else:
                assert row.worth.startswith("\N{GREATER-THAN OR EQUAL TO} ") or " to " in row.worth
    assert not any("times as many" in words for words in asked(compared).lines)


def kinds(functions: int, models: int) -> list[ProblemCard]:
    return [card(p, "synthetic" if p < functions else "neural") for p in range(functions + models)]


def mixed(functions: int) -> Mapping[str, Level]:
    """Return strategies of which one is good on test functions alone."""
    best: Level = lambda p, e: slow(p, e) / 10 * (1 + 0.1 * (p % 2))  # noqa: E731
    half: Level = lambda p, e: slow(p, e) * (0.105 if p < functions else 1.5)  # noqa: E731
    return {RANDOM: slow, "best": best, "half": half}


def test_where_there_are_models_and_test_functions_each_has_a_verdict_of_its_own() -> None:
    cards = kinds(24, 4)
    found = asked(made(mixed(24), cards))
    functions, models = found.sides
    assert headline(found) == "Use best."
    assert functions.head == "On the 24 test functions: sure."
    assert functions.words.startswith(
        f"After 12 evaluations, half comes first and beats {RANDOM} in 10 of 10 runs; a"
    )
    assert models.head == "On the 4 problems that train models: not sure."
    assert models.words.startswith(
        f"After 12 evaluations, best comes first and beats {RANDOM} in 10 of 10 runs; these are "
        f"too few for the test, which needs {problems_needed(2)}, and an exact"
    )
    assert models.words.endswith(f"half comes after {RANDOM} there.")
    assert "half" not in found.why
    assert found.lines[2:] == tuple(f"{side.head} {side.words}" for side in found.sides)
    assert "not for there being two kinds" in found.computed[-1]


def test_a_side_says_what_a_report_on_it_alone_would_say() -> None:
    cards = kinds(12, 12)
    compared = made(mixed(12), cards)
    whole = asked(compared, "Few seeds.")
    for number, trained in enumerate((False, True)):
        of_kind = [card.about.trained == trained for card in compared.scores.problems]
        alone = asked(compared.over(np.flatnonzero(of_kind).tolist()), "Few seeds.")
        side, first = whole.sides[number], alone.headline[1].words
        assert alone.sides == ()
        assert alone.sure.lower() in side.head
        assert f", {first} comes first and beats {RANDOM} in 10 of 10 runs; a" in side.words
        others = alone.why.partition(" may do as well")[0].rpartition(" ")[2]
        assert ("may do as well" in side.words) == ("may do as well" in alone.why)
        assert f"{others} may do as well" in side.words or "may do as well" not in alone.why


def test_other_problems_are_no_test_functions_and_train_nothing() -> None:
    cards = [*kinds(9, 0), *(replace(card(9 + p, "tabulated")) for p in range(3))]
    cards[9:] = [replace(each, about=replace(each.about, trained=False)) for each in cards[9:]]
    found = asked(made(mixed(9), cards))
    assert found.sides[1].head.startswith("On the 3 other problems: ")


def test_one_problem_is_named_in_the_singular() -> None:
    found = asked(made(mixed(12), kinds(12, 1)))
    assert found.sides[1].head == "On the only problem that trains a model: not sure."


def test_where_nothing_is_shown_no_kind_has_a_verdict() -> None:
    found = asked(made(mixed(2), kinds(2, 2)))
    assert found.sides == ()
    assert "that may be luck" in headline(found)
