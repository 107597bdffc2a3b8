"""What is said of one strategy against another one: no sentence says what its numbers don't."""

from dataclasses import replace

import numpy as np
import pytest
from cards import strategy_card
from studies import failed, finished, noisy, outcomes
from test_versus import ANCHORED, OWN, about, study

from hpobench.cards.card import ProblemCard
from hpobench.report import versus_words
from hpobench.report.versus import Versus
from hpobench.report.versus_runs import paired
from hpobench.trial import Identity


def row(found: Versus, label: str) -> str:
    return dict(versus_words.rows(found))[label]


def test_on_few_problems_it_is_said_how_many_seeds_their_own_test_takes() -> None:
    few = study(0.45, 0.5, ANCHORED[:3], seeds=5)
    assert few.conclusion == "undecided"
    said = row(few, "settled by")
    assert said.startswith(f"about {few.seeds_here:.0f} seeds on each of these problems (5 now)")
    assert said.endswith("if P(better) stays 0.61; to speak of others, at least 8 problems")
    enough = study(0.45, 0.5, ANCHORED[:3], seeds=int(few.seeds_here))
    assert enough.p <= 0.05
    assert row(enough, "settled by").startswith("already shown on these problems; ")


def test_it_pays_to_think_longer_only_where_that_is_shown_to_be_better() -> None:
    shown = replace(study(0.3, 0.5, ANCHORED), suggestion=(2e-3, 1e-4), pays=(0.05, np.inf))
    assert shown.conclusion != "undecided"
    words = "a suggestion takes 2 ms against 100 µs"
    assert row(shown, "cost") == f"{words}; that pays where an evaluation takes over 50 ms"
    few = study(0.45, 0.5, ANCHORED[:3], seeds=5)
    assert few.conclusion == "undecided"
    assert row(replace(few, suggestion=(2e-3, 1e-4), pays=(0.05, np.inf)), "cost") == words


def test_no_number_of_problems_comes_from_fewer_than_eight() -> None:
    assert row(study(0.47, 0.5, ANCHORED[:7], 5), "settled by").startswith(
        "at least 8 problems (7 now)"
    )
    assert "problems of this kind" in row(study(0.49, 0.5, ANCHORED, 5), "settled by")


def test_where_anchors_are_what_lacks_nothing_is_said_of_seeds() -> None:
    found = study(0.3, 0.5, [*ANCHORED[:4], *OWN[4:8]])
    assert row(found, "settled by") == "at least 8 problems with anchors"
    assert row(found, "p") == "n/a: a test over problems takes 6 with anchors (4 now)"


@pytest.mark.parametrize("number", [3, 9])
def test_with_unequal_seeds_every_number_is_that_of_the_seeds_of_both(number: int) -> None:
    problems = ANCHORED[:number]
    runs = outcomes({"a": noisy(0.45, key=1), "b": noisy(0.5, key=2)}, problems, 9)
    some = [each for each in runs if each.run.strategy.name == "a" or each.run.seed >= 4]
    found, both = about(some, problems), about([e for e in runs if e.run.seed >= 4], problems)
    for name in ("gain", "chance", "p", "problems", "scope", "settled"):
        assert getattr(found, name) == getattr(both, name)
    assert found.gain.mean == pytest.approx((found.gain.low + found.gain.high) / 2)
    said = f"only those of both count; {4 * number} and 0 runs have others"
    assert row(found, "seeds") == said


def test_where_seeds_share_instances_unevenly_the_interval_is_around_its_mean() -> None:
    problems = [replace(each, instances=3) for each in ANCHORED[:2]]
    ends = {"a": noisy(0.3, key=1), "b": lambda p, seed: 0.4 + 0.3 * (seed % 3 == 2) + 0 * p}
    found = about(outcomes(ends, problems, 5), problems)
    assert found.gain.mean == pytest.approx((found.gain.low + found.gain.high) / 2)
    assert found.gain.mean == pytest.approx(np.mean([each.gain for each in found.problems]))


