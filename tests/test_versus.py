"""One strategy against another one, on made-up studies whose truth is known."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from cards import strategy_card
from scipy import stats
from studies import Ends, failed, finished, noisy, outcomes, problem

from hpobench.cards.card import ProblemCard
from hpobench.commands.comparing import show
from hpobench.commands.console import Printer
from hpobench.report import versus_words
from hpobench.report.versus import Standing, Versus, versus
from hpobench.report.versus_runs import paired
from hpobench.trial import Identity, Outcome

ANCHORED = [problem(number, instances=1) for number in range(12)]
OWN = [problem(number, instances=1, anchors=None, optimum=None) for number in range(12)]


def about(found: Sequence[Outcome], problems: Sequence[ProblemCard], source: str = "") -> Versus:
    """Compare the strategy a with b; `source`: the text of a user's file that they come from."""
    cards = [strategy_card(name, source=source or None) for name in ("a", "b")]
    made = paired(finished(found), cards, problems, Identity("a", "1"), Identity("b", "1"))
    assert made is not None
    return versus(made)


def study(
    a: float | Ends, b: float | Ends, problems: Sequence[ProblemCard] = ANCHORED, seeds: int = 6
) -> Versus:
    ends: Mapping[str, Ends] = {
        name: end if callable(end) else noisy(end, key=key)
        for key, (name, end) in enumerate({"a": a, "b": b}.items(), start=1)
    }
    return about(outcomes(ends, problems, seeds), problems)


def test_a_better_strategy_is_found_and_its_gain_lies_in_the_interval() -> None:
    found = study(0.3, 0.5)
    assert found.conclusion == "better"
    assert found.gain.low < 0.2 < found.gain.high
    assert found.gain.mean == pytest.approx(0.2, abs=0.06)
    assert found.chance.low > 0.7
    assert found.p == pytest.approx(2 / 2**12)
    assert found.verdict.better > 0.99
    assert (found.by_regret, found.reach, found.gain.problems) == (True, "new problems", 12)
    assert sum(each.shown and each.gain > 0 for each in found.problems) >= 4


def test_the_other_way_round_everything_is_the_other_way_round() -> None:
    found, turned = study(0.3, 0.5), study(noisy(0.5, key=2), noisy(0.3, key=1))
    assert turned.conclusion == "worse"
    assert turned.gain.mean == pytest.approx(-found.gain.mean)
    assert (turned.gain.low, turned.gain.high) == pytest.approx(
        (-found.gain.high, -found.gain.low), abs=0.01
    )
    assert turned.chance.mean == pytest.approx(1 - found.chance.mean)
    assert turned.p == found.p


def test_strategies_that_hardly_differ_are_practically_equal() -> None:
    found = study(noisy(0.500, key=1, spread=0.002), noisy(0.501, key=2, spread=0.002))
    assert found.conclusion == "equal"
    assert "practically equal" in versus_words.answer(found)


def test_the_same_runs_are_no_difference() -> None:
    found = study(noisy(0.5, key=1), noisy(0.5, key=1))
    assert (found.gain.mean, found.chance.mean, found.p) == (0, 0.5, 1)


def magnified(level: float, *, key: int) -> Ends:
    """Return ends whose scale is another one on each problem."""
    return lambda p, seed: 10.0**p * noisy(level, key=key)(p, seed)


@pytest.mark.parametrize("number", [3, 8])
def test_problems_without_anchors_have_an_answer(number: int) -> None:
    found = study(magnified(0.3, key=1), magnified(0.5, key=2), OWN[:number])
    assert found.conclusion == "better"
    assert np.isnan(found.gain.mean)
    assert found.chance.mean > 0.8
    assert not found.by_regret
    assert found.width is None
    if number == 8:
        assert found.reach == "new problems"
        assert found.p == pytest.approx(2 / 2**8)
        assert 0.7 < found.chance.low < found.chance.mean
    else:
        assert found.reach == "these problems"
        assert "too few to speak of others" in versus_words.answer(found)
        assert found.chance.reach == "these problems"
        assert 0.7 < found.chance.low < found.chance.mean < found.chance.high <= 1
        assert dict(versus_words.rows(found))["P(better)"].endswith("; 95 % for these alone")
        assert found.standing(0.02) == "not worse"
        assert all(each.shown for each in found.problems)


def test_few_problems_are_tested_by_their_runs_stratified() -> None:
    ends = {"a": noisy(0.42, key=1), "b": noisy(0.5, key=2)}
    found = about(outcomes(ends, ANCHORED[:1], 6), ANCHORED[:1])
    a, b = (np.array([end(0, seed) for seed in range(6)]) for end in ends.values())
    assert found.p == pytest.approx(stats.mannwhitneyu(a, b).pvalue, rel=1e-12)
    differences = b - a
    half = stats.t.isf(0.025, 5) * differences.std(ddof=1) / np.sqrt(6)
    assert found.gain.reach == "these problems"
    assert found.gain.low == pytest.approx(differences.mean() - half)
    assert found.gain.high == pytest.approx(differences.mean() + half)


