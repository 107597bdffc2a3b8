"""The first screen says what to use and how sure that is, in words that hold for the results."""

from collections.abc import Mapping, Sequence

import pytest
from studies import RANDOM, Ends, about, noisy, outcomes, problem, selected, strategy

from hpobench.cards.card import Anchors
from hpobench.report import rankings
from hpobench.report.compared import Compared
from hpobench.report.comparisons import comparisons
from hpobench.report.page.first_screen import FirstScreen, first_screen

CURVE = tuple(float(2.0 ** (1 / m) - 1) for m in range(1, 201))
SEARCHED = Anchors(0.0, 1.0, tuple(range(1, 201)), CURVE)


def made(ends: Mapping[str, Ends], problems: int, seeds: int = 5) -> Compared:
    cards = [problem(p, anchors=SEARCHED) for p in range(problems)]
    return about(outcomes(ends, cards, seeds), cards)


def screen(compared: Compared) -> FirstScreen:
    return first_screen(compared, comparisons(compared), ["Elsewhere, it is another one."])


def headline(found: FirstScreen) -> str:
    return "".join(part.words for part in found.headline)


def near(level: float, *, key: int) -> Ends:
    return noisy(level, key=key, spread=0.05)


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ({"a": 0.1}, "Use a."),
        ({"a": 0.1, "b": 0.1}, "Use a or b."),
        ({"a": 0.1, "b": 0.1, "c": 0.1, "d": 0.1}, "Use "),
        ({"a": 0.1, "b": 0.6}, "Use a."),
        ({"a": 0.9}, f"Nothing here is shown to beat {RANDOM}."),
    ],
)
def test_the_headline_names_who_is_better(levels: Mapping[str, float], words: str) -> None:
    ends = {name: near(level, key=k) for k, (name, level) in enumerate(levels.items(), 1)}
    found = screen(made({RANDOM: near(0.7, key=0), **ends}, 12))
    assert headline(found).startswith(words)
    assert sum(part.strong for part in found.headline) <= 3


def test_more_than_three_are_counted() -> None:
    ends = {name: near(0.1, key=k) for k, name in enumerate("abcd", 1)}
    found = screen(made({RANDOM: near(0.7, key=0), **ends}, 12))
    assert headline(found).endswith(", or one of one more.")
    assert "can't tell the four apart" in found.because


def test_what_speaks_for_the_winner_is_in_the_tables() -> None:
    compared = made({RANDOM: near(0.7, key=0), "a": near(0.1, key=1)}, 12)
    found = screen(compared)
    (against,) = comparisons(compared).every
    assert round(10 * against.superiority.chance) == 10
    assert found.because.startswith(
        f"In 10 of 10 runs it beats {RANDOM}, which would typically need "
    )
    assert found.standings[0].worth.rstrip("\N{MULTIPLICATION SIGN}") in found.because
    assert "yes (p < 0.001 at most, corrected for the only test)" in found.sure


def test_against_another_strategy_no_evaluations_are_saved() -> None:
    cards = [problem(p, anchors=SEARCHED) for p in range(12)]
    found = outcomes({"b": near(0.7, key=0), "a": near(0.1, key=1)}, cards, 5)
    compared = selected(found, [strategy("a"), strategy("b")], cards, comparator="b")
    said = screen(compared)
    assert headline(said) == "Use a."
    assert said.because == "In 10 of 10 runs it beats b."


def test_too_few_problems_are_no_answer() -> None:
    found = screen(made({RANDOM: near(0.7, key=0), "a": near(0.1, key=1)}, 3))
    assert headline(found) == "a comes first here, but that may be luck."
    assert "3 problems are too few for any test" in found.because


def test_without_the_comparator_nothing_is_recommended() -> None:
    found = screen(made({"a": near(0.1, key=1), "b": near(0.5, key=2)}, 12))
    assert headline(found) == "a comes first here, but that may be luck."
    assert found.because == f"{RANDOM}, which strategies are compared with, was not run."


def test_a_single_strategy_is_named_alone() -> None:
    found = screen(made({"a": near(0.1, key=1)}, 2))
    assert headline(found) == "Only a was run on every problem."


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