def test_runs_without_a_common_seed_are_not_compared() -> None:
    runs = outcomes({"a": noisy(0.3, key=1), "b": noisy(0.5, key=2)}, ANCHORED[:2], 6)
    some = [
        each
        for each in runs
        if each.run.problem.name == "p1" or (each.run.strategy.name == "a") == (each.run.seed < 3)
    ]
    found = about(some, ANCHORED[:2])
    assert [each.name for each in found.problems] == ["p1"]
    assert found.left_out == ("p0",)
    nothing = [each for each in some if each.run.problem.name == "p0"]
    cards, (a, b) = (
        [strategy_card("a"), strategy_card("b")],
        (Identity("a", "1"), Identity("b", "1")),
    )
    assert paired(finished(nothing), cards, ANCHORED[:1], a, b) is None


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((0.034, 1.143), "0.034 to 1.143 lower"),
        ((-1.143, -0.034), "0.034 to 1.143 higher"),
        ((-0.034, 1.143), "0.034 higher or 1.143 lower"),
    ],
)
def test_between_what_the_regret_lies_is_said_by_the_signs(
    ends: tuple[float, float], words: str
) -> None:
    found = study(0.49, 0.5)
    gain = replace(found.gain, low=ends[0], high=ends[1])
    said = versus_words.answer(replace(found, gain=gain))
    assert said.endswith(f"is better. Its mean regret may be {words}.")


@pytest.mark.parametrize(
    ("level", "problems", "ends", "words"),
    [
        (0.49, ANCHORED, (0.01, 0.1), "; the interval excludes 0: a few large differences move"),
        (0.3, ANCHORED, (-0.01, 0.1), "; the interval holds 0: a few large differences move"),
        (0.3, ANCHORED[:7], (-0.01, 0.1), "; the interval holds 0: it is for these problems al"),
    ],
)
def test_where_test_and_interval_disagree_it_is_said_why(
    level: float, problems: list[ProblemCard], ends: tuple[float, float], words: str
) -> None:
    found = study(level, 0.5, problems)
    assert "the interval" not in row(found, "p")
    gain = replace(found.gain, low=ends[0], high=ends[1])
    assert words in row(replace(found, gain=gain), "p")


def test_better_by_chance_and_worse_by_mean_is_no_answer_on_few_problems_either() -> None:
    runs = outcomes({"a": noisy(0.3, key=1), "b": noisy(0.5, key=2)}, ANCHORED[:3], 12)
    broken = [
        failed(each) if each.run.strategy.name == "a" and each.run.seed < 3 else each
        for each in runs
    ]
    found = about(broken, ANCHORED[:3])
    assert found.p <= 0.05
    assert found.gain.mean < 0 < found.chance.mean - 0.5
    assert found.conclusion == "differs"


@pytest.mark.parametrize(
    ("problems", "scale"),
    [
        (ANCHORED, " by mean regret"),
        (OWN, " by chance"),
        ([*ANCHORED[:6], *OWN[6:]], " by mean regret, or chance without anchors"),
    ],
)
def test_it_is_said_by_what_a_strategy_is_ahead(problems: list[ProblemCard], scale: str) -> None:
    found = study(0.3, 0.5, problems)
    for label in ("ahead on", "behind on"):
        assert f" of 12{scale}" in row(found, label)


@pytest.mark.parametrize(("instances", "takes"), [(1, "4 seeds"), (30, "6 seeds")])
def test_it_is_said_how_many_runs_a_test_of_a_problem_takes(instances: int, takes: str) -> None:
    problems = [replace(each, instances=instances) for each in ANCHORED]
    found = study(0.3, 0.5, problems, seeds=2)
    said = [words for _, words in versus_words.rows(found)]
    assert f"no problem has enough runs for a test of its own, which takes {takes}" in said
