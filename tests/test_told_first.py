"""What our strategies make of the default's result, where it is told before they are asked."""

import math

import numpy as np
import pytest
from races import finished

from hpobench import (
    Config,
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Ordinal,
    Problem,
    Proposal,
    Space,
    Stream,
    Task,
    Trial,
    plain,
    registry,
)
from hpobench.runner import run

BOWL = Space({name: Float(0.0, 1.0) for name in "ab"})
SIZES = Space({"size": Ordinal((8, 16, 32, 64, 128), default=32)})


def depth(config: Config) -> float:
    return sum((float(value or 0.0) - 0.3) ** 2 for value in config.values())


def configs(name: str, problem: Problem, budget: float, **setting: str) -> list[Config]:
    strategy, first = registry.strategies()[name], setting.get("first", "none")
    records, _ = finished(run(strategy, problem, budget=budget, first=first))  # type: ignore[arg-type]  # it is one
    return [record.trial.proposal.config for record in records]


def told(config: Config, value: float = 1.0) -> Trial:
    return Trial(0, Proposal(config), (value,), 1.0)


@pytest.mark.parametrize("name", ["default", "manual-search"])
@pytest.mark.parametrize("value", [depth, lambda _: math.nan])
def test_who_begins_at_the_default_goes_on_as_if_it_had_asked_for_it(
    name: str, value: object
) -> None:
    problem = Problem("bowl", 1, BOWL, plain(value))  # type: ignore[arg-type]  # a function of a configuration
    alone = configs(name, problem, 12)
    assert alone[0] == BOWL.default()
    assert configs(name, problem, 12, first="default") == alone


def test_grid_search_and_sobol_ignore_it() -> None:
    problem = Problem("bowl", 1, BOWL, plain(depth))
    for name in ("grid-search", "sobol", "random-search"):
        alone = configs(name, problem, 9)
        assert configs(name, problem, 9, first="default")[1:] == alone[:8]


def test_bayesian_optimization_evaluates_it_no_second_time_and_models_it() -> None:
    problem = Problem("sizes", 1, SIZES, plain(lambda config: float(config["size"] or 0)))
    made = configs("bayesian-optimization", problem, 5, first="default")
    assert sorted(int(config["size"] or 0) for config in made) == [8, 16, 32, 64, 128]


def test_the_genetic_algorithm_breeds_from_it() -> None:
    space = Space({"a": Float(0.0, 1.0, default=0.125), "n": Ordinal((1, 2, 3), default=3)})
    strategy = registry.strategies()["genetic-algorithm"]
    strategy.population, strategy.mutation = 2, 1e-9  # type: ignore[attr-defined]  # its fields
    strategy.setup(Task(space, None, 9, 1), np.random.default_rng(0))
    strategy.tell(told({"a": 0.125, "n": 3}))
    first = strategy.ask(())
    assert first is not None
    strategy.tell(Trial(1, first, (math.nan,), 1.0))
    assert {row[0] for _, row in strategy.survivors[:1]} == {0.125}  # type: ignore[attr-defined]  # its state


def test_successive_halving_counts_its_cost() -> None:
    def start(_: np.random.Generator) -> Instance:
        def evaluate(proposal: Proposal, _stream: Stream, _checkpoint: object) -> Evaluation:
            return Evaluation(depth(proposal.config))

        return Instance(evaluate)

    problem = Problem("epochs", 1, BOWL, start, fidelity=Fidelity(1, 9))
    name = "successive-halving"
    alone = configs(name, problem, 7)
    assert configs(name, problem, 8, first="default")[1:] == alone


def test_the_hypergradient_begins_its_descent_there_unless_it_failed() -> None:
    for value, begins in ((1.0, True), (math.nan, False)):
        strategy = registry.strategies()["hypergradient"]
        strategy.setup(Task(BOWL, None, 9, 1, gradients=True), np.random.default_rng(0))
        strategy.tell(told(BOWL.default(), value))
        proposal = strategy.ask(())
        assert proposal is not None
        assert proposal.gradient
        assert (proposal.config == BOWL.default()) is begins
