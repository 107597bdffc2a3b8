"""Tests of the portfolio, and of the script that its rules are drawn from."""

import importlib.util
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from alone import CUBE, MIXED, constant, keys, sphere, trials_of

from hpobench import Config, Fidelity, Proposal, Space, Strategy, Task, Trial, registry

module = import_module("hpobench.strategies.auto")
PATH = Path(__file__).parents[1] / "scripts" / "portfolio.py"
_SPEC = importlib.util.spec_from_file_location("portfolio_script", PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
script = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(script)

LOSSES = np.array([[0.1, 0.1, 0.9], [0.2, 0.3, 0.2], [0.0, np.nan, 0.0]])
"""The losses of three strategies on three problems, of which the last strategy can't do one."""


@pytest.mark.parametrize(
    ("expected", "budget", "fidelity", "gradients"),
    [
        ("BayesianOptimization", 25, None, False),
        ("BayesianOptimization", 500, Fidelity(1, 9), False),
        ("LocalSearch", 501, Fidelity(1, 9), False),
        ("Hypergradient", 25, None, True),
        ("Hypergradient", 501, Fidelity(1, 9), True),
    ],
)
@pytest.mark.parametrize("space", [CUBE, MIXED])
def test_the_first_rule_that_holds_decides(
    space: Space,
    expected: str,
    budget: float,
    fidelity: Fidelity | None,
    gradients: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    for workers in (1, 8):
        strategy = module.chosen(Task(space, fidelity, budget, workers, gradients))
        assert type(strategy).__name__ == expected
        assert type(strategy) in module.MEMBERS


def test_its_version_rises_with_that_of_each_strategy_that_it_may_choose() -> None:
    ours = {type(each): each.version for each in registry.strategies().values()}
    members = [ours[each] for each in module.MEMBERS]
    assert module.Auto.version == module.RULES + sum(members)


def test_no_strategy_that_it_may_choose_has_anything_to_give_back() -> None:
    assert all(each.close is Strategy.close for each in module.MEMBERS)


def test_a_run_is_one_of_the_strategy_that_it_chooses() -> None:
    member = module.chosen(Task(CUBE, None, 8, 1))
    runs = [trials_of(each, CUBE, sphere(1), 8) for each in (module.Auto(), member)]
    assert keys(runs[0]) == keys(runs[1])


def test_it_passes_on_what_is_told_first_and_what_is_recommended() -> None:
    class Member(Strategy):
        def ask(self, pending: object) -> Proposal | None:
            return None

        def tell(self, trial: Trial) -> None:
            self.told = trial

        def recommend(self) -> Config:
            return {"x": 0.25}

    strategy = module.Auto()
    trials_of(strategy, MIXED, constant, 1)
    strategy.member = Member()
    first = Trial(0, Proposal(MIXED.default()), (1.0,), 1.0)
    strategy.tell(first)
    assert strategy.member.told is first
    assert strategy.ask([]) is None
    assert strategy.recommend() == {"x": 0.25}


def test_the_best_strategy_is_one_that_can_do_all_problems() -> None:
    assert script.best(LOSSES) == 1
    np.testing.assert_allclose(script.in_sample(LOSSES), LOSSES[1])


def test_left_out_a_problem_is_valued_by_the_best_strategy_on_the_others() -> None:
    np.testing.assert_allclose(script.left_out(LOSSES), [0.2, 0.3, 0.9])
    assert np.isnan(script.left_out(LOSSES[:, :1])).all()


def test_a_rule_by_kind_sees_only_problems_of_that_kind() -> None:
    found = script.by_kind(LOSSES, ["a", "b", "a"], script.in_sample)
    np.testing.assert_allclose(found, [0.0, 0.1, 0.0])
