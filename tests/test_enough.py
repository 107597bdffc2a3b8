"""What a terminal says of how many problems a comparison needs, and of what its numbers weigh."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from studies import RANDOM, about, brief, noisy, outcomes, problem

from hpobench.commands.enough import TWO_NUMBERS, said_of_plan, said_of_ranking, too_few
from hpobench.experiment import Experiment, plan
from hpobench.registry import problem_groups
from hpobench.report.looks.tables import NONE, Cell, Column, Table, number, text
from hpobench.statistics import FEWEST_PROBLEMS, problems_needed

SYNTHETIC = f"-p synthetic has {len(problem_groups()['synthetic'])}"
TWO = """
from hpobench import Evaluation, Float, Instance, Problem, Space

def evaluate(proposal, *_):
    return Evaluation(values=(1.0, 2.0))

def start(rng):
    return Instance(evaluate)

problem = Problem("two", 1, Space({"x": Float(0, 1)}), start, objectives=("loss", "time"))
"""
OWN = """
from hpobench import Float, Space
space = Space({"x": Float(0, 1)})
def own(config):
    return config["x"]
"""


def test_the_numbers_are_those_of_the_tests_and_of_the_intervals() -> None:
    for rivals in range(1, 30):
        needed = problems_needed(rivals)
        most = max(needed, FEWEST_PROBLEMS)
        assert too_few(most, most, rivals=rivals) == ""
        said = too_few(needed - 1, needed - 1, rivals=rivals)
        assert f"a test needs {needed}" in said
        assert ("an interval" in said) == (needed - 1 < FEWEST_PROBLEMS)
    assert too_few(7, 7, rivals=2) == f"7 problems: an interval needs 8; {SYNTHETIC}"
    assert too_few(1, 1, rivals=0) == ""


def planned(strategies: Sequence[str], problems: Sequence[str]) -> str:
    return said_of_plan(plan(Experiment("e", tuple(strategies), tuple(problems))))


def test_a_plan_with_too_few_problems_says_how_many_would_do(tmp_path: Path) -> None:
    few = ("branin", "levy-8", "ackley-10")
    said = f"3 problems: a test needs 7, an interval 8; {SYNTHETIC}"
    assert planned(("random-search", "sobol", "default"), few) == said
    assert planned(("random-search", "sobol"), ["synthetic"]) == ""
    assert planned(("sobol", "default"), few) == ""  # nothing is compared with random search
    (tmp_path / "own.py").write_text(OWN)
    assert planned(("random-search", "sobol"), ("branin", str(tmp_path / "own.py"))) == (
        "2 problems, 1 of them without regrets: a test needs 6 with regrets, an interval 8;"
        f" {SYNTHETIC}"
    )


def test_who_will_be_unsupported_is_compared_with_nobody() -> None:
    few = ("branin", "levy-8", "ackley-10")
    said = f"3 problems: a test needs 6, an interval 8; {SYNTHETIC}"
    assert planned(("random-search", "sobol", "hypergradient", "successive-halving"), few) == said
    some = (*few, "hartmann-6-epochs")  # of these, only the last is for successive-halving, too
    assert planned(("random-search", "sobol", "successive-halving"), some) == f"4{said[1:]}"
    assert planned(("random-search", "successive-halving"), some) == f"1 problem{said[10:]}"
    alike = ("random-search", "sobol", "successive-halving")
    said = f"1 problem: a test needs 7, an interval 8; {SYNTHETIC}"
    assert planned(alike, ["hartmann-6-epochs"]) == said


def test_problems_that_count_in_nothing_do_not_make_a_plan_large_enough(tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text(TWO)
    few = ("branin", "levy-8", str(tmp_path / "two.py"))
    said = f"2 problems: a test needs 6, an interval 8; {SYNTHETIC}"
    assert planned(("random-search", "sobol"), few) == said


@pytest.mark.parametrize(
    ("count", "words"),
    [(3, "here: on these alone; 3 problems: a test needs 6, an interval 8"), (9, "")],
)
def test_below_a_ranking_it_says_what_too_few_are(count: int, words: str) -> None:
    cards = [problem(p) for p in range(count)]
    ends = {RANDOM: noisy(0.6, key=1), "a": noisy(0.1, key=2)}
    said = said_of_ranking(brief(about(outcomes(ends, cards, 5), cards)), cards)
    assert said == ([f"{words}; {SYNTHETIC}"] if words else [])


def test_those_count_that_the_strategies_share() -> None:
    cards = [problem(p) for p in range(9)]
    ends = {RANDOM: noisy(0.6, key=1), "a": noisy(0.1, key=2)}
    some = outcomes({"few": noisy(0.01, key=4)}, cards[:2], 5)
    made = about([*outcomes(ends, cards, 5), *some], cards)
    (said,) = said_of_ranking(brief(made), cards)
    assert said.startswith("here: on these alone; 2 problems: a test needs 7, an interval 8")


def test_where_tests_had_enough_problems_only_the_interval_is_spoken_of() -> None:
    cards = [problem(p) for p in range(7)]
    ends = {RANDOM: noisy(0.6, key=1), "a": noisy(0.1, key=2), "b": noisy(0.2, key=3)}
    table = brief(about(outcomes(ends, cards, 5), cards))
    assert said_of_ranking(table, cards) == [f"7 problems: an interval needs 8; {SYNTHETIC}"]


def ranked(*numbers: tuple[float, float]) -> Table:
    columns = ("Strategy", "Regret", "Better", "Problems", f"vs {RANDOM}")
    return Table(
        *("ranking", "", ""),
        tuple(map(Column, columns)),
        (
            (text(RANDOM), number(0.5), Cell(NONE, (float("nan"),)), text(NONE), text(NONE)),
            *(
                (text("a"), number(regret), number(better, 2), Cell("20", (20,)), text("better"))
                for regret, better in numbers
            ),
        ),
    )


def test_where_regret_and_the_chance_disagree_a_line_says_what_each_weighs() -> None:
    cards = [problem(p) for p in range(20)]
    assert said_of_ranking(ranked((0.2, 0.8), (0.3, 0.7), (0.6, 0.4)), cards) == []
    assert said_of_ranking(ranked((0.2, 0.7), (0.3, 0.8)), cards) == [TWO_NUMBERS]
    assert said_of_ranking(ranked((0.2, 0.4)), cards) == [TWO_NUMBERS]
    assert said_of_ranking(ranked((0.2, 0.801), (0.2001, 0.803)), cards) == []  # they print alike