@pytest.mark.parametrize(("anchored", "tested"), [(7, 7), (3, 8)])
def test_where_most_problems_lack_anchors_it_is_a_test_of_chances(
    anchored: int, tested: int
) -> None:
    """Which test it is does not depend on the results."""
    found = study(0.3, 0.5, [*ANCHORED[:anchored], *OWN[anchored:8]])
    assert found.by_regret == (tested == 7)
    assert (found.gain.problems, len(found.problems)) == (7 if tested == 7 else 0, 8)
    assert found.p == pytest.approx(2 / 2**tested)


@pytest.mark.parametrize(
    ("a", "margin", "standing"),
    [
        (0.7, 0.05, "worse"),
        (0.3, 0.05, "not worse"),
        (0.51, 0.2, "not worse"),
        (0.7, 0.2, "undecided"),
    ],
)
@pytest.mark.parametrize("problems", [ANCHORED, ANCHORED[:4]])
def test_the_gate_wants_the_whole_interval_on_one_side(
    a: float, margin: float, standing: Standing, problems: list[ProblemCard]
) -> None:
    found = study(a, 0.5, problems)
    assert found.standing(margin) == standing
    assert versus_words.gate(found, margin, standing)


def test_without_an_interval_the_gate_is_undecided() -> None:
    assert study(0.9, 0.1, ANCHORED[:3], seeds=2).standing(0.02) == "undecided"


@pytest.mark.parametrize("number", [4, 12])
def test_without_anchors_the_margin_is_a_chance_below_one_half(number: int) -> None:
    found = study(0.9, 0.1, OWN[:number])
    assert (found.standing(0.02), found.standing(0.6)) == ("worse", "not worse")


def test_runs_that_failed_count_as_the_worst_and_are_told() -> None:
    runs = outcomes({"a": noisy(0.3, key=1), "b": noisy(0.3, key=2)}, ANCHORED, 5)
    broken = [failed(run) if run.run.strategy.name == "a" else run for run in runs]
    found = about(broken, ANCHORED)
    assert found.conclusion == "worse"
    assert found.without_score == (60, 0)
    assert ("failed", "60 and 0 runs without a score, which count as the worst") in (
        versus_words.rows(found)
    )


def test_problems_that_only_one_ran_on_are_left_out_by_name() -> None:
    runs = outcomes({"a": noisy(0.3, key=1), "b": noisy(0.5, key=2)}, ANCHORED, 5)
    some = [run for run in runs if run.run.strategy.name == "a" or run.run.problem.name != "p3"]
    found = about(some, ANCHORED)
    assert found.left_out == ("p3",)
    assert (found.gain.problems, len(found.problems)) == (11, 11)
    assert dict(versus_words.rows(found))["left out"].startswith("p3: ")


def test_nothing_in_common_is_no_answer() -> None:
    runs = outcomes({"a": noisy(0.3, key=1), "b": noisy(0.5, key=2)}, ANCHORED[:2], 5)
    apart = [
        run for run in runs if (run.run.strategy.name == "a") == (run.run.problem.name == "p0")
    ]
    found = about(apart, ANCHORED[:2])
    assert (found.conclusion, found.standing(0.02)) == ("nothing", "undecided")
    assert [label for label, _ in versus_words.rows(found)] == ["left out"]


def test_users_files_are_compared_under_their_own_names() -> None:
    runs = outcomes({"a": noisy(0.3, key=1), "b": noisy(0.5, key=2)}, ANCHORED, 5)
    found = about(runs, ANCHORED, source="class A: ...")
    assert (found.first, found.second) == ("a", "b")


@pytest.mark.parametrize(
    ("problems", "seeds"), [(ANCHORED, 6), (ANCHORED, 2), (OWN, 6), (OWN[:3], 6), (ANCHORED[:4], 5)]
)
@pytest.mark.parametrize("level", [0.3, 0.49, 0.7])
@pytest.mark.parametrize("torn", [False, True])
def test_the_answer_is_one_screen(
    problems: list[ProblemCard],
    seeds: int,
    level: float,
    torn: bool,  # noqa: FBT001  # whether the test and the interval disagree
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three lines are left for what a session prints before."""
    monkeypatch.setattr(Printer, "is_terminal", True)
    found = study(level, 0.5, problems, seeds)
    left = tuple(f"architecture-vehicle-{number}" for number in range(20))
    found = replace(found, first="bayesian-optimization", second="successive-halving:eta=4")
    found = replace(found, left_out=left, without_score=(12, 3))
    found = replace(found, unpaired=(12, 3))
    if torn:
        low = 0.001 if found.conclusion == "undecided" else -0.1
        found = replace(found, gain=replace(found.gain, low=low, high=0.1))
    file = io.StringIO()
    said = [*versus_words.rows(found), ("width", "x" * 60), ("gate", "undecided: " + "x " * 40)]
    show(Printer(file, 80), found, said)
    lines = re.sub(r"\x1b\[\d+m", "", file.getvalue()).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


def test_the_summary_in_markdown_has_every_problem() -> None:
    found = study(0.3, 0.5)
    text = versus_words.summary(found, versus_words.rows(found))
    assert text.startswith("### a against b: 12 problems, 6 seeds each, after 1 evaluation\n")
    for number in range(12):
        assert f"\n| p{number} | " in text


def test_nothing_is_drawn_so_nothing_that_draws_is_imported() -> None:
    code = "import hpobench.commands.comparing, sys; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})  # noqa: S603  # this Python
