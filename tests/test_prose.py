"""The card of a problem, as people read it."""

import re
from pathlib import Path

import pytest

from hpobench import registry
from hpobench.cards.text import problem_text, strategy_text
from hpobench.registry import find_entrants, find_problems
from hpobench.registry.describing import problem_card, strategy_card

ALWAYS = (
    *("name", "family", "what", "source", "parameters", "default", "full evaluation", "optimum"),
    *("noise", "random search", "hyperparameters that matter", "separates"),
)


def told(spec: str) -> dict[str, object]:
    return problem_text(problem_card(find_problems(spec)[0]))


@pytest.mark.parametrize("name", registry.problems())
def test_a_card_says_all_that_is_known(name: str) -> None:
    problem, found = registry.problems()[name], told(name)
    for heading in ALWAYS:
        assert found[heading], heading
    assert bool(found["fidelity"]) == (problem.fidelity is not None)
    assert bool(found["gradients"]) == (problem.gradient_cost is not None)
    assert bool(found["licence of the data"]) == (problem.about.family != "synthetic")
    assert ("held-out" in str(found["family"])) == problem.about.held_out
    parameters = found["parameters"]
    assert isinstance(parameters, dict)
    assert list(parameters) == list(problem.space)


def test_objectives_and_limits_are_told_where_there_are_any(tmp_path: Path) -> None:
    path = tmp_path / "two.py"
    path.write_text(
        "from hpobench import *\n"
        "def evaluate(proposal, *_): return Evaluation(values=(0.25, 3.0), measures={'m': 1})\n"
        "problem = Problem('two', 1, Space({'x': Float(0, 1)}), lambda rng: Instance(evaluate),"
        " objectives=('loss', 'time'), limits={'m': 2.5})\n"
        "class Knows(Strategy):\n"
        "    several_objectives = True\n"
        "    def ask(self, pending): return Proposal(self.task.space.sample(self.rng))\n"
    )
    found = told(str(path))
    assert found["objectives"] == "loss, time"
    assert found["limits"] == "m at most 2.5"
    assert found["measures"] == (
        "none: it has 2 objectives and 1 limit, for which there are no regrets"
    )
    plain = told("branin")
    assert {plain[each] for each in ("objectives", "limits", "measures")} == {""}
    strategy = strategy_text(strategy_card(find_entrants(str(path))[0]))
    assert strategy["declares that it knows several objectives"] == "yes"
    assert strategy["declares that it knows limits of measures"] == "no"


def test_parameters_are_told_with_their_range_scale_default_and_condition() -> None:
    parameters = told("xgboost-airfoil")["parameters"]
    assert isinstance(parameters, dict)
    assert parameters["learning-rate"] == "float from 0.01 to 0.5, logarithmic; default 0.3"
    assert parameters["max-leaves"] == "int from 4 to 64, logarithmic; if grow-policy lossguide"
    assert parameters["grow-policy"].startswith("categorical of depthwise; lossguide")


def test_an_optimum_is_told_with_how_it_is_known() -> None:
    assert str(told("branin")["optimum"]).startswith("0.397887358; proved")
    seen = str(told("xgboost-airfoil")["optimum"])
    assert seen.startswith("not known; best value seen on each instance: ")
    assert (evaluations := re.search(r"in at least (\d+) evaluations", seen))
    assert int(evaluations[1]) >= 500
    assert told("branin+discrete=5")["optimum"] == ""


def test_fidelities_are_told_with_how_they_rank_and_whether_they_can_be_continued() -> None:
    assert "3 to 81 rounds; rank correlation with the highest: at 3: " in str(
        told("xgboost-airfoil")["fidelity"]
    )
    assert "no training can be continued" in str(told("automl-vehicle")["fidelity"])


def test_the_values_of_random_configurations_are_a_table_by_quantile() -> None:
    table = told("branin")["value of a random configuration, by quantile"]
    assert isinstance(table, dict)
    assert list(table)[:2] == ["0", "0.01"]
    numbers = [*map(float, table.values())]
    assert numbers == sorted(numbers)
