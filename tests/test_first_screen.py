"""The first screen says what to use and how sure that is, in words that hold for the results."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cards import problem_card, strategy_card
from ended import results
from studies import RANDOM, Ends, about, noisy, outcomes, problem, selected, strategy

from hpobench.cards.card import Anchors
from hpobench.commands.reporting import make_report
from hpobench.report import rankings
from hpobench.report.compared import Compared
from hpobench.report.comparisons import comparisons
from hpobench.report.looks.tables import decimals
from hpobench.report.method import method
from hpobench.report.page.answer import Answer
from hpobench.report.page.first_screen import FirstScreen, first_screen
from hpobench.report.trace.manifest import PAGE
from hpobench.report.words import about as about_factor
from hpobench.report.words import of_ten
from hpobench.statistics import superiority
from hpobench.trial import Fidelity

CURVE = tuple(float(2.0 ** (1 / m) - 1) for m in range(1, 201))
SEARCHED = Anchors(0.0, 1.0, tuple(range(1, 201)), CURVE)


def made(ends: Mapping[str, Ends], problems: int, seeds: int = 5) -> Compared:
    cards = [problem(p, anchors=SEARCHED) for p in range(problems)]
    return about(outcomes(ends, cards, seeds), cards)


def screen(compared: Compared, notice: str = "") -> FirstScreen:
    found = comparisons(compared)
    return first_screen(compared, found, ["Elsewhere, it is another one."], notice, "")


def asked(compared: Compared, notice: str = "") -> Answer:
    return screen(compared, notice).answer


def headline(found: Answer) -> str:
    return "".join(part.words for part in found.headline)


def near(level: float, *, key: int) -> Ends:
    return noisy(level, key=key, spread=0.05)


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ({"a": 0.1}, "Use a."),
        ({"a": 0.1, "b": 0.6}, "Use a."),
        ({"a": 0.9}, f"Nothing here is shown to beat {RANDOM}."),
    ],
)
def test_the_headline_names_who_is_better(levels: Mapping[str, float], words: str) -> None:
    ends = {name: near(level, key=k) for k, (name, level) in enumerate(levels.items(), 1)}
    found = asked(made({RANDOM: near(0.7, key=0), **ends}, 12))
    assert headline(found) == words
    assert sum(part.strong for part in found.headline) <= 1


def test_who_has_the_same_number_is_named_too() -> None:
    twice = near(0.1, key=1)
    found = asked(made({RANDOM: near(0.7, key=0), "a": twice, "b": twice}, 12))
    assert headline(found) == "Use a or b."
    assert found.gain.startswith("a beats ")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("ab", "{1} may do as well: these 12 problems can't tell the two apart."),
        ("abcde", "{1}, {2}, {3} and {4} may do as well: these 12 problems can't tell the five"),
        (
            "abcdef",
            "{1}, {2}, {3} and two more may do as well: these 12 problems can't tell the six",
        ),
    ],
)
def test_one_is_named_and_the_others_may_do_as_well(names: str, words: str) -> None:
    ends = {name: near(0.1, key=k) for k, name in enumerate(names, 1)}
    compared = made({RANDOM: near(0.7, key=0), **ends}, 12)
    found = asked(compared)
    order = [compared.names[s] for s in compared.ranked]
    assert headline(found) == f"Use {order[0]}."
    assert words.format(*order) in found.why


def test_what_speaks_for_the_winner_is_in_the_tables() -> None:
    compared = made({RANDOM: near(0.7, key=0), "a": near(0.1, key=1)}, 12)
    found = screen(compared)
    (against,) = comparisons(compared).every
    assert against.superiority.chance == 1
    assert found.answer.gain == f"It beats {RANDOM} in 10 of 10 runs."
    median = against.speedup.median
    ends = f"{about_factor(median.low)} to {about_factor(median.high)}"
    assert found.standings[0].worth == f"{ends}\N{MULTIPLICATION SIGN}"
    behind = " ".join(found.answer.computed)
    assert "p < 0.001, corrected for the only test" in behind
    assert f"{decimals(against.speedup.median.least, 1)} [" in behind


def test_random_search_is_worth_1_of_itself() -> None:
    compared = made({RANDOM: noisy(0.3, key=0, spread=0.2), "a": near(0.1, key=1)}, 12)
    a, random = screen(compared).standings
    measured = comparisons(compared).itself
    assert measured is not None
    assert not 0.95 < measured.median.least < 1.05
    assert random.worth == "1\N{MULTIPLICATION SIGN}"
    assert random.worth_note.startswith("1 by definition")
    assert f"came to {decimals(measured.median.least, 1)}" in random.worth_note
    assert a.worth != random.worth
    assert a.worth_note.startswith("The 95 % interval of the median")


def test_variants_of_a_function_are_said_to_be_no_independent_problems() -> None:
    ends = {RANDOM: near(0.7, key=0), "a": near(0.1, key=1)}
    names = ("f", "f+noise=0.1", "g")
    for length, said in ((3, True), (1, False)):
        cards = [problem_card(name, (SEARCHED,)) for name in names[:length]]
        compared = about(outcomes(ends, cards, 2), cards)
        assert (
            _contains(
                screen(compared).ran,
                "2 of the problems differ, the others are variants of these",
            )
            == said
        )
        assert ("they are not independent" in method(compared)["Tests"]) == said


def test_the_answer_says_what_the_one_it_names_needs() -> None:
    cards = [replace(problem(p, anchors=SEARCHED), fidelity=Fidelity(1, 9)) for p in range(12)]
    ends = {RANDOM: near(0.7, key=0), "a": near(0.1, key=1)}
    who = [strategy(RANDOM), strategy_card("a", family="multi-fidelity")]
    found = screen(selected(outcomes(ends, cards, 5), who, cards))
    assert headline(found.answer) == "Use a."
    assert "a needs a fidelity: trainings that can be cut short" in found.answer.why
    assert [line.needs != "" for line in found.standings] == [True, False]


def test_the_gain_over_the_default_stands_beside_that_over_random_search() -> None:
    cards = [problem(p, anchors=SEARCHED) for p in range(12)]
    ends = {RANDOM: near(0.7, key=0), "a": near(0.1, key=1), "default": near(0.11, key=2)}
    family = strategy_card("default", family="default")
    whole = selected(outcomes(ends, cards, 5), [strategy(RANDOM), strategy("a"), family], cards)
    (a, default) = (whole.names.index(name) for name in ("a", "default"))
    chance = superiority(whole.chances[a, default])
    assert 0.5 < chance < 0.9
    said = f"runs, and the default settings in {of_ten(float(chance))}."
    assert said in asked(whole).gain


def test_that_the_defaults_beat_the_winner_more_often_is_said() -> None:
    cards = [problem(p, anchors=SEARCHED) for p in range(12)]
    often: Ends = lambda _, seed: 0.02 if seed < 3 else 0.6  # noqa: E731
    ends = {RANDOM: near(0.9, key=0), "a": noisy(0.1, key=1, spread=0.01), "default": often}
    family = strategy_card("default", family="default")
    who = [strategy(RANDOM), strategy("a"), family]
    said = asked(selected(outcomes(ends, cards, 5), who, cards))
    assert headline(said) == "Use a."
    assert said.gain.startswith(
        f"It beats {RANDOM} in 10 of 10 runs, but the default settings beat it in 6 of 10 runs."
    )


@pytest.mark.parametrize(
    ("notice", "word"), [("", "Yes."), ("Too few seeds to claim from.", "Probably.")]
)
def test_a_notice_is_a_part_of_how_sure_it_is(notice: str, word: str) -> None:
    found = asked(made({RANDOM: near(0.7, key=0), "a": near(0.1, key=1)}, 12), notice)
    assert found.sure == word
    assert (
        found.why == f"A test over the 12 problems finds a better than {RANDOM}. {notice}".strip()
    )
    assert found.lines == (f"Use a. {found.gain}", f"Sure? {word} {found.why}")


def test_numbers_of_statistics_are_only_behind_the_fold() -> None:
    ends = {name: near(0.1, key=k) for k, name in enumerate("ab", 1)}
    found = asked(made({RANDOM: near(0.7, key=0), **ends}, 12))
    assert not any(mark in " ".join(found.lines) for mark in ("p =", "p <", "0.", "Holm"))
    assert "differences in regret under 0." in " ".join(found.computed)


def test_against_another_strategy_no_evaluations_are_saved() -> None:
    cards = [problem(p, anchors=SEARCHED) for p in range(12)]
    found = outcomes({"b": near(0.7, key=0), "a": near(0.1, key=1)}, cards, 5)
    compared = selected(found, [strategy("a"), strategy("b")], cards, comparator="b")
    said = asked(compared)
    assert headline(said) == "Use a."
    assert said.gain == "It beats b in 10 of 10 runs."


def test_too_few_problems_are_no_answer() -> None:
    found = asked(made({RANDOM: near(0.7, key=0), "a": near(0.1, key=1)}, 3))
    assert headline(found) == "a comes first here, but that may be luck."
    assert found.gain == f"It beats {RANDOM} in 10 of 10 runs."
    assert found.sure == "No."
    assert found.why == "A test needs more than 3 problems, so this may be luck."


def test_without_the_comparator_nothing_is_recommended() -> None:
    found = asked(made({"a": near(0.1, key=1), "b": near(0.5, key=2)}, 12))
    assert headline(found) == "a comes first here, but that may be luck."
    assert found.gain == f"{RANDOM}, which strategies are compared with, was not run."
    assert found.sure == ""


def test_a_single_strategy_is_named_alone() -> None:
    found = asked(made({"a": near(0.1, key=1)}, 2), "To look at.")
    assert headline(found) == "Only a was run on every problem."
    assert found.lines[1:] == ("To look at.",)


@pytest.mark.usefixtures("undrawn")
def test_the_terminal_and_the_page_say_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results(tmp_path / "results")
    make_report(tmp_path / "results", None)
    shown = " ".join(capsys.readouterr().out.split())
    page = (tmp_path / "results" / "report" / PAGE).read_text(encoding="utf-8")
    parts = re.findall(r'<h1>.*?</h1>|<p class="(?:because|sure)">.*?</p>', page)
    said = [html.unescape(re.sub(r"<[^>]*>", "", part)) for part in parts]
    assert len(said) >= 2
    assert " ".join(said[:2]) in shown
    assert all(words in shown for words in said[2:])


def test_the_lines_are_those_of_the_ranking() -> None:
    ends = {name: near(0.1 * k, key=k) for k, name in enumerate("abc", 1)}
    compared = made({RANDOM: near(0.7, key=0), **ends}, 8)
    found, rows = screen(compared), rankings.ranking(compared, comparisons(compared)).rows
    assert [line.name for line in found.standings] == [row[0].text for row in rows]
    assert [f"{line.mean} {line.interval}" for line in found.standings] == [
        row[3].text for row in rows
    ]
    assert [line.range for line in found.standings] == [row[2].text for row in rows]
    for line in found.standings:
        assert line.whisker is not None
        assert 0 <= line.whisker[0] <= line.whisker[1] <= line.whisker[2] <= 1


@pytest.mark.parametrize(
    ("problems", "seeds", "said"),
    [(1, 1, "1 problem \N{MULTIPLICATION SIGN} 1 seed"), (3, 2, "3 problems")],
)
def test_what_was_run_is_said(problems: int, seeds: int, said: str) -> None:
    found = screen(made({RANDOM: near(0.7, key=0)}, problems, seeds))
    assert said in found.ran[0]
    assert _contains(found.ran, f"of {problems * seeds} run")


def _contains(phrases: Sequence[str], words: str) -> bool:
    return any(words in phrase for phrase in phrases)


def test_what_the_problems_are_is_said_where_they_are_of_several_kinds() -> None:
    ends = {RANDOM: near(0.7, key=0), "a": near(0.1, key=1)}
    cards = [
        problem_card(name, (SEARCHED,), family=family, trained=family == "neural")
        for name, family in (("f", "synthetic"), ("g", "neural"), ("h", "neural"), ("t", "tables"))
    ]
    said = {
        4: "2 problems with trained models, 1 test function, 1 other problem",
        3: "2 problems with trained models, 1 test function",
        1: "",
    }
    for number, words in said.items():
        chosen = cards[:number]
        found = screen(about(outcomes(ends, chosen, 2), chosen)).ran
        assert [each for each in found if "function" in each] == [words] * bool(words)
